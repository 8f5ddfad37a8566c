//! The whole app's bundle, fetched and started from the one that a visit begins with.

use std::cell::Cell;

use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use web_sys::{Element, HtmlElement, HtmlLinkElement, window};

#[wasm_bindgen(module = "/src/platform/load.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn load(attempt: u32) -> Result<JsValue, JsValue>;
}

thread_local! {
    static ATTEMPTS: Cell<u32> = const { Cell::new(0) };
}

/// Starts the whole app, and says whether it runs.
pub fn run_app(then: impl FnOnce(bool) + 'static) {
    let attempt = ATTEMPTS.replace(ATTEMPTS.get().wrapping_add(1));
    wasm_bindgen_futures::spawn_local(async move {
        let loaded = load(attempt).await;
        if let Err(why) = &loaded {
            web_sys::console::warn_2(&"the app could not be loaded:".into(), why);
        }
        then(loaded.is_ok());
    });
}

/// Has the browser fetch the whole app as soon as a link is pointed at or focused, so that it is there when the link is
/// followed.
pub fn fetch_app_on_intent() {
    let Some(body) = window().and_then(|window| window.document()?.body()) else { return };
    for event in ["pointerover", "focusin"] {
        let fetched = Cell::new(false);
        let listener = gloo_events::EventListener::new(&body, event, move |event| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let on_link = target.is_some_and(|target| target.closest("a").is_ok_and(|link| link.is_some()));
            if on_link && !fetched.replace(true) {
                fetch_app();
            }
        });
        // As long as the page: a second fetch is answered from the first.
        listener.forget();
    }
}

fn fetch_app() {
    let Some(document) = window().and_then(|window| window.document()) else { return };
    for (file, kind) in [("firsthop-app.js", "script"), ("firsthop-app_bg.wasm", "fetch")] {
        let link =
            document.create_element("link").ok().and_then(|link| link.dyn_into::<HtmlLinkElement>().ok());
        if let (Some(link), Some(head)) = (link, document.head()) {
            link.set_rel("prefetch");
            link.set_as(kind);
            // Relative to the page's base address, wherever the site stands.
            link.set_href(file);
            head.append_child(&link).ok();
        }
    }
}

/// A new element at the end of the page for an app to be in.
pub fn new_root() -> Option<Element> {
    let document = window()?.document()?;
    let root = document.create_element("div").ok()?;
    root.set_class_name("app");
    document.body()?.append_child(&root).ok()?;
    Some(root)
}

/// Whether the keyboard's focus is inside.
pub fn has_focus(root: &Element) -> bool {
    let focused = window().and_then(|window| window.document()?.active_element());
    focused.is_some_and(|element| root.contains(Some(&element)) && element.dyn_ref::<HtmlElement>().is_some())
}
