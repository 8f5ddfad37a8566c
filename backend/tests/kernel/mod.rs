//! A real kernel as the other end of a simulated machine: network namespaces, veth pairs, and a machine of ours on one end
//! of a pair by AF_PACKET.

use std::{
    io,
    os::fd::AsRawFd,
    process::{Command, Output},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use firsthop_protocol::{
    stack::{self, Output as Does, Received, Stack},
    trace::{Text, Time},
};
use nix::sys::socket::{MsgFlags, bind, recv, send};
use socket2::{Domain, Protocol, Socket, Type};

/// Runs a command; what it printed.
pub fn run(command: &str) -> Output {
    let mut words = command.split_whitespace();
    let program = words.next().unwrap();
    Command::new(program).args(words).output().unwrap_or_else(|error| panic!("{command}: {error}"))
}

fn must(command: &str) {
    let output = run(command);
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Whether namespaces can be made here; if not, says so, and fails where nothing may be skipped.
pub fn able(test: &str) -> bool {
    let why = ["ip", "ethtool", "ping", "traceroute"]
        .iter()
        .find(|program| Command::new(program).arg("-V").output().is_err())
        .map(|program| format!("there is no {program}"))
        .or_else(|| {
            let name = unique("t");
            let made = run(&format!("ip netns add {name}"));
            run(&format!("ip netns delete {name}"));
            (!made.status.success()).then(|| String::from_utf8_lossy(&made.stderr).into_owned())
        });
    match why {
        None => true,
        Some(why) => {
            assert!(std::env::var_os("CI").is_none(), "{test}: {why}");
            eprintln!("SKIPPED: {test}: {why}");
            false
        }
    }
}

/// A name that no other test has; an interface's is 15 characters at most.
fn unique(prefix: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{prefix}{:x}x{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A machine that the kernel plays: a network namespace with one card, whose other end is in our hands.
pub struct Kernel {
    pub name: String,
    /// Our end of its cable.
    outside: String,
}

impl Kernel {
    /// With this address, `10.0.0.1/24`.
    pub fn new(address: &str) -> Self {
        let (name, outside) = (unique("fh"), unique("fv"));
        must(&format!("ip netns add {name}"));
        must(&format!("ip link add {outside} type veth peer name eth0 netns {name}"));
        let kernel = Self { name, outside };
        // Our end has no address, and the kernel there says nothing of its own.
        let _ = std::fs::write(format!("/proc/sys/net/ipv6/conf/{}/disable_ipv6", kernel.outside), "1");
        must(&format!("ip link set {} up", kernel.outside));
        for command in [
            "sysctl -q -w net.ipv6.conf.all.disable_ipv6=1",
            // What is sent is whole: the card would have cut it and summed it up.
            "ethtool -K eth0 tx off rx off tso off gso off gro off",
            &format!("ip address add {address} dev eth0"),
            "ip link set lo up",
            "ip link set eth0 up",
        ] {
            kernel.must(command);
        }
        kernel
    }

    /// Runs a command in it.
    pub fn run(&self, command: &str) -> Output {
        run(&format!("ip netns exec {} {command}", self.name))
    }

    /// What a command prints in it.
    pub fn says(&self, command: &str) -> String {
        let output = self.run(command);
        let text = [output.stdout, output.stderr].concat();
        String::from_utf8_lossy(&text).into_owned()
    }

    pub fn must(&self, command: &str) {
        let output = self.run(command);
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Starts a command in it, which ends with the guard.
    pub fn start(&self, command: &str) -> Running {
        let mut words = command.split_whitespace();
        let mut started = Command::new("ip");
        started.args(["netns", "exec", &self.name]).arg(words.next().unwrap()).args(words);
        started.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        Running(started.spawn().unwrap())
    }
}

impl Drop for Kernel {
    fn drop(&mut self) {
        run(&format!("ip link delete {}", self.outside));
        run(&format!("ip netns delete {}", self.name));
    }
}

/// A program that ends with this.
pub struct Running(std::process::Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Our end of a cable.
struct Wire(Socket);

impl Wire {
    fn new(kernel: &Kernel) -> io::Result<Self> {
        const EVERY_PROTOCOL: i32 = 0x0300;
        let socket = Socket::new(Domain::PACKET, Type::RAW, Some(Protocol::from(EVERY_PROTOCOL)))?;
        let all = nix::ifaddrs::getifaddrs()?;
        let links = all.filter(|entry| entry.interface_name == kernel.outside);
        let link = links.filter_map(|entry| entry.address?.as_link_addr().copied()).next();
        // Its protocol is zero, which leaves the socket's own.
        bind(socket.as_raw_fd(), &link.expect("an interface has a link address"))?;
        socket.set_nonblocking(true)?;
        Ok(Self(socket))
    }

    fn take(&self) -> Option<Vec<u8>> {
        let mut buffer = vec![0; 65_536];
        let n = recv(self.0.as_raw_fd(), &mut buffer, MsgFlags::empty()).ok()?;
        buffer.truncate(n);
        Some(buffer)
    }

    fn put(&self, bytes: &[u8]) {
        let _ = send(self.0.as_raw_fd(), bytes, MsgFlags::empty());
    }
}

/// What a machine of ours has done.
#[derive(Debug, Default)]
pub struct Done {
    pub notes: Vec<Text>,
    pub received: Vec<Received>,
    pub rows: Vec<(&'static str, String, Option<String>)>,
}

impl Done {
    pub fn noted(&self, id: &str) -> bool {
        self.notes.iter().any(|note| note.id == id)
    }
}

/// A machine of ours that runs in a thread, its interfaces cabled to kernels in their order.
pub struct Machine {
    end: Arc<AtomicBool>,
    thread: JoinHandle<(Stack, Done)>,
}

impl Machine {
    /// Starts it; `begin` is done first.
    pub fn start(
        mut stack: Stack,
        kernels: &[&Kernel],
        mut begin: impl FnMut(&mut Stack, Time, &mut Vec<Does>) + Send + 'static,
    ) -> Self {
        let wires: Vec<Wire> = kernels.iter().map(|kernel| Wire::new(kernel).unwrap()).collect();
        let end = Arc::new(AtomicBool::new(false));
        let ended = Arc::clone(&end);
        let thread = thread::spawn(move || {
            let begun = Instant::now();
            let now = || Time(u64::try_from(begun.elapsed().as_micros()).unwrap());
            let (mut done, mut out) = (Done::default(), Vec::new());
            begin(&mut stack, now(), &mut out);
            while !ended.load(Ordering::Relaxed) {
                let mut idle = true;
                for (number, wire) in wires.iter().enumerate() {
                    while let Some(frame) = wire.take() {
                        idle = false;
                        let own = &stack.interfaces()[number].mac;
                        // A packet socket sees what it sends itself as well.
                        if frame.get(6..12) != Some(own) {
                            stack.on_frame(now(), number, &frame, &mut out);
                        }
                    }
                }
                if stack.next_timer().is_some_and(|timer| timer <= now()) {
                    stack.on_timer(now(), &mut out);
                }
                for does in std::mem::take(&mut out) {
                    match does {
                        Does::Frame { interface, bytes, .. } => wires[interface].put(&bytes),
                        Does::Note(text) => done.notes.push(text),
                        Does::Received(received) => {
                            answer(&mut stack, now(), &received, &mut out);
                            done.received.push(received);
                        }
                        Does::Table { table, key, row, .. } => {
                            let row = row.map(|row| {
                                row.iter().map(|cell| cell.value.as_str()).collect::<Vec<_>>().join(" ")
                            });
                            done.rows.push((table, key, row));
                        }
                    }
                }
                if idle && out.is_empty() {
                    thread::sleep(Duration::from_micros(200));
                }
            }
            (stack, done)
        });
        Self { end, thread }
    }

    /// Ends it.
    pub fn stop(self) -> (Stack, Done) {
        self.end.store(true, Ordering::Relaxed);
        self.thread.join().unwrap()
    }
}

/// There are no sockets: every port is closed.
fn answer(stack: &mut Stack, now: Time, received: &Received, out: &mut Vec<Does>) {
    if let stack::Payload::Transport { protocol } = &received.payload {
        if *protocol == stack::Protocol::Udp {
            let port = received.data().get(2..4).map_or(0, |port| u16::from_be_bytes([port[0], port[1]]));
            stack.port_unreachable(now, &received.packet, port, out);
        } else {
            stack.protocol_unreachable(now, &received.packet, out);
        }
    }
}
