//! The state of a page in its address, so that a link reopens it.
//!
//! A page's state is a flat struct with a default; its fields are the parameters of the address, and those that are as
//! usual are left out.
//!
//! ```ignore
//! #[derive(Clone, PartialEq, Serialize, Deserialize)]
//! #[serde(default)]
//! struct Page { address: String, prefix: u8 }
//!
//! let page = use_url_state::<Page>();
//! let oninput = page.on(|page: &mut Page, text: AttrValue| page.address = text.to_string());
//! html! { <TextField value={page.value.address.clone()} {oninput} … /> }
//! ```

use std::{cell::RefCell, rc::Rc};

use serde::{Serialize, de::DeserializeOwned};
use yew::prelude::*;
use yew_router::hooks::use_location;

use crate::{platform, query::Query};

/// A page's state, and how to change it.
#[derive(Debug, Clone)]
pub struct UrlState<T: PartialEq + 'static> {
    /// The state now. What the address lacks or has wrong is the default.
    pub value: T,
    /// Changes it: the address is replaced, so that typing does not fill the history.
    pub set: Callback<T>,
    newest: Rc<RefCell<T>>,
}

impl<T: Clone + PartialEq + 'static> UrlState<T> {
    /// A callback that changes a part of the state: of the newest state, also when another change is not drawn yet.
    pub fn on<E: 'static>(&self, change: impl Fn(&mut T, E) + 'static) -> Callback<E> {
        let (set, newest) = (self.set.clone(), Rc::clone(&self.newest));
        Callback::from(move |event| {
            let mut next = newest.borrow().clone();
            change(&mut next, event);
            set.emit(next);
        })
    }
}

/// Browsers refuse addresses that change too often, so only the last of many changes is written.
const PAUSE_MILLIS: u32 = 250;

/// The state in the address after the `?`. Fields of `T` are its parameters; a missing one must have a default.
#[hook]
pub fn use_url_state<T>() -> UrlState<T>
where
    T: Serialize + DeserializeOwned + Default + Clone + PartialEq + 'static,
{
    let state = use_state_eq(|| Query::parse(&platform::query()).state::<T>());
    let newest = use_mut_ref(|| (*state).clone());
    // What the address says, as far as this hook has written or read it.
    let written = use_mut_ref(|| (*state).clone());
    let pending = use_mut_ref(|| None::<platform::Later>);

    let set = {
        let (setter, newest) = (state.setter(), Rc::clone(&newest));
        let (written, pending) = (Rc::clone(&written), Rc::clone(&pending));
        use_callback((), move |next: T, ()| {
            newest.replace(next.clone());
            setter.set(next);
            let (newest, written) = (Rc::clone(&newest), Rc::clone(&written));
            let write = move || {
                let mut query = Query::parse(&platform::query());
                query.replace(&*written.borrow(), &*newest.borrow());
                platform::set_query(&query.to_string());
                written.replace(newest.borrow().clone());
            };
            pending.replace(Some(platform::later(PAUSE_MILLIS, write)));
        })
    };
    // A link to the same page, or a step back through the history.
    let query = use_location().map(|location| location.query_str().to_owned());
    use_effect_with(query, {
        let (setter, newest) = (state.setter(), Rc::clone(&newest));
        let (written, pending) = (Rc::clone(&written), Rc::clone(&pending));
        move |query| {
            if let Some(query) = query {
                let linked: T = Query::parse(query).state();
                if linked != *written.borrow() {
                    pending.replace(None);
                    written.replace(linked.clone());
                    newest.replace(linked.clone());
                    setter.set(linked);
                }
            }
        }
    });
    // A page that was left must not write into the next one's address.
    use_effect_with((), {
        let pending = Rc::clone(&pending);
        move |()| {
            move || {
                pending.take();
            }
        }
    });
    UrlState { value: (*state).clone(), set, newest }
}
