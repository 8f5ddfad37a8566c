//! What a translator knows of a TCP connection from the segments that go by. RFC 5382 §5; the states are those of
//! Linux's connection tracking, which `conntrack -L` shows.

use std::fmt;

/// The flags that matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Flags {
    pub(super) syn: bool,
    pub(super) ack: bool,
    pub(super) fin: bool,
    pub(super) rst: bool,
}

impl fmt::Display for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = [(self.syn, "SYN"), (self.fin, "FIN"), (self.rst, "RST"), (self.ack, "ACK")];
        let set: Vec<_> = names.iter().filter(|(set, _)| *set).map(|(_, name)| *name).collect();
        f.write_str(if set.is_empty() { "a segment without flags" } else { "" })?;
        f.write_str(&set.join(","))
    }
}

/// Where a connection is, as far as its segments tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TcpState {
    /// One side's SYN.
    SynSent,
    /// Both sides' SYNs, without ACK: both opened at once.
    SynSent2,
    /// SYN,ACK.
    SynReceived,
    /// The handshake is done.
    Established,
    /// One side's FIN.
    FinWait,
    /// And its ACK.
    CloseWait,
    /// Both sides' FINs.
    LastAck,
    /// And the last ACK.
    TimeWait,
    /// RST.
    Close,
}

impl TcpState {
    /// The name as a trace shows it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SynSent => "SYN-SENT",
            Self::SynSent2 => "SYN-SENT2",
            Self::SynReceived => "SYN-RECV",
            Self::Established => "ESTABLISHED",
            Self::FinWait => "FIN-WAIT",
            Self::CloseWait => "CLOSE-WAIT",
            Self::LastAck => "LAST-ACK",
            Self::TimeWait => "TIME-WAIT",
            Self::Close => "CLOSE",
        }
    }
}

/// Who sent a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// The one who sent the first segment.
    Opener,
    Other,
}

/// A connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Connection {
    pub(super) state: TcpState,
    /// Who sent the latest new FIN.
    fin: Option<Side>,
}

impl Connection {
    /// The connection that a first segment begins, if it may: SYN, or, where one is not strict, ACK.
    pub(super) const fn begin(flags: Flags, loose: bool) -> Option<Self> {
        let state = match flags {
            Flags { rst: true, .. } => return None,
            Flags { syn: true, ack: false, fin: false, .. } => TcpState::SynSent,
            Flags { syn: false, ack: true, fin: false, .. } if loose => TcpState::Established,
            _ => return None,
        };
        Some(Self { state, fin: None })
    }

    /// A segment goes by.
    pub(super) fn observe(&mut self, side: Side, flags: Flags) {
        use TcpState as S;
        self.state = match (flags, self.state) {
            (Flags { rst: true, .. }, _) => S::Close,
            (Flags { syn: true, ack: false, .. }, S::TimeWait | S::Close) if side == Side::Opener => {
                self.fin = None;
                S::SynSent
            }
            (Flags { syn: true, ack: false, .. }, S::SynSent) if side == Side::Other => S::SynSent2,
            (Flags { syn: true, ack: true, .. }, S::SynSent) if side == Side::Other => S::SynReceived,
            (Flags { syn: true, ack: true, .. }, S::SynSent2) => S::SynReceived,
            (Flags { syn: true, .. }, state) => state,
            (Flags { fin: true, .. }, S::SynReceived | S::Established) => {
                self.fin = Some(side);
                S::FinWait
            }
            (Flags { fin: true, .. }, S::FinWait | S::CloseWait) if self.fin != Some(side) => {
                self.fin = Some(side);
                S::LastAck
            }
            (Flags { fin: true, .. }, state) => state,
            (Flags { ack: true, .. }, S::SynReceived) if side == Side::Opener => S::Established,
            (Flags { ack: true, .. }, S::FinWait) if self.fin != Some(side) => S::CloseWait,
            (Flags { ack: true, .. }, S::LastAck) if self.fin != Some(side) => S::TimeWait,
            (_, state) => state,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags(names: &str) -> Flags {
        let has = |name| names.contains(name);
        Flags { syn: has('S'), ack: has('A'), fin: has('F'), rst: has('R') }
    }

    /// `>` is the opener's segment, `<` the other side's; each with the state after it.
    fn follow(story: &[(&str, TcpState)]) {
        let (first, state) = story[0];
        let mut connection = Connection::begin(flags(&first[1..]), false).unwrap();
        assert_eq!(connection.state, state);
        for (segment, state) in &story[1..] {
            let side = if segment.starts_with('>') { Side::Opener } else { Side::Other };
            connection.observe(side, flags(&segment[1..]));
            assert_eq!(connection.state, *state, "after {segment} of {story:?}");
        }
    }

    #[test]
    fn connections_open_and_close() {
        use TcpState as S;
        let open = [(">S", S::SynSent), (">S", S::SynSent), ("<SA", S::SynReceived), (">A", S::Established)];
        let then = |more: &[(&'static str, S)]| follow(&[&open[..], more].concat());
        then(&[(">FA", S::FinWait), ("<A", S::CloseWait), ("<FA", S::LastAck), (">A", S::TimeWait)]);
        then(&[("<FA", S::FinWait), (">FA", S::LastAck), ("<A", S::TimeWait), (">S", S::SynSent)]);
        // A FIN that is sent again is no second side's FIN.
        then(&[(">FA", S::FinWait), (">FA", S::FinWait), ("<A", S::CloseWait), ("<A", S::CloseWait)]);
        // Both at once.
        then(&[(">FA", S::FinWait), ("<FA", S::LastAck), ("<A", S::LastAck), (">A", S::TimeWait)]);
        then(&[("<RA", S::Close), ("<A", S::Close), ("<S", S::Close), (">S", S::SynSent)]);
        follow(&[(">S", S::SynSent), ("<S", S::SynSent2), (">SA", S::SynReceived), (">A", S::Established)]);
        follow(&[(">S", S::SynSent), ("<RA", S::Close)]);
    }

    #[test]
    fn what_may_begin() {
        assert_eq!(Connection::begin(flags("A"), false), None);
        assert_eq!(Connection::begin(flags("A"), true).map(|begun| begun.state), Some(TcpState::Established));
        for never in ["SA", "R", "FA", "", "SF", "SR"] {
            assert_eq!(Connection::begin(flags(never), true), None, "{never}");
        }
    }
}
