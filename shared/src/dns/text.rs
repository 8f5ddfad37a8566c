//! Every sentence the machines can say, with its identifier in the message catalogues and its section.

use crate::trace::cited;

cited! {
    // Why a server answers what it answers.
    POSITIVE = "dns.answer.positive", "the zone has {kind} records of {name}, or an alias that leads to some", "RFC 1034 §4.3.2";
    WILDCARD = "dns.answer.wildcard", "{name} does not exist, but {wildcard} stands for all such names", "RFC 4592 §3.3.1";
    ALIAS_LEAVES = "dns.answer.alias-leaves", "the alias leads to {name}, which is not in zone {zone}: the asker goes on from there", "RFC 1034 §4.3.2";
    ALIAS_LOOP = "dns.answer.alias-loop", "the aliases lead back to {name} or are too many: no end is followed", "RFC 1034 §5.2.2";
    REFERRAL = "dns.answer.referral", "{cut} is delegated: its servers know, with their addresses as far as they are known here", "RFC 1034 §4.3.2";
    NX_DOMAIN = "dns.answer.nxdomain", "{name} does not exist in zone {zone}; the SOA record says for how long to remember that", "RFC 2308 §2.1";
    NO_DATA = "dns.answer.nodata", "{name} exists and has no {kind} record; the SOA record says for how long to remember that", "RFC 2308 §2.2";
    NO_ZONE = "dns.answer.refused", "REFUSED: {name} is in none of the zones here", "RFC 1035 §4.1.1";
    NO_TRANSFER = "dns.answer.no-transfer", "NOTIMP: a question for {kind} is not answered here", "RFC 1035 §4.1.1";
    NOT_IMP = "dns.answer.notimp", "NOTIMP: only ordinary questions are answered, not operation {opcode}", "RFC 1035 §4.1.1";
    FORM_ERR = "dns.answer.formerr", "FORMERR: {error}", "RFC 1035 §4.1.1";
    NO_QUESTION = "dns.answer.no-question", "FORMERR: the message has no question", "RFC 1035 §4.1.1";
    BAD_VERS = "dns.answer.badvers", "BADVERS: only version 0 of EDNS is spoken", "RFC 6891 §6.1.3";
    TRUNCATED = "dns.answer.truncated", "the answer has more than {limit} bytes: TC tells the asker to use TCP", "RFC 2181 §9";
    UNWRITABLE = "dns.answer.unwritable", "no answer: {error}", "RFC 1035 §4.2.2";

    // What is asked.
    ASK_SERVER = "dns.ask.server", "{server} is asked for {question}", "RFC 1034 §5.3.1";
    ASK_AGAIN = "dns.ask.again", "{server} is asked again for {question}: attempt {attempt}", "RFC 1035 §7.2";
    ASK_TCP = "dns.ask.tcp", "the same question by TCP: {question}", "RFC 7766 §5";
    TO_TCP = "dns.ask.to-tcp", "the answer of {server} is truncated: a TCP connection is opened", "RFC 7766 §5";
    NO_ANSWER = "dns.ask.no-answer", "{server} has not answered in time: {question}", "RFC 1035 §7.2";
    NO_HELP = "dns.ask.no-help", "{server} answers {rcode}: another server is asked", "RFC 1035 §7.2";
    UNREACHABLE = "dns.ask.unreachable", "nobody listens at {server}: another server is asked", "RFC 1035 §7.2";
    STREAM_CLOSED = "dns.ask.stream-closed", "the connection is gone before the answer to {question} was whole", "RFC 7766 §6.2.4";
    ASKED_DONE = "dns.ask.done", "{question} is not waited for any more", "RFC 1035 §7.3";

    // Why a message is ignored.
    MALFORMED = "dns.ignored.malformed", "ignored: from {from} comes no DNS message: {error}", "RFC 1035 §4.1";
    NOT_A_QUERY = "dns.ignored.not-a-query", "ignored: {from} sends an answer, and nothing was asked", "RFC 1035 §7.3";
    NOT_AN_ANSWER = "dns.ignored.not-an-answer", "ignored: {from} sends a question where an answer is expected", "RFC 1035 §7.3";
    UNASKED = "dns.ignored.unasked", "ignored: {from} answers to port {port}, from which nothing was asked", "RFC 5452 §9.1";
    WRONG_SOURCE = "dns.ignored.source", "ignored: the answer comes from {from}, and {server} was asked", "RFC 5452 §9.1";
    WRONG_ID = "dns.ignored.id", "ignored: the answer from {from} has ID {id}, the question had {expected}", "RFC 5452 §9.1";
    WRONG_QUESTION = "dns.ignored.question", "ignored: {from} answers another question than {question}", "RFC 5452 §9.1";
}
