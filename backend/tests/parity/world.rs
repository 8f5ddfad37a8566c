//! A scenario's network built of the kernel's own parts: a network namespace for each machine, a bridge for each switch, a
//! veth pair for each cable, with a capture of every cable.

use std::{
    fmt::Write,
    fs::File,
    os::fd::{AsFd, AsRawFd},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use firsthop_protocol::sim::{DeviceKind, ForwardSpec, NatSpec, Scenario, Transport};
use nix::{
    poll::{PollFd, PollFlags, PollTimeout, poll},
    sys::socket::{MsgFlags, bind, recv},
};
use socket2::{Domain, Protocol, Socket, Type};

/// The network. It is gone with this.
pub struct World {
    tag: String,
    machines: Vec<String>,
    captures: Vec<Capture>,
}

/// What is captured at one end of a cable.
struct Capture {
    link: String,
    end: Arc<AtomicBool>,
    thread: JoinHandle<Vec<Vec<u8>>>,
}

/// Whether such a world can be made here; if not, says so, and fails where nothing may be skipped.
pub fn able(test: &str) -> bool {
    let root = Command::new("ip").args(["netns", "list"]).output();
    let missing = ["ip", "ethtool", "sysctl", "nft", "ping", "traceroute", "python3"]
        .into_iter()
        .find(|program| Command::new(program).arg("-V").output().is_err())
        .map(|program| format!("there is no {program}"));
    let why = missing.or_else(|| match root {
        Err(error) => Some(error.to_string()),
        Ok(_) if !rustix::process::geteuid().is_root() => Some("network namespaces need root".to_owned()),
        Ok(output) => {
            (!output.status.success()).then(|| String::from_utf8_lossy(&output.stderr).into_owned())
        }
    });
    let Some(why) = why else { return true };
    assert!(std::env::var_os("CI").is_none(), "{test}: {why}");
    eprintln!("SKIPPED: {test}: {why}");
    false
}

impl World {
    /// Builds the network of a scenario; nothing has been sent on it yet.
    pub fn build(scenario: &Scenario) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let tag = format!("fp{:x}x{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let mut world = Self { tag, machines: Vec::new(), captures: Vec::new() };
        for device in scenario.devices() {
            world.machine(device.name);
            match device.kind {
                DeviceKind::Host => {}
                DeviceKind::Router => world.must(device.name, "sysctl -q -w net.ipv4.ip_forward=1"),
                DeviceKind::Switch => {
                    world.must(device.name, "ip link add br0 type bridge stp_state 0 mcast_snooping 0");
                    world.must(device.name, "ip link set br0 up");
                }
                kind => panic!("no {kind:?} can be built of the kernel's parts"),
            }
        }
        world.cables(scenario);
        for (number, host) in scenario.hosts.iter().chain(&scenario.routers).enumerate() {
            for (port, card) in host.interfaces().enumerate() {
                let name = &card.name;
                // The MAC addresses of a scenario's machines: see `HostSpec::mac`.
                let mac = format!("02:00:00:{port:02x}:{:02x}:{:02x}", (number + 1) >> 8, (number + 1) & 255);
                let mac = card.mac.unwrap_or(&mac);
                world.must(&host.name, &format!("ip link set {name} address {mac} mtu {}", card.mtu));
                for address in &card.addresses {
                    world.must(&host.name, &format!("ip address add {address} dev {name}"));
                }
                world.must(&host.name, &format!("ip link set {name} up"));
            }
            if let Some(gateway) = host.gateway {
                world.must(&host.name, &format!("ip route add default via {gateway}"));
            }
            for route in &host.routes {
                let via = route.via.map(|via| format!("via {via}")).unwrap_or_default();
                let dev = route.interface.as_ref().map(|dev| format!("dev {dev}")).unwrap_or_default();
                let (to, metric) = (route.to, route.metric);
                world.must(&host.name, &format!("ip route add {to} {via} {dev} metric {metric}"));
            }
        }
        for router in &scenario.routers {
            if let Some(nat) = &router.nat {
                world.translate(&router.name, nat);
            }
        }
        // The carrier comes up at both ends before anything is sent.
        thread::sleep(Duration::from_millis(100));
        world
    }

    /// What a router at home is told.
    fn translate(&self, router: &str, nat: &NatSpec) {
        let outside = &nat.outside;
        let mut rules = format!(
            "table ip nat {{\nchain out {{\ntype nat hook postrouting priority 100;\noifname {outside} masquerade\n}}\n\
             chain in {{\ntype nat hook prerouting priority -100;\n"
        );
        for ForwardSpec { protocol, port, to } in &nat.forwards {
            let protocol = if *protocol == Transport::Udp { "udp" } else { "tcp" };
            writeln!(rules, "iifname {outside} {protocol} dport {port} dnat to {to}").unwrap();
        }
        rules.push_str("}\n}");
        self.must(router, &format!("echo '{rules}' | nft -f -"));
    }

    fn machine(&mut self, name: &str) {
        run(&format!("ip netns add {}", self.space(name)));
        self.machines.push(name.to_owned());
        self.must(name, "ip link set lo up");
        let quiet = "net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1";
        self.must(name, &format!("sysctl -q -w {quiet} net.ipv4.ping_group_range='0 0'"));
    }

    fn cables(&mut self, scenario: &Scenario) {
        for (number, link) in scenario.links.iter().enumerate() {
            let mut ends = Vec::new();
            for end in &link.ends {
                let (name, port) = end.split_once(':').unwrap_or((end, "eth0"));
                let bridge = scenario.switches.iter().any(|switch| switch.name == name);
                ends.push((name.to_owned(), if bridge { format!("p{port}") } else { port.to_owned() }));
            }
            let [(here, port), (there, far)] = &ends[..] else { panic!("a cable has two ends") };
            let temporary = format!("{}l{number}", self.tag);
            run(&format!(
                "ip link add {temporary} netns {} type veth peer name {far} netns {}",
                self.space(here),
                self.space(there)
            ));
            self.must(here, &format!("ip link set {temporary} name {port}"));
            for (machine, port) in &ends {
                // What is sent is whole: the card would have cut it and summed it up.
                self.must(machine, &format!("ethtool -K {port} tx off rx off tso off gso off gro off"));
                if port.starts_with('p') {
                    self.must(machine, &format!("ip link set {port} master br0"));
                    self.must(machine, &format!("ip link set {port} up"));
                }
            }
            self.capture(&link.name, here, port);
        }
    }

    fn capture(&mut self, link: &str, machine: &str, port: &str) {
        let space = File::open(format!("/run/netns/{}", self.space(machine))).unwrap();
        let (end, port) = (Arc::new(AtomicBool::new(false)), port.to_owned());
        let ended = Arc::clone(&end);
        let (ready, is_ready) = std::sync::mpsc::channel();
        let thread = thread::spawn(move || {
            let network = Some(rustix::thread::LinkNameSpaceType::Network);
            rustix::thread::move_into_link_name_space(space.as_fd(), network).unwrap();
            let socket = open(&port);
            ready.send(()).unwrap();
            let mut frames = Vec::new();
            let mut buffer = vec![0; 65_536];
            loop {
                let mut waiting = [PollFd::new(socket.as_fd(), PollFlags::POLLIN)];
                let some = poll(&mut waiting, PollTimeout::from(50_u8)).unwrap_or(0) > 0;
                if some && let Ok(length) = recv(socket.as_raw_fd(), &mut buffer, MsgFlags::MSG_DONTWAIT) {
                    frames.push(buffer[..length].to_vec());
                } else if ended.load(Ordering::Relaxed) {
                    return frames;
                }
            }
        });
        is_ready.recv().unwrap();
        self.captures.push(Capture { link: link.to_owned(), end, thread });
    }

    fn space(&self, machine: &str) -> String {
        format!("{}-{machine}", self.tag)
    }

    fn command(&self, machine: &str, line: &str) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.space(machine), "sh", "-c", line]);
        command
    }

    /// Runs a line of shell on a machine; what it printed. Most tools of a network fail when it does, as they should.
    pub fn run(&self, machine: &str, line: &str) -> String {
        let output = self.command(machine, line).output().unwrap();
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
    }

    /// Runs a line of shell on a machine, which must succeed.
    pub fn must(&self, machine: &str, line: &str) {
        let output = self.command(machine, line).output().unwrap();
        assert!(output.status.success(), "{machine}: {line}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Ends the captures: the frames of each cable, in the order in which they were seen.
    pub fn frames(&mut self) -> Vec<(String, Vec<Vec<u8>>)> {
        let ended = self.captures.drain(..).map(|capture| {
            capture.end.store(true, Ordering::Relaxed);
            (capture.link, capture.thread.join().unwrap())
        });
        ended.collect()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        for machine in &self.machines {
            Command::new("ip").args(["netns", "delete", &self.space(machine)]).output().ok();
        }
    }
}

/// A socket that sees everything that goes in and out of a card.
fn open(port: &str) -> Socket {
    const EVERY_PROTOCOL: i32 = 0x0300;
    let socket = Socket::new(Domain::PACKET, Type::RAW, Some(Protocol::from(EVERY_PROTOCOL))).unwrap();
    let cards = nix::ifaddrs::getifaddrs().unwrap();
    let card = cards
        .filter(|card| card.interface_name == port)
        .find_map(|card| card.address?.as_link_addr().copied());
    bind(socket.as_raw_fd(), &card.unwrap()).unwrap();
    socket
}

fn run(line: &str) {
    let output = Command::new("sh").args(["-c", line]).output().unwrap();
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
}
