//! Views of a trace: ladder, player, lists, tables, diagrams.

use crate::i18n::catalogue::{Calls, Export, Ladder, Log, PacketList, Player, States, Tables};

pub(in crate::i18n) const LADDER: Ladder = Ladder {
    title: "Ladder of segments between the machines; time runs downwards",
    earlier: "{n} earlier ones are not shown: go back in time to see them.",
};

pub(in crate::i18n) const PLAYER: Player = Player {
    title: "Player",
    play: "Play",
    pause: "Pause",
    rewind: "To the beginning",
    back: "One event back",
    forward: "One event forward",
    end: "To the end",
    time: "Time",
    speed: "Speed",
};

pub(in crate::i18n) const PACKET_LIST: PacketList = PacketList {
    title: "Packets",
    number: "No.",
    time: "Time (s)",
    way: "From → to",
    protocol: "Protocol",
    info: "What it says",
    fate: "What became of it",
    delivered: "delivered",
    duplicate: "a duplicate",
    reordered: "overtaken",
    delayed: "held back",
    corrupted: "one bit flipped",
    comma: ", ",
};

pub(in crate::i18n) const TABLES: Tables = Tables {
    empty: "Nothing yet.",
    variable: "Variable",
    relative: "Sequence numbers count from ISS and IRS, as in the ladder; below each, the number as it is in the segments.",
    raw: "raw {number}",
    deleted: "TCB deleted at {time} s: CLOSED. Its last values:",
    gone: "Gone",
    since: "since {time} s",
};

pub(in crate::i18n) const CALLS: Calls = Calls { title: "System calls", empty: "No system call yet." };

pub(in crate::i18n) const LOG: Log =
    Log { title: "What happened, and why", state: "{from} → {to}:", sends: "sends {what}." };

pub(in crate::i18n) const STATES: States =
    States { title: "TCP state diagram of {node}, which is in {state}" };

pub(in crate::i18n) const EXPORT: Export = Export { title: "Save the trace" };
