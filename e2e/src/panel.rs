//! The panel that runs something on the server: on the page of the labs, and on that of TCP.

use anyhow::{Result, ensure};

use crate::{App, Browser};

/// How the run is: `running`, `ended`, `stopped`; `gone` with its server.
pub const RUN: &str = "document.querySelector('.run-panel').dataset.run";
/// What is known of the server: `absent`, `ready`, or `ready-without-capture`, where frames cannot be captured.
pub const SERVER: &str = "document.querySelector('.run-panel').dataset.server";

impl Browser {
    /// Opens the page of the labs and waits for the server; whether frames can be captured there.
    ///
    /// # Errors
    /// As [`Browser::captures`].
    pub async fn open_lab(&self, app: &App, query: &str) -> Result<bool> {
        self.open(&format!("{}/labs?{query}", app.url())).await?;
        self.captures().await
    }

    /// Waits until the page has found its server.
    ///
    /// # Errors
    /// When it does not, or has no panel.
    pub async fn until_served(&self) -> Result<()> {
        self.until(&format!("{SERVER}.startsWith('ready')")).await
    }

    /// Waits for the server; whether frames can be captured there, with a loud word where they cannot.
    ///
    /// # Errors
    /// When there is no server; when frames cannot be captured and `CI` is set.
    pub async fn captures(&self) -> Result<bool> {
        self.until_served().await?;
        let captures = self.value(SERVER).await? == "ready";
        if !captures {
            ensure!(std::env::var_os("CI").is_none(), "frames cannot be captured here");
            eprintln!("SKIPPED: what is said of frames, for they cannot be captured here");
        }
        Ok(captures)
    }

    /// Runs what is set up and waits for its end.
    ///
    /// # Errors
    /// When it does not come to its end.
    pub async fn run(&self) -> Result<()> {
        self.press("[data-do=run]").await?;
        self.until_is(RUN, "ended").await
    }
}
