//! How everything is told to end.

use std::io;

use tokio::{signal::unix, sync::watch};

/// A word to all that it is time to end. Clones are the same word.
#[derive(Debug, Clone)]
pub struct Shutdown {
    said: watch::Sender<bool>,
}

impl Default for Shutdown {
    fn default() -> Self {
        Self::new()
    }
}

impl Shutdown {
    /// Nobody has said it yet.
    pub fn new() -> Self {
        Self { said: watch::Sender::new(false) }
    }

    /// Says it.
    pub fn say(&self) {
        self.said.send_replace(true);
    }

    /// Whether it is said.
    pub fn is_said(&self) -> bool {
        *self.said.borrow()
    }

    /// Returns once it is said.
    pub async fn wait(&self) {
        // It fails only when the sender is gone, and `self` holds it.
        self.said.subscribe().wait_for(|said| *said).await.ok();
    }

    /// Says it when the process gets SIGTERM or SIGINT (Ctrl-C); a second signal ends the process at once.
    ///
    /// # Errors
    /// When the signals cannot be listened to.
    pub fn on_signals(&self) -> io::Result<()> {
        let mut terminate = unix::signal(unix::SignalKind::terminate())?;
        let mut interrupt = unix::signal(unix::SignalKind::interrupt())?;
        let shutdown = self.clone();
        tokio::spawn(async move {
            for second in [false, true] {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
                if second {
                    std::process::exit(1);
                }
                shutdown.say();
            }
        });
        Ok(())
    }
}
