//! Natively: nothing is stored, nothing is asked for, nothing is drawn.

/// Nothing is remembered.
pub fn stored(_key: &str) -> Option<String> {
    None
}

/// Forgets at once.
pub fn store(_key: &str, _value: &str) {}

/// There is no address.
pub fn query_parameter(_name: &str) -> Option<String> {
    None
}

/// Nobody asks for a language.
pub fn browser_language() -> Option<String> {
    None
}

/// There is nothing to load.
pub fn run_app(_then: impl FnOnce(bool) + 'static) {}

/// There is no document.
pub fn set_document_language(_tag: &str) {}

/// There is no document.
pub fn set_document_theme(_name: &str) {}

/// There is no document.
pub fn set_document_title(_title: &str) {}

/// There is no focus.
pub fn focus(_id: &str) {}

/// There is nothing to scroll.
pub fn scroll_within(_pane: &yew::NodeRef, _id: &str) {}

/// There is no focus.
pub fn focus_beside(_pane: &yew::NodeRef, _selector: &str, _step: i32) -> bool {
    false
}

/// As large as on a laptop.
pub fn size_of(_id: &str) -> (f64, f64) {
    (600.0, 400.0)
}

/// There is no pointer.
pub fn hold_pointer(_id: &str, _event: &web_sys::PointerEvent) {}

/// There is no address.
pub fn page_address() -> String {
    String::new()
}

/// There are no links.
pub fn mark_current(_link: &yew::NodeRef, _current: bool) {}
/// There is nothing to scroll.
pub fn reveal(_element: &yew::NodeRef) {}

/// There is nothing to scroll.
pub fn keep_in_sight(_pane: &yew::NodeRef, _selector: &str) {}

/// Nothing moves.
pub fn prefers_reduced_motion() -> bool {
    true
}

/// There is no clipboard.
pub fn copy(_text: &str) -> bool {
    false
}

/// There is nowhere to save to.
pub fn download(_name: &str, _mime: &str, _bytes: &[u8]) {}

/// As wide as a laptop's window.
#[yew::hook]
pub fn use_window_width() -> f64 {
    1280.0
}

/// No frame is ever drawn.
#[yew::hook]
pub fn use_animation_frames(_running: bool, _tick: yew::Callback<f64>) {}

/// There are no files.
pub async fn read_file(_file: &web_sys::File) -> Vec<u8> {
    Vec::new()
}

/// There is no address.
pub fn query() -> String {
    String::new()
}

/// There is no address.
pub fn set_query(_query: &str) {}

/// Something put off. Dropped, it never happens.
#[derive(Debug)]
pub struct Later;

/// There is no clock to wait for.
pub fn later(_millis: u32, _then: impl FnOnce() + 'static) -> Later {
    Later
}

/// There is no site.
pub fn fetch(_path: &str, then: impl FnOnce(Option<String>) + 'static) {
    then(None);
}

/// A connection to the server.
#[derive(Debug)]
pub struct Socket;

/// There is no server.
pub fn connect(_path: &str, _heard: yew::Callback<super::Heard>) -> Option<Socket> {
    None
}

impl Socket {
    /// Nobody listens.
    pub fn send(&self, _text: &str) -> bool {
        false
    }
}
