//! Can two hosts talk without a router? Each decides by its own mask.

use std::net::IpAddr;

use firsthop_protocol::addr::{SameNetwork, parse_interface, same_network};
use ipnet::IpNet;
use yew::prelude::*;

use super::PartProps;
use crate::{
    controls::TextField,
    i18n::{Explain, catalogue::Subnet, fill},
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
    let verdict = a.ok().zip(b.ok()).map(|(a, b)| (a, b, same_network(a, b)));
    html! {
        <section class="tool" aria-labelledby="same-title">
            <h2 id="same-title">{ messages.same }</h2>
            <TextField id="other" label={messages.same_other} {error} mono=true value={props.state.other.clone()} {oninput} />
            if let Some((a, b, Ok(seen))) = &verdict {
                <ul class="reasons">
                    <li>{ line(messages, "A", *a, seen.a_network, seen.b_seen_by_a) }</li>
                    <li>{ line(messages, "B", *b, seen.b_network, seen.a_seen_by_b) }</li>
                </ul>
            }
            if let Some((.., verdict)) = verdict {
                <p class="verdict" role="status" data-verdict={name(&verdict)}>
                    {
                        match &verdict {
                            Ok(seen) => words(messages, seen).to_owned(),
                            Err(error) => error.explain(language),
                        }
                    }
                </p>
            }
        </section>
    }
}

/// What a host finds by its own mask.
fn line(messages: Subnet, who: &str, host: IpNet, own: IpAddr, other: IpAddr) -> String {
    let mask = match host {
        IpNet::V4(net) => net.netmask().to_string(),
        IpNet::V6(net) => format!("/{}", net.prefix_len()),
    };
    fill(messages.same_line, &[("who", &who), ("own", &own), ("other", &other), ("mask", &mask)])
}

fn name<E>(verdict: &Result<SameNetwork, E>) -> &'static str {
    match verdict {
        Ok(seen) if seen.both() => "yes",
        Ok(seen) if seen.a_sends_directly() || seen.b_sends_directly() => "half",
        Ok(_) => "no",
        Err(_) => "not-two-hosts",
    }
}

fn words(messages: Subnet, seen: &SameNetwork) -> &'static str {
    match (seen.a_sends_directly(), seen.b_sends_directly()) {
        (true, true) => messages.same_yes,
        (false, false) => messages.same_no,
        _ => messages.same_half,
    }
}
