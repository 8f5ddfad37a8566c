//! One way to drive all three machines: what a host, simulated or real, does with its sockets.
//!
//! A host keeps a UDP socket for each port and a TCP connection for each [`StreamId`], and
//!
//! | when | calls |
//! |---|---|
//! | a datagram arrives at one of its ports | [`on_datagram`](Machine::on_datagram) with that port and the sender |
//! | ICMP says that a datagram found nobody | [`on_unreachable`](Machine::on_unreachable) with the port it was sent from |
//! | a client connects to the server's port | [`on_accept`](Machine::on_accept) with a [`StreamId::In`] of its own choice |
//! | a connection of [`Transmit::Connect`] is open | [`on_connected`](Machine::on_connected) |
//! | bytes arrive on a connection | [`on_stream`](Machine::on_stream) |
//! | a connection is closed, reset or refused | [`on_closed`](Machine::on_closed) |
//! | [`poll_timeout`](Machine::poll_timeout) has come | [`on_timeout`](Machine::on_timeout) |
//!
//! After each it does what [`poll_transmit`](Machine::poll_transmit) says until that has nothing more, writes the events
//! of [`poll_event`](Machine::poll_event) into its trace, and asks for the next deadline. Port 53, UDP and TCP, is open
//! from the start on a server; the ports that questions leave from are opened by [`Transmit::Datagram`] and closed by
//! [`Transmit::ClosePort`].

use std::net::SocketAddr;

use super::{
    authority::Authority, event::Event, recursor::Recursor, stream::StreamId, stub::Stub, transmit::Transmit,
};
use crate::trace::Time;

/// A machine of this module, whichever it is. What does not concern it does nothing.
pub trait Machine {
    /// A datagram arrived at `port`.
    fn on_datagram(&mut self, now: Time, port: u16, from: SocketAddr, bytes: &[u8]);
    /// The network says that nobody listens at `server`.
    fn on_unreachable(&mut self, _now: Time, _port: u16, _server: SocketAddr) {}
    /// A client opened a connection.
    fn on_accept(&mut self, _now: Time, _stream: StreamId, _from: SocketAddr) {}
    /// A connection that was asked for is open.
    fn on_connected(&mut self, _now: Time, _stream: StreamId) {}
    /// Bytes arrived on a connection.
    fn on_stream(&mut self, now: Time, stream: StreamId, bytes: &[u8]);
    /// A connection could not be opened, or is closed.
    fn on_closed(&mut self, now: Time, stream: StreamId);
    /// Does whatever is due.
    fn on_timeout(&mut self, now: Time);
    /// When that is to be called next.
    fn poll_timeout(&self) -> Option<Time>;
    /// The next thing to be done.
    fn poll_transmit(&mut self) -> Option<Transmit>;
    /// The next event.
    fn poll_event(&mut self) -> Option<Event>;
}

macro_rules! machine {
    ($machine:ty { $($extra:ident($($name:ident: $kind:ty),*);)* }) => {
        impl Machine for $machine {
            fn on_datagram(&mut self, now: Time, port: u16, from: SocketAddr, bytes: &[u8]) {
                <$machine>::on_datagram(self, now, port, from, bytes);
            }
            fn on_stream(&mut self, now: Time, stream: StreamId, bytes: &[u8]) {
                <$machine>::on_stream(self, now, stream, bytes);
            }
            fn on_closed(&mut self, now: Time, stream: StreamId) {
                <$machine>::on_closed(self, now, stream);
            }
            fn on_timeout(&mut self, now: Time) {
                <$machine>::on_timeout(self, now);
            }
            fn poll_timeout(&self) -> Option<Time> {
                <$machine>::poll_timeout(self)
            }
            fn poll_transmit(&mut self) -> Option<Transmit> {
                <$machine>::poll_transmit(self)
            }
            fn poll_event(&mut self) -> Option<Event> {
                <$machine>::poll_event(self)
            }
            $(fn $extra(&mut self, $($name: $kind),*) {
                <$machine>::$extra(self, $($name),*);
            })*
        }
    };
}

machine!(Authority { on_accept(now: Time, stream: StreamId, from: SocketAddr); });
machine!(Stub {
    on_connected(now: Time, stream: StreamId);
    on_unreachable(now: Time, port: u16, server: SocketAddr);
});
machine!(Recursor {
    on_accept(now: Time, stream: StreamId, from: SocketAddr);
    on_connected(now: Time, stream: StreamId);
    on_unreachable(now: Time, port: u16, server: SocketAddr);
});
