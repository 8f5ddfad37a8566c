//! In a browser. A browser that refuses (storage switched off, no clipboard) is treated as one that has nothing.

use std::{cell::Cell, rc::Rc};

use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, HtmlAnchorElement, HtmlElement, ScrollIntoViewOptions, ScrollLogicalPosition, Url,
    UrlSearchParams, Window, window,
};

fn root() -> Option<HtmlElement> {
    window()?.document()?.document_element()?.dyn_into().ok()
}

/// What was remembered under this key.
pub fn stored(key: &str) -> Option<String> {
    window()?.local_storage().ok()??.get_item(key).ok()?
}

/// Remembers a value.
pub fn store(key: &str, value: &str) {
    if let Some(storage) = window().and_then(|window| window.local_storage().ok().flatten()) {
        // A full or forbidden storage only means that the choice is not remembered.
        storage.set_item(key, value).ok();
    }
}

/// A parameter of the page's address.
pub fn query_parameter(name: &str) -> Option<String> {
    let query = window()?.location().search().ok()?;
    UrlSearchParams::new_with_str(&query).ok()?.get(name)
}

/// What stands after the path of the page's address.
pub fn query() -> String {
    window().and_then(|window| window.location().search().ok()).unwrap_or_default()
}

/// Puts another query into the page's address, in place of the last one.
pub fn set_query(query: &str) {
    let replace = || -> Option<()> {
        let window = window()?;
        let (location, history) = (window.location(), window.history().ok()?);
        let mark = if query.is_empty() { "" } else { "?" };
        // The path is said in full, for a query alone would be taken relative to the page's base address.
        let url = format!("{}{mark}{query}{}", location.pathname().ok()?, location.hash().ok()?);
        history.replace_state_with_url(&history.state().ok()?, "", Some(&url)).ok()
    };
    replace();
}

/// Something put off. Dropped, it never happens.
pub type Later = gloo_timers::callback::Timeout;

/// Does something after so many milliseconds, unless what is returned is dropped before.
pub fn later(millis: u32, then: impl FnOnce() + 'static) -> Later {
    Later::new(millis, then)
}

/// Fetches a text of this site, its address relative to the page's base address; `None` where it cannot be had.
pub fn fetch(path: &str, then: impl FnOnce(Option<String>) + 'static) {
    let Some(asked) = window().map(|window| window.fetch_with_str(path)) else { return then(None) };
    wasm_bindgen_futures::spawn_local(async move {
        let text = async {
            let response: web_sys::Response = JsFuture::from(asked).await.ok()?.dyn_into().ok()?;
            let text = response.ok().then(|| response.text().ok())??;
            JsFuture::from(text).await.ok()?.as_string()
        };
        then(text.await);
    });
}

/// The language the browser asks for first.
pub fn browser_language() -> Option<String> {
    window()?.navigator().language()
}

/// Tells screen readers and hyphenation which language the page is in.
pub fn set_document_language(tag: &str) {
    if let Some(root) = root() {
        root.set_lang(tag);
    }
}

/// Tells the style sheets which theme was chosen.
pub fn set_document_theme(name: &str) {
    if let Some(root) = root() {
        root.set_attribute("data-theme", name).ok();
    }
}

/// The title of the tab.
pub fn set_document_title(title: &str) {
    if let Some(document) = window().and_then(|window| window.document()) {
        document.set_title(title);
    }
}

/// Moves the keyboard's focus to an element that is there but cannot be reached by tabbing.
pub fn focus(id: &str) {
    let element = window().and_then(|window| window.document()?.get_element_by_id(id));
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        element.focus().ok();
    }
}

/// Moves the keyboard's focus from one of the things in an element to the next, or with -1 to the one before; `false` where
/// there is none.
pub fn focus_beside(pane: &yew::NodeRef, selector: &str, step: i32) -> bool {
    let focus = || -> Option<()> {
        let all = pane.cast::<web_sys::Element>()?.query_selector_all(selector).ok()?;
        let now = window()?.document()?.active_element()?;
        let at =
            (0..all.length()).find(|at| all.item(*at).is_some_and(|node| node.is_same_node(Some(&now))))?;
        let next = all.item(at.checked_add_signed(step)?)?;
        next.dyn_into::<web_sys::SvgElement>().ok()?.focus().ok()
    };
    focus().is_some()
}

/// Width and height of an element in CSS pixels.
pub fn size_of(id: &str) -> (f64, f64) {
    let element = window().and_then(|window| window.document()?.get_element_by_id(id));
    element.map_or((600.0, 400.0), |element| (element.client_width().into(), element.client_height().into()))
}

/// Has an element hear of a pointer until it is let go, wherever it is moved.
pub fn hold_pointer(id: &str, event: &web_sys::PointerEvent) {
    if let Some(pane) = window().and_then(|window| window.document()?.get_element_by_id(id)) {
        // It fails only when the pointer is let go already.
        pane.set_pointer_capture(event.pointer_id()).ok();
    }
}

/// The address of this page without what stands after its path.
pub fn page_address() -> String {
    let address = || {
        let location = window()?.location();
        Some(format!("{}{}", location.origin().ok()?, location.pathname().ok()?))
    };
    address().unwrap_or_default()
}

