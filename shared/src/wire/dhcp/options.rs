//! Options, RFC 2132 §2: a code, a length, and what the code says.

use super::{
    names,
    table::{Form, ROWS},
};
use crate::wire::{Draft, Kind, Meaning, Problem, Reader, Spec, dns::name_field};

const RFC: &str = "RFC 2132 §2";
const PAD: u64 = 0;
const END: u64 = 255;

static CODE: Spec = Spec::new("type", "Code", 8, Kind::Names(names::option), RFC);
static LENGTH: Spec = Spec::new("length", "Len", 8, Kind::Number, RFC);
static PADDING: Spec = Spec::new("padding", "Pad Option", 0, Kind::Bytes, "RFC 2132 §3.1");
static END_OPTION: Spec = Spec::new("end", "End Option", 8, Kind::Number, "RFC 2132 §3.2");
static VALUE: Spec = Spec::new("value", "Data", 0, Kind::Bytes, RFC);

static CLIENT_TYPE: Spec = Spec::new("type", "Type", 8, Kind::HexNames(names::hardware), "RFC 2132 §9.14");
static CLIENT_MAC: Spec = Spec::new("mac_addr", "Client-Identifier", 48, Kind::Mac, "RFC 2132 §9.14");
static CLIENT_ID: Spec = Spec::new("value", "Client-Identifier", 0, Kind::Bytes, "RFC 2132 §9.14");
static SEARCH: Spec =
    Spec::new("dhcp_dns_domain_search_list_fqdn", "Searchstring", 0, Kind::Text, "RFC 3397 §2");
static ROUTE: Spec = Spec::new("classless_static_route", "route", 0, Kind::Bytes, "RFC 3442");
static RELAY_CODE: Spec = Spec::new("suboption", "SubOpt", 8, Kind::Names(names::relay), "RFC 3046 §2.0");
static RELAY_LENGTH: Spec = Spec::new("suboption_length", "Len", 8, Kind::Number, "RFC 3046 §2.0");
static CIRCUIT: Spec = Spec::new("agent_circuit_id", "Agent Circuit ID", 0, Kind::Bytes, "RFC 3046 §3.1");
static REMOTE: Spec = Spec::new("agent_remote_id", "Agent Remote ID", 0, Kind::Bytes, "RFC 3046 §3.2");
static LINK: Spec = Spec::new("link_selection", "Link selection", 32, Kind::Ipv4, "RFC 3527 §3");
static SUBSCRIBER: Spec = Spec::new("subscriber_id", "Subscriber-ID", 0, Kind::Text, "RFC 3993 §3");
static OVERRIDE: Spec = Spec::new("server_id_override", "Server ID Override", 32, Kind::Ipv4, "RFC 5107 §4");
static FQDN: [Spec; 8] = [
    Spec::group("flags", "Flags", 8, Kind::Hex, "RFC 4702 §2.1"),
    Spec::new("mbz", "MBZ", 4, Kind::Reserved, "RFC 4702 §2.1"),
    Spec::new("n", "N", 1, Kind::Flag, "RFC 4702 §2.1"),
    Spec::new("e", "E", 1, Kind::Flag, "RFC 4702 §2.1"),
    Spec::new("o", "O", 1, Kind::Flag, "RFC 4702 §2.1"),
    Spec::new("s", "S", 1, Kind::Flag, "RFC 4702 §2.1"),
    Spec::new("rcode1", "RCODE1", 8, Kind::Number, "RFC 4702 §2.2"),
    Spec::new("rcode2", "RCODE2", 8, Kind::Number, "RFC 4702 §2.2"),
];
static FQDN_NAME: Spec = Spec::new("name", "Domain Name", 0, Kind::Text, "RFC 4702 §2.3");

/// What the options after the cookie say about `sname` and `file` holding options too, RFC 2132 §9.3.
pub fn overload(mut reader: Reader<'_>) -> u64 {
    reader.take(4); // the cookie
    while let Some(code) = reader.bits(8) {
        if code == PAD {
            continue;
        }
        let Some(length) = reader.bits(8).filter(|_| code != END) else { break };
        match (code, length) {
            (52, 1) => return reader.bits(8).unwrap_or_default(),
            _ => {
                if reader.take(length as usize).is_none() {
                    break;
                }
            }
        }
    }
    0
}

