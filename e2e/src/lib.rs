//! Tests of Firsthop in a real browser, as a learner uses it; see `tests/`.
//!
//! `cargo xtask test` says where the server, the site, chromedriver and axe-core are, by environment variables. Without
//! them a test says loudly that it was skipped; where `CI` is set, that is a failure.
//!
//! * [`App`]: a server on a port of its own.
//! * [`Browser`]: a Chromium of its own, driven by chromedriver.
//! * [`Lesson`]: both, in one language, with a picture at the end.
//! * [`Browser::type_into`], [`Browser::drag`] and their like: a learner's hands.
//! * [`Browser::open_lab`], [`Browser::run`] and their like: the panel that runs something on the server.
//! * [`python`], [`frames_of`] and their like: oracles.
//! * [`Segment`], [`saved`], [`sound`], [`tshark`], [`well_formed`]: what a learner sees of a trace and takes away.
//! * [`axe`]: the accessibility checker.

mod app;
pub mod axe;
mod browser;
mod devtools;
mod hand;
mod learner;
mod lesson;
mod oracle;
mod panel;
mod static_host;
mod watch;

pub use app::App;
pub use browser::Browser;
pub use devtools::{PHONE, SCREEN, Theme};
pub use hand::Place;
pub use learner::{Segment, saved, sound, tshark, well_formed};
pub use lesson::Lesson;
pub use oracle::{frames_of, python, text2pcap, wrong_frames};
pub use panel::{RUN, SERVER};
pub use static_host::StaticHost;

use std::path::PathBuf;

/// What the tests need from outside.
#[derive(Debug, Clone)]
pub struct Setup {
    firsthop: PathBuf,
    dist: PathBuf,
    static_site: PathBuf,
    chromedriver: PathBuf,
    axe: PathBuf,
}

impl Setup {
    /// Reads the environment; `None` after saying loudly what is missing.
    ///
    /// # Errors
    /// When something is missing and `CI` is set.
    pub fn find() -> anyhow::Result<Option<Self>> {
        let get = |name: &'static str| std::env::var_os(name).map(PathBuf::from).ok_or(name);
        let all = || -> Result<Self, &'static str> {
            Ok(Self {
                firsthop: get("FIRSTHOP_BIN")?,
                dist: get("FIRSTHOP_DIST")?,
                static_site: get("FIRSTHOP_STATIC_SITE")?,
                chromedriver: get("FIRSTHOP_CHROMEDRIVER")?,
                axe: get("FIRSTHOP_AXE")?,
            })
        };
        match all() {
            Ok(setup) => Ok(Some(setup)),
            Err(name) if std::env::var_os("CI").is_some() => {
                anyhow::bail!("{name} is not set; run the browser tests by `cargo xtask test --only browser`")
            }
            Err(name) => {
                eprintln!(
                    "SKIPPED: {name} is not set; run the browser tests by `cargo xtask test --only browser`"
                );
                Ok(None)
            }
        }
    }
}

/// The folder that screenshots go to.
///
/// # Errors
/// When it cannot be made.
pub fn screenshots() -> anyhow::Result<PathBuf> {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../target")), PathBuf::from);
    let folder = target.join("screenshots");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}
