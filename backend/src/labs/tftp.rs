//! TFTP: this server's own service and a client, each on sockets of its own.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use firsthop_protocol::{
    api::Direction,
    tftp::{Ask, Buffer, Bytes, Config, Event, Mode, RequestError, State, Transfer},
    trace::{EventKind, Text},
};
use tokio::{
    net::UdpSocket,
    runtime,
    sync::{Notify, oneshot},
    time::{sleep, timeout},
};

use super::{
    Run, Stop,
    limits::Tftp,
    run::{CLIENT, SERVER},
    socket::Traced,
};
use crate::capture::Transport;
use crate::services::tftp::{
    self, Call, CallKind, Memory, Observer, Options, TransferInfo, UploadOptions, transfer,
};

/// The file's name on the server.
const NAME: &str = "file.bin";
/// How often the run's end is asked for.
const ASK: Duration = Duration::from_millis(20);
/// How long the server may take with the last packet.
const LAST: Duration = Duration::from_secs(2);

/// Transfers a file of the size that is asked for, and compares it.
pub(super) fn play(run: &Arc<Run>, plan: &Tftp) -> Result<(), Stop> {
    let server = Traced::udp(run, SERVER, "server")?;
    let address = SocketAddr::V4(server.bind_loopback()?);
    let client = Traced::udp(run, CLIENT, "client")?;
    let local = SocketAddr::V4(client.bind_loopback()?);
    let runtime = runtime::Builder::new_current_thread().enable_all().build().map_err(|_| Stop::Failed)?;
    runtime.block_on(async {
        let memory = Memory::new(Some(UploadOptions::default()));
        let file = content(plan.size);
        if plan.direction == Direction::Download {
            memory.insert(NAME, file.clone());
        }
        // Nobody need hear the last ACK twice: on this link nothing is lost.
        let config = Config { dally: 0, ..Config::default() };
        let (end, ended) = oneshot::channel::<()>();
        let over = Arc::new(Notify::new());
        // The service is asked to end and then waited for, so that no transfer outlives the run.
        let service = tokio::spawn(tftp::serve(
            into_tokio(server)?,
            Options { config, ..Options::default() },
            Arc::new(memory.clone()),
            Arc::new(Watching { run: Arc::clone(run), node: SERVER, over: Arc::clone(&over) }),
            async move { drop(ended.await) },
        ));
        let ask = Ask { server: address, filename: NAME.to_owned(), mode: Mode::Octet, options: plan.wanted };
        let received = Buffer::new();
        let made = match plan.direction {
            Direction::Download => Transfer::download(config, ask, Box::new(received.clone())),
            Direction::Upload => Transfer::upload(config, ask, Box::new(Bytes::new(file.clone()))),
        };
        let outcome = match made {
            Ok(made) => go(run, client, made, TransferInfo { local, peer: address }).await,
            Err(error) => Err(not_asked(run, &error)),
        };
        run.unwatch(Transport::Udp, local.port());
        if outcome.is_ok() {
            // The last packet is on its way to the server.
            timeout(LAST, over.notified()).await.ok();
        }
        drop(end);
        service.await.ok();
        outcome?;
        let arrived = match plan.direction {
            Direction::Download => received.take(),
            Direction::Upload => memory.get(NAME).map(|bytes| bytes.to_vec()).unwrap_or_default(),
        };
        run.note(None, verdict(&file, &arrived));
        Ok(())
    })
}

/// The client's side.
async fn go(run: &Arc<Run>, client: Traced<'_>, mut made: Transfer, info: TransferInfo) -> Result<(), Stop> {
    let socket = into_tokio(client)?;
    let watching = Watching { run: Arc::clone(run), node: CLIENT, over: Arc::default() };
    tokio::select! {
        outcome = transfer(&socket, &mut made, &watching, info) => outcome.map_err(|_| Stop::Failed),
        why = stopped(run) => Err(why),
    }
}

async fn stopped(run: &Run) -> Stop {
    loop {
        if let Some(why) = run.cancel.stopped() {
            return why;
        }
        sleep(ASK).await;
    }
}

fn into_tokio(socket: Traced<'_>) -> Result<UdpSocket, Stop> {
    let socket = socket.into_socket();
    socket.set_nonblocking(true).map_err(|_| Stop::Failed)?;
    UdpSocket::from_std(socket.into()).map_err(|_| Stop::Failed)
}

fn not_asked(run: &Run, error: &RequestError) -> Stop {
    run.note(Some(CLIENT), Text::new("lab.tftp.request", error.to_string()).arg("error", error));
    Stop::Failed
}

/// A file whose bytes tell where they are, so that a block in the wrong place is seen.
fn content(size: usize) -> Vec<u8> {
    (0..size).map(|at| ((at ^ (at >> 8) ^ (at >> 16)) & 0xff) as u8).collect()
}

fn verdict(sent: &[u8], arrived: &[u8]) -> Text {
    let size = arrived.len();
    if sent == arrived {
        Text::new("lab.tftp.same", format!("all {size} bytes arrived as they were sent")).arg("bytes", size)
    } else {
        let was = sent.len();
        Text::new(
            "lab.tftp.other",
            format!("{size} bytes arrived; they are not the {was} bytes that were sent"),
        )
        .arg("bytes", size)
        .arg("sent", was)
    }
}

/// Records what one side's transfer does.
#[derive(Debug)]
struct Watching {
    run: Arc<Run>,
    node: &'static str,
    /// Told when the transfer is over.
    over: Arc<Notify>,
}

impl Observer for Watching {
    fn call(&self, info: &TransferInfo, call: &Call<'_>) {
        match call.kind {
            CallKind::Bind { local } => {
                // The capture sees it anyhow, by the client's port; the socket table needs to know whose it is.
                self.run.watch(Transport::Udp, local.port(), self.node).ok();
            }
            CallKind::Close => self.run.unwatch(Transport::Udp, info.local.port()),
            _ => {}
        }
        self.run.record(EventKind::Call(call.to_trace(self.node)));
    }

    fn event(&self, info: &TransferInfo, event: &Event) {
        let socket = format!("{}-{}", info.local, info.peer);
        if let Some(kind) = event.to_trace(self.node, &socket) {
            self.run.record(kind);
        }
        if matches!(event, Event::State { to: State::Done | State::Failed, .. }) {
            self.over.notify_one();
        }
    }
}
