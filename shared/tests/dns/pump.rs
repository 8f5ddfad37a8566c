//! A machine on real sockets, in a thread of its own.

use std::{
    collections::{BTreeMap, HashMap},
    io::{ErrorKind, Read, Write},
    net::{IpAddr, SocketAddr, TcpListener, TcpStream, UdpSocket},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use firsthop_protocol::{
    dns::{Machine, StreamId, Transmit},
    trace::Time,
};

/// The sockets of a machine that has one address.
struct Sockets {
    address: IpAddr,
    udp: HashMap<u16, UdpSocket>,
    /// Whom each port sent to last: an error of the socket is about that.
    last: HashMap<u16, SocketAddr>,
    listener: Option<TcpListener>,
    streams: BTreeMap<StreamId, TcpStream>,
    accepted: u64,
}

/// A machine that runs until this is dropped.
pub struct Running<M> {
    machine: Arc<Mutex<M>>,
    /// Where it serves, if it does.
    pub address: SocketAddr,
    begun: Instant,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// Binds UDP and TCP to the same port of an address; port 0 is any that is free.
pub fn bind(address: IpAddr, port: u16) -> std::io::Result<(UdpSocket, TcpListener)> {
    for _ in 0..50 {
        let udp = UdpSocket::bind((address, port))?;
        match TcpListener::bind(udp.local_addr()?) {
            Ok(tcp) => return Ok((udp, tcp)),
            Err(error) if port != 0 => return Err(error),
            Err(_) => {}
        }
    }
    Err(ErrorKind::AddrInUse.into())
}

impl<M: Machine + Send + 'static> Running<M> {
    /// A machine that serves at any free port of 127.0.0.1.
    pub fn serve(machine: M) -> Self {
        let (udp, tcp) = bind(IpAddr::from([127, 0, 0, 1]), 0).unwrap();
        Self::serve_on(machine, udp, tcp)
    }

    pub fn serve_on(machine: M, udp: UdpSocket, tcp: TcpListener) -> Self {
        let address = udp.local_addr().unwrap();
        udp.set_nonblocking(true).unwrap();
        tcp.set_nonblocking(true).unwrap();
        Self::start(machine, address, HashMap::from([(address.port(), udp)]), Some(tcp))
    }

    /// A machine that only asks.
    pub fn client(machine: M) -> Self {
        Self::start(machine, SocketAddr::from(([127, 0, 0, 1], 0)), HashMap::new(), None)
    }

    fn start(
        machine: M,
        address: SocketAddr,
        udp: HashMap<u16, UdpSocket>,
        listener: Option<TcpListener>,
    ) -> Self {
        let machine = Arc::new(Mutex::new(machine));
        let stop = Arc::new(AtomicBool::new(false));
        let begun = Instant::now();
        let mut sockets = Sockets {
            address: address.ip(),
            udp,
            last: HashMap::new(),
            listener,
            streams: BTreeMap::new(),
            accepted: 0,
        };
        let thread = thread::spawn({
            let (machine, stop) = (machine.clone(), stop.clone());
            move || {
                while !stop.load(Ordering::Relaxed) {
                    sockets.turn(&mut *machine.lock().unwrap(), now(begun));
                    thread::sleep(Duration::from_millis(1));
                }
            }
        });
        Self { machine, address, begun, stop, thread: Some(thread) }
    }

    pub fn now(&self) -> Time {
        now(self.begun)
    }

    /// Does something with the machine; what it wants sent goes out at once.
    pub fn with<T>(&self, work: impl FnOnce(&mut M, Time) -> T) -> T {
        work(&mut self.machine.lock().unwrap(), self.now())
    }
}

fn now(begun: Instant) -> Time {
    Time(begun.elapsed().as_micros() as u64)
}

impl<M> Drop for Running<M> {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let ended = self.thread.take().map(JoinHandle::join);
        if let Some(Err(_)) = ended
            && !thread::panicking()
        {
            panic!("the machine's thread panicked");
        }
    }
}

impl Sockets {
    fn turn(&mut self, machine: &mut impl Machine, now: Time) {
        let mut buffer = vec![0; 65_536];
        for (port, socket) in &self.udp {
            loop {
                match socket.recv_from(&mut buffer) {
                    Ok((length, from)) => machine.on_datagram(now, *port, from, &buffer[..length]),
                    Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                    Err(_) => {
                        if let Some(server) = self.last.get(port) {
                            machine.on_unreachable(now, *port, *server);
                        }
                    }
                }
            }
        }
        while let Some(Ok((stream, from))) = self.listener.as_ref().map(TcpListener::accept) {
            stream.set_nonblocking(true).unwrap();
            self.accepted += 1;
            let id = StreamId::In(self.accepted);
            self.streams.insert(id, stream);
            machine.on_accept(now, id, from);
        }
        for (id, stream) in &mut self.streams {
            match stream.read(&mut buffer) {
                Ok(0) => machine.on_closed(now, *id),
                Ok(length) => machine.on_stream(now, *id, &buffer[..length]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(_) => machine.on_closed(now, *id),
            }
        }
        if machine.poll_timeout().is_some_and(|time| time <= now) {
            machine.on_timeout(now);
        }
        while let Some(transmit) = machine.poll_transmit() {
            self.transmit(machine, now, transmit);
        }
    }

    fn transmit(&mut self, machine: &mut impl Machine, now: Time, transmit: Transmit) {
        match transmit {
            Transmit::Datagram { port, to, bytes, .. } => {
                let address = self.address;
                let socket = self.udp.entry(port).or_insert_with(|| {
                    // Another program may have just this port.
                    let socket = UdpSocket::bind((address, port)).or_else(|_| UdpSocket::bind((address, 0)));
                    let socket = socket.unwrap();
                    socket.set_nonblocking(true).unwrap();
                    // Only then does the kernel say that nobody listens there.
                    socket.connect(to).unwrap();
                    socket
                });
                self.last.insert(port, to);
                // The error of what was sent before comes here, too.
                if socket.send_to(&bytes, to).is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused)
                {
                    machine.on_unreachable(now, port, to);
                }
            }
            Transmit::ClosePort { port } => {
                self.udp.remove(&port);
            }
            Transmit::Connect { stream, to } => match TcpStream::connect_timeout(&to, Duration::from_secs(1))
            {
                Ok(socket) => {
                    socket.set_nonblocking(true).unwrap();
                    self.streams.insert(stream, socket);
                    machine.on_connected(now, stream);
                }
                Err(_) => machine.on_closed(now, stream),
            },
            Transmit::Stream { stream, bytes, .. } => {
                if let Some(socket) = self.streams.get_mut(&stream) {
                    socket.set_nonblocking(false).unwrap();
                    socket.write_all(&bytes).ok();
                    socket.set_nonblocking(true).unwrap();
                }
            }
            Transmit::Close { stream } => {
                self.streams.remove(&stream);
            }
        }
    }
}
