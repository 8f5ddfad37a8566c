//! The state of a page in its address, so that a link reopens it.

use serde::{Serialize, de::DeserializeOwned};
use yew::prelude::*;
use yew_router::prelude::*;

/// A page's state, and how to change it.
#[derive(Debug, Clone, PartialEq)]
pub struct UrlState<T: PartialEq + 'static> {
    /// The state now. What the address lacks or has wrong is the default.
    pub value: T,
    /// Changes it: the address is replaced, so that typing does not fill the history.
    pub set: Callback<T>,
}

/// The state in the address after the `?`. Fields of `T` are its parameters; a missing one must have a default.
#[hook]
pub fn use_url_state<T>() -> UrlState<T>
where
    T: Serialize + DeserializeOwned + Default + Clone + PartialEq + 'static,
{
    let location = use_location();
    let navigator = use_navigator();
    let value = location.as_ref().and_then(|location| location.query::<T>().ok()).unwrap_or_default();
    let set = Callback::from(move |value: T| {
        if let (Some(navigator), Some(location)) = (&navigator, &location) {
            // Only a type that cannot be written as a query fails here, and a test of the page would show it.
            replace(navigator, location, &value);
        }
    });
    UrlState { value, set }
}

fn replace<T: Serialize>(navigator: &Navigator, location: &Location, value: &T) {
    if let Some(route) = crate::Route::recognize(&strip(navigator, location.path())) {
        navigator.replace_with_query(&route, value).ok();
    }
}

/// The path without the folder that the app is served from.
fn strip(navigator: &Navigator, path: &str) -> String {
    match navigator.basename() {
        Some(base) => format!("/{}", path.strip_prefix(base).unwrap_or(path).trim_start_matches('/')),
        None => path.to_owned(),
    }
}
