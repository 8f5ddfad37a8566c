//! The page of the start app for pages that it has not: the whole app is loaded, and goes on from here.

use yew::prelude::*;

use crate::{platform, settings::use_messages};

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    /// The whole app runs.
    pub(crate) on_replaced: Callback<()>,
}

/// Loads the whole app, and says so; says if that failed, and offers to try again.
#[component]
pub(crate) fn HandOver(props: &Props) -> Html {
    let messages = use_messages().hand_over;
    let attempt = use_state(|| 0_u32);
    let failed = use_state(|| false);
    {
        let (failed, on_replaced) = (failed.setter(), props.on_replaced.clone());
        use_effect_with(*attempt, move |_| {
            platform::run_app(move |runs| if runs { on_replaced.emit(()) } else { failed.set(true) });
        });
    }
    let again = {
        let (attempt, failed) = (attempt.clone(), failed.setter());
        Callback::from(move |_: MouseEvent| {
            failed.set(false);
            attempt.set(attempt.wrapping_add(1));
        })
    };
    html! {
        <div class="page narrow">
            if *failed {
                <div role="alert">
                    <p class="problem">{ messages.failed }</p>
                    <button type="button" onclick={again}>{ messages.again }</button>
                </div>
            } else {
                <p class="loading" role="status">{ messages.loading }</p>
            }
        </div>
    }
}
