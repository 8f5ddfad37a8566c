//! Dividing the network: into equal parts, or by host counts.

use firsthop_protocol::addr::{Plan, parse_interface, parse_requests, plan, split};
use ipnet::IpNet;
use yew::prelude::*;

use super::PartProps;
use crate::{
    controls::{NumberField, TextField},
    i18n::{Explain, catalogue, fill},
    settings::{use_language, use_messages},
};

/// So many parts are listed; the rest is counted.
const MOST: usize = 64;

/// Equal parts.
#[component]
pub(super) fn Splitter(props: &PartProps) -> Html {
    let messages = use_messages().subnet;
    let language = use_language().value;
    let parts = parse_interface(&props.state.address).ok().map(|net| {
        let prefix = props.state.split.trim().trim_start_matches('/').parse();
        prefix
            .map_err(|_| messages.prefix_wanted.to_owned())
            .and_then(|prefix: u8| split(net, prefix).map_err(|error| error.explain(language)))
    });
    let error = parts.as_ref().and_then(|parts| parts.as_ref().err().cloned()).unwrap_or_default();
    let oninput = props.change(|state, value| state.split = value.to_string());
    html! {
        <section class="tool" aria-labelledby="split-title">
            <h2 id="split-title">{ messages.split }</h2>
            <NumberField id="split" label={messages.split_into} {error} value={props.state.split.clone()} {oninput} />
            if let Some(Ok(parts)) = parts {
                <p class="hint">{ fill(messages.parts, &[("count", &parts.len())]) }</p>
                <ol class="parts mono" tabindex="0" aria-label={messages.split}>
                    for part in parts.iter().take(MOST) { <li key={part.to_string()}>{ part.to_string() }</li> }
                </ol>
                if parts.len() > MOST { <p class="hint">{ fill(messages.more_parts, &[("count", &(parts.len() - MOST))]) }</p> }
            }
        </section>
    }
}

/// Parts for so many hosts each.
#[component]
pub(super) fn Planner(props: &PartProps) -> Html {
    let messages = use_messages().subnet;
    let language = use_language().value;
    let outcome = parse_interface(&props.state.address).ok().map(|net| {
        let words =
            props.state.hosts.split(|letter: char| letter.is_whitespace() || ",，、".contains(letter));
        parse_requests(words.filter(|word| !word.is_empty()))
            .and_then(|counts| plan(net, &counts))
            .map_err(|error| error.explain(language))
    });
    let error = outcome.as_ref().and_then(|plan| plan.as_ref().err().cloned()).unwrap_or_default();
    let oninput = props.change(|state, value| state.hosts = value.to_string());
    html! {
        <section class="tool" aria-labelledby="plan-title">
            <h2 id="plan-title">{ messages.plan }</h2>
            <TextField id="hosts" label={messages.plan_hosts} hint={messages.plan_hint} {error} value={props.state.hosts.clone()} {oninput} />
            if let Some(Ok(plan)) = outcome {
                if plan.network.addr().is_ipv6() { <p class="hint">{ messages.plan_ipv6 }</p> }
                <PlanTable {plan} />
            }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct PlanProps {
    plan: Plan,
}

#[component]
fn PlanTable(props: &PlanProps) -> Html {
    let messages = use_messages().subnet;
    let free: Vec<_> = props.plan.free.iter().map(ToString::to_string).collect();
    html! {
        <>
            <div class="scroll" tabindex="0" role="group" aria-label={messages.plan}>
                <table class="data">
                    <thead><tr>
                        <th scope="col">{ messages.requested }</th><th scope="col">{ messages.subnet }</th>
                        <th scope="col">{ messages.hosts }</th><th scope="col">{ messages.wasted }</th>
                    </tr></thead>
                    <tbody>
                        for part in &props.plan.allocations {
                            <tr key={part.subnet.to_string()}>
                                <td>{ part.requested }</td>
                                <td class={classes!("mono", starred(part.subnet).then_some("starred"))}>{ part.subnet.to_string() }</td>
                                <td>{ part.hosts }</td><td>{ part.wasted }</td>
                            </tr>
                        }
                    </tbody>
                </table>
            </div>
            { smallest(&props.plan, &messages) }
            <p class="hint">
                { messages.left }{ " " }
                <span class="mono">{ if free.is_empty() { messages.nothing_left.to_owned() } else { free.join("  ") } }</span>
            </p>
        </>
    }
}

/// An IPv4 subnet smaller than any that a textbook gives.
fn starred(subnet: IpNet) -> bool {
    subnet.addr().is_ipv4() && subnet.prefix_len() >= 31
}

/// Why a request for one or two hosts gets less than a textbook gives it.
fn smallest(plan: &Plan, messages: &catalogue::Subnet) -> Html {
    let has = |prefix| {
        plan.allocations.iter().any(|part| starred(part.subnet) && part.subnet.prefix_len() == prefix)
    };
    let said: Vec<_> = [(31, messages.pair), (32, messages.single)]
        .into_iter()
        .filter_map(|(prefix, reason)| has(prefix).then_some(reason))
        .collect();
    if said.is_empty() {
        return Html::default();
    }
    html! {
        <div class="hint smallest" role="note">
            <b>{ "* " }{ messages.smallest }</b>
            <ul>for reason in said { <li key={reason}>{ reason }</li> }</ul>
        </div>
    }
}
