//! Ethernet II, the length form of IEEE 802.3, and the tags of 802.1Q and 802.1ad.

use super::{Context, Draft, Header, Kind, Meaning, Problem, Protocol, Reader, Spec, Value, names, registry};

const IEEE: &str = "IEEE 802.3 §3.2";
const IEEE_Q: &str = "IEEE 802.1Q §9.6";

static FIELDS: [Spec; 3] = [
    Spec::new("dst", "Destination Address", 48, Kind::Mac, IEEE),
    Spec::new("src", "Source Address", 48, Kind::Mac, IEEE),
    Spec::new("type", "EtherType", 16, Kind::HexNames(names::ether_type), "RFC 894"),
];

/// The Ethernet II header.
pub static HEADER: Header =
    Header { protocol: Protocol::Ethernet, title: "Ethernet II header", rfc: "RFC 894", fields: &FIELDS };

static TAG_FIELDS: [Spec; 4] = [
    Spec::new("priority", "Priority Code Point", 3, Kind::Names(priority), IEEE_Q),
    Spec::new("dei", "Drop Eligible Indicator", 1, Kind::Flag, IEEE_Q),
    Spec::new("id", "VLAN Identifier", 12, Kind::Number, IEEE_Q),
    Spec::new("etype", "EtherType", 16, Kind::HexNames(names::ether_type), IEEE_Q),
];

/// The two bytes of a tag after its EtherType, and the EtherType after them.
pub static TAG: Header =
    Header { protocol: Protocol::Vlan, title: "802.1Q tag", rfc: "IEEE 802.1Q", fields: &TAG_FIELDS };

static LENGTH: Spec = Spec::new("len", "Length", 16, Kind::Number, "IEEE 802.3 §3.2.6");
static LLC_DSAP: Spec = Spec::new("dsap", "LLC destination SAP", 8, Kind::Hex, "IEEE 802.2 §3.2");
static LLC_SSAP: Spec = Spec::new("ssap", "LLC source SAP", 8, Kind::Hex, "IEEE 802.2 §3.2");
static LLC_CONTROL: Spec = Spec::new("control", "LLC control", 8, Kind::Hex, "IEEE 802.2 §5.2");
static PADDING: Spec = Spec::new("padding", "Padding", 0, Kind::Bytes, "IEEE 802.3 §3.2.8");
static TRAILER: Spec = Spec::new("trailer", "Trailer", 0, Kind::Bytes, "IEEE 802.3 §3.2.8");

/// The shortest frame without its check sequence: shorter ones are padded. IEEE 802.3 §4.2.3.3.
const SHORTEST: usize = 60;

/// Whether an EtherType announces a tag.
pub const fn is_tag(ether_type: u64) -> bool {
    matches!(ether_type, 0x8100 | 0x88a8 | 0x9100)
}

/// Reads an Ethernet frame.
pub fn dissect<'f>(context: &mut Context<'f>, reader: Reader<'f>) {
    let mut draft = Draft::new(Protocol::Ethernet, reader);
    let [dst, src, kind] = &FIELDS;
    let (Some(_), Some(_)) = (draft.field(dst), draft.field(src)) else {
        context.finish(draft);
        return;
    };
    draft.named("dst").into_iter().for_each(describe);
    draft.named("src").into_iter().for_each(describe);
    // A number below 0x600 cannot be an EtherType: it is the length of what follows. IEEE 802.3 §3.2.6.
    if draft.reader.peek(16).is_some_and(|number| number < 0x600) {
        length_form(context, draft);
        return;
    }
    let Some(number) = draft.field(kind) else {
        context.finish(draft);
        return;
    };
    let rest = context.finish(draft);
    registry::ether_type(context, number, rest);
    trailer(context, rest);
}

/// Reads a tag that follows the EtherType 0x8100 or 0x88a8.
pub fn tag<'f>(context: &mut Context<'f>, reader: Reader<'f>) {
    let mut draft = Draft::new(Protocol::Vlan, reader);
    let number = draft.header(&TAG_FIELDS);
    if let Some(field) = draft.named("id") {
        match field.value {
            Value::Number(0) => field.meaning = Meaning::said("none: only the priority counts (0)"),
            Value::Number(4095) => {
                field.problem =
                    Some(Box::new(Problem::Value { found: 4095, expected: "1 to 4094; 4095 is reserved" }));
            }
            _ => {}
        }
    }
    let rest = context.finish(draft);
    if let Some([_, _, _, number]) = number {
        registry::ether_type(context, number, rest);
    }
}

/// IEEE 802.3 with a length in place of the EtherType: an LLC header follows (IEEE 802.2).
fn length_form<'f>(context: &mut Context<'f>, mut draft: Draft<'f>) {
    let Some(length) = draft.field(&LENGTH) else { return };
    let had = draft.reader.promised();
    if length as usize > had {
        draft.wrong(Problem::Length { said: length as u32, had: had as u32 });
    }
    let all = draft.reader;
    let mut inner = all.limited(length as usize);
    if inner.left() >= 3 {
        draft.reader = inner;
        draft.field(&LLC_DSAP);
        draft.field(&LLC_SSAP);
        draft.field(&LLC_CONTROL);
        inner = draft.reader;
    }
    context.finish(draft);
    context.data(inner);
    context.network_end = Some(inner.end());
    trailer(context, all);
}

/// What is left after the last layer belongs to the Ethernet frame again: padding up to the shortest frame, or a
/// trailer. A layer that could not be read to its end leaves no trailer.
fn trailer<'f>(context: &mut Context<'f>, rest: Reader<'f>) {
    let Some(end) = context.network_end else { return };
    let rest = rest.at(end.max(rest.offset()));
    let bytes = rest.rest();
    if bytes.is_empty() {
        return;
    }
    let pads = rest.end() <= SHORTEST && bytes.iter().all(|byte| *byte == 0);
    let spec = if pads { &PADDING } else { &TRAILER };
    context.at_end_of_first(rest, |draft| {
        draft.bytes(spec, bytes.len());
    });
}

/// Says what kind of address a MAC address is.
fn describe(field: &mut super::Field) {
    if let Value::Mac(address) = field.value {
        field.meaning = match address {
            [0xff, 0xff, 0xff, 0xff, 0xff, 0xff] => Meaning::said("Broadcast (ff:ff:ff:ff:ff:ff)"),
            [first, ..] if first & 1 == 1 => Meaning::said(format!("{} (group address)", field.value)),
            _ => Meaning::Plain,
        };
    }
}

const fn priority(number: u64) -> Option<&'static str> {
    Some(match number {
        0 => "best effort",
        1 => "background",
        2 => "excellent effort",
        3 => "critical applications",
        4 => "video",
        5 => "voice",
        6 => "internetwork control",
        7 => "network control",
        _ => return None,
    })
}
