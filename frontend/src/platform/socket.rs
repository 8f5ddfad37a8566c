//! A WebSocket to the server that this page came from.

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{MessageEvent, Url, WebSocket, window};
use yew::Callback;

use crate::platform::Heard;

/// A connection to the server, closed when it is dropped.
#[derive(Debug)]
pub struct Socket {
    socket: WebSocket,
    _listeners: [EventListener; 3],
}

/// Opens a connection to a path relative to the page's base address, so that it works below any path.
pub fn connect(path: &str, heard: Callback<Heard>) -> Option<Socket> {
    let base = window()?.document()?.base_uri().ok()??;
    let url = Url::new_with_base(path, &base).ok()?;
    url.set_protocol(if url.protocol() == "https:" { "wss:" } else { "ws:" });
    let socket = WebSocket::new(&url.href()).ok()?;
    let listeners = [
        EventListener::new(&socket, "open", {
            let heard = heard.clone();
            move |_| heard.emit(Heard::Opened)
        }),
        EventListener::new(&socket, "message", {
            let heard = heard.clone();
            move |event| {
                let data = event.dyn_ref::<MessageEvent>().and_then(|event| event.data().as_string());
                if let Some(text) = data {
                    heard.emit(Heard::Text(text));
                }
            }
        }),
        EventListener::new(&socket, "close", move |_| heard.emit(Heard::Closed)),
    ];
    Some(Socket { socket, _listeners: listeners })
}

impl Socket {
    /// Sends a text; `false` when the connection is not open.
    pub fn send(&self, text: &str) -> bool {
        self.socket.send_with_str(text).is_ok()
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        // It fails only for a close code that browsers do not allow, and none is given.
        self.socket.close().ok();
    }
}
