//! Initial sequence numbers (RFC 9293 §3.4.1, RFC 6528 §3).

use std::net::{IpAddr, SocketAddr};

use super::{Isn, Seq};
use crate::{mix::mix, trace::Time};

/// `ISN = M + F(localip, localport, remoteip, remoteport, secretkey)`, M ticking every 4 microseconds.
///
/// F is SplitMix64's mixer run over the key and the sockets: it spreads well and is the same everywhere, but
/// it is no cryptographic hash.
pub(super) fn choose(isn: Isn, local: SocketAddr, remote: SocketAddr, now: Time) -> Seq {
    match isn {
        Isn::Given(number) => Seq(number),
        Isn::Generated { key } => {
            let mut hash = mix(key);
            for socket in [local, remote] {
                let address: u128 = match socket.ip() {
                    IpAddr::V4(ip) => u128::from(ip.to_bits()),
                    IpAddr::V6(ip) => ip.to_bits(),
                };
                hash = mix(hash ^ address as u64);
                hash = mix(hash ^ (address >> 64) as u64);
                hash = mix(hash ^ u64::from(socket.port()));
            }
            let clock = now.micros() / 4;
            Seq((clock as u32).wrapping_add(hash as u32))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(port: u16, micros: u64, key: u64) -> Seq {
        let local = SocketAddr::from(([10, 0, 0, 1], port));
        let remote = SocketAddr::from(([10, 0, 0, 2], 80));
        choose(Isn::Generated { key }, local, remote, Time(micros))
    }

    #[test]
    fn the_clock_ticks_every_four_microseconds() {
        let start = at(49152, 0, 7);
        assert_eq!(at(49152, 3, 7), start);
        assert_eq!(at(49152, 4, 7), start + 1);
        assert_eq!(at(49152, 4_000_000, 7), start + 1_000_000);
    }

    #[test]
    fn sockets_and_key_make_a_difference() {
        assert_ne!(at(49152, 0, 7), at(49153, 0, 7));
        assert_ne!(at(49152, 0, 7), at(49152, 0, 8));
    }
}
