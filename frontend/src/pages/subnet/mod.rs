//! The subnet calculator: facts about an address, splitting, planning, comparing, practising.

mod bits;
mod compare;
mod divide;
mod facts;
mod practice;

use std::net::Ipv4Addr;

use firsthop_protocol::addr::parse_interface;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use yew::prelude::*;

use self::{
    bits::Bits,
    compare::Compare,
    divide::{Planner, Splitter},
    facts::FactTable,
    practice::Practice,
};
use super::use_title;
use crate::{
    controls::TextField,
    i18n::Explain,
    settings::{use_language, use_messages},
    url_state::use_url_state,
};

/// What is in the address of the page. Every part has a field of its own, so that a link reopens all of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct State {
    /// The address with its prefix.
    pub(super) address: String,
    /// Into parts of which prefix length it is split.
    pub(super) split: String,
    /// For how many hosts it is divided.
    pub(super) hosts: String,
    /// The other host.
    pub(super) other: String,
    /// What is practised.
    pub(super) kind: String,
    /// How hard.
    pub(super) level: u8,
    /// Which exercise.
    pub(super) seed: u64,
}

impl Default for State {
    fn default() -> Self {
        Self {
            address: "192.168.10.77/26".into(),
            split: "28".into(),
            hosts: "20 10 5".into(),
            other: "192.168.10.130/26".into(),
            kind: "network".into(),
            level: 1,
            seed: 1,
        }
    }
}

/// What each part of the page takes.
#[derive(Properties, PartialEq, Clone)]
pub(super) struct PartProps {
    pub(super) state: State,
    pub(super) set: Callback<State>,
}

impl PartProps {
    /// A callback that changes one field.
    pub(super) fn change(&self, apply: impl Fn(&mut State, AttrValue) + 'static) -> Callback<AttrValue> {
        let old = self.state.clone();
        self.set.reform(move |value| {
            let mut state = old.clone();
            apply(&mut state, value);
            state
        })
    }
}

/// The page.
#[component]
pub fn Subnet() -> Html {
    let messages = use_messages().subnet;
    let language = use_language().value;
    use_title(messages.title);
    let state = use_url_state::<State>();
    let props = PartProps { state: state.value, set: state.set };
    let parsed = parse_interface(&props.state.address);
    let error = parsed.as_ref().err().map(|error| error.explain(language)).unwrap_or_default();
    let oninput = props.change(|state, value| state.address = value.to_string());
    let onprefix = props.change(|state, prefix| {
        let address = state.address.split(['/', ' ']).next().unwrap_or_default();
        state.address = format!("{address}/{prefix}");
    });
    html! {
        <div class="page subnet">
            <h1>{ messages.title }</h1>
            <p class="lead">{ messages.lead }</p>
            <TextField
                id="address" label={messages.address} hint={messages.address_hint} {error} mono=true
                value={props.state.address.clone()} {oninput}
            />
            if let Ok(net) = parsed {
                if let IpNet::V4(v4) = net { <Bits net={v4} {onprefix} /> }
                <FactTable {net} />
            }
            <div class="tools">
                <Splitter ..props.clone() />
                <Planner ..props.clone() />
                <Compare ..props.clone() />
                <Practice ..props />
            </div>
        </div>
    }
}

/// The four octets of an address in bits.
pub(super) fn bits_of(address: Ipv4Addr) -> impl Iterator<Item = bool> {
    let bits = address.to_bits();
    (0..32).rev().map(move |index| bits >> index & 1 == 1)
}
