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

    // What a recursive resolver does.
    ASK_ZONE = "dns.resolve.ask", "{server}, a server of zone {zone}, is asked for {question}", "RFC 1034 §5.3.3";
    REFERRED = "dns.resolve.referred", "{server} refers to the servers of {cut}: they are asked next", "RFC 1034 §5.3.3";
    NEED_ADDRESS = "dns.resolve.need-address", "for {question} the address of {server} is needed first", "RFC 1034 §5.3.3";
    GO_UP = "dns.resolve.go-up", "no server of {zone} that is remembered helps: the zone above is asked again", "RFC 1034 §5.3.3";
    CIRCLE = "dns.resolve.circle", "to find {question} its own answer would be needed: not this way", "RFC 1034 §5.3.3";
    LAME = "dns.resolve.lame", "{server} neither answers for zone {zone} nor refers to one below: another server is asked", "RFC 1034 §5.3.3";
    BOGUS = "dns.resolve.bogus", "what {server} says about {name} is not signed by its zone: it is not believed", "RFC 4035 §5";
    OUT_OF_BAILIWICK = "dns.resolve.out-of-bailiwick", "{count} records of {server} are not believed, since they are not in zone {zone}: {record}", "RFC 5452 §6";
    RESOLVED = "dns.resolve.resolved", "the answer to {question}", "RFC 1034 §5.3.3";
    NOT_THERE = "dns.resolve.nxdomain", "{name} does not exist", "RFC 2308 §2.1";
    GAVE_UP = "dns.resolve.gave-up", "SERVFAIL: nobody could answer {question}", "RFC 1034 §5.3.3";
    TOO_LONG = "dns.resolve.too-long", "the search for {question} has taken too long", "RFC 1035 §7.1";
    BUSY = "dns.resolve.busy", "SERVFAIL: {limit} questions are under way already", "RFC 1035 §7.1";
    NO_RECURSION = "dns.resolve.no-recursion", "REFUSED: {question} is not remembered, and the asker does not want it searched for", "RFC 1034 §4.3.1";
    MEASURED = "dns.server.measured", "{server} answered after {millis} ms", "RFC 1035 §7.2";
    SILENT = "dns.server.silent", "{server} did not answer: others are asked before it", "RFC 1035 §7.2";
    WITHOUT_EDNS = "dns.server.without-edns", "{server} does not understand EDNS: it is asked without", "RFC 6891 §7";

    // Why the cache changes.
    LEARNED_ANSWER = "dns.cache.answer", "{from} answered so; it holds for {ttl} s", "RFC 1034 §5.3.3";
    LEARNED_REFERRAL = "dns.cache.referral", "{from} refers to these servers; it holds for {ttl} s", "RFC 1034 §5.3.3";
    LEARNED_SERVERS = "dns.cache.servers", "{from} names the servers of its zone beside an answer; it holds for {ttl} s", "RFC 2181 §5.4.1";
    LEARNED_GLUE = "dns.cache.glue", "{from} gave the address of a server beside its name; it holds for {ttl} s", "RFC 2181 §5.4.1";
    LEARNED_ANYTHING = "dns.cache.anything", "{from} said so without being asked, and here everything is believed; it holds for {ttl} s", "RFC 5452 §6";
    NEGATIVE_CACHED = "dns.cache.negative", "{from} says that there is nothing; it holds for {ttl} s", "RFC 2308 §5";
    FAILURE_CACHED = "dns.cache.failure", "nobody could answer; it is not tried again for {ttl} s", "RFC 9520 §3.2";
    KEPT = "dns.cache.kept", "{key}: what {from} says ranks as {rank} and does not replace what is known as {known}", "RFC 2181 §5.4.1";
    EXISTS_NOW = "dns.cache.exists-now", "{name} exists after all", "RFC 2308 §5";
    EXPIRED = "dns.cache.expired", "its time to live of {ttl} s is over", "RFC 1035 §3.2.1";
    EVICTED = "dns.cache.evicted", "the cache has its {limit} rows: what ends first makes room", "RFC 1035 §7.4";
    FLUSHED = "dns.cache.flushed", "the operator empties the cache", "RFC 1035 §7.4";
}
