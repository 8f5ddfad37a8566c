//! The file on its way: DATA and ACK, windows, gaps, and what comes twice. RFC 1350 §2 and §6, RFC 7440.

use std::fmt::Display;

use super::Transfer;
use crate::{
    tftp::{
        event::{Event, State},
        packet::{ErrorCode, Packet},
        receiver::{Received, Receiver},
        sender::{Acked, Sender},
        text::{self, Message},
    },
    trace::{Text, Time},
};

/// The half of the transfer that moves the file.
pub(in crate::tftp) enum Flow {
    Send(Sender),
    Receive(Receiver),
    /// Refused before it began.
    None,
}

impl Transfer {
    pub(super) fn on_ack(&mut self, now: Time, block: u16) {
        let Flow::Send(sender) = &mut self.flow else { return };
        let args: &[(&str, &dyn Display)] = &[("block", &block)];
        match sender.on_ack(now, block) {
            Acked::New { rtt, short } => {
                self.went_on(now);
                let Flow::Send(sender) = &mut self.flow else { return };
                if let Some(rtt) = rtt {
                    self.timer.measured(rtt);
                }
                if sender.finished() {
                    let (block, bytes) = (sender.last_acked(), sender.bytes());
                    self.timer.stop();
                    self.enter(State::Done, text::LAST_ACKED, &[("block", &block), ("bytes", &bytes)]);
                    self.events.push_back(Event::Complete { bytes });
                } else if short {
                    self.resend(text::GAP_RESENT, args);
                }
            }
            Acked::Duplicate { answered: true } if self.config.answer_duplicate_acks => {
                self.resend(text::DUPLICATE_ACK_ANSWERED, args);
            }
            Acked::Duplicate { answered: true } => self.resend(text::GAP_RESENT, args),
            Acked::Duplicate { answered: false } => self.ignore(text::DUPLICATE_ACK_IGNORED, args),
            Acked::Stale => self.ignore(text::STALE_ACK, args),
        }
    }

    /// The window goes out again, which `poll_transmit` does by itself.
    fn resend(&mut self, message: Message, args: &[(&str, &dyn Display)]) {
        let why = message.text(args);
        self.data_note = Some(why.clone());
        self.events.push_back(Event::Retransmit { why, rfc: message.rfc });
    }

    pub(super) fn on_data(&mut self, now: Time, block: u16, data: &[u8]) {
        let Flow::Receive(receiver) = &mut self.flow else { return };
        if self.state == State::Dallying {
            // RFC 1350 §6: the last DATA again means that the last ACK was lost.
            if let Ok(Received::Again { ack }) = receiver.on_data(block, data) {
                self.on_data_again(now, ack);
            }
            return;
        }
        match receiver.on_data(block, data) {
            Ok(Received::Next { ack }) => {
                self.went_on(now);
                self.timer.start(now);
                if let Some(ack) = ack {
                    self.acked_at = Some(now);
                    self.send_ack(ack, None);
                }
            }
            Ok(Received::Last { ack }) => {
                let bytes = receiver.bytes();
                self.acked_at = Some(now);
                self.send_ack(ack, None);
                self.enter(State::Dallying, text::LAST_RECEIVED, &[("block", &block), ("bytes", &bytes)]);
                self.events.push_back(Event::Complete { bytes });
                if self.config.dally == 0 {
                    self.timer.stop();
                    self.enter(State::Done, text::DALLY_OVER, &[]);
                } else {
                    self.timer.deadline = Some(now.plus(self.config.dally));
                }
            }
            Ok(Received::Gap { ack, expected }) => {
                let args: &[(&str, &dyn Display)] =
                    &[("found", &block), ("expected", &expected), ("block", &ack)];
                self.resend_ack(ack, text::GAP_ACK, args);
            }
            Ok(Received::Again { ack }) => self.on_data_again(now, ack),
            Ok(Received::Stale) => self.ignore(text::STALE_DATA, &[("block", &block)]),
            Ok(Received::TooLong) => {
                let most = self.options.blksize;
                let message = format!("DATA {block} has {} bytes; blksize is {most}", data.len());
                self.abort(ErrorCode::ILLEGAL_OPERATION, &message);
            }
            Err(error) => self.file_error(&error),
        }
    }

    /// The block acknowledged last came once more: its ACK was lost, or the path made a copy.
    fn on_data_again(&mut self, now: Time, block: u16) {
        let copy = self.acked_at.is_some_and(|acked| now.since(acked) < self.config.copies);
        if copy && !self.config.answer_duplicate_acks {
            return self.ignore(text::COPY_OF_DATA, &[("block", &block)]);
        }
        self.acked_at = Some(now);
        self.resend_ack(block, text::REACK, &[("block", &block)]);
    }

    /// The server did not hear the answer to its OACK.
    pub(super) fn on_second_oack(&mut self) {
        match &self.flow {
            Flow::Receive(receiver) if !receiver.begun() => self.resend_ack(0, text::REACK_OACK, &[]),
            _ => self.ignore(text::STALE_OACK, &[]),
        }
    }

    fn resend_ack(&mut self, block: u16, message: Message, args: &[(&str, &dyn Display)]) {
        let why = message.text(args);
        self.send_ack(block, Some(why.clone()));
        self.events.push_back(Event::Retransmit { why, rfc: message.rfc });
    }

    pub(super) fn send_ack(&mut self, block: u16, note: Option<Text>) {
        self.last_control.clear();
        Packet::Ack { block }.emit(&mut self.last_control);
        self.push_control(note);
    }
}