/// Scrolls an element, but not the page, just as far as to have the element with this id in sight that is inside it.
pub fn scroll_within(pane: &yew::NodeRef, id: &str) {
    let inner = window().and_then(|window| window.document()?.get_element_by_id(id));
    let (Some(pane), Some(inner)) = (pane.cast::<web_sys::Element>(), inner) else { return };
    let (outer, inner) = (pane.get_bounding_client_rect(), inner.get_bounding_client_rect());
    // A heading that stays at the top covers what is under it.
    let top = outer.top() + 40.0;
    let by = (inner.bottom() - outer.bottom()).max(0.0) + (inner.top() - top).min(0.0);
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a page")]
    pane.set_scroll_top(pane.scroll_top() + by.round() as i32);
}

/// Tells screen readers which link leads to the page that is shown.
pub fn mark_current(link: &yew::NodeRef, current: bool) {
    if let Some(link) = link.cast::<web_sys::Element>() {
        if current {
            link.set_attribute("aria-current", "page").ok();
        } else {
            link.remove_attribute("aria-current").ok();
        }
    }
}

/// Scrolls a page so far that the element is on the screen; not at all if it is.
pub fn reveal(element: &yew::NodeRef) {
    if let Some(element) = element.cast::<web_sys::Element>() {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Scrolls an element, not the page, so that what the selector finds in it is neither far down nor above what is shown.
pub fn keep_in_sight(pane: &yew::NodeRef, selector: &str) {
    let Some(pane) = pane.cast::<web_sys::Element>() else { return };
    let Some(inner) = pane.query_selector(selector).ok().flatten() else { return };
    let (outer, at) = (pane.get_bounding_client_rect(), inner.get_bounding_client_rect().top());
    let (highest, lowest) = (outer.top() + outer.height() * 0.25, outer.top() + outer.height() * 0.75);
    let by = if at > lowest { at - lowest } else { (at - highest).min(0.0) };
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a page")]
    pane.set_scroll_top(pane.scroll_top() + by as i32);
}

/// Whether the learner asked the system for less motion.
pub fn prefers_reduced_motion() -> bool {
    window()
        .and_then(|window| window.match_media("(prefers-reduced-motion: reduce)").ok().flatten())
        .is_some_and(|query| query.matches())
}

/// Puts text on the clipboard; `false` where the browser has none.
pub fn copy(text: &str) -> bool {
    // Absent in pages that are not served securely; `localhost` counts as secure.
    fn clipboard(window: &Window) -> Option<web_sys::Clipboard> {
        let navigator = window.navigator();
        js_sys::Reflect::has(&navigator, &"clipboard".into()).ok()?.then(|| navigator.clipboard())
    }
    let Some(clipboard) = window().as_ref().and_then(clipboard) else { return false };
    let written = clipboard.write_text(text);
    wasm_bindgen_futures::spawn_local(async move {
        JsFuture::from(written).await.ok();
    });
    true
}

/// Lets the learner save bytes as a file.
pub fn download(name: &str, mime: &str, bytes: &[u8]) {
    let save = || -> Option<()> {
        let document = window()?.document()?;
        let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
        let settings = BlobPropertyBag::new();
        settings.set_type(mime);
        let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &settings).ok()?;
        let url = Url::create_object_url_with_blob(&blob).ok()?;
        let anchor: HtmlAnchorElement = document.create_element("a").ok()?.dyn_into().ok()?;
        anchor.set_href(&url);
        anchor.set_download(name);
        anchor.click();
        Url::revoke_object_url(&url).ok()
    };
    save();
}

fn window_width() -> f64 {
    window().and_then(|window| window.inner_width().ok()?.as_f64()).unwrap_or(1280.0)
}

/// The window's width in CSS pixels, also after it changes.
#[yew::hook]
pub fn use_window_width() -> f64 {
    let width = yew::use_state_eq(window_width);
    let setter = width.setter();
    yew::use_effect_with((), move |()| {
        let listener = window().map(|window| {
            gloo_events::EventListener::new(&window, "resize", move |_| setter.set(window_width()))
        });
        move || drop(listener)
    });
    *width
}

/// Calls `tick` with the milliseconds since the last call, once for each frame that the browser draws, while `running`.
#[yew::hook]
pub fn use_animation_frames(running: bool, tick: yew::Callback<f64>) {
    yew::use_effect_with(running, move |running| {
        let frames = running.then(|| AnimationFrames::start(tick));
        move || drop(frames)
    });
}

/// Animation frames until it is dropped.
struct AnimationFrames {
    alive: Rc<Cell<bool>>,
}

impl AnimationFrames {
    fn start(tick: yew::Callback<f64>) -> Self {
        let alive = Rc::new(Cell::new(true));
        request(Rc::clone(&alive), None, tick);
        Self { alive }
    }
}

impl Drop for AnimationFrames {
    fn drop(&mut self) {
        self.alive.set(false);
    }
}

/// Asks for one frame, which asks for the next.
fn request(alive: Rc<Cell<bool>>, last: Option<f64>, tick: yew::Callback<f64>) {
    let callback = Closure::once_into_js(move |now: f64| {
        if alive.get() {
            if let Some(last) = last {
                tick.emit(now - last);
            }
            request(alive, Some(now), tick);
        }
    });
    if let Some(window) = window() {
        // It fails only where there is no page any more.
        window.request_animation_frame(callback.unchecked_ref()).ok();
    }
}

/// The bytes of a file that the learner chose; none if it cannot be read any more.
pub async fn read_file(file: &web_sys::File) -> Vec<u8> {
    let read = JsFuture::from(file.array_buffer()).await;
    read.map(|buffer| js_sys::Uint8Array::new(&buffer).to_vec()).unwrap_or_default()
}