/// Reads an area of so many bytes that holds options.
pub fn area(draft: &mut Draft<'_>, length: usize) -> Option<()> {
    let outer = draft.reader;
    if length > outer.promised() {
        draft.break_off(Problem::Truncated { needed: length as u32, had: outer.left() as u32 });
        return None;
    }
    draft.reader = outer.limited(length);
    let ended = options(draft);
    if ended.is_some() {
        draft.reader = outer.at(outer.offset() + length);
    }
    ended
}

fn options(draft: &mut Draft<'_>) -> Option<()> {
    loop {
        pad(draft)?;
        match draft.reader.peek(8) {
            None => return Some(()),
            Some(END) => {
                draft.field(&END_OPTION)?;
                draft.means(Meaning::said("End (255)"));
                return rest(draft);
            }
            Some(code) => {
                draft.field(&CODE)?;
                let length = draft.field(&LENGTH)? as usize;
                let outer = draft.reader;
                if length > outer.left() {
                    if length > outer.promised() {
                        draft.wrong(Problem::Length { said: length as u32, had: outer.promised() as u32 });
                    }
                    draft.break_off(Problem::Truncated { needed: length as u32, had: outer.left() as u32 });
                    return None;
                }
                draft.reader = outer.limited(length);
                data(draft, code, length);
                if let Some(left) = Some(draft.reader.left()).filter(|left| *left > 0) {
                    draft.bytes(&VALUE, left);
                    draft.wrong(Problem::Malformed(
                        "left over: the option's length does not fit what it holds",
                    ));
                }
                // An option that is no good does not keep the next from being read.
                if let Some(broken) =
                    draft.broken.take_if(|broken| !matches!(broken.problem, Problem::TooMany { .. }))
                {
                    draft.wrong(broken.problem);
                }
                draft.reader = outer.at(outer.offset() + length);
                if draft.broken.is_some() {
                    return None;
                }
            }
        }
    }
}

/// A run of Pad options as one field.
fn pad(draft: &mut Draft<'_>) -> Option<()> {
    let count = draft.reader.rest().iter().take_while(|byte| u64::from(**byte) == PAD).count();
    if count > 0 {
        draft.bytes(&PADDING, count)?;
    }
    Some(())
}

/// What follows the End option, which should be zeros.
fn rest(draft: &mut Draft<'_>) -> Option<()> {
    pad(draft)?;
    let left = draft.reader.left();
    if left > 0 {
        draft.bytes(&VALUE, left)?;
        draft.wrong(Problem::Malformed("after the End option only zeros may follow"));
    }
    Some(())
}

/// Reads the data of an option, which are all that the reader may read.
fn data(draft: &mut Draft<'_>, code: u64, length: usize) -> Option<()> {
    match code {
        61 => client_identifier(draft, length),
        81 => client_name(draft),
        82 => relay_agent(draft),
        119 => {
            let base = draft.reader.offset();
            while draft.reader.left() > 0 {
                name_field(draft, &SEARCH, base)?;
            }
            Some(())
        }
        121 | 249 => classless_routes(draft),
        _ => match ROWS.iter().find(|row| row.code == code) {
            Some(row) => listed(draft, &row.spec, row.form, length),
            None if length > 0 => draft.bytes(&VALUE, length).map(drop),
            None => Some(()),
        },
    }
}

fn listed(draft: &mut Draft<'_>, spec: &'static Spec, form: Form, length: usize) -> Option<()> {
    if length == 0 && form != Form::MayBeEmpty {
        draft.wrong(Problem::Value { found: 0, expected: "at least 1" });
        return None;
    }
    match form {
        Form::Text => {
            draft.bytes(spec, length)?;
        }
        Form::Bytes | Form::MayBeEmpty => {
            if length > 0 {
                draft.bytes(spec, length)?;
            }
        }
        Form::One => one(draft, spec)?,
        Form::Many => {
            while draft.reader.left() >= usize::from(spec.bits / 8) {
                one(draft, spec)?;
            }
        }
        Form::Pairs(second) => {
            while draft.reader.left() >= 8 {
                draft.field(spec)?;
                draft.field(second)?;
            }
        }
    }
    Some(())
}

