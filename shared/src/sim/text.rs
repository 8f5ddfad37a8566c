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

    // What a switch does.
    SWITCH_RUNT = "sim.switch.runt", "dropped: too short for an Ethernet frame";
    SWITCH_LEARNED = "sim.switch.learned", "learned: a frame from it came in by port {port} (IEEE 802.1D §7.8)";
    SWITCH_MOVED = "sim.switch.moved", "moved from port {from} to port {to}";
    SWITCH_FULL = "sim.switch.full", "{mac} is not learned: all {limit} places of the table are taken";
    SWITCH_AGED = "sim.switch.aged", "forgotten: no frame from it for {seconds} s (IEEE 802.1D §7.9.2)";
    SWITCH_PORT_DOWN = "sim.switch.port-down", "forgotten: port {port} has lost its link";
    SWITCH_BROADCAST = "sim.switch.broadcast", "to all ports but its own: a broadcast";
    SWITCH_MULTICAST = "sim.switch.multicast", "to all ports but its own: a multicast";
    SWITCH_UNKNOWN = "sim.switch.unknown", "to all ports but its own: nobody knows yet where {mac} is";
    SWITCH_KNOWN = "sim.switch.known", "to port {port} only: {mac} is there";
    SWITCH_FILTERED = "sim.switch.filtered", "not sent on: {mac} is behind port {port}, where the frame came from";
    SWITCH_RESERVED = "sim.switch.reserved", "not sent on: {mac} is an address for bridges themselves (IEEE 802.1D table 7-10)";

    // What a router does.
    NAT_CHANGED = "sim.nat.changed", "translated: {changes}";
    RIP_SET = "sim.rip.set", "learned by RIP, metric {metric}";
    RIP_REMOVED = "sim.rip.removed", "RIP knows another way, or none any more";

    // What a hub does, and a cloud.
    HUB_REPEATS = "sim.hub.repeats", "repeated, as everything is, at every other port";
    HUB_BUSY = "sim.hub.busy", "hears somebody else, and waits until the medium is free (IEEE 802.3 §4.2.3.2.1)";
    COLLISION = "sim.hub.collision", "collision with {others}, attempt {attempt}: sent again after {slots} slots, {micros} µs (IEEE 802.3 §4.2.3.2.5)";
    COLLISIONS = "sim.hub.collisions", "given up after {attempts} collisions (IEEE 802.3 §4.2.3.2.5)";
    COLLISION_COUNTED = "sim.hub.counted", "{machines} spoke at once";
    CLOUD_OUT = "sim.cloud.out", "comes out of the cloud";
    CLOUD_LOST = "sim.cloud.lost", "a frame is lost inside the cloud, by chance";

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
    COMMAND = "sim.terminal.command", "typed at the terminal: {line}";
    INTERRUPT = "sim.terminal.interrupt", "Ctrl-C at the terminal";
    PROBE = "sim.terminal.probe", "a probe that {hops} hops may carry, to a port where nobody should listen";
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
