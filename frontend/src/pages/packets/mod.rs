//! Packet diagrams: a packet typed as hex, chosen from samples or out of a capture file, shown three ways.

mod hex;
mod open;
mod samples;

use firsthop_protocol::wire::LinkType;
use serde::{Deserialize, Serialize};
use yew::prelude::*;

use self::{hex::parse_hex, open::OpenCapture, samples::Samples};
use super::use_title;
use crate::{
    controls::{Select, TextArea},
    settings::use_messages,
    url_state::use_url_state,
    views::packet::{PacketView, Parts},
};

/// What is in the address.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct State {
    /// What the first byte is.
    link: LinkType,
    /// The bytes, as hex digits.
    hex: String,
}

impl Default for State {
    fn default() -> Self {
        Self { link: LinkType::Ethernet, hex: samples::FIRST.to_owned() }
    }
}

/// The page.
#[component]
pub fn Packets() -> Html {
    let messages = use_messages().packets;
    use_title(messages.title);
    let state = use_url_state::<State>();
    let set = &state.set;
    let oninput = {
        let old = state.value.clone();
        set.reform(move |hex: AttrValue| State { hex: hex.to_string(), ..old.clone() })
    };
    let onlink = {
        let old = state.value.clone();
        set.reform(move |name: AttrValue| State { link: link_from_name(&name), ..old.clone() })
    };
    let onpacket = set.reform(|(link, bytes): (LinkType, Vec<u8>)| State { link, hex: hex::to_hex(&bytes) });
    let parsed = parse_hex(&state.value.hex);
    let error = parsed.as_ref().err().map(|error| hex::explain(error, &messages)).unwrap_or_default();
    let links = LINKS.map(|link| (AttrValue::from(link_name(link)), AttrValue::from(link_name(link))));
    html! {
        <div class="page">
            <h1>{ messages.title }</h1>
            <p class="lead">{ messages.lead }</p>
            <div class="packet-input">
                <div class="stack">
                    <Samples onpick={&onpacket} />
                    <OpenCapture onpick={&onpacket} />
                </div>
                <div class="stack">
                    <TextArea
                        id="hex" label={messages.hex} hint={messages.hex_hint} {error} mono=true rows={5}
                        value={state.value.hex.clone()} {oninput}
                    />
                    <Select
                        name="link" label={messages.link} options={links.to_vec()} value={link_name(state.value.link)}
                        onchange={onlink}
                    />
                </div>
            </div>
            if let Ok(bytes) = parsed {
                <PacketView parts={Parts::new(state.value.link, bytes)} />
            }
        </div>
    }
}

const LINKS: [LinkType; 5] =
    [LinkType::Ethernet, LinkType::RawIp, LinkType::LinuxSll, LinkType::LinuxSll2, LinkType::Null];

fn link_name(link: LinkType) -> &'static str {
    match link {
        LinkType::Ethernet => "Ethernet",
        LinkType::RawIp => "IP",
        LinkType::LinuxSll => "Linux cooked v1",
        LinkType::LinuxSll2 => "Linux cooked v2",
        LinkType::Null => "BSD loopback",
    }
}

fn link_from_name(name: &str) -> LinkType {
    LINKS.into_iter().find(|link| link_name(*link) == name).unwrap_or(LinkType::Ethernet)
}
