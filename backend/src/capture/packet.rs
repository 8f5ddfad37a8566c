//! An AF_PACKET socket on the loopback interface.

use std::{
    io::{self, IoSliceMut},
    net::{Ipv4Addr, UdpSocket},
    os::fd::AsRawFd,
    thread,
    time::{Duration, Instant},
};

use nix::sys::socket::{
    ControlMessageOwned, LinkAddr, MsgFlags, TimestampingFlag, Timestamps, recvmsg, setsockopt,
    sockopt::{RcvBufForce, RxqOvfl, Timestamping},
};
use socket2::{Domain, Protocol, Socket, Type};

use super::{Transport, filter};
use crate::clock::unix_micros;

/// `ETH_P_ALL` as the kernel wants it: in network byte order.
const EVERY_PROTOCOL: i32 = 0x0003_u16.to_be() as i32;
/// The loopback interface's MTU and an Ethernet header.
const LONGEST_FRAME: usize = 65_536 + 14;
/// Room for a burst: the kernel drops frames when a capture's queue is full.
const QUEUE: usize = 8 << 20;
/// How long the kernel may take until it stamps frames.
const STAMPS: Duration = Duration::from_secs(1);

/// A frame as it arrived at the loopback interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Captured {
    /// Microseconds since 1970-01-01 00:00 UTC.
    pub micros: u64,
    /// Whether that is the kernel's stamp; otherwise it is the time at which the frame was read.
    pub stamped: bool,
    /// How many frames the kernel had no room for until then, since the capture was opened.
    pub lost: u32,
    /// All its bytes, from the Ethernet header on.
    pub bytes: Vec<u8>,
}

/// A capture of the frames from and to some ports on the loopback interface.
#[derive(Debug)]
pub struct Capture {
    socket: Socket,
    interface: u32,
}

impl Capture {
    /// Whether a capture may be opened.
    ///
    /// # Errors
    /// As [`Capture::open`].
    pub fn right() -> io::Result<()> {
        // Without a protocol the socket gets nothing at all.
        Socket::new(Domain::PACKET, Type::RAW, None).map(drop)
    }

    /// Opens a capture that watches no port yet.
    ///
    /// # Errors
    /// `PermissionDenied` without the right CAP_NET_RAW.
    pub fn open() -> io::Result<Self> {
        let socket = Socket::new(Domain::PACKET, Type::RAW, Some(Protocol::from(EVERY_PROTOCOL)))?;
        let interface = rustix::net::netdevice::name_to_index(&socket, "lo")?;
        let capture = Self { socket, interface };
        capture.watch(&[])?;
        capture.socket.set_nonblocking(true)?;
        // SO_RCVBUF is capped by net.core.rmem_max, and less than asked for is no failure; whoever may, gets it all.
        if setsockopt(&capture.socket, RcvBufForce, &QUEUE).is_err() {
            capture.socket.set_recv_buffer_size(QUEUE)?;
        }
        setsockopt(&capture.socket, RxqOvfl, &1)?;
        let stamps =
            TimestampingFlag::SOF_TIMESTAMPING_RX_SOFTWARE | TimestampingFlag::SOF_TIMESTAMPING_SOFTWARE;
        setsockopt(&capture.socket, Timestamping, &stamps)?;
        // What came between `socket` and the filter is not ours.
        capture.take()?;
        capture.await_stamps()?;
        Ok(capture)
    }

    /// Linux begins to stamp frames some time after the first socket asked for it (a work queue sees to it), and a frame
    /// without a stamp would seem later than it was. So a datagram is sent round until it comes with one.
    fn await_stamps(&self) -> io::Result<()> {
        let probe = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = probe.local_addr()?;
        self.watch(&[(Transport::Udp, address.port())])?;
        let until = Instant::now() + STAMPS;
        while Instant::now() < until {
            probe.send_to(b"", address)?;
            if self.take()?.iter().any(|frame| frame.stamped) {
                break;
            }
            thread::sleep(Duration::from_millis(2));
        }
        self.watch(&[])?;
        self.take().map(drop)
    }

