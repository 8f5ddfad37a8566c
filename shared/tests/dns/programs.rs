//! Name servers of others, each on a port of 127.x.y.z that was free, until it is dropped.

use std::{
    fmt::Write as _,
    fs,
    net::{IpAddr, SocketAddr, UdpSocket},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use firsthop_protocol::dns::{Kind, Message, Name, Question, Zone, ZoneFile};
use tempfile::TempDir;

/// How long a program may take until it answers.
const PATIENCE: Duration = Duration::from_secs(20);

/// A program that runs.
pub struct Program {
    pub address: SocketAddr,
    child: Child,
    _folder: TempDir,
}

impl Drop for Program {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Whether a program is there; says why not, and fails in CI.
pub fn there(program: &str) -> bool {
    let found = std::env::var("PATH")
        .unwrap_or_default()
        .split(':')
        .any(|folder| fs::metadata(format!("{folder}/{program}")).is_ok());
    if !found {
        assert!(std::env::var_os("CI").is_none(), "{program} is needed");
        eprintln!("SKIPPED: {program} is not on the path");
    }
    found
}

/// A zone as a file that every name server reads.
pub fn zone_text(file: &ZoneFile) -> String {
    let zone = Zone::new(file).unwrap();
    let soa = zone.records().filter(|record| record.kind() == Kind::SOA);
    let rest = zone.records().filter(|record| record.kind() != Kind::SOA);
    soa.chain(rest).fold(String::new(), |mut text, record| {
        writeln!(text, "{record:#}").unwrap();
        text
    })
}

/// A port that is free on these addresses, for UDP and TCP.
pub fn free_port(addresses: &[IpAddr]) -> u16 {
    (0..100)
        .find_map(|_| {
            let port = UdpSocket::bind((addresses[0], 0)).unwrap().local_addr().unwrap().port();
            let all = addresses.iter().all(|address| crate::pump::bind(*address, port).is_ok());
            all.then_some(port)
        })
        .expect("a port that is free")
}

/// `nsd` with these zones.
pub fn nsd(address: IpAddr, port: u16, zones: &[ZoneFile]) -> Program {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display().to_string();
    let mut config = format!(
        "server:\n ip-address: {address}@{port}\n username: \"\"\n zonesdir: \"{path}\"\n database: \"\"\n \
         pidfile: \"{path}/pid\"\n xfrdfile: \"{path}/xfrd\"\n zonelistfile: \"{path}/list\"\n server-count: 1\n \
         minimal-responses: yes\n hide-version: yes\n rrl-ratelimit: 0\nremote-control:\n control-enable: no\n"
    );
    for (index, zone) in zones.iter().enumerate() {
        fs::write(folder.path().join(format!("zone{index}")), zone_text(zone)).unwrap();
        write!(config, "zone:\n name: \"{:#}\"\n zonefile: \"zone{index}\"\n", zone.name).unwrap();
    }
    fs::write(folder.path().join("nsd.conf"), config).unwrap();
    let mut command = Command::new("nsd");
    command.args(["-d", "-c"]).arg(folder.path().join("nsd.conf"));
    start(command, folder, address, port)
}

/// `named` with options of its own and these zones.
pub fn named(address: IpAddr, port: u16, options: &str, zones: &[ZoneFile], more: &str) -> Program {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display().to_string();
    let mut config = format!(
        "options {{ directory \"{path}\"; listen-on port {port} {{ {address}; }}; listen-on-v6 {{ none; }}; \
         pid-file none; session-keyfile none; dnssec-validation no; empty-zones-enable no; \
         managed-keys-directory \"{path}\"; {options} }};\ncontrols {{ }};\n"
    );
    for (index, zone) in zones.iter().enumerate() {
        fs::write(folder.path().join(format!("zone{index}")), zone_text(zone)).unwrap();
        writeln!(
            config,
            "zone \"{:#}\" {{ type primary; file \"zone{index}\"; check-names ignore; }};",
            zone.name
        )
        .unwrap();
    }
    config.push_str(more);
    fs::write(folder.path().join("named.conf"), config).unwrap();
    let mut command = Command::new("named");
    command.args(["-g", "-n", "1", "-c"]).arg(folder.path().join("named.conf"));
    start(command, folder, address, port)
}

/// `dnsmasq` with options.
pub fn dnsmasq(address: IpAddr, port: u16, options: &[&str]) -> Program {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new("dnsmasq");
    command
        .args([
            "--keep-in-foreground",
            "--no-resolv",
            "--no-hosts",
            "--bind-interfaces",
            "--conf-file=/dev/null",
        ])
        .args(["--no-daemon", "--user=root", "--pid-file="])
        .arg(format!("--listen-address={address}"))
        .arg(format!("--port={port}"))
        .args(options);
    start(command, folder, address, port)
}

fn start(mut command: Command, folder: TempDir, address: IpAddr, port: u16) -> Program {
    let log = fs::File::create(folder.path().join("log")).unwrap();
    let child = command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
    let address = SocketAddr::new(address, port);
    let mut program = Program { address, child, _folder: folder };
    let begun = Instant::now();
    let root = Message::query(1, Question { name: Name::root(), kind: Kind::SOA }, false);
    while ask(address, &root, Duration::from_millis(200)).is_none() {
        let log = || fs::read_to_string(program._folder.path().join("log")).unwrap_or_default();
        if let Ok(Some(status)) = program.child.try_wait() {
            panic!("{command:?} ended: {status}: {}", log());
        }
        assert!(begun.elapsed() < PATIENCE, "{command:?} does not answer: {}", log());
    }
    program
}

/// What a server answers to a question by UDP, if it does in time.
pub fn ask(server: SocketAddr, query: &Message, patience: Duration) -> Option<Message> {
    let socket = UdpSocket::bind((server.ip(), 0)).unwrap();
    socket.set_read_timeout(Some(patience)).unwrap();
    socket.send_to(&query.to_bytes().unwrap(), server).ok()?;
    let mut buffer = vec![0; 65_536];
    let (length, _) = socket.recv_from(&mut buffer).ok()?;
    Some(Message::parse(&buffer[..length]).unwrap())
}
