//! Every sentence the machines can say, with its identifier in the message catalogues and its section.

pub(super) use crate::trace::Cited as Message;
use crate::trace::cited;

cited! {
    REQUEST_SENT = "tftp.request-sent", "{packet} goes to the server's well-known port; the answer will come from a new one", "RFC 1350 §4";
    REQUEST_TAKEN = "tftp.request-taken", "{packet} arrived; this transfer gets a port of its own", "RFC 1350 §4";
    OPTIONS_OFFERED = "tftp.options-offered", "options granted in an OACK; ACK 0 will confirm them", "RFC 2347";
    OPTIONS_AGREED = "tftp.options-agreed", "options agreed: blksize {blksize}, windowsize {windowsize}", "RFC 2347";
    NO_OPTIONS = "tftp.no-options", "the server answered without an OACK: 512-byte blocks, one at a time", "RFC 2347";
    WRITE_ACCEPTED = "tftp.write-accepted", "ACK 0 accepts the WRQ", "RFC 1350 §4";
    READ_BEGINS = "tftp.read-begins", "DATA 1 is the answer to the RRQ", "RFC 1350 §4";
    LAST_ACKED = "tftp.last-acked", "the last block, {block}, is acknowledged: {bytes} bytes sent", "RFC 1350 §6";
    LAST_RECEIVED = "tftp.last-received", "block {block} is shorter than blksize, so it is the last: {bytes} bytes received", "RFC 1350 §6";
    DALLY_OVER = "tftp.dally-over", "nobody asked for the last ACK again", "RFC 1350 §6";
    TIMER_REQUEST = "tftp.timer-request", "no answer in {millis} ms: the request again", "RFC 1350 §4";
    TIMER_OACK = "tftp.timer-oack", "no ACK 0 in {millis} ms: the OACK again", "RFC 2347";
    TIMER_DATA = "tftp.timer-data", "no ACK in {millis} ms: again from DATA {block} on", "RFC 1350 §2";
    TIMER_ACK = "tftp.timer-ack", "no DATA in {millis} ms: ACK {block} again", "RFC 1350 §2";
    GAP_ACK = "tftp.gap-ack", "DATA {found} came but {expected} is due: ACK {block} asks for the window from there", "RFC 7440 §4";
    GAP_RESENT = "tftp.gap-resent", "ACK {block} is not the window's last: a new window begins after it", "RFC 7440 §4";
    REACK = "tftp.reack", "DATA {block} came a second time: its ACK again", "RFC 1350 §2";
    COPY_OF_DATA = "tftp.copy-of-data", "DATA {block} came a second time right after the first: a copy made on the way, no sign of a lost ACK", "RFC 1123 §4.2.3.1";
    REACK_OACK = "tftp.reack-oack", "the OACK came a second time: ACK 0 again", "RFC 2347";
    DUPLICATE_ACK_IGNORED = "tftp.duplicate-ack-ignored", "a second ACK {block}: ignored, or every packet from here on would be sent twice", "RFC 1123 §4.2.3.1";
    DUPLICATE_ACK_ANSWERED = "tftp.duplicate-ack-answered", "a second ACK {block} answered with DATA again: the Sorcerer's Apprentice is at work", "RFC 1123 §4.2.3.1";
    STALE_ACK = "tftp.stale-ack", "an old ACK {block}: ignored", "RFC 1350 §2";
    STALE_DATA = "tftp.stale-data", "an old DATA {block}: ignored", "RFC 1350 §2";
    STALE_OACK = "tftp.stale-oack", "the OACK came a second time: ignored", "RFC 2347";
    WRONG_TID = "tftp.wrong-tid", "a packet from {from}, which has no part in this transfer: ERROR 5 goes there, the transfer goes on", "RFC 1350 §4";
    GAVE_UP = "tftp.gave-up", "no answer after {retries} retransmissions: given up", "RFC 1350 §7";
    PEER_ERROR = "tftp.peer-error", "the other side ended it with ERROR {code}: {message}", "RFC 1350 §7";
    ERROR_SENT = "tftp.error-sent", "ended with ERROR {code}: {message}", "RFC 1350 §7";
}
