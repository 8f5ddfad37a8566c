//! Every sentence the simulated network can say, with its identifier in the message catalogues.

pub use crate::trace::Message;
use crate::trace::messages;

messages! {
    // What a link does.
    LOST_CHANCE = "sim.lost.chance", "lost on the link, by chance";
    LOST_NTH = "sim.lost.nth", "lost on the link: the scenario drops number {nth} of “{filter}” from {from}";
    LOST_FIRST = "sim.lost.first", "lost on the link: the scenario drops the first {first} of “{filter}” from {from}";
    LOST_EACH = "sim.lost.each", "lost on the link: the scenario drops each “{filter}” from {from}";
    LOST_CUT = "sim.lost.cut", "lost: the link is cut";
    QUEUE_FULL = "sim.dropped.queue", "dropped before the link: {queue} frames already wait to be sent";
    LINK_CUT = "sim.link.cut", "the link {link} is cut";
    LINK_RESTORED = "sim.link.restored", "the link {link} works again";
    LINK_RULE = "sim.link.rule", "the link {link} has a new rule: {rule}";

    // Why a machine does not take a frame.
    FCS = "sim.dropped.fcs", "dropped: the frame check sequence says that the frame was damaged";
    TCP_CHECKSUM = "sim.dropped.tcp-checksum", "dropped: the TCP checksum is wrong";
    BAD_TCP = "sim.dropped.tcp", "dropped: not a whole TCP segment";
    UDP_CHECKSUM = "sim.dropped.udp-checksum", "dropped: the UDP checksum is wrong";
    BAD_UDP = "sim.dropped.udp", "dropped: not a whole UDP datagram";
    // The way.
    AT_BOOT = "sim.boot", "set up so from the beginning";
    NO_ROUTE = "sim.ip.no-route", "no route leads to {address}";

    // ICMP and UDP.
    ICMP_REQUEST = "sim.icmp.request", "echo request (RFC 792)";
    ICMP_REPLY_ARRIVED = "sim.icmp.reply-arrived", "echo reply from {address} after {micros} µs";
    PORT_UNREACHABLE_ARRIVED = "sim.icmp.port-unreachable-arrived", "{address} says: port unreachable at {to}";
    HOST_UNREACHABLE_ARRIVED = "sim.icmp.host-unreachable-arrived", "{address} says: the host {to} is unreachable";
    NET_UNREACHABLE_ARRIVED = "sim.icmp.net-unreachable-arrived", "{address} says: the network of {to} is unreachable";
    PROTOCOL_UNREACHABLE_ARRIVED = "sim.icmp.protocol-unreachable-arrived", "{address} says: protocol unreachable at {to}";
    UNREACHABLE_ARRIVED = "sim.icmp.unreachable-arrived", "{address} says: {to} is unreachable";
    TIME_EXCEEDED_ARRIVED = "sim.icmp.time-exceeded-arrived", "{address} says: the time to live of a packet to {to} was exceeded there";
    REASSEMBLY_ARRIVED = "sim.icmp.reassembly-arrived", "{address} says: not all pieces of a packet to {to} came in time";
    PARAMETER_ARRIVED = "sim.icmp.parameter-arrived", "{address} says: something is wrong in the header of a packet to {to}";
    UDP_SEND = "sim.udp.send", "datagram of {bytes} bytes";

    // TCP.
    RST_NO_LISTENER = "sim.tcp.no-listener", "RST: nothing listens on port {port} and no connection fits (RFC 9293 §3.10.7.1)";
    DATA_AFTER_CLOSE = "sim.tcp.data-after-close", "data for a socket that its program has closed: it can never be read, so the connection is reset (RFC 9293 §3.10.4, RFC 2525 §2.17)";
    CLOSE_UNREAD = "sim.tcp.close-unread", "closed with {bytes} bytes unread: the connection is reset (RFC 2525 §2.17)";
    REOPENED = "sim.tcp.reopened", "a new SYN ends TIME-WAIT early: it cannot be an old one";
    LISTEN_CLOSED = "sim.tcp.listen-closed", "the program closed the listening socket";

    // The script and the run.
    NO_SOCKET = "sim.script.no-socket", "the script says “{action}”, but there is no socket named {socket}";
    LIMIT_TIME = "sim.limit.time", "the simulation ends here: its limit is {seconds} s";
    LIMIT_EVENTS = "sim.limit.events", "the simulation ends here: its limit is {events} steps";
    LIMIT_TRACE = "sim.limit.trace", "the simulation ends here: what it has recorded has reached its limit of {megabytes} MB";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn identifiers_are_unique() {
        let ids: BTreeSet<_> = ALL.iter().map(|message| message.id).collect();
        assert_eq!(ids.len(), ALL.len());
    }

    #[test]
    fn values_are_filled_in() {
        let text = QUEUE_FULL.with(&[("queue", &3)]);
        assert_eq!(text.english, "dropped before the link: 3 frames already wait to be sent");
        assert_eq!(text.args["queue"], "3");
    }
}
