//! Goals on small traces made by hand, so that each word of the language is seen to be true and to be false.

mod against_naive;
mod language;
mod meaning;

use crate::{
    trace::{Call, CallError, Cell, Event, EventKind, Fate, Frame, StateChange, TableChange, Text, Time},
    wire::LinkType,
};

/// An Ethernet frame with an ICMP echo request: machine `n` has 02:00:00:00:00:0n and 10.0.0.n.
pub(super) fn frame(at: u64, link: &str, ends: (&str, &str), (src, dst): (u8, u8), fate: Fate) -> Event {
    let mut bytes = vec![2, 0, 0, 0, 0, dst, 2, 0, 0, 0, 0, src, 8, 0];
    bytes.extend([0x45, 0, 0, 28, 0, 0, 0, 0, 64, 1, 0, 0, 10, 0, 0, src, 10, 0, 0, dst]);
    bytes.extend([8, 0, 0, 0, 0, 1, 0, 1]);
    let kind = EventKind::Frame(Frame {
        link: link.into(),
        from: ends.0.into(),
        to: ends.1.into(),
        link_type: LinkType::Ethernet,
        bytes,
        original: None,
        fate,
        impairment: None,
        note: None,
    });
    Event { time: Time(at), kind }
}

pub(super) fn arrives(at: u64) -> Fate {
    Fate::Delivered { at: Time(at) }
}

pub(super) fn lost(at: u64) -> Fate {
    Fate::Lost { why: Text::new("x", "lost"), at: Time(at) }
}

pub(super) fn row(at: u64, node: &str, table: &str, key: &str, cells: &[(&str, &str)]) -> Event {
    let cell = |(name, value): &(&str, &str)| Cell { name: (*name).into(), value: (*value).into() };
    let row = (!cells.is_empty()).then(|| cells.iter().map(cell).collect());
    let kind = EventKind::Table(TableChange {
        node: node.into(),
        table: table.into(),
        key: key.into(),
        row,
        why: None,
    });
    Event { time: Time(at), kind }
}

/// The machine `name`, number `n`.
pub(super) fn interface(name: &str, n: u8) -> Event {
    let cells = [("HWaddress", format!("02:00:00:00:00:0{n}")), ("Address", format!("10.0.0.{n}/24"))];
    row(0, name, "interfaces", "eth0", &cells.each_ref().map(|(name, value)| (*name, value.as_str())))
}

pub(super) fn state(at: u64, node: &str, socket: &str, to: &str) -> Event {
    let kind = EventKind::State(StateChange {
        node: node.into(),
        protocol: "tcp".into(),
        socket: socket.into(),
        from: "CLOSED".into(),
        to: to.into(),
        why: Text::new("x", "because"),
        rfc: "RFC 9293".into(),
    });
    Event { time: Time(at), kind }
}

pub(super) fn call(
    at: u64,
    node: &str,
    name: &str,
    args: &[(&str, &str)],
    result: Result<&str, &str>,
) -> Event {
    let args = args.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    let refused = |errno: &str| CallError { errno: errno.into(), code: 1, message: "no".into() };
    let result = result.map(str::to_owned).map_err(refused);
    let kind = EventKind::Call(Call {
        node: node.into(),
        name: name.into(),
        args,
        result,
        micros: 0,
        rust: None,
        python: None,
    });
    Event { time: Time(at), kind }
}
