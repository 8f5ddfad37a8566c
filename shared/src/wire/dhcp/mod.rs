//! DHCP messages, RFC 2131, with the options of RFC 2132 and the common later ones.

mod names;
mod options;
mod table;
#[cfg(test)]
mod tests;

use super::{Context, Draft, Header, Kind, Problem, Protocol, Reader, Spec, strings::padded};

const RFC: &str = "RFC 2131 §2";

/// The fixed part of a message; options follow.
pub static HEADER: Header =
    Header { protocol: Protocol::Dhcp, title: "DHCP message", rfc: RFC, fields: &FIXED };

static FIXED: [Spec; 18] = [
    Spec::new("type", "op", 8, Kind::Names(names::op), RFC),
    Spec::new("type", "htype", 8, Kind::HexNames(names::hardware), RFC),
    Spec::new("len", "hlen", 8, Kind::Number, RFC),
    Spec::new("hops", "hops", 8, Kind::Number, RFC),
    Spec::new("id", "xid", 32, Kind::Hex, RFC),
    Spec::new("secs", "secs", 16, Kind::Scaled { by: 1, unit: "s" }, RFC),
    Spec::group("flags", "flags", 16, Kind::Hex, RFC),
    Spec::new("bc", "B, broadcast flag", 1, Kind::Flag, RFC),
    Spec::new("reserved", "must be zero", 15, Kind::Reserved, RFC),
    Spec::new("client", "ciaddr", 32, Kind::Ipv4, RFC),
    Spec::new("your", "yiaddr", 32, Kind::Ipv4, RFC),
    Spec::new("server", "siaddr", 32, Kind::Ipv4, RFC),
    Spec::new("relay", "giaddr", 32, Kind::Ipv4, RFC),
    Spec::new("mac_addr", "chaddr", 48, Kind::Mac, RFC),
    Spec::new("addr_padding", "chaddr, unused", 80, Kind::Bytes, RFC),
    Spec::new("server", "sname", 512, Kind::Text, RFC),
    Spec::new("file", "file", 1024, Kind::Text, RFC),
    Spec::new("cookie", "magic cookie", 32, Kind::Ipv4, "RFC 2131 §3"),
];

static HARDWARE_ADDRESS: Spec = Spec::new("addr", "chaddr", 0, Kind::Bytes, RFC);
static PADDING: Spec = Spec::new("addr_padding", "chaddr, unused", 0, Kind::Bytes, RFC);

/// Where options may stand, in bytes from the message's first.
const SNAME: usize = 44;
const FILE: usize = 108;
const COOKIE: usize = 236;
const MAGIC: u64 = 0x6382_5363;

/// Reads a DHCP message.
pub fn dissect<'f>(context: &mut Context<'f>, reader: Reader<'f>) {
    if !context.may_nest(&reader) {
        return;
    }
    let mut draft = Draft::new(Protocol::Dhcp, reader);
    message(&mut draft);
    let rest = context.finish(draft);
    context.data(rest);
}

fn message(draft: &mut Draft<'_>) -> Option<()> {
    let start = draft.reader;
    let overload = options::overload(start.at(start.offset() + COOKIE));
    let [head @ .., _hardware, _padding, sname, file, cookie] = &FIXED;
    for spec in head {
        let number = draft.field(spec)?;
        match (spec.label, number) {
            ("op", 1 | 2) => {}
            ("op", found) => draft.wrong(Problem::Value { found, expected: "1 (request) or 2 (reply)" }),
            ("hlen", 17..) => draft.wrong(Problem::Value { found: number, expected: "at most 16" }),
            ("must be zero", 1..) => draft.wrong(Problem::Value { found: number, expected: "0" }),
            _ => {}
        }
    }
    hardware_address(draft)?;
    if overload & 2 == 0 {
        padded(draft, sname, FILE - SNAME)?;
    } else {
        options::area(draft, FILE - SNAME)?;
    }
    if overload & 1 == 0 {
        padded(draft, file, COOKIE - FILE)?;
    } else {
        options::area(draft, COOKIE - FILE)?;
    }
    if draft.reader.promised() == 0 {
        return Some(()); // BOOTP, RFC 951, without a vendor area
    }
    if draft.field(cookie)? != MAGIC {
        draft.wrong(Problem::Malformed("not 99.130.83.99: no options of DHCP follow"));
        return None;
    }
    let left = draft.reader.promised();
    options::area(draft, left)?;
    options::check(draft)
}

/// The 16 bytes of `chaddr`, of which `hlen` count.
fn hardware_address(draft: &mut Draft<'_>) -> Option<()> {
    let hardware =
        draft.layer.fields.iter().find(|field| field.label() == "htype").map(|field| field.value.clone());
    let length = draft.layer.number("len").unwrap_or_default().min(16) as usize;
    let [.., mac, _, _, _, _] = &FIXED;
    if hardware == Some(super::Value::Number(1)) && length == 6 {
        draft.field(mac)?;
    } else if length > 0 {
        draft.bytes(&HARDWARE_ADDRESS, length)?;
    }
    if length < 16 {
        draft.bytes(&PADDING, 16 - length)?;
    }
    Some(())
}
