//! The well-known port: which requests become transfers.

use std::{
    collections::{HashMap, HashSet},
    io,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Instant,
};

use firsthop_protocol::tftp::{
    Config, ErrorCode, Event, FileError, Limits, Opened, Operation, Packet, Request, Transfer,
};
use tokio::{net::UdpSocket, sync::mpsc};

use super::{
    address::Listening,
    drive::{DATAGRAM, drive},
    observe::{Call, CallKind, Observer, TransferInfo},
    store::Store,
};

/// What the operator can set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Transfers at once; a request beyond gets an ERROR.
    pub max_transfers: usize,
    /// Of these, from one address.
    pub max_per_source: usize,
    /// The most that is granted of options.
    pub limits: Limits,
    /// Timers and retries.
    pub config: Config,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_transfers: 1024,
            max_per_source: 512,
            limits: Limits::default(),
            config: Config::default(),
        }
    }
}

/// The most bytes of a window that is received: what Linux's default receive buffer holds, with its overhead.
const RECEIVE_WINDOW: usize = 128 << 10;

/// A transfer's thread needs little: its buffers are on the heap.
const STACK: usize = 256 << 10;

/// Serves until `shutdown` is there, then ends the transfers that are under way and waits for them.
///
/// `socket` is bound to the well-known port, or any other. An error is one of that socket.
pub async fn serve(
    socket: UdpSocket,
    options: Options,
    store: Arc<dyn Store>,
    observer: Arc<dyn Observer>,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let listening = Listening::new(socket)?;
    let stop = Arc::new(AtomicBool::new(false));
    let active = Arc::new(Mutex::new(Active::default()));
    // Nothing is ever sent: every transfer has an end of it, and when all are gone it closes.
    let (running, mut all_gone) = mpsc::channel::<()>(1);
    let mut buffer = vec![0; DATAGRAM];
    let mut shutdown = std::pin::pin!(shutdown);
    let result = loop {
        let arrival = tokio::select! {
            () = &mut shutdown => break Ok(()),
            arrival = listening.recv(&mut buffer) => arrival,
        };
        let (length, peer, local) = match arrival {
            Ok(arrival) => arrival,
            // A port that does not answer is no trouble of this socket.
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => continue,
            Err(error) => break Err(error),
        };
        let refusal = match Packet::parse(buffer.get(..length).unwrap_or_default()) {
            Ok(Packet::Request(request)) => match Place::take(&active, &options, peer) {
                // The client sent its request again, and its transfer answers.
                Taken::Already => continue,
                Taken::Full => {
                    (ErrorCode::NOT_DEFINED, "too many transfers at once: try again later".to_owned())
                }
                Taken::Place(place) => {
                    let job = Job {
                        options,
                        local: any_port(local),
                        peer,
                        request,
                        store: Arc::clone(&store),
                        observer: Watching { inner: Arc::clone(&observer), place: Mutex::new(place) },
                        stop: Arc::clone(&stop),
                        _running: running.clone(),
                    };
                    let spawned = thread::Builder::new()
                        .name("tftp".to_owned())
                        .stack_size(STACK)
                        .spawn(move || job.run());
                    match spawned {
                        Ok(_) => continue,
                        Err(error) => {
                            tracing::error!(%error, "no thread for a transfer");
                            (ErrorCode::NOT_DEFINED, "the server has no room for a transfer".to_owned())
                        }
                    }
                }
            },
            // Answering an ERROR with an ERROR could go on for ever.
            Ok(Packet::Error { .. }) => continue,
            Ok(packet) => (ErrorCode::UNKNOWN_TID, format!("{packet} does not belong at this port")),
            Err(error) => (ErrorCode::ILLEGAL_OPERATION, error.to_string()),
        };
        let (code, message) = refusal;
        tracing::debug!(%peer, %code, message, "refused");
        let error = Packet::Error { code, message }.to_bytes();
        if let Err(error) = listening.send(&error, peer).await {
            tracing::debug!(%error, %peer, "the refusal could not be sent");
        }
    };
    stop.store(true, Ordering::Relaxed);
    drop(running);
    all_gone.recv().await;
    result
}

/// The address to answer from, with a port of the system's choice.
fn any_port(mut local: SocketAddr) -> SocketAddr {
    local.set_port(0);
    local
}

/// The transfers under way.
#[derive(Default)]
struct Active {
    count: usize,
    /// Whose request, sent once more, is no new one.
    peers: HashSet<SocketAddr>,
    per_source: HashMap<IpAddr, usize>,
}

