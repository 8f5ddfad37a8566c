//! What an ICMP error does to a connection (RFC 1122 §4.2.3.9, RFC 1191 §6, RFC 5927).
//!
//! Anybody can send an ICMP error, so it must quote a segment that is on its way, and it ends no connection that is open:
//! there it is a hint, and the reason that is given if the connection fails later. One that is being opened it ends at once,
//! as on Linux: RFC 5461 §4.1 tells why most systems do that.

use super::{
    Endpoint, Error, EventKind, Listener, Seq, State,
    config::MIN_MSS,
    text::{self, Message},
};
use crate::trace::Time;

/// An IPv4 and a TCP header without options: octets.
const HEADERS: u16 = 40;

/// What an ICMP error says of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icmp {
    /// It could not be delivered, with the error that a user call gets for it.
    Unreachable(Error),
    /// It was too large for a network on its way.
    TooBig {
        /// The largest packet that passes: bytes.
        mtu: u16,
    },
}

impl Endpoint {
    /// Somebody could not deliver a segment of ours that begins at `seq`.
    pub fn on_icmp(&mut self, now: Time, seq: Seq, what: Icmp) {
        self.now = self.now.max(now);
        // RFC 5927 §4.1: what nobody has sent, or was acknowledged, cannot have failed just now.
        let in_flight = seq.ge(self.snd_una) && seq.lt(self.snd_nxt);
        if matches!(self.state, State::Closed | State::Listen) || !in_flight {
            let message = &text::ICMP_STRAY;
            return self.report(EventKind::Check { dropped: true }, message, &[]);
        }
        match (what, self.state) {
            (Icmp::TooBig { mtu }, _) => self.on_too_big(mtu),
            (Icmp::Unreachable(error), State::SynSent | State::SynReceived) => {
                self.end(&text::ICMP_ENDS, &[("error", &error)], Some(error));
            }
            (Icmp::Unreachable(error), _) => {
                self.soft_error = Some(error);
                self.report(EventKind::Suspicious, &text::ICMP_HINT, &[("error", &error)]);
            }
        }
    }

    /// Sends segments that fit into packets of `mtu` bytes from now on (RFC 1191 §6.4); says whether that is less than before.
    pub fn limit_to(&mut self, mtu: u16) -> bool {
        let mss = mtu.saturating_sub(HEADERS).max(MIN_MSS);
        let less = u32::from(mss) < self.segment_room();
        self.path_mss = self.path_mss.min(mss);
        if less {
            self.cc.limit(u32::from(mss));
        }
        less
    }

    fn on_too_big(&mut self, mtu: u16) {
        if !self.limit_to(mtu) {
            return;
        }
        self.report(EventKind::Suspicious, &text::ICMP_TOO_BIG, &[("mtu", &mtu)]);
        // What was too large is gone, but nothing was congested: it goes again at once, smaller.
        self.timed = None;
        self.resend = None;
        self.resent_to = self.snd_una;
        self.go_back = Some((self.snd_una, text::AGAIN_SMALLER));
    }

    /// The reason for giving up: what was heard of, or that nothing was.
    pub(super) fn give_up(&mut self, why: &Message, count: u32) {
        let error = self.soft_error.unwrap_or(Error::UserTimeout);
        self.end(why, &[("count", &count)], Some(error));
    }
}

