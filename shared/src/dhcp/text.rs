//! Every sentence that client, server and relay can say, with its identifier in the message catalogues and its section.

use crate::trace::cited;

cited! {
    // Why the client sends.
    DISCOVER = "dhcp.send.discover", "whoever gives addresses here, offer one", "RFC 2131 §3.1.1";
    REQUEST_OFFERED = "dhcp.send.request-offered", "the offer of {server} is taken: {address}; all other servers see that theirs are not", "RFC 2131 §3.1.3";
    REQUEST_OLD = "dhcp.send.request-old", "the client had {address} before: may it go on?", "RFC 2131 §3.2.1";
    REQUEST_RENEW = "dhcp.send.request-renew", "T1: {server}, which gave {address}, is asked for more time", "RFC 2131 §4.4.5";
    REQUEST_REBIND = "dhcp.send.request-rebind", "T2: {server} did not answer, so any server is asked for more time with {address}", "RFC 2131 §4.4.5";
    AGAIN = "dhcp.send.again", "no answer: {kind} again, attempt {attempt}; the next one in {millis} ms", "RFC 2131 §4.1";
    DECLINE = "dhcp.send.decline", "{mac} answers for {address}: the client does not take it", "RFC 2131 §3.1.5";
    RELEASE = "dhcp.send.release", "{address} is given back before its time is over", "RFC 2131 §4.4.6";

    // Why the client's state changes.
    STARTED = "dhcp.state.started", "the client begins: it knows no address", "RFC 2131 §4.4.1";
    DISCOVERING = "dhcp.state.discovering", "DHCPDISCOVER is sent: offers are collected", "RFC 2131 §4.4.1";
    CHOSEN = "dhcp.state.chosen", "{count} offers came: that of {server} is chosen", "RFC 2131 §4.4.1";
    REMEMBERED = "dhcp.state.remembered", "the client remembers {address} and asks whether it is still right", "RFC 2131 §4.4.2";
    VERIFYING = "dhcp.state.verifying", "DHCPREQUEST with the old address is sent", "RFC 2131 §4.4.2";
    ACKED = "dhcp.state.acked", "DHCPACK of {server}: {address} for {seconds} s", "RFC 2131 §4.4.1";
    ACKED_FOREVER = "dhcp.state.acked-forever", "DHCPACK of {server}: {address} for ever", "RFC 2131 §3.3";
    EXTENDED = "dhcp.state.extended", "DHCPACK of {server}: {address} for {seconds} s more", "RFC 2131 §4.4.5";
    NAKED = "dhcp.state.naked", "DHCPNAK of {server}: the address is not right here, so all begins anew", "RFC 2131 §4.4.1";
    T1_OVER = "dhcp.state.t1", "T1 is over", "RFC 2131 §4.4.5";
    T2_OVER = "dhcp.state.t2", "T2 is over", "RFC 2131 §4.4.5";
    LEASE_OVER = "dhcp.state.lease-over", "the lease is over: the address must not be used any more", "RFC 2131 §4.4.5";
    NO_ANSWER = "dhcp.state.no-answer", "{attempts} requests without an answer: all begins anew", "RFC 2131 §3.1.5";
    STILL_GOOD = "dhcp.state.still-good", "nobody answers, and the old lease is not over yet: it is used on", "RFC 2131 §3.2.4";
    DECLINED = "dhcp.state.declined", "the address is in use: all begins anew, not before 10 s", "RFC 2131 §3.1.5";
    RELEASED = "dhcp.state.released", "the address is given back", "RFC 2131 §4.4.6";
    STOPPED = "dhcp.state.stopped", "the client stops", "RFC 2131 §4.4";

    // What the client notes.
    DELAY = "dhcp.note.delay", "DHCPDISCOVER goes out in {millis} ms, so that machines that start together do not speak together", "RFC 2131 §4.4.1";
    OFFERED = "dhcp.note.offered", "{server} offers {address}", "RFC 2131 §4.4.1";
    CHECKING = "dhcp.note.checking", "{address} is given: before it is used, ARP asks whether anybody has it", "RFC 2131 §4.4.1";

    // Why an answer of a server is sent.
    OFFER_RESERVED = "dhcp.send.offer-reserved", "{address} is reserved for {mac}", "RFC 2131 §4.3.1";
    OFFER_AGAIN = "dhcp.send.offer-again", "{mac} has or had {address}: the same again", "RFC 2131 §4.3.1";
    OFFER_WANTED = "dhcp.send.offer-wanted", "{mac} wants {address}, which is free", "RFC 2131 §4.3.1";
    OFFER_FRESH = "dhcp.send.offer-fresh", "{address} is free", "RFC 2131 §4.3.1";
    ACK_SELECTED = "dhcp.send.ack-selected", "{mac} takes the offer: {address} for {seconds} s", "RFC 2131 §4.3.2";
    ACK_VERIFIED = "dhcp.send.ack-verified", "{mac} may go on with {address} for {seconds} s", "RFC 2131 §4.3.2";
    ACK_EXTENDED = "dhcp.send.ack-extended", "{mac} gets more time with {address}: {seconds} s", "RFC 2131 §4.3.2";
    ACK_INFORM = "dhcp.send.ack-inform", "{address} has its address from elsewhere and is told the rest", "RFC 2131 §4.3.5";
    NAK_NETWORK = "dhcp.send.nak-network", "{address} is no address of the network {network}, where the client is", "RFC 2131 §4.3.2";
    NAK_OTHER = "dhcp.send.nak-other", "{address} is not {mac}'s", "RFC 2131 §4.3.2";
    NAK_UNKNOWN = "dhcp.send.nak-unknown", "nothing is known of {mac}, and nobody else gives addresses here", "RFC 2131 §4.3.2";

    // Why the lease table changes.
    PROBED = "dhcp.lease.probed", "before {address} is offered it is tried whether anybody answers for it", "RFC 2131 §3.1.2";
    KEPT = "dhcp.lease.kept", "offered to {mac} and kept for {seconds} s", "RFC 2131 §4.3.1";
    GIVEN = "dhcp.lease.given", "{mac} has it for {seconds} s", "RFC 2131 §4.3.2";
    GIVEN_BACK = "dhcp.lease.given-back", "{mac} gives it back; kept for it while there are others", "RFC 2131 §4.3.4";
    EXPIRED = "dhcp.lease.expired", "the time is over; kept for {mac} while there are others", "RFC 2131 §4.3.1";
    OFFER_LAPSED = "dhcp.lease.offer-lapsed", "{mac} did not take the offer", "RFC 2131 §4.3.1";
    OTHER_CHOSEN = "dhcp.lease.other-chosen", "{mac} takes the offer of {server}: this one is withdrawn", "RFC 2131 §3.1.4";
    IN_USE = "dhcp.lease.in-use", "{mac} says that somebody else uses it: given to nobody for {seconds} s", "RFC 2131 §4.3.3";
    ANSWERED = "dhcp.lease.answered", "somebody answers for it: given to nobody for {seconds} s", "RFC 2131 §3.1.2";
    AVAILABLE = "dhcp.lease.available", "it may be given again", "RFC 2131 §4.3.3";

    // What a relay does.
    RELAY_TO_SERVER = "dhcp.relay.to-server", "the {kind} of {mac} goes to {server}; giaddr {giaddr} tells where from", "RFC 1542 §4.1.1";
    RELAY_TO_CLIENT = "dhcp.relay.to-client", "the {kind} for {mac} goes out where giaddr {giaddr} is", "RFC 1542 §4.1.2";

    // Why a message is ignored.
    MALFORMED = "dhcp.ignored.malformed", "ignored: no DHCP message: {error}", "RFC 2131 §2";
    NOT_FOR_SERVER = "dhcp.ignored.not-for-server", "ignored: a {kind} is for clients", "RFC 2131 §4.1";
    NOT_FOR_CLIENT = "dhcp.ignored.not-for-client", "ignored: a {kind} is for servers", "RFC 2131 §4.1";
    INTERFACE_UNKNOWN = "dhcp.ignored.interface", "ignored: nothing is given out on interface {interface}", "RFC 2131 §4.3";
    NO_SUBNET = "dhcp.ignored.no-subnet", "ignored: there are no addresses for the network of {address}", "RFC 2131 §4.3.1";
    NO_ADDRESS = "dhcp.ignored.no-address", "ignored: no address is left for {mac} in {network}", "RFC 2131 §4.3.1";
    OTHER_SERVER = "dhcp.ignored.other-server", "ignored: it is for the server {server}", "RFC 2131 §4.3.2";
    UNKNOWN_CLIENT = "dhcp.ignored.unknown-client", "no answer: nothing is known of {mac} here; another server may know it", "RFC 2131 §4.3.2";
    NO_SUCH_LEASE = "dhcp.ignored.no-such-lease", "ignored: {address} is not {mac}'s", "RFC 2131 §4.3";
    NOTHING_ASKED = "dhcp.ignored.nothing-asked", "ignored: a {kind} without an address", "RFC 2131 §4.3.2";
    OTHER_CLIENT = "dhcp.ignored.other-client", "ignored: it is for {mac}", "RFC 2131 §4.4.1";
    OTHER_XID = "dhcp.ignored.other-xid", "ignored: transaction {found}, not {expected}", "RFC 2131 §4.4.1";
    UNEXPECTED = "dhcp.ignored.unexpected", "ignored: a {kind} in state {state}", "RFC 2131 §4.4";
    NOT_CHOSEN = "dhcp.ignored.not-chosen", "ignored: {server} was not chosen", "RFC 2131 §4.4.1";
    INCOMPLETE = "dhcp.ignored.incomplete", "ignored: the {kind} lacks its address, server identifier or lease time", "RFC 2131 §4.3.1";
    TOO_MANY_HOPS = "dhcp.ignored.hops", "ignored: it went through {hops} relays already", "RFC 1542 §4.1.1";
    TOO_EARLY = "dhcp.ignored.secs", "ignored: the client asks since {secs} s; only from {least} s on is help needed", "RFC 1542 §4.1.1";
    NOT_OUR_RELAY = "dhcp.ignored.giaddr", "ignored: giaddr {giaddr} is none of this relay's", "RFC 1542 §4.1.2";
    SPOOFED_RELAY = "dhcp.ignored.spoofed", "ignored: a client cannot claim to be relayed by us", "RFC 3046 §2.1";
}
