//! A client for tasks: for labs, which show each of its calls.

use std::{
    io,
    time::{Duration, Instant},
};

use firsthop_protocol::tftp::Transfer;
use tokio::{net::UdpSocket, time::timeout};

use super::{
    drive::DATAGRAM,
    observe::{CallKind, Observer, TransferInfo, Watch},
};
use crate::clock;

/// Drives `transfer` on `socket` to its end. Dropping the future ends it in the middle.
///
/// An error is one of the socket; how the transfer itself ended is for the caller to ask it.
/// For a client that need not dally, set [`Config::dally`](firsthop_protocol::tftp::Config::dally) to 0.
pub async fn transfer(
    socket: &UdpSocket,
    transfer: &mut Transfer,
    observer: &dyn Observer,
    info: TransferInfo,
) -> io::Result<()> {
    let began = Instant::now();
    let now = || clock::since(began);
    let mut buffer = vec![0; DATAGRAM];
    let mut watch = Watch::new(observer, info);
    loop {
        while let Some(packet) = transfer.poll_transmit(now()) {
            let started = watch.start();
            let result = socket.send_to(packet.bytes, packet.to).await;
            watch.call(started, CallKind::SendTo { bytes: packet.bytes, to: packet.to, result: &result });
            result?;
        }
        while let Some(event) = transfer.poll_event() {
            watch.event(&event);
        }
        if transfer.is_over() {
            return Ok(());
        }
        let wait = transfer
            .poll_timeout()
            .map_or(Duration::MAX, |deadline| Duration::from_micros(deadline.since(now())));
        let started = watch.start();
        match timeout(wait, socket.recv_from(&mut buffer)).await {
            Ok(Ok((length, from))) => {
                let bytes = buffer.get(..length).unwrap_or_default();
                watch.call(started, CallKind::RecvFrom { size: DATAGRAM, result: Ok((from, bytes)) });
                transfer.on_datagram(now(), from, bytes);
                if let Some(peer) = transfer.peer() {
                    watch.info.peer = peer;
                }
            }
            Ok(Err(error)) => {
                watch.call(started, CallKind::RecvFrom { size: DATAGRAM, result: Err(&error) });
                return Err(error);
            }
            Err(_) => {
                // What a program with SO_RCVTIMEO set would see.
                let error = io::Error::from_raw_os_error(rustix::io::Errno::AGAIN.raw_os_error());
                watch.call(started, CallKind::RecvFrom { size: DATAGRAM, result: Err(&error) });
                transfer.on_timeout(now());
            }
        }
    }
}
