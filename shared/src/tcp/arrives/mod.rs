//! SEGMENT ARRIVES (RFC 9293 §3.10.7), in the RFC's order.
//!
//! * `opening`: CLOSED, LISTEN and SYN-SENT (§3.10.7.1 to §3.10.7.3).
//! * `checks`: first to fourth check of all other states (§3.10.7.4).
//! * `ack`: the fifth. * `text`: the sixth to the eighth.

mod ack;
mod checks;
mod opening;
mod text;

pub use opening::reset_for;

use super::{Endpoint, EventKind, Segment, State, text::Message};
use std::fmt::Display;

impl Endpoint {
    pub(super) fn arrives(&mut self, segment: &Segment) {
        match self.state {
            State::Closed => self.arrives_closed(segment),
            State::Listen => self.arrives_listen(segment),
            State::SynSent => self.arrives_syn_sent(segment),
            _ => self.arrives_otherwise(segment),
        }
    }

    /// §3.10.7.4: a check that is done with the segment ends the procedure.
    fn arrives_otherwise(&mut self, segment: &Segment) {
        let Some((seq, segment)) = self.check_sequence(segment) else { return };
        self.heard();
        if self.check_rst(seq, &segment).is_some() || self.check_syn(&segment).is_some() {
            return;
        }
        if self.check_ack(seq, &segment).is_none() {
            return;
        }
        self.check_urg(&segment);
        self.take_text(&segment);
        self.check_fin();
    }

    /// Reports which check decided.
    fn decided(&mut self, dropped: bool, message: &Message, args: &[(&str, &dyn Display)]) {
        self.report(EventKind::Check { dropped }, message, args);
    }
}
