//! Where the browser begins: each of the two bundles puts its app into an element of its own.
//!
//! Two Yew apps in one element would take each other's listeners for their own.

use std::{cell::RefCell, rc::Rc};

use yew::{AppHandle, Callback};

use crate::{App, Start, app::StartProps, platform};

/// Starts the whole app.
pub fn run() {
    if let Some(root) = platform::new_root() {
        yew::Renderer::<App>::with_root(root).render();
    }
}

/// Starts the app that a visit begins with. It ends when the whole app has taken its place.
pub fn start() {
    let Some(root) = platform::new_root() else { return };
    let running: Rc<RefCell<Option<AppHandle<Start>>>> = Rc::default();
    let on_replaced = {
        let (running, root) = (Rc::clone(&running), root.clone());
        Callback::from(move |()| {
            let held_focus = platform::has_focus(&root);
            if let Some(app) = running.borrow_mut().take() {
                app.destroy();
            }
            root.remove();
            if held_focus {
                platform::focus(crate::shell::MAIN);
            }
        })
    };
    let app = yew::Renderer::<Start>::with_root_and_props(root, StartProps { on_replaced }).render();
    running.replace(Some(app));
    platform::fetch_app_on_intent();
}
