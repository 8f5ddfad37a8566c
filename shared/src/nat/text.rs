//! Every sentence the translator can say, with its identifier in the message catalogues and its section.

pub(super) use crate::trace::Cited as Message;
use crate::trace::cited;

cited! {
    // Why a mapping or a session appears, changes or goes.
    PORT_KEPT = "nat.mapping.kept", "{inside} is {outside} seen from outside: its port was free and is kept", "RFC 4787 §4.2.1";
    PORT_OTHER = "nat.mapping.other", "{inside} is {outside} seen from outside: its own port is taken", "RFC 4787 §4.2.1";
    FORWARD = "nat.mapping.forward", "the operator forwards {outside} to {inside}", "RFC 3022 §2";
    FORWARD_GONE = "nat.mapping.forward-gone", "the operator no longer forwards {outside}", "RFC 3022 §2";
    MAPPING_GONE = "nat.mapping.gone", "the last session of {inside} by {outside} is over", "RFC 4787 §4.3";
    OUTSIDE_CHANGED = "nat.mapping.outside-changed", "the outside address is {outside} from now on: what went by the old one is over", "RFC 3022 §4.1";
    NEW_OUT = "nat.session.new-out", "{inside} sends to {remote} for the first time", "RFC 3022 §2.2";
    NEW_IN = "nat.session.new-in", "{remote} sends to {outside}, which is {inside}, for the first time", "RFC 3022 §2.2";
    REPLIED = "nat.session.replied", "the first answer: the session is kept for longer", "RFC 4787 §4.3";
    STATE = "nat.session.state", "{flags} went by: {from} becomes {to}", "RFC 5382 §5";
    EXPIRED = "nat.session.expired", "nothing went by for {seconds} s in state {state}", "RFC 4787 §4.3";

    // Why a packet is not the translator's business.
    OWN = "nat.not-ours.own", "the router's own packet: nothing to translate", "RFC 3022 §2.2";
    NOT_INSIDE = "nat.not-ours.not-inside", "{address} is not of an inside network: not translated", "RFC 3022 §2.2";
    NOT_OUTSIDE = "nat.not-ours.not-outside", "{address} is not the outside address: not translated", "RFC 3022 §2.2";
    REQUEST = "nat.not-ours.request", "an ICMP request to the outside address is for the router itself", "RFC 5508 §3";
    UNKNOWN_ERROR = "nat.not-ours.error", "the ICMP error quotes a packet of no session: if it is about anything, it is about the router's own", "RFC 5508 §4.2";

    // Why a packet goes to the router itself or is dropped, as is set.
    UNSOLICITED = "nat.refused.unsolicited", "nothing inside is mapped to {outside}", "RFC 4787 §5";
    FILTERED = "nat.refused.filtered", "{inside} is mapped to {outside}, but has sent nothing to {remote}", "RFC 4787 §5";
    HAIRPIN_OFF = "nat.refused.hairpin", "{outside} is the router's own outside address, and hairpinning is off", "RFC 4787 §6";

    // Why a packet is dropped.
    MALFORMED = "nat.dropped.malformed", "dropped: {what} is not whole", "RFC 1812 §5.2.2";
    IP_CHECKSUM = "nat.dropped.ip-checksum", "dropped: the checksum of the IPv4 header is wrong", "RFC 1812 §5.2.2";
    PROTOCOL = "nat.dropped.protocol", "dropped: protocol {protocol} has no ports by which inside hosts could be told apart", "RFC 3022 §2.2";
    FRAGMENT_FIRST = "nat.dropped.fragment-first", "dropped: a fragment of datagram {id} whose first fragment, which has the ports, has not come", "RFC 4787 §11";
    FRAGMENT_LIMIT = "nat.dropped.fragment-limit", "dropped: {limit} datagrams in fragments are on their way already", "RFC 4787 §11";
    FRAGMENT_ERROR = "nat.dropped.fragment-error", "dropped: an ICMP error in fragments", "RFC 5508 §4.2";
    TABLE_FULL = "nat.dropped.table-full", "dropped: the table has its {limit} sessions", "RFC 4787 §4.3";
    NO_PORT = "nat.dropped.no-port", "dropped: no port is free for {inside}", "RFC 4787 §4.2.1";
    NO_CONNECTION = "nat.dropped.no-connection", "dropped: {flags} of no connection; a connection begins with SYN", "RFC 5382 §4";
    NO_REQUEST = "nat.dropped.no-request", "dropped: an ICMP reply to no request", "RFC 5508 §3";
    ICMP_TYPE = "nat.dropped.icmp-type", "dropped: ICMP type {type} cannot be translated", "RFC 5508 §7";
    ICMP_CHECKSUM = "nat.dropped.icmp-checksum", "dropped: the ICMP error's checksum is wrong", "RFC 5508 §4.1";
    QUOTE = "nat.dropped.quote", "dropped: the packet that the ICMP error quotes is not whole, or its header is damaged", "RFC 5508 §4.1";
    QUOTE_UNKNOWN = "nat.dropped.quote-unknown", "dropped: the ICMP error quotes a packet of no session", "RFC 5508 §4.2";
    REDIRECT = "nat.dropped.redirect", "dropped: a redirect that crossed the translator would lead past it", "RFC 5508 §7";
}
