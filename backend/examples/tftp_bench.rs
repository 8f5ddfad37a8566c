//! TFTP throughput of our service beside tftpd-hpa's: the same client fetches the same file from both by turns.
//!
//! `cargo run --release --package firsthop --example tftp_bench`

use std::{
    fs,
    io::Write as _,
    net::{SocketAddr, UdpSocket},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use firsthop_protocol::tftp::{Ask, Config, ErrorCode, FileError, Mode, Sink, Transfer, Wanted};
use firsthop_server::services::tftp::{Options, TransferInfo, Tree, drive, serve};

/// Short turns, many of them: what else the machine does then weighs on both alike.
const BYTES: usize = 4 << 20;
const ROUNDS: usize = 40;
const NAME: &str = "file";

fn main() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let content: Arc<[u8]> = (0..BYTES).filter_map(|at| u8::try_from((at + at / 251) % 251).ok()).collect();
    fs::write(directory.path().join(NAME), &content)?;
    let ours = ours(directory.path())?;
    let theirs = Theirs::start(directory.path(), &content)?;

    let lock_step = Wanted::default();
    let window = Wanted { windowsize: Some(16), ..Wanted::default() };
    let (mut mine, mut hpa, mut windowed) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let ours_now = || fetch(ours, lock_step, &content);
        let theirs_now =
            || theirs.as_ref().map(|theirs| fetch(theirs.address, lock_step, &content)).transpose();
        let rates = if round % 2 == 0 {
            (ours_now()?, theirs_now()?)
        } else {
            let theirs = theirs_now()?;
            (ours_now()?, theirs)
        };
        let wide = fetch(ours, window, &content)?;
        // The first round warms both up.
        if round > 0 {
            mine.push(rates.0);
            hpa.extend(rates.1);
            windowed.push(wide);
        }
    }
    // Round by round, for the same reason.
    let mut against: Vec<_> = mine.iter().zip(&hpa).map(|(mine, hpa)| mine / hpa).collect();
    let mut gain: Vec<_> = windowed.iter().zip(&mine).map(|(windowed, mine)| windowed / mine).collect();
    let (mine, windowed) = (median(&mut mine), median(&mut windowed));
    println!("{} MiB over loopback, median of {ROUNDS} rounds by turns, the same client", BYTES >> 20);
    println!("{mine:>9.1}  MB/s  ours, 512-byte lock-step");
    if theirs.is_some() {
        let hpa = median(&mut hpa);
        println!("{hpa:>9.1}  MB/s  tftpd-hpa, 512-byte lock-step");
        println!("{:>9.2}  ours / tftpd-hpa (bar: at least 1)", median(&mut against));
    } else {
        println!("  SKIPPED  tftpd-hpa: no in.tftpd on this machine");
    }
    println!("{windowed:>9.1}  MB/s  ours, windowsize 16 ({:.1} times lock-step)", median(&mut gain));
    Ok(())
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Our service, until the process ends.
fn ours(root: &Path) -> anyhow::Result<SocketAddr> {
    let store = Arc::new(Tree::open(root, None)?);
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    socket.set_nonblocking(true)?;
    let address = socket.local_addr()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    thread::spawn(move || {
        let served = runtime.block_on(async {
            let socket = tokio::net::UdpSocket::from_std(socket)?;
            serve(socket, Options::default(), store, Arc::new(()), std::future::pending()).await
        });
        if let Err(error) = served {
            eprintln!("our service ended: {error}");
        }
    });
    Ok(address)
}

/// tftpd-hpa, ended with the benchmark.
struct Theirs {
    address: SocketAddr,
    child: Child,
}

impl Theirs {
    /// `None` where it is not installed.
    fn start(root: &Path, content: &Arc<[u8]>) -> anyhow::Result<Option<Self>> {
        const PROGRAM: &str = "/usr/sbin/in.tftpd";
        if !Path::new(PROGRAM).exists() {
            return Ok(None);
        }
        // It cannot say which port it got, so a free one is looked up for it.
        let address = UdpSocket::bind("127.0.0.1:0")?.local_addr()?;
        let mut command = Command::new(PROGRAM);
        command.args(["-L", "-a", &address.to_string(), "-s"]).arg(root).stdin(Stdio::null());
        if rustix::process::geteuid().is_root() {
            command.args(["--user", "root"]);
        }
        let server = Self { address, child: command.spawn().context(PROGRAM)? };
        for _ in 0..50 {
            if fetch(address, Wanted { blksize: Some(8192), ..Wanted::default() }, content).is_ok() {
                return Ok(Some(server));
            }
            thread::sleep(Duration::from_millis(20));
        }
        bail!("in.tftpd does not answer at {address}")
    }
}

impl Drop for Theirs {
    fn drop(&mut self) {
        let ended = self.child.kill().and_then(|()| self.child.wait());
        if let Err(error) = ended {
            let _ = writeln!(std::io::stderr(), "in.tftpd could not be ended: {error}");
        }
    }
}

/// Fetches the file and checks every byte: megabytes a second.
fn fetch(server: SocketAddr, options: Wanted, content: &Arc<[u8]>) -> anyhow::Result<f64> {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    let info = TransferInfo { local: socket.local_addr()?, peer: server };
    let ask = Ask { server, filename: NAME.to_owned(), mode: Mode::Octet, options };
    let config = Config { dally: 0, ..Config::default() };
    let sink = Compare { content: Arc::clone(content), at: 0 };
    let mut transfer = Transfer::download(config, ask, Box::new(sink))?;
    let began = Instant::now();
    drive(&socket, &mut transfer, &(), info, |_| None)?;
    let took = began.elapsed().as_secs_f64();
    ensure!(transfer.is_complete(), "the transfer ended as {}", transfer.state());
    Ok(f64::from(u32::try_from(content.len())?) / 1e6 / took)
}

/// Compares what arrives with what should.
struct Compare {
    content: Arc<[u8]>,
    at: usize,
}

impl Sink for Compare {
    fn write(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        if self.content.get(self.at..self.at + bytes.len()) != Some(bytes) {
            return Err(FileError::with(ErrorCode::NOT_DEFINED, "other bytes than the file's"));
        }
        self.at += bytes.len();
        Ok(())
    }

    fn finish(&mut self) -> Result<(), FileError> {
        if self.at == self.content.len() {
            Ok(())
        } else {
            Err(FileError::with(ErrorCode::NOT_DEFINED, "fewer bytes than the file's"))
        }
    }
}