/// One of the transfers that may be under way; given back when it is dropped.
struct Place {
    active: Arc<Mutex<Active>>,
    peer: SocketAddr,
    complete: bool,
}

enum Taken {
    Place(Place),
    Already,
    Full,
}

fn lock(active: &Mutex<Active>) -> MutexGuard<'_, Active> {
    active.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Place {
    fn take(shared: &Arc<Mutex<Active>>, options: &Options, peer: SocketAddr) -> Taken {
        let mut active = lock(shared);
        if active.peers.contains(&peer) {
            return Taken::Already;
        }
        let here = active.per_source.get(&peer.ip()).copied().unwrap_or(0);
        if active.count >= options.max_transfers || here >= options.max_per_source {
            return Taken::Full;
        }
        active.count += 1;
        active.peers.insert(peer);
        *active.per_source.entry(peer.ip()).or_default() += 1;
        Taken::Place(Self { active: Arc::clone(shared), peer, complete: false })
    }
}

impl Place {
    /// The file is through: the next request from this port is a new one, though the transfer may still dally.
    /// An interactive client keeps its port.
    fn complete(&mut self) {
        if !std::mem::replace(&mut self.complete, true) {
            lock(&self.active).peers.remove(&self.peer);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.complete();
        let mut active = lock(&self.active);
        active.count -= 1;
        if let Some(count) = active.per_source.get_mut(&self.peer.ip()) {
            *count -= 1;
            if *count == 0 {
                active.per_source.remove(&self.peer.ip());
            }
        }
    }
}

/// The operator's observer, and the place that is free for the next request once the file is through.
struct Watching {
    inner: Arc<dyn Observer>,
    place: Mutex<Place>,
}

impl Observer for Watching {
    fn wants_calls(&self) -> bool {
        self.inner.wants_calls()
    }

    fn call(&self, info: &TransferInfo, call: &Call<'_>) {
        self.inner.call(info, call);
    }

    fn event(&self, info: &TransferInfo, event: &Event) {
        if matches!(event, Event::Complete { .. } | Event::Failed(_)) {
            self.place.lock().unwrap_or_else(PoisonError::into_inner).complete();
        }
        self.inner.event(info, event);
    }
}

/// One transfer, on a thread of its own.
struct Job {
    options: Options,
    local: SocketAddr,
    peer: SocketAddr,
    request: Request,
    store: Arc<dyn Store>,
    observer: Watching,
    stop: Arc<AtomicBool>,
    _running: mpsc::Sender<()>,
}

impl Job {
    fn run(self) {
        let peer = self.peer;
        match self.transfer() {
            Ok(transfer) => {
                let (state, bytes) = (transfer.state(), transfer.bytes());
                tracing::info!(%peer, file = self.request.filename, %state, bytes, "transfer over");
            }
            Err(error) => tracing::warn!(%peer, %error, "transfer broken off"),
        }
    }

    fn transfer(&self) -> io::Result<Transfer> {
        let started = Instant::now();
        let socket = std::net::UdpSocket::bind(self.local)?;
        let info = TransferInfo { local: socket.local_addr()?, peer: self.peer };
        let call = |started: Instant, kind| {
            if self.observer.wants_calls() {
                let at = Instant::now();
                self.observer.call(&info, &Call { at, took: at.saturating_duration_since(started), kind });
            }
        };
        call(started, CallKind::Bind { local: info.local });
        let Options { config, mut limits, .. } = self.options;
        if self.request.operation == Operation::Write {
            limits.window_bytes = limits.window_bytes.min(RECEIVE_WINDOW);
        }
        let mut transfer =
            Transfer::serve(config, &limits, self.peer, &self.request, |request| self.open(request));
        drive(&socket, &mut transfer, &self.observer, info, &self.stop)?;
        let started = Instant::now();
        drop(socket);
        call(started, CallKind::Close);
        Ok(transfer)
    }

    fn open(&self, request: &Request) -> Result<Opened, FileError> {
        let name = &request.filename;
        match request.operation {
            Operation::Read => self.store.read(name).map(Opened::Read),
            Operation::Write => {
                let announced = request
                    .options
                    .iter()
                    .find(|(name, _)| name.eq_ignore_ascii_case("tsize"))
                    .and_then(|(_, size)| size.parse().ok());
                self.store.write(name, announced).map(Opened::Write)
            }
        }
    }
}
