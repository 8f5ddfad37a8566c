//! Our client and our relay, and `dnsmasq` at the other end of the cable.

use std::{
    net::Ipv4Addr,
    thread,
    time::{Duration, Instant},
};

use firsthop_protocol::{
    dhcp::{Action, Client, Configuration, Event, Kind, Relay, State, client, relay},
    trace::Time,
};

use crate::{
    lan::{address, mac},
    netns::{self, Namespace},
    programs::udhcpc,
    station::{Heard, PATIENCE, Program, Station, until, whole_checksums},
};

/// `dnsmasq` on eth0 of a namespace, with more settings.
fn dnsmasq(namespace: &Namespace, more: &[&str]) -> Program {
    let common = [
        "--keep-in-foreground",
        "--conf-file=/dev/null",
        "--port=0",
        "--user=root",
        "--interface=eth0",
        "--bind-interfaces",
        "--no-ping",
        "--log-dhcp",
        "--log-facility=-",
        "--pid-file={}/pid",
        "--dhcp-leasefile={}/leases",
        "--domain=example.net",
        "--dhcp-option=option:dns-server,10.0.0.53,10.0.0.54",
    ];
    let folder = tempfile::tempdir().unwrap();
    let program = Program::new(namespace, folder, "dnsmasq", &[&common[..], more].concat());
    let ready = || program.read("log").contains("sockets bound");
    until("dnsmasq is ready", || {}, ready);
    program
}

/// Our client on a real cable; its time can be put forward.
struct Ours {
    client: Client,
    station: Station,
    begun: Instant,
    ahead: u64,
    /// Whether what it sends is lost, and to whom.
    lost: Option<Ipv4Addr>,
    got: Vec<Configuration>,
    states: Vec<String>,
}

impl Ours {
    fn new(namespace: &Namespace) -> Self {
        let station = Station::new(namespace, "eth0", mac(7), 68);
        let config = client::Config { host_name: Some("ours".into()), ..client::Config::prompt(mac(7)) };
        Self {
            client: Client::new(config, 1),
            station,
            begun: Instant::now(),
            ahead: 0,
            lost: None,
            got: Vec::new(),
            states: Vec::new(),
        }
    }

    fn now(&self) -> Time {
        Time(u64::try_from(self.begun.elapsed().as_micros()).unwrap() + self.ahead)
    }

    /// Time jumps to an instant, for our client alone.
    fn jump(&mut self, to: Time) {
        self.ahead += to.since(self.now());
    }

    fn drive(&mut self) {
        while let Some(heard) = self.station.hear() {
            let now = self.now();
            match heard {
                Heard::Datagram { from, bytes, .. } => self.client.on_datagram(now, from, &bytes),
                Heard::Claim { address, mac } => self.client.on_conflict(now, address, mac),
            }
        }
        self.client.on_timeout(self.now());
        while let Some(sent) = self.client.poll_transmit() {
            if self.lost != Some(*sent.to.ip()) {
                self.station.send(&sent);
            }
        }
        while let Some(action) = self.client.poll_action() {
            match action {
                Action::Check { address } => self.station.probe(address),
                Action::Configure(given) => {
                    self.station.addresses = vec![given.address.addr()];
                    self.got.push(given);
                }
                Action::Deconfigure { .. } => self.station.addresses.clear(),
            }
        }
        while let Some(event) = self.client.poll_event() {
            if let Event::State { to, .. } = event {
                self.states.push(to.to_string());
            }
        }
    }

    /// Runs until it has been given something so many times.
    fn until_got(&mut self, count: usize) {
        let begun = Instant::now();
        while self.got.len() < count {
            assert!(begun.elapsed() < PATIENCE, "{:?} {:?}", self.states, self.station.kinds());
            self.drive();
            thread::sleep(Duration::from_millis(5));
        }
    }
}

const RANGE: &str = "--dhcp-range=10.0.0.100,10.0.0.150,255.255.255.0,10m";

