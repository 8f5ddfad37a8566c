//! A service in this process, the programs, and a bad path between them.

use std::{
    collections::HashMap,
    fs,
    net::{SocketAddr, UdpSocket},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use firsthop_server::services::tftp::{Options, Tree, UploadOptions, serve};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio::sync::oneshot;

/// Says loudly that something was not tested; where everything must be there, fails.
pub fn skipped(why: &str) {
    println!("SKIPPED: {why}");
    assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "SKIPPED: {why}");
}

pub fn file(size: usize) -> Vec<u8> {
    (0..size).map(|at| u8::try_from((at + at / 251 + at / 65_536) % 251).unwrap()).collect()
}

pub fn hash(bytes: &[u8]) -> String {
    format!("{} bytes, {:x?}", bytes.len(), Sha256::digest(bytes).as_slice())
}

pub fn eventually(condition: impl Fn() -> bool) {
    let began = Instant::now();
    while !condition() {
        assert!(began.elapsed() < Duration::from_secs(60), "waited in vain");
        thread::sleep(Duration::from_millis(5));
    }
}

/// The service on a port of its own, with a directory of its own inside another.
pub struct Service {
    pub address: SocketAddr,
    directory: TempDir,
    shutdown: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Service {
    pub fn start(uploads: Option<UploadOptions>) -> Self {
        Self::start_on("127.0.0.1:0", uploads)
    }

    pub fn start_on(address: &str, uploads: Option<UploadOptions>) -> Self {
        Self::start_with(address, uploads, Options::default())
    }

    pub fn start_with(address: &str, uploads: Option<UploadOptions>, options: Options) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("tree");
        fs::create_dir(&root).unwrap();
        let store = Arc::new(Tree::open(&root, uploads).unwrap());
        let socket = UdpSocket::bind(address).unwrap();
        socket.set_nonblocking(true).unwrap();
        let address = socket.local_addr().unwrap();
        let (shutdown, stopped) = oneshot::channel();
        let thread = thread::spawn(move || {
            tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
                let socket = tokio::net::UdpSocket::from_std(socket).unwrap();
                let stopped = async move { drop(stopped.await) };
                serve(socket, options, store, Arc::new(()), stopped).await.unwrap();
            });
        });
        Self { address, directory, shutdown: Some(shutdown), thread: Some(thread) }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        match name.strip_prefix("../") {
            Some(outside) => self.directory.path().join(outside),
            None => self.directory.path().join("tree").join(name),
        }
    }

    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(self.path(""))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.shutdown.take();
        let ended = self.thread.take().unwrap().join();
        assert!(ended.is_ok() || thread::panicking(), "the service ended badly");
    }
}

/// A socket that sends packets by hand.
pub struct ByHand(pub UdpSocket);

impl ByHand {
    pub fn new() -> Self {
        Self::at("127.0.0.1")
    }

    pub fn at(address: &str) -> Self {
        let socket = UdpSocket::bind((address, 0)).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        Self(socket)
    }

    pub fn send(&self, to: SocketAddr, bytes: &[u8]) {
        self.0.send_to(bytes, to).unwrap();
    }

    /// The next datagram and its sender.
    pub fn next(&self) -> (Vec<u8>, SocketAddr) {
        let mut buffer = [0; 1000];
        let (length, from) = self.0.recv_from(&mut buffer).unwrap();
        (buffer[..length].to_vec(), from)
    }
}

/// One of the three programs.
pub trait Tool {
    /// `manner`: options of the protocol as `name=value`, or a word of the program's own.
    fn get(&self, server: SocketAddr, manner: &str, name: &str, to: &Path) -> Ready;
    fn put(&self, server: SocketAddr, manner: &str, from: &Path, name: &str) -> Ready;
}

/// A command ready to be run.
pub struct Ready(pub Command);

impl Ready {
    /// Both its outputs, and whether it went well. tftp-hpa and atftp say what went wrong and may exit with 0.
    fn run(mut self) -> (bool, String) {
        let output = self.0.stdin(Stdio::null()).output().unwrap();
        let said =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let well = output.status.success() && !said.to_lowercase().contains("error");
        (well, format!("{:?}: {}: {said}", self.0, output.status))
    }

    pub fn succeeds(self) {
        let (well, said) = self.run();
        assert!(well, "{said}");
    }

    pub fn fails(self) -> String {
        let (well, said) = self.run();
        assert!(!well, "{said}");
        said
    }
}

pub fn tool(program: &str) -> Option<Box<dyn Tool>> {
    let there = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())
        .any(|directory| directory.join(program).is_file());
    if !there {
        skipped(&format!("{program} is not installed"));
        return None;
    }
    Some(match program {
        "curl" => Box::new(Curl),
        "tftp" => Box::new(Hpa),
        "atftp" => Box::new(Atftp),
        other => panic!("no such program: {other}"),
    })
}

fn options(manner: &str) -> impl Iterator<Item = (&str, &str)> {
    manner.split_whitespace().filter_map(|option| option.split_once('='))
}

struct Curl;

impl Curl {
    fn command(server: SocketAddr, manner: &str, name: &str) -> Command {
        let mut command = Command::new("curl");
        command.args(["--silent", "--show-error", "--max-time", "120", "--path-as-is"]);
        if manner == "no-options" {
            command.arg("--tftp-no-options");
        }
        for (option, value) in options(manner) {
            command.args([format!("--tftp-{option}"), value.to_owned()]);
        }
        command.arg(format!("tftp://{server}/{name}"));
        command
    }
}

