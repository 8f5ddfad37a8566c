//! The browser app of Firsthop.
//!
//! * [`pages`]: one folder a page, thin: it lays views out.
//! * [`views`]: one folder a view of a trace. A view never knows which producer it shows.
//! * [`controls`]: inputs with their labels, hints and errors.
//! * [`editor`]: drawing a network, without a browser.
//! * [`i18n`]: English and Simplified Chinese.
//! * [`use_url_state`]: a page's state in its address.
//! * [`live`]: runs on the server.
//! * [`platform`]: the few things only a browser can do; natively they do nothing, so that components render in tests.

mod app;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod chinese_pages;
pub mod controls;
pub mod editor;
#[cfg(target_arch = "wasm32")]
mod entry;
mod handover;
pub mod i18n;
pub mod live;
pub mod pages;
pub mod platform;
mod query;
mod routes;
mod settings;
mod shell;
mod url_state;
pub mod views;

pub use app::{App, Start};
#[cfg(target_arch = "wasm32")]
pub use entry::{run, start};
pub use routes::Route;
pub use url_state::{UrlState, use_url_state};
