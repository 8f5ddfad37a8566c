//! Every sentence that is said of a goal, with its identifier in the message catalogues.

pub use crate::trace::Message;
use crate::trace::messages;

messages! {
    // How far a goal is.
    NOT_YET = "goal.not-yet", "not so yet";
    REACHED = "goal.reached", "so at {time} s";
    END_FIRST = "goal.end-first", "it has not been so until the end";
    STILL = "goal.still", "so far always";
    BROKEN = "goal.broken", "no longer so at {time} s";
    ALWAYS = "goal.always", "so from the beginning to the end";
    NOT_SO_FAR = "goal.not-so-far", "so far never";
    FORBIDDEN = "goal.forbidden", "so at {time} s, and that must never be";
    NEVER = "goal.never", "never, from the beginning to the end";
    LATE = "goal.late", "not so within {limit}: time was up at {time} s";
    TIME_LEFT = "goal.time-left", "not so yet; there is time until {time} s";
    STAGE = "goal.stage", "{done} of {all} are done; the next is not so yet";
    STAGE_END = "goal.stage-end", "{done} of {all} are done; the next has not been so until the end";
    NOW_YES = "goal.now-yes", "so at the moment; what counts is the end";
    NOW_NO = "goal.now-no", "not so at the moment; what counts is the end";
    END_YES = "goal.end-yes", "so at the end";
    END_NO = "goal.end-no", "not so at the end";
    TOO_MANY = "goal.too-many", "at {time} s there were too many, and it can no longer be so at the end";
    OF_ALL = "goal.of-all", "{done} of {all} parts are so, and all must be";
    OF_ANY = "goal.of-any", "{done} of {all} parts are so, and one is enough";
    REVERSED = "goal.reversed", "the contrary of this must be";

    // What was counted.
    LEAST = "goal.count.least", "{count} so far, at least {wanted} wanted";
    MOST = "goal.count.most", "{count} so far, at most {wanted} allowed";
    EXACTLY = "goal.count.exactly", "{count} so far, exactly {wanted} wanted";
    NONE = "goal.count.none", "none so far, and none must be";
    SOME = "goal.count.some", "{count} so far, and none must be";

    // The nearest thing to what is wanted.
    NO_ROWS = "goal.row.no-rows", "the table {table} of {node} has no row";
    NO_ROWS_ANYWHERE = "goal.row.no-rows-anywhere", "no machine has a row in a table {table}";
    ROW_IS_SO = "goal.row.so", "row {key} of {table} of {node} is so";
    ROW_DIFFERS = "goal.row.differs", "in row {key} of {table} of {node}, {column} is {value}; {wanted} is wanted";
    ROW_NO_COLUMN = "goal.row.no-column", "row {key} of {table} of {node} has no {column}, but {columns}";
    STATE_IS = "goal.state.is", "{socket} of {node} is in {state}";
    NO_STATE = "goal.state.none", "{node} has had no such {protocol} connection so far";
    NO_STATE_ANYWHERE = "goal.state.none-anywhere", "no machine has had such a {protocol} connection so far";
    NO_CALL = "goal.call.none", "no such call so far";
    CALL_RETURNED = "goal.call.returned", "the last such call, {name} of {node}, returned {result}";
    NOT_RECEIVED = "goal.received.not", "{bytes} bytes were received so far, this text not among them";
    IS_RECEIVED = "goal.received.so", "it was received";
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
}
