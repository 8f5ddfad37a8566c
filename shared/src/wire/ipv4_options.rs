//! The options of an IPv4 header, RFC 791 §3.1.

use std::net::Ipv4Addr;

use super::{Draft, Kind, Problem, Spec};

const RFC: &str = "RFC 791 §3.1";
static TYPE: Spec = Spec::group("type", "Option Type", 8, Kind::Names(name), RFC);
static COPY: Spec = Spec::new("copy", "Copied", 1, Kind::Flag, RFC);
static CLASS: Spec = Spec::new("class", "Option Class", 2, Kind::Names(class), RFC);
static NUMBER: Spec = Spec::new("number", "Option Number", 5, Kind::Number, RFC);
static LENGTH: Spec = Spec::new("len", "Option Length", 8, Kind::Number, RFC);
static POINTER: Spec = Spec::new("ptr", "Pointer", 8, Kind::Number, RFC);
static RECORDED: Spec = Spec::new("rec_rt", "Recorded Route", 32, Kind::Ipv4, RFC);
static EMPTY: Spec = Spec::new("empty_rt", "Empty Route", 32, Kind::Ipv4, RFC);
static ROUTE: Spec = Spec::new("src_rt", "Source Route", 32, Kind::Ipv4, RFC);
static OVERFLOW: Spec = Spec::new("overflow", "Overflow", 4, Kind::Number, RFC);
static FLAG: Spec = Spec::new("flag", "Flag", 4, Kind::Names(timestamp_flag), RFC);
static TIME: Spec = Spec::new("time_stamp", "Timestamp", 32, Kind::Number, RFC);
static TIME_ADDRESS: Spec = Spec::new("time_stamp_addr", "Internet Address", 32, Kind::Ipv4, RFC);
static ALERT: Spec = Spec::new("ra", "Router Alert", 16, Kind::Names(alert), "RFC 2113 §2.1");
static VALUE: Spec = Spec::new("data", "Option Data", 0, Kind::Bytes, RFC);
static PADDING: Spec = Spec::new("padding", "Padding", 0, Kind::Bytes, RFC);

/// Reads the options up to the reader's end. Gives the last address of a source route that is not used up: what the
/// upper layers' checksums count as the destination.
pub fn read(draft: &mut Draft<'_>) -> Option<Ipv4Addr> {
    let mut last = None;
    while draft.reader.left() > 0 && draft.broken.is_none() {
        one(draft, &mut last)?;
    }
    last
}

/// One option; `None` when they cannot be read on.
fn one(draft: &mut Draft<'_>, last: &mut Option<Ipv4Addr>) -> Option<()> {
    let kind = draft.field(&TYPE)?;
    draft.field(&COPY)?;
    draft.field(&CLASS)?;
    draft.field(&NUMBER)?;
    match kind {
        0 => {
            if draft.reader.left() > 0 {
                draft.field_of(&PADDING, draft.reader.left() * 8)?;
            }
            return Some(());
        }
        1 => return Some(()),
        _ => {}
    }
    let length = draft.field(&LENGTH)? as usize;
    let left = draft.reader.promised();
    if length < 2 || length - 2 > left {
        draft.wrong(Problem::Length { said: length as u32, had: left as u32 + 2 });
        draft.break_off(Problem::Malformed(
            "an IPv4 option's length must cover its own two bytes and end in the header",
        ));
        return None;
    }
    if length - 2 > draft.reader.left() {
        draft.break_off(Problem::Truncated { needed: length as u32 - 2, had: draft.reader.left() as u32 });
        return None;
    }
    let after = draft.reader.at(draft.reader.offset() + length - 2);
    draft.reader = draft.reader.limited(length - 2);
    // An option that is too short for its own kind is shown as far as it goes; the next one begins where it ends.
    value(draft, kind, last);
    draft.reader = after;
    Some(())
}

fn value(draft: &mut Draft<'_>, kind: u64, last: &mut Option<Ipv4Addr>) -> Option<()> {
    match kind {
        7 | 131 | 137 if draft.reader.left() >= 1 => {
            let length = draft.reader.left() as u64 + 2;
            let pointer = draft.field(&POINTER)?;
            if pointer < 4 || pointer % 4 != 0 {
                draft.wrong(Problem::Value { found: pointer, expected: "4 or a multiple of 4" });
            }
            // The pointer counts from the option's first byte, from 1.
            let mut at = 4;
            while draft.reader.left() >= 4 {
                let spec = match kind {
                    7 if at >= pointer => &EMPTY,
                    7 => &RECORDED,
                    _ => &ROUTE,
                };
                at += 4;
                let address = draft.field(spec)?;
                if kind != 7 && pointer <= length {
                    *last = Some(Ipv4Addr::from(address as u32));
                }
            }
        }
        68 if draft.reader.left() >= 2 => {
            let pointer = draft.field(&POINTER)?;
            if pointer < 5 {
                draft.wrong(Problem::Value { found: pointer, expected: "5 or more" });
            }
            draft.field(&OVERFLOW)?;
            let with_address = matches!(draft.field(&FLAG)?, 1 | 3);
            while draft.reader.left() >= 4 {
                if with_address && draft.reader.left() >= 8 {
                    draft.field(&TIME_ADDRESS)?;
                }
                draft.field(&TIME)?;
            }
        }
        148 if draft.reader.left() >= 2 => drop(draft.field(&ALERT)?),
        _ => {}
    }
    if draft.reader.left() > 0 {
        draft.field_of(&VALUE, draft.reader.left() * 8)?;
    }
    Some(())
}

const fn name(number: u64) -> Option<&'static str> {
    Some(match number {
        0 => "End of Option List",
        1 => "No Operation",
        7 => "Record Route",
        68 => "Internet Timestamp",
        82 => "Traceroute",
        130 => "Security",
        131 => "Loose Source and Record Route",
        134 => "Commercial Security (CIPSO)",
        136 => "Stream Identifier",
        137 => "Strict Source and Record Route",
        148 => "Router Alert",
        25 => "Quick-Start",
        _ => return None,
    })
}

const fn class(number: u64) -> Option<&'static str> {
    Some(match number {
        0 => "control",
        2 => "debugging and measurement",
        _ => return None,
    })
}

const fn timestamp_flag(number: u64) -> Option<&'static str> {
    Some(match number {
        0 => "timestamps only",
        1 => "each with its address",
        3 => "only at the addresses given",
        _ => return None,
    })
}

const fn alert(number: u64) -> Option<&'static str> {
    if number == 0 { Some("every router should look at this packet") } else { None }
}
