//! Two FRRouting daemons, each with a kernel of its own, and our speaker on the cable between them.
//!
//! ```text
//! 172.16.1.0/24 - FRR a - 10.0.1.0/24 - ours - 10.0.2.0/24 - FRR b - 172.16.2.0/24
//! ```

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, UdpSocket},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use firsthop_protocol::{
    rip::{Config, Event, GROUP, Interface, PORT, Speaker},
    trace::Time,
};
use ipnet::Ipv4Net;
use tempfile::TempDir;

use crate::netns::{self, Namespace};

/// After this the daemons will not agree any more.
const PATIENCE: Duration = Duration::from_secs(90);

/// A router of FRRouting: a namespace with `zebra` and `ripd`.
struct Frr {
    namespace: Namespace,
    folder: TempDir,
    daemons: Vec<Child>,
}

impl Frr {
    fn new(namespace: Namespace, address: &str, stub: &str) -> Self {
        namespace.run("ip", &["addr", "add", address, "dev", "eth0"]);
        namespace.run("ip", &["link", "add", "stub", "type", "veth", "peer", "name", "end"]);
        namespace.run("ip", &["link", "set", "stub", "up"]);
        namespace.run("ip", &["link", "set", "end", "up"]);
        namespace.run("ip", &["addr", "add", stub, "dev", "stub"]);
        let folder = tempfile::tempdir().unwrap();
        // The daemons give up root and then write here.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
        let router = "router rip\n version 2\n network eth0\n network stub\n timers basic 5 15 10\n";
        fs::write(folder.path().join("zebra.conf"), "").unwrap();
        fs::write(folder.path().join("ripd.conf"), router).unwrap();
        let mut frr = Self { namespace, folder, daemons: Vec::new() };
        for daemon in ["zebra", "ripd"] {
            frr.start(daemon);
        }
        frr
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn start(&mut self, daemon: &str) {
        let folder = self.path().to_path_buf();
        let within = |name: &str| folder.join(name);
        let child = Command::new("ip")
            .args(["netns", "exec", &self.namespace.name])
            .arg(format!("/usr/lib/frr/{daemon}"))
            .args(["-A", "127.0.0.1", "-P", "0"])
            .arg("-f")
            .arg(within(&format!("{daemon}.conf")))
            .arg("-i")
            .arg(within(&format!("{daemon}.pid")))
            .arg("-z")
            .arg(within("zserv"))
            .arg("--vty_socket")
            .arg(&folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        self.daemons.push(child);
        let begun = Instant::now();
        while !within(&format!("{daemon}.vty")).exists() {
            assert!(begun.elapsed() < PATIENCE, "{daemon} does not start");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// `show ip rip`: the line of one destination, if there is one.
    fn rip(&self, prefix: &str) -> Option<String> {
        let output = Command::new("vtysh")
            .arg("--vty_socket")
            .arg(self.path())
            .args(["-d", "ripd", "-c", "show ip rip"])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let line = said.lines().find(|line| line.split_whitespace().nth(1) == Some(prefix))?;
        Some(line.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// The kernel's route to a destination, if ripd gave it one.
    fn kernel(&self, prefix: &str) -> Option<String> {
        let said = self.namespace.run("ip", &["route", "show", "proto", "rip", prefix]);
        said.lines().next().map(str::to_owned)
    }
}

impl Drop for Frr {
    fn drop(&mut self) {
        for daemon in &mut self.daemons {
            daemon.kill().ok();
            daemon.wait().ok();
        }
    }
}

/// Our speaker with a real socket for each interface.
struct Ours {
    speaker: Speaker,
    sockets: Vec<UdpSocket>,
    begun: Instant,
    ignored: Vec<String>,
}

impl Ours {
    fn new(cables: &[(&Namespace, &str)]) -> Self {
        let config = Config {
            update: 5_000_000,
            jitter: 1_000_000,
            timeout: 15_000_000,
            garbage: 10_000_000,
            ..Config::default()
        };
        let mut speaker = Speaker::new(config, 42);
        let mut sockets = Vec::new();
        for (index, (cable, address)) in (1..).zip(cables) {
            cable.run("ip", &["addr", "add", address, "dev", "eth0"]);
            cable.run("ip", &["route", "add", "224.0.0.0/4", "dev", "eth0"]);
            let address: Ipv4Net = address.parse().unwrap();
            let socket = cable.open(|| UdpSocket::bind((Ipv4Addr::UNSPECIFIED, PORT)).unwrap());
            socket.join_multicast_v4(&GROUP, &address.addr()).unwrap();
            socket.set_multicast_loop_v4(false).unwrap();
            socket.set_nonblocking(true).unwrap();
            sockets.push(socket);
            speaker.interface_up(Time::ZERO, Interface::new(index, address)).unwrap();
        }
        Self { speaker, sockets, begun: Instant::now(), ignored: Vec::new() }
    }

    fn now(&self) -> Time {
        Time(u64::try_from(self.begun.elapsed().as_micros()).unwrap())
    }

    fn drive(&mut self) {
        for (index, socket) in (1..).zip(&self.sockets) {
            let mut bytes = [0; 2000];
            while let Ok((length, SocketAddr::V4(from))) = socket.recv_from(&mut bytes) {
                let now = Time(u64::try_from(self.begun.elapsed().as_micros()).unwrap());
                self.speaker.on_datagram(now, index, from, &bytes[..length]);
            }
        }
        self.speaker.on_timeout(self.now());
        while let Some(sent) = self.speaker.poll_transmit() {
            let socket = &self.sockets[sent.interface as usize - 1];
            socket.set_multicast_ttl_v4(u32::from(sent.ttl)).unwrap();
            socket.send_to(&sent.bytes, sent.to).unwrap();
        }
        while let Some(event) = self.speaker.poll_event() {
            if let Event::Ignored { why, from, .. } = event {
                self.ignored.push(format!("{from}: {why}"));
            }
        }
    }

    /// Speaks until something holds.
    fn until(&mut self, what: &str, mut holds: impl FnMut(&Speaker) -> bool) {
        let begun = Instant::now();
        let mut looked = Instant::now();
        loop {
            self.drive();
            if looked.elapsed() > Duration::from_millis(200) {
                if holds(&self.speaker) {
                    return;
                }
                looked = Instant::now();
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "{what} did not come true; {:#?}; ignored: {:?}",
                self.speaker.routes().collect::<Vec<_>>(),
                self.ignored
            );
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn metric(speaker: &Speaker, prefix: &str) -> Option<u32> {
        speaker.route(prefix.parse().unwrap()).map(|route| route.metric)
    }
}

#[test]
fn frr_and_we_learn_from_each_other() {
    if !netns::possible(&["vtysh", "/usr/lib/frr/zebra", "/usr/lib/frr/ripd"]) {
        return;
    }
    let (left, right) = (Namespace::new("left"), Namespace::new("right"));
    let (a, b) = (Namespace::new("a"), Namespace::new("b"));
    a.cable("eth0", &left, "eth0");
    b.cable("eth0", &right, "eth0");
    let mut ours = Ours::new(&[(&left, "10.0.1.1/24"), (&right, "10.0.2.1/24")]);
    let tagged = "192.0.2.0/24";
    ours.speaker.originate(Time::ZERO, tagged.parse().unwrap(), 3, 77, None).unwrap();
    let a = Frr::new(a, "10.0.1.2/24", "172.16.1.1/24");
    let b = Frr::new(b, "10.0.2.2/24", "172.16.2.1/24");

    ours.until("all know all", |speaker| {
        Ours::metric(speaker, "172.16.1.0/24") == Some(2)
            && Ours::metric(speaker, "172.16.2.0/24") == Some(2)
            && [&a, &b].iter().all(|frr| frr.kernel(tagged).is_some())
            && a.kernel("172.16.2.0/24").is_some()
            && b.kernel("172.16.1.0/24").is_some()
    });
    // Their words for what we told them: metric, next hop, tag, and what the kernel forwards by.
    let line = a.rip("172.16.2.0/24").unwrap();
    assert!(line.starts_with("R(n) 172.16.2.0/24 10.0.1.1 3 10.0.1.1 0 "), "{line}");
    let line = b.rip("172.16.1.0/24").unwrap();
    assert!(line.starts_with("R(n) 172.16.1.0/24 10.0.2.1 3 10.0.2.1 0 "), "{line}");
    let line = a.rip(tagged).unwrap();
    assert!(line.starts_with("R(n) 192.0.2.0/24 10.0.1.1 4 10.0.1.1 77 "), "{line}");
    let route = a.kernel("172.16.2.0/24").unwrap();
    assert!(route.contains("via 10.0.1.1 dev eth0") && route.contains("metric 20"), "{route}");
    let through = ours.speaker.route("172.16.2.0/24".parse().unwrap()).unwrap().next_hop;
    assert_eq!(through, Some(Ipv4Addr::new(10, 0, 2, 2)));

    // b's network goes: it says so, we pass it on, a forgets it.
    b.namespace.run("ip", &["link", "set", "stub", "down"]);
    ours.until("the network that went is gone everywhere", |speaker| {
        Ours::metric(speaker, "172.16.2.0/24").is_none_or(|metric| metric == 16)
            && a.kernel("172.16.2.0/24").is_none()
    });
    // It comes back, and is learned out of the garbage or anew.
    b.namespace.run("ip", &["link", "set", "stub", "up"]);
    ours.until("the network is back", |speaker| {
        Ours::metric(speaker, "172.16.2.0/24") == Some(2) && a.kernel("172.16.2.0/24").is_some()
    });
    // What we take back goes at both.
    let now = ours.now();
    ours.speaker.withdraw(now, tagged.parse().unwrap());
    ours.until("what we took back is gone", |_| [&a, &b].iter().all(|frr| frr.kernel(tagged).is_none()));
    // b falls silent: the timeout ends what we had of it.
    b.namespace.run("ip", &["link", "set", "eth0", "down"]);
    ours.until("what nobody announces times out", |speaker| {
        Ours::metric(speaker, "172.16.2.0/24").is_none_or(|metric| metric == 16)
            && a.kernel("172.16.2.0/24").is_none()
    });
    assert!(ours.ignored.is_empty(), "{:?}", ours.ignored);
}