    /// Watches these ports from now on, and no others.
    ///
    /// # Errors
    /// The kernel's.
    pub fn watch(&self, ports: &[(Transport, u16)]) -> io::Result<()> {
        self.socket.attach_filter(&filter::program(self.interface, ports))
    }

    /// The frames that have arrived since the last call; does not wait.
    ///
    /// # Errors
    /// The kernel's.
    pub fn take(&self) -> io::Result<Vec<Captured>> {
        let mut frames = Vec::new();
        let mut buffer = vec![0; LONGEST_FRAME];
        while let Some(frame) = self.next(&mut buffer)? {
            frames.push(frame);
        }
        Ok(frames)
    }

    fn next(&self, buffer: &mut [u8]) -> io::Result<Option<Captured>> {
        let mut parts = [IoSliceMut::new(buffer)];
        let mut control = nix::cmsg_space!(Timestamps, u32);
        let flags = MsgFlags::MSG_DONTWAIT;
        let message =
            match recvmsg::<LinkAddr>(self.socket.as_raw_fd(), &mut parts, Some(&mut control), flags) {
                Ok(message) => message,
                Err(nix::Error::EAGAIN) => return Ok(None),
                Err(error) => return Err(error.into()),
            };
        let length = message.bytes;
        let (mut stamp, mut lost) = (None, 0);
        for control in message.cmsgs()? {
            match control {
                ControlMessageOwned::ScmTimestampsns(times) => stamp = Some(times.system),
                // It is left out while it is zero.
                ControlMessageOwned::RxqOvfl(count) => lost = count,
                _ => {}
            }
        }
        let micros = stamp.map_or_else(unix_micros, |time| {
            u64::try_from(time.tv_sec() * 1_000_000 + time.tv_nsec() / 1000).unwrap_or_default()
        });
        Ok(Some(Captured {
            micros,
            stamped: stamp.is_some(),
            lost,
            bytes: buffer.get(..length).unwrap_or_default().to_vec(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn a_port_of_the_other_protocol_or_of_another_address_is_somebody_elses() {
        if let Err(why) = Capture::right() {
            assert!(std::env::var_os("CI").is_none(), "{why}");
            eprintln!("SKIPPED: what a capture sees: {why}");
            return;
        }
        let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = tcp.local_addr().unwrap().port();
        let udp = UdpSocket::bind(("127.0.0.1", port)).unwrap();
        let elsewhere = UdpSocket::bind(("127.0.0.2", port)).unwrap();
        for (protocol, number, least) in [(Transport::Tcp, 6, 3), (Transport::Udp, 17, 1)] {
            let capture = Capture::open().unwrap();
            capture.watch(&[(protocol, port)]).unwrap();
            let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
            let client = UdpSocket::bind("127.0.0.1:0").unwrap();
            client.send_to(b"mine", udp.local_addr().unwrap()).unwrap();
            client.send_to(b"not mine", elsewhere.local_addr().unwrap()).unwrap();
            let seen = capture.take().unwrap();
            assert!(seen.len() >= least, "{seen:?}");
            for frame in seen {
                assert_eq!((frame.bytes[14 + 9], &frame.bytes[30..34]), (number, &[127, 0, 0, 1][..]));
            }
            drop(stream);
        }
    }

    #[test]
    fn frames_for_which_there_is_no_room_are_counted() {
        let Ok(capture) = Capture::open() else {
            return; // The test above says so.
        };
        let (from, to) = (UdpSocket::bind("127.0.0.1:0").unwrap(), UdpSocket::bind("127.0.0.1:0").unwrap());
        let address = to.local_addr().unwrap();
        capture.watch(&[(Transport::Udp, address.port())]).unwrap();
        capture.socket.set_recv_buffer_size(1).unwrap();
        from.send_to(b"the first has room", address).unwrap();
        assert_eq!(capture.take().unwrap().iter().map(|frame| frame.lost).collect::<Vec<_>>(), [0]);
        for _ in 0..100 {
            from.send_to(&[0; 1000], address).unwrap();
        }
        let some = capture.take().unwrap().len();
        from.send_to(b"the last tells", address).unwrap();
        let last = capture.take().unwrap();
        assert_eq!(last.iter().map(|frame| some + frame.lost as usize).collect::<Vec<_>>(), [100]);
    }
}