impl Tool for Curl {
    fn get(&self, server: SocketAddr, manner: &str, name: &str, to: &Path) -> Ready {
        let mut command = Self::command(server, manner, name);
        command.arg("--output").arg(to);
        // curl makes no file of an empty download.
        fs::write(to, "").unwrap();
        Ready(command)
    }

    fn put(&self, server: SocketAddr, manner: &str, from: &Path, name: &str) -> Ready {
        let mut command = Self::command(server, manner, name);
        command.arg("--upload-file").arg(from);
        Ready(command)
    }
}

struct Hpa;

impl Hpa {
    fn command(server: SocketAddr, manner: &str) -> Command {
        let mode = if manner.is_empty() { "binary" } else { manner };
        let mut command = Command::new("tftp");
        command.args(["-m", mode, &server.ip().to_string(), &server.port().to_string(), "-c"]);
        command
    }
}

impl Tool for Hpa {
    fn get(&self, server: SocketAddr, manner: &str, name: &str, to: &Path) -> Ready {
        let mut command = Self::command(server, manner);
        command.args(["get", name]).arg(to);
        Ready(command)
    }

    fn put(&self, server: SocketAddr, manner: &str, from: &Path, name: &str) -> Ready {
        let mut command = Self::command(server, manner);
        command.arg("put").arg(from).arg(name);
        Ready(command)
    }
}

struct Atftp;

impl Atftp {
    fn command(server: SocketAddr, manner: &str) -> Command {
        let mut command = Command::new("atftp");
        for (option, value) in options(manner) {
            command.args(["--option", &format!("{option} {value}")]);
        }
        command.stdout(Stdio::piped());
        command.args([server.ip().to_string(), server.port().to_string()]);
        command
    }
}

impl Tool for Atftp {
    fn get(&self, server: SocketAddr, manner: &str, name: &str, to: &Path) -> Ready {
        let mut command = Self::command(server, manner);
        command.args(["-g", "-r", name, "-l"]).arg(to);
        Ready(command)
    }

    fn put(&self, server: SocketAddr, manner: &str, from: &Path, name: &str) -> Ready {
        let mut command = Self::command(server, manner);
        command.args(["-p", "-r", name, "-l"]).arg(from);
        Ready(command)
    }
}

/// A path to the service that loses every 29th datagram and doubles every 13th, in each direction.
pub struct Link {
    pub address: SocketAddr,
    stop: Arc<AtomicBool>,
    hurt: Arc<AtomicU32>,
    thread: Option<JoinHandle<()>>,
}

impl Link {
    pub fn hurt(&self) -> u32 {
        self.hurt.load(Ordering::Relaxed)
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = self.thread.take().unwrap().join();
    }
}

fn bound() -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    socket
}

/// A relay that has, for each client, one socket as the well-known port and one as the server's TID: ports on both
/// sides stay different, as the RFC has them.
pub fn link(service: SocketAddr) -> Link {
    let well_known = bound();
    let address = well_known.local_addr().unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let hurt = Arc::new(AtomicU32::new(0));
    let (stopped, harm) = (Arc::clone(&stop), Arc::clone(&hurt));
    let thread = thread::spawn(move || {
        let mut relays: HashMap<SocketAddr, Arc<UdpSocket>> = HashMap::new();
        let mut workers = Vec::new();
        let mut buffer = [0; 65_535];
        while !stopped.load(Ordering::Relaxed) {
            let Ok((length, client)) = well_known.recv_from(&mut buffer) else { continue };
            let outside = relays.entry(client).or_insert_with(|| {
                let outside = Arc::new(bound());
                let (worker, stopped, harm) = (Arc::clone(&outside), Arc::clone(&stopped), Arc::clone(&harm));
                workers.push(thread::spawn(move || relay(client, &worker, &stopped, &harm)));
                outside
            });
            outside.send_to(&buffer[..length], service).unwrap();
        }
        for worker in workers {
            worker.join().unwrap();
        }
    });
    Link { address, stop, hurt, thread: Some(thread) }
}

/// Between one client and the TID that the server gave it: `outside` talks to the server, `inside` to the client.
fn relay(client: SocketAddr, outside: &UdpSocket, stop: &AtomicBool, harm: &AtomicU32) {
    let inside = bound();
    let mut tid = None;
    let (mut count, mut buffer) = (0_u32, [0; 65_535]);
    let mut pass = |socket: &UdpSocket, bytes: &[u8], to: SocketAddr| {
        count += 1;
        let copies = if count % 29 == 0 {
            0
        } else if count % 13 == 0 {
            2
        } else {
            1
        };
        if copies != 1 {
            harm.fetch_add(1, Ordering::Relaxed);
        }
        for _ in 0..copies {
            socket.send_to(bytes, to).unwrap();
        }
    };
    outside.set_nonblocking(true).unwrap();
    inside.set_nonblocking(true).unwrap();
    while !stop.load(Ordering::Relaxed) {
        let mut idle = true;
        if let Ok((length, from)) = outside.recv_from(&mut buffer) {
            idle = false;
            tid = Some(from);
            pass(&inside, &buffer[..length], client);
        }
        if let Ok((length, _)) = inside.recv_from(&mut buffer) {
            idle = false;
            if let Some(tid) = tid {
                pass(outside, &buffer[..length], tid);
            }
        }
        if idle {
            thread::sleep(Duration::from_micros(200));
        }
    }
}
