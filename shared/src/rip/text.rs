//! Every sentence the speaker can say, with its identifier in the message catalogues and its section.

pub(super) use crate::trace::Cited as Message;
use crate::trace::cited;

cited! {
    // Why a message is sent.
    ASK = "rip.send.ask", "a new interface: its neighbours are asked for their whole tables", "RFC 2453 §3.9.1";
    REGULAR = "rip.send.regular", "the regular update: the whole table, about every {seconds} s", "RFC 2453 §3.8";
    TRIGGERED = "rip.send.triggered", "a triggered update: only what has changed", "RFC 2453 §3.10.1";
    ANSWER_ALL = "rip.send.answer-all", "{neighbour} asked for the whole table", "RFC 2453 §3.9.1";
    ANSWER_SOME = "rip.send.answer-some", "{neighbour} asked for these destinations", "RFC 2453 §3.9.1";

    // When.
    TRIGGER_WAITS = "rip.timer.trigger-waits", "the next triggered update waits {millis} ms, so that changes do not flood the network", "RFC 2453 §3.10.1";
    TRIGGER_DROPPED = "rip.timer.trigger-dropped", "no triggered update: the regular one is due before it could go", "RFC 2453 §3.10.1";

    // Why a route appears, changes or goes.
    CONNECTED = "rip.route.connected", "the interface is up: its network costs {metric}", "RFC 2453 §3.9.2";
    ORIGINATED = "rip.route.originated", "the operator says that this is announced", "RFC 2453 §4.2";
    LEARNED = "rip.route.learned", "{neighbour} announces it with metric {announced}; the link costs {cost}", "RFC 2453 §3.9.2";
    REFRESHED = "rip.route.refreshed", "{neighbour} announces it as before: the timeout begins anew", "RFC 2453 §3.9.2";
    BETTER = "rip.route.better", "{neighbour} announces it with metric {announced}, which makes {metric}: better than {before}", "RFC 2453 §3.9.2";
    FOLLOWED = "rip.route.followed", "{neighbour}, through which it goes, now says {announced}: the metric was {before} and is {metric}, better or not", "RFC 2453 §3.9.2";
    RETAGGED = "rip.route.retagged", "{neighbour} announces it as before, but for its tag or next hop", "RFC 2453 §3.9.2";
    AS_GOOD = "rip.route.as-good", "{neighbour} announces it with the same metric, and the old neighbour has been silent for half the timeout", "RFC 2453 §3.9.2";
    LOST = "rip.route.lost", "{neighbour}, through which it goes, says that it is not reachable: metric 16, to be forgotten in {seconds} s", "RFC 2453 §3.9.2";
    TIMED_OUT = "rip.route.timed-out", "nothing was heard of it for {seconds} s: metric 16", "RFC 2453 §3.8";
    INTERFACE_DOWN = "rip.route.interface-down", "the interface is down: metric 16", "RFC 2453 §3.8";
    WITHDRAWN = "rip.route.withdrawn", "the operator says that this is no longer announced: metric 16", "RFC 2453 §3.8";
    FORGOTTEN = "rip.route.forgotten", "the garbage-collection time of {seconds} s is over: the neighbours have been told", "RFC 2453 §3.8";

    // Why a message or an entry is ignored.
    OWN = "rip.ignored.own", "ignored: our own message came back", "RFC 2453 §3.9.2";
    MALFORMED = "rip.ignored.malformed", "ignored: no RIP message: {error}", "RFC 2453 §3.6";
    VERSION_1 = "rip.ignored.version-1", "ignored: version 1 carries no masks; only version 2 is spoken here", "RFC 2453 §5.1";
    AUTHENTICATED = "rip.ignored.authenticated", "ignored: it is authenticated, and no password is set here", "RFC 2453 §4.1";
    NOT_PORT = "rip.ignored.not-port", "ignored: a Response from port {port}; routers send from 520", "RFC 2453 §3.9.2";
    NOT_NEIGHBOUR = "rip.ignored.not-neighbour", "ignored: {neighbour} is not on this interface's network {network}", "RFC 2453 §3.9.2";
    SILENT = "rip.ignored.silent", "ignored: this interface only listens", "RFC 2453 §3.9.1";
    NO_ENTRIES = "rip.ignored.no-entries", "ignored: a Request without entries asks for nothing", "RFC 2453 §3.9.1";
    ENTRY = "rip.ignored.entry", "an entry is ignored: {error}", "RFC 2453 §3.9.2";
    TABLE_FULL = "rip.ignored.table-full", "{prefix} is ignored: the table has its {limit} routes", "RFC 2453 §3.9.2";
}