#[test]
fn our_client_gets_renews_rebinds_remembers_and_releases() {
    if !netns::possible(&["dnsmasq", "tshark", "ethtool"]) {
        return;
    }
    let (here, there) = (Namespace::new("dhcp-client"), Namespace::new("dhcp-dnsmasq"));
    here.cable("eth0", &there, "eth0");
    whole_checksums(&there);
    there.run("ip", &["addr", "add", "10.0.0.1/24", "dev", "eth0"]);
    let dnsmasq = dnsmasq(&there, &[RANGE, "--dhcp-authoritative", "--dhcp-option=option:router,10.0.0.254"]);
    let leases = || dnsmasq.read("leases");

    let mut ours = Ours::new(&here);
    ours.client.start(ours.now());
    ours.until_got(1);
    let given = ours.got[0].clone();
    assert_eq!(given.address.prefix_len(), 24);
    assert!((100..=150).contains(&given.address.addr().octets()[3]), "{given:?}");
    assert_eq!(given.routers, [address("10.0.0.254")]);
    assert_eq!(given.dns, [address("10.0.0.53"), address("10.0.0.54")]);
    assert_eq!(given.domain.as_deref(), Some("example.net"));
    assert_eq!(given.server, address("10.0.0.1"));
    let span = |given: &Configuration, from: Option<Time>, to: Option<Time>| {
        assert!(given.until.is_some());
        to.unwrap().since(from.unwrap()) / 1_000_000
    };
    assert_eq!(span(&given, given.t1, given.until), 300);
    assert_eq!(span(&given, given.t2, given.until), 75);
    let row = format!("02:00:00:00:00:07 {} ours", given.address.addr());
    assert!(leases().contains(&row), "{}", leases());
    assert_eq!(ours.station.kinds(), [Kind::Discover, Kind::Offer, Kind::Request, Kind::Ack]);

    // T1: a unicast that the kernel's ARP must let through both ways.
    ours.jump(given.t1.unwrap());
    ours.until_got(2);
    assert_eq!(ours.got[1].address, given.address);
    assert!(ours.got[1].until > given.until);
    // T2: the unicasts get lost.
    ours.lost = Some(address("10.0.0.1"));
    ours.jump(ours.got[1].t1.unwrap());
    ours.drive();
    assert_eq!(ours.client.state(), State::Renewing);
    ours.jump(ours.got[1].t2.unwrap());
    ours.until_got(3);
    ours.lost = None;
    assert_eq!(
        ours.states,
        ["SELECTING", "REQUESTING", "BOUND", "RENEWING", "BOUND", "RENEWING", "REBINDING", "BOUND"]
    );
    // INIT-REBOOT with its own address, then with one of another network.
    let had = ours.client.stop().unwrap();
    ours.drive();
    ours.states.clear();
    ours.client.reboot(ours.now(), had.clone());
    ours.until_got(4);
    assert_eq!(ours.states, ["INIT-REBOOT", "REBOOTING", "BOUND"]);
    ours.client.stop();
    ours.drive();
    ours.states.clear();
    let away = Configuration { address: "192.168.9.9/24".parse().unwrap(), ..had };
    ours.client.reboot(ours.now(), away);
    ours.until_got(5);
    assert_eq!(ours.states, ["INIT-REBOOT", "REBOOTING", "INIT", "SELECTING", "REQUESTING", "BOUND"]);
    assert!(ours.station.kinds().contains(&Kind::Nak));
    assert_eq!(ours.got[4].address, given.address, "dnsmasq knows the client");

    ours.client.release(ours.now());
    until("dnsmasq has forgotten the lease", || ours.drive(), || !leases().contains("02:00:00:00:00:07"));
    assert_eq!(ours.client.state(), State::Init);
    ours.station.ask_tshark();
}

