//! Something folded away until it is wanted. What is folded is not drawn either, so that it costs a running player nothing.

use yew::prelude::*;

/// What is folded away.
#[derive(Properties, PartialEq, Clone)]
pub struct FoldProps {
    /// What is written on it.
    pub title: AttrValue,
    /// Draws what is inside.
    pub inside: Callback<(), Html>,
}

/// A heading that opens.
#[component]
pub fn Fold(props: &FoldProps) -> Html {
    let open = use_state_eq(|| false);
    let ontoggle = {
        let open = open.setter();
        Callback::from(move |event: Event| {
            open.set(event.target_unchecked_into::<web_sys::Element>().has_attribute("open"));
        })
    };
    html! {
        <details class="more" {ontoggle}>
            <summary>{ &props.title }</summary>
            if *open { { props.inside.emit(()) } }
        </details>
    }
}
