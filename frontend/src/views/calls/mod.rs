//! The system calls of a trace, each with its result and the line of a program that makes it.

use firsthop_protocol::trace::{Call, EventKind, Time};
use yew::prelude::*;

use crate::{
    i18n::{Language, fill},
    settings::{use_language, use_messages},
    views::{MOST_SHOWN, SharedTrace},
};

/// What is shown.
#[derive(Properties, PartialEq, Clone)]
pub struct CallListProps {
    /// The trace.
    pub trace: SharedTrace,
    /// Up to which instant.
    pub now: Time,
}

/// A list of calls in order.
#[component]
pub fn CallList(props: &CallListProps) -> Html {
    let language = use_language().value;
    let (messages, earlier_text) = (use_messages().calls, use_messages().ladder.earlier);
    let calls: Vec<_> = props
        .trace
        .until(props.now)
        .iter()
        .enumerate()
        .filter_map(|(index, event)| match &event.kind {
            EventKind::Call(call) => Some((index, event.time, call)),
            _ => None,
        })
        .collect();
    if calls.is_empty() {
        return html! { <p class="hint">{ messages.empty }</p> };
    }
    let earlier = calls.len().saturating_sub(MOST_SHOWN);
    html! {
        <>
        if earlier > 0 { <p class="hint">{ fill(earlier_text, &[("n", &earlier)]) }</p> }
        <ol class="calls" aria-label={messages.title} tabindex="0">
            for (index, time, call) in calls.into_iter().skip(earlier) {
                <li key={index} data-call={call.name.clone()} data-node={call.node.clone()} class={classes!(call.result.is_err().then_some("failed"))}>
                    <p><span class="time">{ time.to_string() }</span>{ " " }<b>{ language.node(&call.node) }</b></p>
                    <p class="mono">{ signature(call) }{ " = " }{ result(call, language) }</p>
                    <dl>
                        for (name, line) in [("Rust", &call.rust), ("Python", &call.python)] {
                            if let Some(line) = line {
                                <div key={name}><dt>{ name }</dt><dd><code>{ line }</code></dd></div>
                            }
                        }
                    </dl>
                </li>
            }
        </ol>
        </>
    }
}

/// The call as `strace` writes it.
fn signature(call: &Call) -> String {
    let args: Vec<_> = call.args.iter().map(|(_, value)| value.as_str()).collect();
    format!("{}({})", call.name, args.join(", "))
}

fn result(call: &Call, language: Language) -> Html {
    match &call.result {
        Ok(value) => html! { <span class="ok">{ value }</span> },
        Err(error) => {
            html! { <span class="bad">{ format!("-1 {} ({})", error.errno, language.call_error(error)) }</span> }
        }
    }
}
