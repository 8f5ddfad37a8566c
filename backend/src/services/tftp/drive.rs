//! One transfer on one blocking socket.
//!
//! A thread that waits in `recvfrom` is the shortest way from an ACK to the next DATA: in lock-step each block costs
//! two system calls and one wake-up, where a task would pay for the poller as well.

use std::{
    io,
    net::UdpSocket,
    time::{Duration, Instant},
};

use firsthop_protocol::tftp::{ErrorCode, State, Transfer};

use super::{
    burst::Burst,
    observe::{CallKind, Observer, TransferInfo, Watch},
};
use crate::clock;

/// The longest wait before deadlines and `ends` are looked at. Setting the socket's timeout to each deadline would
/// cost a system call a packet.
const TICK: Duration = Duration::from_millis(20);

/// The largest UDP payload.
pub(super) const DATAGRAM: usize = 65_535;

/// Drives `transfer` to its end, or until `ends` says why it is to end, with an ERROR to the other side.
///
/// An error is one of the socket; how the transfer itself ended is for the caller to ask it.
pub fn drive(
    socket: &UdpSocket,
    transfer: &mut Transfer,
    observer: &dyn Observer,
    mut info: TransferInfo,
    ends: impl Fn(&Transfer) -> Option<&'static str>,
) -> io::Result<()> {
    let began = Instant::now();
    let now = || clock::since(began);
    let mut buffer = vec![0; DATAGRAM];
    if let Some(peer) = transfer.peer() {
        info.peer = peer;
    }
    let mut burst = Burst::new(true);
    let mut watch = Watch::new(observer, info);
    socket.set_read_timeout(Some(TICK))?;
    loop {
        if let Some(why) = ends(transfer) {
            transfer.abort(ErrorCode::NOT_DEFINED, why);
        }
        let time = now();
        // That a transfer is through is told before the other side can know: its next request may come at once.
        if matches!(transfer.state(), State::Dallying | State::Done | State::Failed) {
            tell(transfer, &watch);
        }
        while let Some(packet) = transfer.poll_transmit(time) {
            let (bytes, to) = (packet.bytes, packet.to);
            let sent = match watch.start() {
                None => burst.push(socket, bytes, to),
                started => {
                    let result = socket.send_to(bytes, to);
                    watch.call(started, CallKind::SendTo { bytes, to, result: &result });
                    result.map(|_| ())
                }
            };
            lost_at_worst(sent)?;
        }
        lost_at_worst(burst.flush(socket))?;
        tell(transfer, &watch);
        if transfer.is_over() {
            return Ok(());
        }
        // After sending, which starts the timer anew: an ACK that came late still counts.
        if transfer.poll_timeout().is_some_and(|deadline| deadline <= time) {
            transfer.on_timeout(time);
            continue;
        }
        let started = watch.start();
        match socket.recv_from(&mut buffer) {
            Ok((length, from)) => {
                let bytes = buffer.get(..length).unwrap_or_default();
                watch.call(started, CallKind::RecvFrom { size: DATAGRAM, result: Ok((from, bytes)) });
                transfer.on_datagram(now(), from, bytes);
                if let Some(peer) = transfer.peer() {
                    watch.info.peer = peer;
                }
            }
            Err(error) if is_passing(&error) => {}
            Err(error) => {
                watch.call(started, CallKind::RecvFrom { size: DATAGRAM, result: Err(&error) });
                return Err(error);
            }
        }
    }
}

fn tell(transfer: &mut Transfer, watch: &Watch<'_>) {
    while let Some(event) = transfer.poll_event() {
        watch.event(&event);
    }
}

/// To the protocol a datagram that could not be sent is one that was lost.
fn lost_at_worst(sent: io::Result<()>) -> io::Result<()> {
    sent.or_else(|error| if is_passing(&error) { Ok(()) } else { Err(error) })
}

/// Whether the next call may do better: nothing there yet, a signal, no buffer for now, or word of an unreachable
/// port, which says nothing of the next datagram.
fn is_passing(error: &io::Error) -> bool {
    use io::ErrorKind as Kind;
    matches!(
        error.kind(),
        Kind::WouldBlock | Kind::TimedOut | Kind::Interrupted | Kind::ConnectionRefused | Kind::OutOfMemory
    ) || error.raw_os_error() == Some(rustix::io::Errno::NOBUFS.raw_os_error())
}
