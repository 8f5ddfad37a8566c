//! ARP, RFC 826, and RARP, RFC 903.

use super::{Context, Draft, Header, Kind, Meaning, Problem, Protocol, Reader, Spec, Value, names};

const RFC: &str = "RFC 826";

static FIELDS: [Spec; 9] = [
    Spec::new("type", "Hardware Type", 16, Kind::Names(hardware), RFC),
    Spec::new("type", "Protocol Type", 16, Kind::HexNames(names::ether_type), RFC),
    Spec::new("size", "Hardware Address Length", 8, Kind::Number, RFC),
    Spec::new("size", "Protocol Address Length", 8, Kind::Number, RFC),
    Spec::new("opcode", "Opcode", 16, Kind::Names(opcode), RFC),
    Spec::new("hw_mac", "Sender Hardware Address", 48, Kind::Mac, RFC),
    Spec::new("proto_ipv4", "Sender Protocol Address", 32, Kind::Ipv4, RFC),
    Spec::new("hw_mac", "Target Hardware Address", 48, Kind::Mac, RFC),
    Spec::new("proto_ipv4", "Target Protocol Address", 32, Kind::Ipv4, RFC),
];

static SRC_HW: Spec = Spec::new("hw", "Sender Hardware Address", 0, Kind::Bytes, RFC);
static SRC_PROTO: Spec = Spec::new("proto", "Sender Protocol Address", 0, Kind::Bytes, RFC);
static DST_HW: Spec = Spec::new("hw", "Target Hardware Address", 0, Kind::Bytes, RFC);
static DST_PROTO: Spec = Spec::new("proto", "Target Protocol Address", 0, Kind::Bytes, RFC);

/// The ARP packet for IPv4 over Ethernet.
pub static HEADER: Header =
    Header { protocol: Protocol::Arp, title: "ARP packet (IPv4 over Ethernet)", rfc: RFC, fields: &FIELDS };

/// Reads an ARP packet.
pub fn dissect<'f>(context: &mut Context<'f>, reader: Reader<'f>) {
    let mut draft = Draft::new(Protocol::Arp, reader);
    read(&mut draft);
    let rest = context.finish(draft);
    context.network_end = context.network_end.or(Some(rest.offset()));
}

fn read(draft: &mut Draft<'_>) -> Option<()> {
    let [hw_type, proto_type, hw_size, proto_size, operation, src_hw, src_proto, dst_hw, dst_proto] = &FIELDS;
    draft.field(hw_type)?;
    let protocol = draft.field(proto_type)?;
    let hardware_length = draft.field(hw_size)? as usize;
    let protocol_length = draft.field(proto_size)? as usize;
    if draft.field(operation)? == 0 {
        draft.wrong(Problem::Value {
            found: 0,
            expected: "1 (request), 2 (reply) or another assigned opcode",
        });
    }
    let mac = hardware_length == 6;
    let ip = protocol_length == 4 && protocol == 0x0800;
    let sizes = [hardware_length, protocol_length, hardware_length, protocol_length];
    let specs = [
        if mac { src_hw } else { &SRC_HW },
        if ip { src_proto } else { &SRC_PROTO },
        if mac { dst_hw } else { &DST_HW },
        if ip { dst_proto } else { &DST_PROTO },
    ];
    for (spec, size) in specs.into_iter().zip(sizes) {
        draft.field_of(spec, size * 8)?;
    }
    about(draft);
    Some(())
}

/// RFC 5227 §1.1 (probe), §3 (announcement).
fn about(draft: &mut Draft<'_>) {
    let Some(operation) = draft.layer.number("opcode") else { return };
    let mut addresses = draft.layer.fields_named("proto_ipv4").map(|field| field.value.clone());
    let (sender, target) = (addresses.next(), addresses.next());
    drop(addresses);
    let words = match (operation, sender, target) {
        (1, Some(Value::Ipv4(sender)), _) if sender.is_unspecified() => {
            "request, a probe: is anyone using this address? (1)"
        }
        (1 | 2, sender @ Some(_), target) if sender == target => {
            "an announcement: sender and target are one (gratuitous ARP)"
        }
        _ => return,
    };
    if let Some(field) = draft.named("opcode") {
        field.meaning = Meaning::said(words);
    }
}

const fn hardware(number: u64) -> Option<&'static str> {
    Some(match number {
        1 => "Ethernet",
        6 => "IEEE 802",
        7 => "ARCNET",
        15 => "Frame Relay",
        18 => "Fibre Channel",
        24 => "IEEE 1394",
        32 => "InfiniBand",
        _ => return None,
    })
}

const fn opcode(number: u64) -> Option<&'static str> {
    Some(match number {
        1 => "request",
        2 => "reply",
        3 => "reverse request",
        4 => "reverse reply",
        8 => "InARP request",
        9 => "InARP reply",
        _ => return None,
    })
}
