//! Everything about one address and its network, each line to be copied.

use firsthop_protocol::addr::{Facts, special};
use ipnet::IpNet;
use yew::prelude::*;

use crate::{
    controls::CopyButton,
    i18n::fill,
    settings::{use_language, use_messages},
};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) net: IpNet,
}

/// A list of names and values.
#[component]
pub(super) fn FactTable(props: &Props) -> Html {
    let messages = use_messages().subnet;
    let language = use_language().value;
    let facts = Facts::of(props.net);
    let text = |value: Option<std::net::IpAddr>| value.map(|value| value.to_string());
    let broadcast = if facts.prefix >= 31 {
        let none = if facts.prefix == 31 { messages.no_broadcast } else { messages.no_broadcast_single };
        facts.broadcast.map(|_| none.to_owned())
    } else {
        text(facts.broadcast)
    };
    let class = facts
        .class
        .map(|class| fill(messages.class_value, &[("class", &class), ("bits", &class.first_bits())]));
    let special = special(facts.address).map(|block| {
        fill(
            messages.special_value,
            &[
                ("name", &language.purpose(block)),
                ("block", &block.block),
                ("rfc", &language.section(block.rfc)),
            ],
        )
    });
    let rows = [
        ("network", messages.network, Some(format!("{}/{}", facts.network, facts.prefix))),
        ("netmask", messages.netmask, text(facts.netmask)),
        ("wildcard", messages.wildcard, text(facts.wildcard)),
        ("broadcast", messages.broadcast, broadcast),
        ("first_host", messages.first_host, Some(facts.first_host.to_string())),
        ("last_host", messages.last_host, Some(facts.last_host.to_string())),
        (
            "hosts",
            messages.hosts,
            Some(fill(messages.hosts_value, &[("hosts", &facts.hosts), ("addresses", &facts.addresses)])),
        ),
        ("class", messages.class, class),
        ("special", messages.special, Some(special.unwrap_or_else(|| messages.ordinary.to_owned()))),
    ];
    html! {
        <dl class="facts">
            for (id, name, value) in rows.into_iter().filter_map(|(id, name, value)| Some((id, name, value?))) {
                <div key={id} data-fact={id}>
                    <dt>{ name }</dt>
                    <dd><span class="mono">{ &value }</span><CopyButton text={value.clone()} what={name} /></dd>
                </div>
            }
        </dl>
    }
}
