//! Packet diagrams: a packet typed as hex, chosen from samples or out of a capture file, shown three ways.

mod capture;
mod hex_error;
mod listing;
mod open;
mod samples;

use std::rc::Rc;

use firsthop_protocol::{
    trace::Time,
    wire::{LinkType, Options, dissect_with, edit, hex},
};
use serde::{Deserialize, Serialize};
use yew::prelude::*;

use self::{capture::Picked, hex_error::explain, open::OpenCapture, samples::Samples};
use super::use_title;
use crate::{
    controls::{Select, TextArea, Toggle},
    settings::{use_language, use_messages},
    url_state::use_url_state,
    views::{
        bytes::{Bytes, FieldId, PacketBytes},
        export::{Kind, SaveAs},
    },
};

/// What is in the address.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct State {
    /// What the first byte is.
    link: LinkType,
    /// The bytes, as hex digits.
    hex: String,
    /// How many bytes were on the link, when they are out of a capture that kept fewer; otherwise 0.
    original: u32,
    /// The field selected, as a [`FieldId`]; empty when none is.
    field: String,
    /// Whether checksums follow edits.
    fix: bool,
}

impl Default for State {
    fn default() -> Self {
        Self {
            link: LinkType::Ethernet,
            hex: hex::write(&samples::first()),
            original: 0,
            field: String::new(),
            fix: true,
        }
    }
}

impl State {
    fn show(&mut self, link: LinkType, bytes: &[u8]) {
        self.link = link;
        self.hex = hex::write(bytes);
    }
}

/// The page.
#[component]
pub fn Packets() -> Html {
    let messages = use_messages().packets;
    use_title(messages.title);
    let language = use_language().value;
    let state = use_url_state::<State>();
    let State { link, hex, original, field, fix } = state.value.clone();
    let parsed = use_memo((link, hex.clone(), original), |(link, hex, original)| {
        hex::parse(hex).map(|bytes| {
            let dissection = dissect_with(*link, &bytes, *original as usize, Options::default());
            (Bytes::from(bytes.as_slice()), Rc::new(dissection))
        })
    });
    let oninput = state.on(|state: &mut State, hex: AttrValue| {
        state.hex = hex.to_string();
        // Bytes typed are all there are.
        state.original = 0;
    });
    let onlink = state.on(|state: &mut State, name: AttrValue| state.link = link_from_name(&name));
    let onpacket = state.on(|state: &mut State, packet: Picked| {
        state.show(packet.link, &packet.bytes);
        state.original = packet.original.unwrap_or_default();
        state.field.clear();
    });
    let onselect = state.on(|state: &mut State, field: FieldId| state.field = field.to_string());
    let onfix = state.on(|state: &mut State, fix: bool| state.fix = fix);
    let onedit = state.on(|state: &mut State, bytes: Bytes| {
        let mut bytes = bytes.to_vec();
        if state.fix {
            edit::fix_checksums_of(state.link, &mut bytes, state.original as usize);
        }
        state.show(state.link, &bytes);
    });
    let error = parsed.as_ref().as_ref().err().map(|error| explain(error, &messages)).unwrap_or_default();
    let captions = messages.links.split('|');
    let links = LINKS.iter().zip(captions).map(|(link, caption)| (link_name(*link).into(), caption.into()));
    let bytes = parsed.as_ref().as_ref().ok().map(|(bytes, _)| Rc::clone(bytes));
    let save = {
        let bytes = bytes.clone();
        Callback::from(move |kind: Kind| {
            if let Some(bytes) = &bytes {
                let original = (original > 0).then_some(original);
                let packet = Picked { link, bytes: bytes.to_vec(), original };
                capture::save(&[capture::event(packet, "", Time::ZERO)], 0, "packet", kind, language);
            }
        })
    };
    html! {
        <div class="page">
            <h1>{ messages.title }</h1>
            <p class="lead">{ messages.lead }</p>
            <div class="packet-input">
                <div class="stack">
                    <Samples bytes={bytes.clone()} onpick={&onpacket} />
                    <OpenCapture onpick={&onpacket} />
                </div>
                <div class="stack">
                    <TextArea
                        id="hex" label={messages.hex} hint={messages.hex_hint} {error} mono=true rows={5}
                        value={hex} {oninput}
                    />
                    <div class="packet-options">
                        <Select
                            name="link" label={messages.link} options={links.collect::<Vec<(AttrValue, AttrValue)>>()} value={link_name(link)}
                            onchange={onlink}
                        />
                        <Toggle label={messages.fix} checked={fix} onchange={onfix} />
                        <SaveAs disabled={bytes.is_none()} onsave={save} />
                    </div>
                </div>
            </div>
            if let Ok((bytes, dissection)) = parsed.as_ref() {
                <PacketBytes
                    bytes={Rc::clone(bytes)} dissection={Rc::clone(dissection)} selected={FieldId::parse(&field)}
                    {onselect} onedit={Some(onedit)}
                />
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
