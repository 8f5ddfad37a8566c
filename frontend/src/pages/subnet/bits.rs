//! The 32 bits, their boundary to be dragged, and the AND with the mask.

use ipnet::Ipv4Net;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::bits_of;
use crate::{i18n::fill, settings::use_messages};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) net: Ipv4Net,
    /// A wish for another prefix length.
    pub(super) onprefix: Callback<AttrValue>,
}

/// Address, mask and network number under each other, bit by bit, with a slider at the boundary.
#[component]
pub(super) fn Bits(props: &Props) -> Html {
    let messages = use_messages().subnet;
    let net = props.net;
    let prefix = usize::from(net.prefix_len());
    let oninput = props.onprefix.reform(|event: InputEvent| {
        AttrValue::from(event.target_unchecked_into::<HtmlInputElement>().value())
    });
    let shown = fill(messages.boundary_value, &[("network", &prefix), ("host", &(32 - prefix))]);
    let rows = [
        (messages.row_address, net.addr()),
        (messages.row_mask, net.netmask()),
        (messages.row_network, net.network()),
    ];
    html! {
        <section class="bits-section" aria-labelledby="bits-title">
            <h2 id="bits-title">{ messages.bits }</h2>
            <div class="scroll" tabindex="0" role="group" aria-label={messages.bits}>
                <div class="bit-rows">
                    <label class="boundary">
                        <span class="sr-only">{ messages.boundary }</span>
                        <input
                            type="range" min="0" max="32" value={prefix.to_string()} {oninput}
                            aria-valuetext={shown.clone()}
                        />
                    </label>
                    for (name, address) in rows {
                        <div key={name} class="bit-row">
                            <span class="row-name">{ name }</span>
                            <span class="row-bits mono" aria-hidden="true">
                                for (index, bit) in bits_of(address).enumerate() {
                                    <span
                                        key={index}
                                        class={classes!("bit", if index < prefix { "of-network" } else { "of-host" }, bit.then_some("one"), (index % 8 == 7).then_some("octet-end"))}
                                    >{ if bit { '1' } else { '0' } }</span>
                                }
                            </span>
                            <span class="row-value mono">{ address.to_string() }</span>
                        </div>
                    }
                </div>
            </div>
            <p class="hint">{ shown }{ " " }{ messages.and_rule }</p>
        </section>
    }
}