#[test]
fn our_client_declines_an_address_that_a_kernel_answers_for() {
    if !netns::possible(&["dnsmasq", "tshark", "ethtool"]) {
        return;
    }
    let (here, there) = (Namespace::new("dhcp-decline"), Namespace::new("dhcp-taken"));
    here.cable("eth0", &there, "eth0");
    whole_checksums(&there);
    there.run("ip", &["addr", "add", "10.0.0.1/24", "dev", "eth0"]);
    // Linux answers on every interface for each of its addresses; dnsmasq does not look there.
    there.run("ip", &["addr", "add", "10.0.0.100/32", "dev", "lo"]);
    let kept = "--dhcp-host=02:00:00:00:00:07,10.0.0.100";
    let dnsmasq = dnsmasq(&there, &["--dhcp-range=10.0.0.101,10.0.0.101,255.255.255.0,10m", kept]);
    let mut ours = Ours::new(&here);
    ours.client.start(ours.now());
    let begun = Instant::now();
    while ours.got.is_empty() {
        assert!(begun.elapsed() < PATIENCE, "{:?} {}", ours.states, dnsmasq.read("log"));
        ours.drive();
        if ours.client.state() == State::Init {
            // The ten seconds after a declined address.
            ours.jump(ours.client.poll_timeout().unwrap());
        }
        thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(ours.got[0].address.addr(), address("10.0.0.101"));
    assert!(ours.station.kinds().contains(&Kind::Decline));
    assert!(dnsmasq.read("log").contains("DHCPDECLINE(eth0) 10.0.0.100"), "{}", dnsmasq.read("log"));
    ours.station.ask_tshark();
}

#[test]
fn through_our_relay_dnsmasq_serves_another_network() {
    if !netns::possible(&["dnsmasq", "busybox", "tshark", "ethtool"]) {
        return;
    }
    let clients = Namespace::new("dhcp-far");
    let (near, far) = (Namespace::new("dhcp-relay-1"), Namespace::new("dhcp-relay-2"));
    let servers = Namespace::new("dhcp-server");
    clients.cable("eth0", &near, "eth0");
    far.cable("eth0", &servers, "eth0");
    whole_checksums(&clients);
    whole_checksums(&servers);
    servers.run("ip", &["addr", "add", "10.9.0.5/24", "dev", "eth0"]);
    servers.run("ip", &["route", "add", "10.0.0.0/24", "via", "10.9.0.1"]);
    // 77 is the interface's number, which option 82 tells.
    let circuit =
        ["--dhcp-circuitid=set:one,37:37", "--dhcp-option=tag:one,option:domain-name,circuit.example"];
    let dnsmasq = dnsmasq(&servers, &[&[RANGE][..], &circuit].concat());

    let config = relay::Config { agent_information: true, ..relay::Config::new(vec![address("10.9.0.5")]) };
    let mut relay = Relay::new(config);
    relay.interface_up(77, "10.0.0.254/24".parse().unwrap());
    let mut ports = [Station::new(&near, "eth0", mac(0x10), 67), Station::new(&far, "eth0", mac(0x11), 67)];
    ports[0].addresses = vec![address("10.0.0.254")];
    ports[1].addresses = vec![address("10.9.0.1"), address("10.0.0.254")];

    let client = udhcpc(&clients);
    let mut drive = || {
        for (index, port) in ports.iter_mut().enumerate() {
            while let Some(heard) = port.hear() {
                if let Heard::Datagram { from, bytes, .. } = heard {
                    relay.on_datagram(if index == 0 { 77 } else { 78 }, from, &bytes);
                }
            }
        }
        while let Some(sent) = relay.poll_transmit() {
            ports[usize::from(sent.interface.is_none())].send(&sent);
        }
    };
    until("udhcpc is bound", &mut drive, || client.read("said").contains("bound"));
    let said = client.read("said");
    assert!(said.contains("domain=circuit.example") && said.contains("router=10.0.0.254"), "{said}");
    assert!(dnsmasq.read("leases").contains(" 10.0.0.1"), "{}", dnsmasq.read("leases"));
    let [near, far] = ports;
    assert_eq!(near.kinds(), [Kind::Discover, Kind::Offer, Kind::Request, Kind::Ack]);
    for message in far.messages() {
        assert_eq!(message.giaddr, address("10.0.0.254"));
        assert_eq!(message.options.get(82), Some(&[1, 2, b'7', b'7'][..]), "dnsmasq gives it back");
    }
    assert!(near.messages().iter().all(|message| message.options.get(82).is_none()));
    near.ask_tshark();
    far.ask_tshark();
}
