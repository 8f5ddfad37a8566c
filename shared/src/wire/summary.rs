//! One line about a frame, in notation rather than words, so that it needs no translation.

use std::fmt::{self, Write as _};

use super::{Dissection, Layer, Meaning, Protocol, Value};

/// Displays a dissection as one line: `tcp 10.0.0.1:49152 > 10.0.0.2:80 [SYN] seq=7 ack=0 win=65535 len=0`.
#[derive(Debug)]
pub struct Summary<'a>(&'a Dissection);

impl Dissection {
    /// One line about the frame: the innermost protocol, from where to where, and what it says in short.
    pub const fn summary(&self) -> Summary<'_> {
        Summary(self)
    }
}

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let layers = &self.0.layers;
        // What an ICMP error quotes is not the frame's own innermost protocol.
        let icmp =
            layers.iter().position(|layer| matches!(layer.protocol, Protocol::Icmp | Protocol::Icmpv6));
        let own = layers.get(..icmp.map_or(layers.len(), |at| at + 1)).unwrap_or_default();
        let Some(inner) = own.iter().rfind(|layer| layer.protocol != Protocol::Data).or(own.last()) else {
            return f.write_str("nothing");
        };
        f.write_str(inner.protocol.name())?;
        let transport = own.iter().rfind(|layer| matches!(layer.protocol, Protocol::Udp | Protocol::Tcp));
        let network = own.iter().rfind(|layer| matches!(layer.protocol, Protocol::Ipv4 | Protocol::Ipv6));
        if inner.protocol == Protocol::Arp {
            return arp(f, inner);
        }
        if let Some(addresses) = network.or(own.first()).filter(|layer| layer.field("src").is_some()) {
            f.write_char(' ')?;
            endpoint(f, addresses, transport, "src", "srcport")?;
            f.write_str(" > ")?;
            endpoint(f, addresses, transport, "dst", "dstport")?;
        }
        match inner.protocol {
            Protocol::Tcp => tcp(f, inner)?,
            Protocol::Icmp | Protocol::Icmpv6 => icmp_words(f, inner)?,
            _ => {}
        }
        if matches!(inner.protocol, Protocol::Tcp | Protocol::Udp) {
            let length = own.last().filter(|layer| layer.protocol == Protocol::Data);
            write!(f, " len={}", length.map_or(0, |layer| layer.length))?;
        }
        Ok(())
    }
}

fn endpoint(
    f: &mut fmt::Formatter<'_>,
    network: &Layer,
    transport: Option<&Layer>,
    address: &str,
    port: &str,
) -> fmt::Result {
    let port = transport.and_then(|layer| layer.number(port));
    match (network.field(address).map(|field| &field.value), port) {
        (Some(address @ Value::Ipv6(_)), Some(port)) => write!(f, "[{address}]:{port}"),
        (Some(address), Some(port)) => write!(f, "{address}:{port}"),
        (Some(address), None) => write!(f, "{address}"),
        (None, _) => f.write_char('?'),
    }
}

fn tcp(f: &mut fmt::Formatter<'_>, layer: &Layer) -> fmt::Result {
    f.write_str(" [")?;
    let flags = ["syn", "fin", "reset", "push", "ack", "urg", "ece", "cwr"];
    let mut set = layer.fields.iter().filter(|field| {
        field.meaning == Meaning::Flag && field.value == Value::Number(1) && flags.contains(&field.spec.name)
    });
    if let Some(first) = set.next() {
        f.write_str(first.spec.label)?;
    }
    for field in set {
        write!(f, ",{}", field.spec.label)?;
    }
    f.write_char(']')?;
    for (short, name) in [("seq", "seq_raw"), ("ack", "ack_raw"), ("win", "window_size_value")] {
        if let Some(number) = layer.number(name) {
            write!(f, " {short}={number}")?;
        }
    }
    Ok(())
}

fn icmp_words(f: &mut fmt::Formatter<'_>, layer: &Layer) -> fmt::Result {
    for name in ["type", "code"] {
        match layer.field(name).map(|field| (&field.meaning, &field.value)) {
            Some((Meaning::Name(words), _)) => write!(f, " {words}")?,
            Some((_, Value::Number(number))) if name == "type" => write!(f, " type {number}")?,
            _ => {}
        }
    }
    Ok(())
}

fn arp(f: &mut fmt::Formatter<'_>, layer: &Layer) -> fmt::Result {
    let mut addresses = layer.fields_named("proto_ipv4").map(|field| &field.value);
    let (sender, target) = (addresses.next(), addresses.next());
    let mac = layer.field("hw_mac").map(|field| &field.value);
    match (layer.number("opcode"), sender, mac, target) {
        (Some(1), Some(sender), _, Some(target)) => write!(f, " who-has {target} tell {sender}"),
        (Some(2), Some(sender), Some(mac), _) => write!(f, " {sender} is-at {mac}"),
        (Some(operation), ..) => write!(f, " opcode {operation}"),
        _ => Ok(()),
    }
}