impl Listener {
    /// Somebody could not deliver a segment of a connection that waits here.
    pub fn on_icmp(
        &mut self,
        now: Time,
        (local, remote): (std::net::SocketAddr, std::net::SocketAddr),
        seq: Seq,
        what: Icmp,
    ) {
        let ours = |endpoint: &&mut Endpoint| endpoint.local() == local && endpoint.remote() == remote;
        if let Some(endpoint) = self.endpoints_mut().find(ours) {
            endpoint.on_icmp(now, seq, what);
        }
        self.sort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tcp::{Config, Flags, Segment};

    /// A connection that has been opened, and its next sequence number.
    fn open() -> (Endpoint, Seq) {
        let config = Config { mss: 1460, timestamps: false, ..Config::textbook(100) };
        let local = ([10, 0, 0, 1], 4000).into();
        let mut endpoint = Endpoint::connect(config, local, ([10, 0, 0, 2], 80).into(), Time::ZERO);
        let syn = endpoint.poll_transmit(Time::ZERO).unwrap().segment;
        let options = crate::tcp::Options { mss: Some(1460), ..crate::tcp::Options::default() };
        let answer = Segment {
            src_port: 80,
            dst_port: 4000,
            seq: Seq(300),
            ack: syn.seq + 1,
            flags: Flags::SYN_ACK,
            window: 65_535,
            options,
            ..Segment::default()
        };
        endpoint.on_segment(Time::ZERO, &answer);
        while endpoint.poll_transmit(Time::ZERO).is_some() {}
        (endpoint, syn.seq + 1)
    }

    #[test]
    fn what_quotes_nothing_in_flight_is_not_believed() {
        let (mut endpoint, next) = open();
        endpoint.send(&[7; 100]).unwrap();
        endpoint.poll_transmit(Time::ZERO).unwrap();
        for stray in [next - 1, next + 100, next + 5000] {
            endpoint.on_icmp(Time::ZERO, stray, Icmp::TooBig { mtu: 600 });
            assert_eq!(endpoint.segment_room(), 1460);
        }
        endpoint.on_icmp(Time::ZERO, next, Icmp::TooBig { mtu: 600 });
        assert_eq!(endpoint.segment_room(), 560);
    }

    /// RFC 1122 §4.2.3.9: a hint ends nothing, but is the reason given if the connection fails.
    #[test]
    fn an_open_connection_survives_and_remembers_why() {
        let (mut endpoint, next) = open();
        endpoint.send(&[7; 100]).unwrap();
        endpoint.poll_transmit(Time::ZERO).unwrap();
        endpoint.on_icmp(Time::ZERO, next, Icmp::Unreachable(Error::HostUnreachable));
        assert_eq!((endpoint.state(), endpoint.error()), (State::Established, None));
        while let Some(at) = endpoint.poll_timeout() {
            endpoint.on_timeout(at);
            while endpoint.poll_transmit(at).is_some() {}
        }
        assert_eq!(endpoint.error(), Some(Error::HostUnreachable));
    }

    #[test]
    fn what_was_too_large_goes_again_in_smaller_segments() {
        let (mut endpoint, next) = open();
        endpoint.send(&[7; 2920]).unwrap();
        let first: Vec<_> = std::iter::from_fn(|| endpoint.poll_transmit(Time::ZERO)).collect();
        assert_eq!(first.iter().map(|it| it.segment.payload.len()).collect::<Vec<_>>(), [1460, 1460]);
        let window = endpoint.tcb();
        endpoint.on_icmp(Time::ZERO, next, Icmp::TooBig { mtu: 1040 });
        let again: Vec<_> = std::iter::from_fn(|| endpoint.poll_transmit(Time::ZERO)).collect();
        assert_eq!(again.iter().map(|it| it.segment.payload.len()).collect::<Vec<_>>(), [1000, 1000, 920]);
        assert!(again.iter().all(|it| it.note.id == "tcp.again.smaller"));
        assert_eq!(endpoint.tcb().ssthresh, window.ssthresh, "nothing was congested");
    }

    #[test]
    fn a_connection_that_is_being_opened_ends() {
        let local = ([10, 0, 0, 1], 4000).into();
        let to = ([10, 0, 0, 2], 80).into();
        let mut endpoint = Endpoint::connect(Config::textbook(100), local, to, Time::ZERO);
        let syn = endpoint.poll_transmit(Time::ZERO).unwrap().segment;
        endpoint.on_icmp(Time::ZERO, syn.seq, Icmp::Unreachable(Error::NetUnreachable));
        assert_eq!((endpoint.state(), endpoint.error()), (State::Closed, Some(Error::NetUnreachable)));
    }
}
