//! A machine to type at: a stack, and sockets that are said to be there.

use std::net::{Ipv4Addr, SocketAddrV4, TcpListener, TcpStream, UdpSocket};

use firsthop_protocol::{
    stack::{Config, Interface, Stack, route::Route},
    tcp::State,
    terminal::{Change, Counters, Machine, Neighbour, Socket},
    trace::{Text, Time},
};

pub const MACS: [[u8; 6]; 2] = [[2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2]];

pub use firsthop_protocol::stack::neighbour::colons;

/// The machine.
pub struct Bench {
    stack: Stack,
    sockets: Vec<Socket>,
}

const NAMES: [(&str, Ipv4Addr); 2] =
    [("H7", Ipv4Addr::new(10, 0, 0, 7)), ("R1", Ipv4Addr::new(10, 0, 0, 254))];

impl Bench {
    pub fn new() -> Self {
        let mut stack = Stack::new(Config::default());
        for (number, mac) in MACS.into_iter().enumerate() {
            stack.add_interface(Interface::new(format!("eth{number}"), mac, []));
        }
        Self { stack, sockets: Vec::new() }
    }

    pub fn apply(&mut self, changes: Vec<Change>) {
        let why = Text::new("test", "typed");
        for change in changes {
            change.apply(Time::ZERO, &mut self.stack, &why, &mut Vec::new());
        }
    }

    /// As [`sockets`] opens them.
    pub fn open_sockets(&mut self) {
        let end = |text: &str| text.parse::<SocketAddrV4>().unwrap();
        let socket = |tcp, (recv_q, send_q), local, remote: Option<&str>| Socket {
            tcp,
            recv_q,
            send_q,
            local: end(local),
            remote: remote.map(end),
        };
        let established = Some(State::Established);
        self.sockets = vec![
            socket(None, (0, 0), "0.0.0.0:69", None),
            socket(None, (0, 0), "10.0.0.1:5000", Some("10.0.0.7:7")),
            socket(Some(State::Listen), (1, 128), "10.0.0.1:80", None),
            socket(Some(State::Listen), (0, 128), "0.0.0.0:8080", None),
            socket(established, (0, 0), "10.0.0.1:80", Some("10.0.0.1:40000")),
            socket(established, (5, 0), "10.0.0.1:40000", Some("10.0.0.1:80")),
            socket(Some(State::FinWait2), (0, 0), "10.0.0.1:8080", Some("10.0.0.1:40001")),
            socket(Some(State::CloseWait), (1, 0), "10.0.0.1:40001", Some("10.0.0.1:8080")),
            socket(established, (0, 0), "10.0.0.1:80", Some("10.0.0.1:40002")),
            socket(established, (0, 0), "10.0.0.1:40002", Some("10.0.0.1:80")),
        ];
    }
}

/// Sockets of the kernel: listening, connected, half closed, waiting to be accepted, with something to be read.
pub fn sockets() -> Vec<Box<dyn std::any::Any>> {
    use std::io::Write;
    let any = UdpSocket::bind("0.0.0.0:69").unwrap();
    let connected = UdpSocket::bind("10.0.0.1:5000").unwrap();
    connected.connect("10.0.0.7:7").unwrap();
    let (first, second) =
        (TcpListener::bind("10.0.0.1:80").unwrap(), TcpListener::bind("0.0.0.0:8080").unwrap());
    let one = from(40_000, "10.0.0.1:80");
    let (mut accepted, _) = first.accept().unwrap();
    accepted.write_all(b"hello").unwrap();
    let two = from(40_001, "10.0.0.1:8080");
    // Closed by the server: FIN-WAIT-2 here, CLOSE-WAIT there, whose queue has the end as one byte.
    drop(second.accept().unwrap());
    let three = from(40_002, "10.0.0.1:80");
    vec![Box::new((any, connected, first, second)), Box::new((one, accepted)), Box::new(two), Box::new(three)]
}

/// A connection from a port of our choice, which the standard library has no call for.
fn from(port: u16, to: &str) -> TcpStream {
    use rustix::net::{AddressFamily, SocketType, bind, connect, socket};
    let own = SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, 1), port);
    let made = socket(AddressFamily::INET, SocketType::STREAM, None).unwrap();
    bind(&made, &own).unwrap();
    connect(&made, &to.parse::<SocketAddrV4>().unwrap()).unwrap();
    TcpStream::from(made)
}

impl Machine for Bench {
    fn hostname(&self) -> &str {
        "bench"
    }

    fn now(&self) -> Time {
        Time::ZERO
    }

    fn interfaces(&self) -> &[Interface] {
        self.stack.interfaces()
    }

    fn counters(&self, _interface: usize) -> Counters {
        Counters::default()
    }

    fn routes(&self) -> Vec<Route> {
        self.stack.routes().iter().cloned().collect()
    }

    fn neighbours(&self) -> Vec<Neighbour> {
        Neighbour::all(&self.stack)
    }

    fn sockets(&self) -> Vec<Socket> {
        self.sockets.clone()
    }

    fn address_of(&self, name: &str) -> Option<Ipv4Addr> {
        NAMES.iter().find(|it| it.0 == name).map(|it| it.1)
    }

    fn name_of(&self, address: Ipv4Addr) -> Option<String> {
        NAMES.iter().find(|it| it.1 == address).map(|it| it.0.to_owned())
    }

    fn names(&self) -> Vec<String> {
        NAMES.iter().map(|it| it.0.to_owned()).collect()
    }
}
