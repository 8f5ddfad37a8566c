//! The well-known port: which requests become transfers.

use std::{
    collections::HashSet,
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
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
use crate::{
    log::Foreign,
    places::{Most, Place, Places, Source},
};

/// What the operator can set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Transfers at once. When there is no place, one that its client has not yet answered makes room; when there is
    /// none, the request gets an ERROR.
    pub most: Most,
    /// The longest that a transfer may take.
    pub longest: Duration,
    /// The most that is granted of options.
    pub limits: Limits,
    /// Timers and retries.
    pub config: Config,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            // A class of 200 behind one NAT is one source.
            most: Most { all: 1024, per_source: 256 },
            longest: Duration::from_secs(3600),
            limits: Limits::default(),
            config: Config {
                first_patience: Some(10_000_000),
                patience: Some(60_000_000),
                ..Config::default()
            },
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
    let places = Arc::new(Places::new(options.most));
    let asking = Asking::default();
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
            // The client sent its request again, and its transfer answers.
            Ok(Packet::Request(_)) if asking.has(peer) => continue,
            Ok(Packet::Request(request)) => match places.take(Source::from(peer.ip())) {
                None => (ErrorCode::NOT_DEFINED, "too many transfers at once: try again later".to_owned()),
                Some(place) => {
                    let job = Job {
                        options,
                        local: any_port(local),
                        peer,
                        request,
                        place,
                        store: Arc::clone(&store),
                        observer: Watching { inner: Arc::clone(&observer), asked: asking.begin(peer) },
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
        tracing::debug!(%peer, %code, message = %Foreign(&message), "refused");
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

/// Whose request has a transfer: sent once more it is no new one.
#[derive(Clone, Default)]
struct Asking(Arc<Mutex<HashSet<SocketAddr>>>);

impl Asking {
    fn has(&self, peer: SocketAddr) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&peer)
    }

    fn begin(&self, peer: SocketAddr) -> Asked {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(peer);
        Asked { all: self.clone(), peer, over: AtomicBool::new(false) }
    }
}

/// One request, until its transfer is through.
struct Asked {
    all: Asking,
    peer: SocketAddr,
    over: AtomicBool,
}

impl Asked {
    /// The file is through: the next request from this port is a new one, though the transfer may still dally.
    /// An interactive client keeps its port.
    fn over(&self) {
        if !self.over.swap(true, Ordering::Relaxed) {
            self.all.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.peer);
        }
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        self.over();
    }
}

/// The operator's observer, and the request that is over once the file is through.
struct Watching {
    inner: Arc<dyn Observer>,
    asked: Asked,
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
            self.asked.over();
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
    place: Place,
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
                tracing::info!(%peer, file = %Foreign(&self.request.filename), %state, bytes, "transfer over");
            }
            Err(error) => tracing::warn!(%peer, %error, "transfer broken off"),
        }
    }

    fn transfer(&self) -> io::Result<Transfer> {
        let begun = Instant::now();
        let socket = std::net::UdpSocket::bind(self.local)?;
        let info = TransferInfo { local: socket.local_addr()?, peer: self.peer };
        let call = |started: Instant, kind| {
            if self.observer.wants_calls() {
                let at = Instant::now();
                self.observer.call(&info, &Call { at, took: at.saturating_duration_since(started), kind });
            }
        };
        call(begun, CallKind::Bind { local: info.local });
        let Options { config, mut limits, .. } = self.options;
        if self.request.operation == Operation::Write {
            limits.window_bytes = limits.window_bytes.min(RECEIVE_WINDOW);
        }
        let mut transfer =
            Transfer::serve(config, &limits, self.peer, &self.request, |request| self.open(request));
        drive(&socket, &mut transfer, &self.observer, info, |transfer| self.ends(transfer, begun))?;
        let started = Instant::now();
        drop(socket);
        call(started, CallKind::Close);
        Ok(transfer)
    }

    /// Why the transfer is to end before it is through.
    fn ends(&self, transfer: &Transfer, begun: Instant) -> Option<&'static str> {
        if transfer.is_answered() {
            self.place.keep();
        }
        if self.stop.load(Ordering::Relaxed) {
            Some("the program is stopping")
        } else if self.place.is_wanted() {
            Some("no answer yet, and others wait: ask again")
        } else if begun.elapsed() > self.options.longest {
            Some("the transfer takes too long")
        } else {
            None
        }
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
                self.store.write(name, announced, self.peer.ip().into()).map(Opened::Write)
            }
        }
    }
}
