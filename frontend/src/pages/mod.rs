//! One folder a page. A page is thin: it keeps the state that is in its address, and lays views out.

pub mod home;
pub mod labs;
mod moment;
pub mod network;
pub mod not_found;
pub mod packets;
pub mod subnet;
pub mod tcp;

use yew::prelude::*;

use crate::platform;

/// Names the page in the tab, in front of the site's name.
#[hook]
pub fn use_title(title: &'static str) {
    use_effect_with(title, |title| platform::set_document_title(&format!("{title} · Firsthop")));
}
