//! The packets of a window in one system call: UDP's segmentation offload, udp(7) `UDP_SEGMENT`.
//!
//! A receiver woken by each packet of a window takes the processor sixteen times where once would do. The kernel cuts
//! one buffer into datagrams of equal size, as late as it can: a capture on the sending machine may show them uncut.
//! So it is used for windows of several packets only, and never where calls are observed.

use std::{
    io::{self, IoSlice},
    net::{SocketAddr, UdpSocket},
    os::fd::AsRawFd,
};

use nix::sys::socket::{ControlMessage, MsgFlags, SockaddrStorage, sendmsg};

/// The limits on datagrams in a call, 64 in every kernel that has it, and on their bytes.
const MOST_PACKETS: usize = 64;
const MOST_BYTES: usize = 65_000;

/// Packets for one destination, waiting to be sent at once.
pub(super) struct Burst {
    bytes: Vec<u8>,
    to: Option<SocketAddr>,
    /// The length of each packet but the last, which may be shorter.
    segment: usize,
    packets: usize,
    /// Not once the kernel or the network card has refused.
    offload: bool,
}

impl Burst {
    pub(super) fn new(offload: bool) -> Self {
        Self { bytes: Vec::new(), to: None, segment: 0, packets: 0, offload }
    }

    /// Adds a packet, sending what it does not go with.
    pub(super) fn push(&mut self, socket: &UdpSocket, bytes: &[u8], to: SocketAddr) -> io::Result<()> {
        let full = self.bytes.len() == self.packets * self.segment;
        let goes = self.to == Some(to)
            && self.offload
            && full
            && bytes.len() <= self.segment
            && self.packets < MOST_PACKETS
            && self.bytes.len() + bytes.len() <= MOST_BYTES;
        if !goes {
            self.flush(socket)?;
            self.to = Some(to);
            self.segment = bytes.len();
        }
        self.bytes.extend_from_slice(bytes);
        self.packets += 1;
        Ok(())
    }

    /// Sends what has been added.
    pub(super) fn flush(&mut self, socket: &UdpSocket) -> io::Result<()> {
        let result = self.to.take().map_or(Ok(()), |to| self.send(socket, to));
        self.bytes.clear();
        self.packets = 0;
        result
    }

    fn send(&mut self, socket: &UdpSocket, to: SocketAddr) -> io::Result<()> {
        if self.packets > 1 {
            match self.send_uncut(socket, to) {
                Ok(()) => return Ok(()),
                // Too large for the interface's MTU, or no offload here.
                Err(
                    nix::Error::EINVAL
                    | nix::Error::EIO
                    | nix::Error::EMSGSIZE
                    | nix::Error::EOPNOTSUPP
                    | nix::Error::ENOPROTOOPT,
                ) => self.offload = false,
                Err(error) => return Err(error.into()),
            }
        }
        for packet in self.bytes.chunks(self.segment.max(1)) {
            socket.send_to(packet, to)?;
        }
        Ok(())
    }

    fn send_uncut(&self, socket: &UdpSocket, to: SocketAddr) -> nix::Result<()> {
        let segment = u16::try_from(self.segment).map_err(|_| nix::Error::EINVAL)?;
        let control = [ControlMessage::UdpGsoSegments(&segment)];
        let bytes = [IoSlice::new(&self.bytes)];
        let to = SockaddrStorage::from(to);
        sendmsg(socket.as_raw_fd(), &bytes, &control, MsgFlags::empty(), Some(&to)).map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datagrams_arrive_as_they_were_added() {
        for offload in [false, true] {
            let (here, there) =
                (UdpSocket::bind("127.0.0.1:0").unwrap(), UdpSocket::bind("127.0.0.1:0").unwrap());
            let to = there.local_addr().unwrap();
            let mut burst = Burst::new(offload);
            let sizes = [4, 516, 516, 516, 20, 516, 516, 516, 600, 600];
            for (number, size) in (0_u8..).zip(sizes) {
                burst.push(&here, &vec![number; size], to).unwrap();
            }
            burst.flush(&here).unwrap();
            assert_eq!(burst.offload, offload, "the loopback interface has the offload");
            let mut buffer = [0; 1000];
            for (number, size) in (0_u8..).zip(sizes) {
                let length = there.recv(&mut buffer).unwrap();
                assert_eq!(&buffer[..length], vec![number; size], "offload {offload}");
            }
        }
    }
}
