//! Every sentence that a machine says about ARP, IPv4 and ICMP, with its identifier in the message catalogues.

use crate::trace::messages;

messages! {
    // Why a frame is not taken.
    DOWN = "stack.dropped.down", "dropped: the interface is down";
    NOT_ETHERNET = "stack.dropped.not-ethernet", "dropped: too short for an Ethernet frame";
    WRONG_MAC = "stack.dropped.wrong-mac", "dropped: the frame is for {mac}";
    UNKNOWN_ETHERTYPE = "stack.dropped.ethertype", "dropped: nothing here understands EtherType {ethertype}";
    BAD_ARP = "stack.dropped.arp", "dropped: not an ARP packet for Ethernet and IPv4";
    BAD_IPV4 = "stack.dropped.ipv4", "dropped: not a whole IPv4 packet";
    IPV4_CHECKSUM = "stack.dropped.ipv4-checksum", "dropped: the checksum of the IPv4 header is wrong";
    MARTIAN = "stack.dropped.martian", "dropped: {address} can be neither sender nor receiver on a network (RFC 1122 §3.2.1.3)";
    WRONG_ADDRESS = "stack.dropped.wrong-address", "dropped: the packet is for {address}";
    BAD_ICMP = "stack.dropped.icmp", "dropped: not an ICMP message that this machine understands";
    ICMP_CHECKSUM = "stack.dropped.icmp-checksum", "dropped: the ICMP checksum is wrong";

    // ARP.
    ARP_REQUEST = "stack.arp.request", "ARP request: which MAC address has {address}? (RFC 826)";
    ARP_REQUEST_AGAIN = "stack.arp.request-again", "ARP request again: no answer from {address} (RFC 1122 §2.3.2.1)";
    ARP_REQUEST_UNICAST = "stack.arp.request-unicast", "ARP request to {address} alone: does it still have this MAC address? (RFC 1122 §2.3.2.1)";
    ARP_REPLY = "stack.arp.reply", "ARP reply (RFC 826)";
    ARP_ANNOUNCED = "stack.arp.announced", "gratuitous ARP: {address} is mine (RFC 5227 §3)";
    ARP_ASKED = "stack.arp.asked", "asked, no answer yet";
    ARP_LEARNED_REPLY = "stack.arp.learned-reply", "learned from the reply";
    ARP_LEARNED_REQUEST = "stack.arp.learned-request", "learned from a request: whoever asks will be answered next";
    ARP_CHANGED = "stack.arp.changed", "a later ARP packet names another MAC address, and is believed";
    ARP_STATIC = "stack.arp.static", "set by hand";
    ARP_DELETED = "stack.arp.deleted", "deleted";
    ARP_CONFIRMED = "stack.arp.confirmed", "the neighbour answers: confirmed (RFC 4861 §7.3.1)";
    ARP_USED = "stack.arp.used", "used though old: is it confirmed by what comes back? (RFC 4861 §7.3.2)";
    ARP_OLD = "stack.arp.old", "not confirmed for a while";
    ARP_PROBED = "stack.arp.probed", "nothing has confirmed it: the neighbour itself is asked";
    ARP_FAILED = "stack.arp.failed", "no answer to any request";
    ARP_NOBODY = "stack.arp.nobody", "{address} does not answer; packets that waited for it and are thrown away: {packets}";
    ARP_FULL = "stack.arp.full", "a packet is thrown away: {packets} already wait for the MAC address of {address}";

    // The way.
    INTERFACE_SET = "stack.interface.set", "set up anew";
    ROUTE_CONNECTED = "stack.route.connected", "the interface is on this network";
    ROUTE_LOST = "stack.route.lost", "the interface does not lead there any more";
    NO_ROUTE = "stack.route.none", "no route leads to {address}";
    FORWARDED = "stack.route.forwarded", "forwarded by the route “{route}”, {ttl} hops left";
    TTL = "stack.route.ttl", "a packet for {address} has no hop left and is thrown away";
    TOO_LARGE = "stack.route.too-large", "{bytes} octets do not pass where {mtu} are the most, and the packet must not be cut";
    FRAGMENT = "stack.route.fragment", "a piece of a packet: at most {mtu} octets pass here";
    PATH_MTU = "stack.route.path-mtu", "from now on at most {mtu} octets in a packet to {address} (RFC 1191)";
    REDIRECTED = "stack.route.redirected", "the router says that {gateway} is nearer to {address}, and is believed";
    REDIRECT_IGNORED = "stack.route.redirect-ignored", "a redirect to {gateway} for {address} is not believed";

    // ICMP.
    ECHO_REPLY = "stack.icmp.echo-reply", "echo reply (RFC 792)";
    BROADCAST_ECHO = "stack.icmp.broadcast-echo", "an echo request to everybody is not answered (icmp_echo_ignore_broadcasts)";
    PORT_UNREACHABLE = "stack.icmp.port-unreachable", "port unreachable: no socket is bound to UDP port {port} (RFC 1122 §3.2.2.1)";
    PROTOCOL_UNREACHABLE = "stack.icmp.protocol-unreachable", "protocol unreachable: nothing here understands IP protocol {protocol} (RFC 1122 §3.2.2.1)";
    NET_UNREACHABLE = "stack.icmp.net-unreachable", "network unreachable: this router has no route to {address} (RFC 1812 §5.2.7.1)";
    HOST_UNREACHABLE = "stack.icmp.host-unreachable", "host unreachable: {address} does not answer ARP (RFC 1812 §5.2.7.1)";
    FRAGMENTATION_NEEDED = "stack.icmp.fragmentation-needed", "fragmentation needed and not allowed; {mtu} octets would pass (RFC 1191 §4)";
    TIME_EXCEEDED = "stack.icmp.time-exceeded", "time to live exceeded (RFC 1812 §5.3.1)";
    REASSEMBLY_TIME_EXCEEDED = "stack.icmp.reassembly-time-exceeded", "not all pieces came in time (RFC 792)";
    REDIRECT = "stack.icmp.redirect", "redirect: {gateway} is nearer (RFC 1812 §5.2.7.2)";
    NO_COMPLAINT = "stack.icmp.none", "no ICMP error about this packet: none about an error, a later piece or what was for many (RFC 1122 §3.2.2)";
    LIMITED = "stack.icmp.limited", "no ICMP error to {address}: it has had several just now (RFC 1812 §4.3.2.8)";

    // Groups.
    JOINED = "stack.igmp.joined", "somebody here listens to the group";
    LEFT = "stack.igmp.left", "somebody here does not listen to the group any more";
    REPORT_JOINED = "stack.igmp.report-joined", "tells the routers that somebody here listens to {group} (RFC 3376 §5.1)";
    REPORT_LEFT = "stack.igmp.report-left", "tells the routers that nobody here listens to {group} any more (RFC 3376 §5.1)";
    REPORT_STILL = "stack.igmp.report-still", "answers the router: somebody here listens to {group} (RFC 3376 §5.2)";
    REPORT_HEARD = "stack.igmp.report-heard", "another has told the router of {group}: once is enough (RFC 2236 §3)";
    IGMP_CHECKSUM = "stack.igmp.checksum", "dropped: the IGMP checksum is wrong";

    // Pieces.
    FRAGMENT_KEPT = "stack.fragment.kept", "a piece is kept until the others have come";
    REASSEMBLED = "stack.fragment.whole", "all pieces are there: the packet is whole";
    FRAGMENT_TIMEOUT = "stack.fragment.timeout", "thrown away: the other pieces did not come in time";
    FRAGMENT_OVERLAP = "stack.fragment.overlap", "thrown away: pieces of the packet overlap";
    FRAGMENT_LENGTH = "stack.fragment.length", "thrown away: a piece other than the last is not a multiple of eight octets";
    FRAGMENT_TOO_LARGE = "stack.fragment.too-large", "thrown away: the pieces are more than a packet can be";
    FRAGMENT_NO_ROOM = "stack.fragment.no-room", "thrown away: too many packets are being put together";
}
