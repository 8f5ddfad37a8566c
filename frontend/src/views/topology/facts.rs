//! The network as a table: which devices there are, their addresses, what each is connected to.

use std::rc::Rc;

use yew::prelude::*;

use super::Topology;
use crate::{
    i18n::Language,
    settings::{use_language, use_messages},
};

/// What is listed.
#[derive(Properties, PartialEq, Clone)]
pub struct DeviceListProps {
    /// Devices and cables.
    pub topology: Rc<Topology>,
    /// The device that is selected.
    #[prop_or_default]
    pub device: AttrValue,
    /// A wish to select another.
    #[prop_or_default]
    pub ondevice: Callback<AttrValue>,
}

/// A row for each device.
#[component]
pub fn DeviceList(props: &DeviceListProps) -> Html {
    let messages = use_messages().topology;
    let language = use_language().value;
    html! {
        <div class="scroll" tabindex="0" role="region" aria-label={messages.devices}>
            <table class="data devices">
                <caption class="sr-only">{ messages.devices }</caption>
                <thead><tr>
                    <th scope="col">{ messages.name }</th><th scope="col">{ messages.kind }</th>
                    <th scope="col">{ messages.addresses }</th><th scope="col">{ messages.connected }</th>
                </tr></thead>
                <tbody>
                    for (number, node) in props.topology.nodes.iter().enumerate() {
                        <tr key={node.name.as_str()} class={classes!((props.device == node.name).then_some("selected"))}>
                            <th scope="row"><button
                                type="button" class="quiet" aria-pressed={(props.device == node.name).to_string()}
                                onclick={select(&props.ondevice, &node.name)}
                            >{ language.node(&node.name).to_owned() }</button></th>
                            <td>{ language.kind(node.kind) }</td>
                            <td class="mono">{ node.addresses.join(messages.comma) }</td>
                            <td>{ connected(&props.topology, number, language) }</td>
                        </tr>
                    }
                </tbody>
            </table>
        </div>
    }
}

fn select(ondevice: &Callback<AttrValue>, name: &str) -> Callback<MouseEvent> {
    let name = AttrValue::from(name.to_owned());
    ondevice.reform(move |_: MouseEvent| name.clone())
}

/// The devices at the other ends of its cables.
fn connected(topology: &Topology, number: usize, language: Language) -> String {
    let others = topology.neighbours(number).filter_map(|(other, _)| topology.nodes.get(other));
    let names: Vec<&str> = others.map(|node| language.node(&node.name)).collect();
    names.join(language.catalogue().topology.comma)
}