/// One value, checked where RFC 2132 says what it may be.
fn one(draft: &mut Draft<'_>, spec: &'static Spec) -> Option<()> {
    let found = draft.field(spec)?;
    let (allowed, expected) = match spec.name {
        "dhcp" => (names::message(found).is_some(), "1 (DHCPDISCOVER) to 13"),
        "option_overload" => ((1..=3).contains(&found), "1 to 3"),
        "dhcp_max_message_size" => (found >= 576, "at least 576"),
        "max_datagram_reassembly_size" => (found >= 576, "at least 576"),
        "interface_mtu" => (found >= 68, "at least 68"),
        "default_ip_ttl" | "tcp_default_ttl" => (found > 0, "1 to 255"),
        "subnet_mask" => {
            let mask = found as u32;
            (mask.leading_ones() + mask.trailing_zeros() >= 32, "a mask: ones, then zeros")
        }
        "time_offset" => {
            draft.means(Meaning::said(format!("{} s from UTC", found as u32 as i32)));
            return Some(());
        }
        _ => return Some(()),
    };
    if !allowed {
        draft.wrong(Problem::Value { found, expected });
    }
    Some(())
}

fn client_identifier(draft: &mut Draft<'_>, length: usize) -> Option<()> {
    if length == 7 && draft.reader.peek(8) == Some(1) {
        draft.field(&CLIENT_TYPE)?;
        return draft.field(&CLIENT_MAC).map(drop);
    }
    draft.bytes(&CLIENT_ID, length)?;
    if length < 2 {
        draft.wrong(Problem::Length { said: 2, had: length as u32 });
    }
    Some(())
}

fn client_name(draft: &mut Draft<'_>) -> Option<()> {
    let [flags, ..] = draft.header(&FQDN)?;
    let left = draft.reader.left();
    if left == 0 {
        return Some(());
    }
    // The E bit: as labels, RFC 4702 §2.3.1; otherwise as characters.
    if flags & 4 != 0 {
        let base = draft.reader.offset();
        let labels = draft.reader.rest();
        // A partial name has no root label and so no end of its own.
        if labels.last() == Some(&0) {
            return name_field(draft, &FQDN_NAME, base).map(drop);
        }
    }
    draft.bytes(&FQDN_NAME, left).map(drop)
}

fn relay_agent(draft: &mut Draft<'_>) -> Option<()> {
    while draft.reader.left() > 0 {
        let code = draft.field(&RELAY_CODE)?;
        let length = draft.field(&RELAY_LENGTH)? as usize;
        let (spec, fixed) = match code {
            1 => (&CIRCUIT, None),
            2 => (&REMOTE, None),
            5 => (&LINK, Some(4)),
            6 => (&SUBSCRIBER, None),
            11 => (&OVERRIDE, Some(4)),
            _ => (&VALUE, None),
        };
        match fixed {
            Some(wanted) if wanted == length => drop(draft.field(spec)?),
            Some(wanted) => {
                draft.wrong(Problem::Length { said: length as u32, had: wanted as u32 });
                draft.bytes(&VALUE, length)?;
            }
            None if length > 0 => drop(draft.bytes(spec, length)?),
            None => {}
        }
    }
    Some(())
}

/// Destinations with only the bytes that the mask covers, each with its router.
fn classless_routes(draft: &mut Draft<'_>) -> Option<()> {
    while let Some(width) = draft.reader.peek(8) {
        let significant = width.div_ceil(8) as usize;
        let bytes = draft.bytes(&ROUTE, 1 + significant + 4)?;
        if width > 32 {
            draft.wrong(Problem::Value { found: width, expected: "a prefix length of at most 32" });
            return None;
        }
        let mut address = [0; 4];
        let (destination, router) = bytes.get(1..)?.split_at_checked(significant)?;
        address.get_mut(..significant)?.copy_from_slice(destination);
        let router: [u8; 4] = router.try_into().ok()?;
        let (address, router) = (std::net::Ipv4Addr::from(address), std::net::Ipv4Addr::from(router));
        draft.means(Meaning::said(format!("{address}/{width} via {router}")));
    }
    Some(())
}

/// What can only be said about all options together: a DHCP message has a type, RFC 2131 §3.
pub fn check(draft: &mut Draft<'_>) -> Option<()> {
    let types = draft.layer.fields.iter().filter(|field| field.name() == "dhcp").count();
    if types > 1 {
        draft.wrong_at("dhcp", Problem::Malformed("a message has one type"));
    }
    Some(())
}
