//! Copying a result.

use yew::prelude::*;

use crate::{platform, settings::use_messages};

/// What is copied.
#[derive(Properties, PartialEq, Clone)]
pub struct CopyProps {
    /// The text that goes to the clipboard.
    pub text: AttrValue,
    /// What it is, for those who do not see where the button stands.
    pub what: AttrValue,
}

/// A button that copies a text and says so.
#[component]
pub fn CopyButton(props: &CopyProps) -> Html {
    let messages = use_messages();
    let said = use_state(|| "");
    // What was said of an older text is no longer true.
    use_effect_with(props.text.clone(), {
        let said = said.setter();
        move |_| said.set("")
    });
    let onclick = {
        let (text, said) = (props.text.clone(), said.setter());
        Callback::from(move |_: MouseEvent| {
            said.set(if platform::copy(&text) {
                messages.common.copied
            } else {
                messages.common.copy_failed
            });
        })
    };
    html! {
        <span class="copy">
            <button type="button" class="quiet" {onclick} aria-label={format!("{}: {}", messages.common.copy, props.what)}>
                { messages.common.copy }
            </button>
            <span class="said" role="status">{ *said }</span>
        </span>
    }
}
