//! Can two hosts talk without a router? Each decides by its own mask.

use firsthop_protocol::addr::{parse_interface, same_network};
use ipnet::IpNet;
use yew::prelude::*;

use super::PartProps;
use crate::{
    controls::TextField,
    i18n::{Explain, fill},
    settings::{use_language, use_messages},
};

/// The other host, and what each makes of the other.
#[component]
pub(super) fn Compare(props: &PartProps) -> Html {
    let messages = use_messages().subnet;
    let language = use_language().value;
    let (a, b) = (parse_interface(&props.state.address), parse_interface(&props.state.other));
    let error = b.as_ref().err().map(|error| error.explain(language)).unwrap_or_default();
    let oninput = props.change(|state, value| state.other = value.to_string());
    let verdict = match (a, b) {
        (Ok(IpNet::V4(a)), Ok(IpNet::V4(b))) => Some((a, b, same_network(a, b))),
        _ => None,
    };
    let (name, words) = match verdict {
        Some((.., verdict)) if verdict.both() => ("yes", messages.same_yes),
        Some((.., verdict)) if verdict.a_sends_directly() || verdict.b_sends_directly() => {
            ("half", messages.same_half)
        }
        _ => ("no", messages.same_no),
    };
    html! {
        <section class="tool" aria-labelledby="same-title">
            <h2 id="same-title">{ messages.same }</h2>
            <TextField id="other" label={messages.same_other} {error} mono=true value={props.state.other.clone()} {oninput} />
            if let Some((a, b, verdict)) = verdict {
                <ul class="reasons">
                    <li>{ fill(messages.same_line, &[("who", &"A"), ("own", &verdict.a_network), ("other", &verdict.b_seen_by_a), ("mask", &a.netmask())]) }</li>
                    <li>{ fill(messages.same_line, &[("who", &"B"), ("own", &verdict.b_network), ("other", &verdict.a_seen_by_b), ("mask", &b.netmask())]) }</li>
                </ul>
                <p class="verdict" role="status" data-verdict={name}>{ words }</p>
            }
        </section>
    }
}
