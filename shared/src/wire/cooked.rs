//! Link layers that are no cable's: Linux cooked captures, versions 1 and 2, and BSD loopback.

use super::{Context, Draft, Header, Kind, Meaning, Problem, Protocol, Reader, Spec, Value, names, registry};

const SLL: &str = "LINKTYPE_LINUX_SLL";
const SLL2: &str = "LINKTYPE_LINUX_SLL2";

static V1: [Spec; 3] = [
    Spec::new("pkttype", "Packet type", 16, Kind::Names(packet_type), SLL),
    Spec::new("hatype", "ARPHRD_ type", 16, Kind::Names(arphrd), SLL),
    Spec::new("halen", "Link-layer address length", 16, Kind::Number, SLL),
];
static V2: [Spec; 6] = [
    Spec::new("etype", "Protocol", 16, Kind::HexNames(names::ether_type), SLL2),
    Spec::new("reserved", "Reserved", 16, Kind::Reserved, SLL2),
    Spec::new("ifindex", "Interface index", 32, Kind::Number, SLL2),
    Spec::new("hatype", "ARPHRD_ type", 16, Kind::Names(arphrd), SLL2),
    Spec::new("pkttype", "Packet type", 8, Kind::Names(packet_type), SLL2),
    Spec::new("halen", "Link-layer address length", 8, Kind::Number, SLL2),
];
static ADDRESS_MAC: Spec = Spec::new("eth", "Link-layer address", 48, Kind::Mac, SLL);
static ADDRESS: Spec = Spec::new("other", "Link-layer address", 0, Kind::Bytes, SLL);
static UNUSED: Spec = Spec::new("unused", "Unused", 0, Kind::Bytes, SLL);
static PROTOCOL: Spec = Spec::new("etype", "Protocol", 16, Kind::HexNames(names::ether_type), SLL);
static FAMILY: Spec = Spec::new("family", "Address family", 32, Kind::Names(family), "LINKTYPE_NULL");
static FAMILY_FIELDS: [Spec; 1] = [FAMILY];

/// The BSD loopback header.
pub static NULL_HEADER: Header = Header {
    protocol: Protocol::Null,
    title: "BSD loopback header",
    rfc: "LINKTYPE_NULL",
    fields: &FAMILY_FIELDS,
};

/// Reads a Linux cooked capture, version 1.
pub fn sll<'f>(context: &mut Context<'f>, reader: Reader<'f>) {
    let mut draft = Draft::new(Protocol::Sll, reader);
    let number = draft.header(&V1).and_then(|[_, _, length]| {
        address(&mut draft, length as usize)?;
        draft.field(&PROTOCOL)
    });
    follow(context, draft, number);
}

/// Reads a Linux cooked capture, version 2.
pub fn sll2<'f>(context: &mut Context<'f>, reader: Reader<'f>) {
    let mut draft = Draft::new(Protocol::Sll, reader);
    let number = draft.header(&V2).and_then(|[number, _, _, _, _, length]| {
        address(&mut draft, length as usize)?;
        Some(number)
    });
    follow(context, draft, number);
}

/// Eight bytes, of which the first so many are the sender's address.
fn address(draft: &mut Draft<'_>, length: usize) -> Option<()> {
    let used = length.min(8);
    match used {
        0 => {}
        6 => drop(draft.field(&ADDRESS_MAC)?),
        _ => drop(draft.field_of(&ADDRESS, used * 8)?),
    }
    if used < 8 {
        draft.field_of(&UNUSED, (8 - used) * 8)?;
    }
    Some(())
}

fn follow<'f>(context: &mut Context<'f>, draft: Draft<'f>, number: Option<u64>) {
    let rest = context.finish(draft);
    match number {
        // Numbers below 0x600 are no EtherTypes here either: 4 is 802.2 without a length.
        Some(number) if number >= 0x600 => registry::ether_type(context, number, rest),
        Some(_) => context.data(rest),
        None => {}
    }
}

/// Reads a BSD loopback frame. The family is in the byte order of the host that captured it, which nobody wrote down:
/// families are small numbers, so the order that gives one is the right one.
pub fn null<'f>(context: &mut Context<'f>, reader: Reader<'f>) {
    let mut draft = Draft::new(Protocol::Null, reader);
    let Some(number) = draft.field(&FAMILY) else {
        context.finish(draft);
        return;
    };
    let number = number as u32;
    let (number, order) =
        if number > 0xffff { (number.swap_bytes(), "little-endian") } else { (number, "big-endian") };
    let name = family(u64::from(number)).unwrap_or("unknown address family");
    if let Some(field) = draft.named("family") {
        field.value = Value::Number(u64::from(number));
    }
    draft.means(Meaning::said(format!("{name} ({number}), {order}")));
    if name.starts_with("unknown") {
        draft.wrong(Problem::Value {
            found: u64::from(number),
            expected: "2 (IPv4) or 10, 24, 28, 30 (IPv6)",
        });
    }
    let rest = context.finish(draft);
    match name {
        "IPv4" | "IPv6" => registry::ip(context, rest),
        _ => context.data(rest),
    }
}

const fn family(number: u64) -> Option<&'static str> {
    Some(match number {
        2 => "IPv4",
        10 | 24 | 28 | 30 => "IPv6",
        7 => "OSI",
        23 => "IPX",
        _ => return None,
    })
}

const fn packet_type(number: u64) -> Option<&'static str> {
    Some(match number {
        0 => "to us",
        1 => "broadcast",
        2 => "multicast",
        3 => "to another host",
        4 => "from us",
        _ => return None,
    })
}

const fn arphrd(number: u64) -> Option<&'static str> {
    Some(match number {
        1 => "Ethernet",
        512 => "PPP",
        768 => "IPIP tunnel",
        772 => "loopback",
        776 => "SIT tunnel",
        778 => "GRE tunnel",
        65534 => "none",
        _ => return None,
    })
}
