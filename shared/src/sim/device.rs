//! What a machine on the network is to the simulation: ports that frames come in and go out of, and a clock.

use crate::trace::{EventKind, Text, Time};

/// A machine: a host or router, a hub, a switch.
///
/// Nothing here may depend on anything but what was given: no clock, no chance.
pub(super) trait Device {
    /// Why this machine would throw a frame that comes in by a port away unread, if it would. This depends on the bytes and
    /// the machine's addresses only, so that it can be asked when the frame leaves its sender.
    fn refuses(&self, port: usize, bytes: &[u8]) -> Option<Text>;

    /// A frame that [`refuses`](Self::refuses) lets pass has arrived on a port.
    fn on_frame(&mut self, now: Time, port: usize, bytes: &[u8], out: &mut Outbox);

    /// The time has come.
    fn on_timer(&mut self, now: Time, out: &mut Outbox);

    /// When to call [`on_timer`](Self::on_timer) next.
    fn next_timer(&self) -> Option<Time>;

    /// The cable at a port was cut, or works again.
    fn on_carrier(&mut self, _now: Time, _port: usize, _up: bool, _out: &mut Outbox) {}
}

/// What a machine does when it is called, in order.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    pub(super) items: Vec<Output>,
}

/// One thing that a machine does.
#[derive(Debug)]
pub(super) enum Output {
    /// Puts a frame on the link at a port.
    Frame { port: usize, bytes: Vec<u8>, note: Option<Text> },
    /// Says what happened inside.
    Log(EventKind),
}

impl Outbox {
    pub(super) fn frame(&mut self, port: usize, bytes: Vec<u8>, note: Option<Text>) {
        self.items.push(Output::Frame { port, bytes, note });
    }

    pub(super) fn log(&mut self, kind: EventKind) {
        self.items.push(Output::Log(kind));
    }

    pub(super) fn note(&mut self, node: &str, text: Text) {
        self.log(EventKind::Note { node: Some(node.to_owned()), text });
    }
}
