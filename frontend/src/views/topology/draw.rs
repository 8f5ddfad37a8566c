//! The SVG. Cables and devices are drawn when they change, packets for every frame of the browser.

use std::{collections::BTreeSet, rc::Rc};

use firsthop_protocol::trace::Time;
use yew::prelude::*;

use super::{Flights, Frame, Node, Shown, Topology, icon::icon, places};
use crate::{
    i18n::{Language, fill},
    platform::{self, prefers_reduced_motion, use_window_width},
    settings::{use_language, use_messages},
    views::ladder::Scale,
};

/// What is drawn.
#[derive(Properties, PartialEq, Clone)]
pub struct TopologyProps {
    /// Devices and cables.
    pub topology: Rc<Topology>,
    /// The packets.
    pub flights: Rc<Flights>,
    /// The instant.
    pub now: Time,
    /// What the player moves along.
    pub scale: Rc<Scale>,
    /// The protocols that are not drawn.
    #[prop_or_default]
    pub hidden: Rc<BTreeSet<&'static str>>,
    /// The event of the packet that is selected.
    #[prop_or_default]
    pub selected: Option<usize>,
    /// A wish to select another.
    #[prop_or_default]
    pub onselect: Callback<usize>,
    /// The device that is selected.
    #[prop_or_default]
    pub device: AttrValue,
    /// A wish to select another, or none.
    #[prop_or_default]
    pub ondevice: Callback<AttrValue>,
}

/// What takes the focus in the drawing, in the order in which it is drawn.
const STOPS: &str = "[role=button]";

/// The network at an instant.
#[component]
pub fn TopologyView(props: &TopologyProps) -> Html {
    let messages = use_messages().topology;
    let width: f64 = if use_window_width() < 640.0 { 312.0 } else { 620.0 };
    let drawing = use_memo((Rc::clone(&props.topology), width.to_bits()), |(topology, _)| {
        let places = places(topology);
        let frame = Frame::fit(topology, &places, width);
        let points: Vec<_> = places.iter().map(|place| frame.point(*place)).collect();
        Drawing { frame, points }
    });
    let pane = use_node_ref();
    let onkeydown = use_callback(pane.clone(), |event: KeyboardEvent, pane| {
        let step = match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => 1,
            "ArrowLeft" | "ArrowUp" => -1,
            _ => return,
        };
        if platform::focus_beside(pane, STOPS, step) {
            event.prevent_default();
        }
    });
    let Frame { width, height, .. } = drawing.frame;
    html! {
        <div class="topology-pane" ref={pane} {onkeydown}>
            <svg
                class="topology" role="group" aria-label={messages.title} width={px(width)} height={px(height)}
                viewBox={format!("0 0 {width:.0} {height:.0}")}
            >
                <Cables topology={Rc::clone(&props.topology)} drawing={Rc::clone(&drawing)} />
                <Devices
                    topology={Rc::clone(&props.topology)} drawing={Rc::clone(&drawing)} device={props.device.clone()}
                    ondevice={props.ondevice.clone()}
                />
                <Packets all={props.clone()} {drawing} />
            </svg>
        </div>
    }
}

/// Where everything stands.
#[derive(Debug, Clone, PartialEq)]
struct Drawing {
    frame: Frame,
    points: Vec<(f64, f64)>,
}

impl Drawing {
    fn point(&self, node: usize) -> (f64, f64) {
        self.points.get(node).copied().unwrap_or_default()
    }
}

#[derive(Properties, PartialEq)]
struct CablesProps {
    topology: Rc<Topology>,
    drawing: Rc<Drawing>,
}

#[component]
fn Cables(props: &CablesProps) -> Html {
    let line = |first: usize, second: usize| {
        let ((x1, y1), (x2, y2)) = (props.drawing.point(first), props.drawing.point(second));
        html! { <line class="cable" x1={px(x1)} y1={px(y1)} x2={px(x2)} y2={px(y2)} /> }
    };
    html! {
        <g aria-hidden="true">
            for cable in &props.topology.cables {
                { line(cable.ends[0].node, cable.ends[1].node) }
            }
        </g>
    }
}

#[derive(Properties, PartialEq)]
struct DevicesProps {
    topology: Rc<Topology>,
    drawing: Rc<Drawing>,
    device: AttrValue,
    ondevice: Callback<AttrValue>,
}

#[component]
fn Devices(props: &DevicesProps) -> Html {
    let messages = use_messages().topology;
    let language = use_language().value;
    let device = |(number, node): (usize, &Node)| {
        let (x, y) = props.drawing.point(number);
        let selected = props.device == node.name;
        // A second press closes what the first one opened.
        let wish = if selected { AttrValue::default() } else { AttrValue::from(node.name.clone()) };
        let (onclick, onkeydown) = pressed(&props.ondevice, wish);
        let name = language.node(&node.name).to_owned();
        let addresses = node.addresses.join(" ");
        let kind = language.kind(node.kind);
        let label = fill(messages.device, &[("kind", &kind), ("name", &name), ("addresses", &addresses)]);
        html! {
            <g
                key={node.name.as_str()} class={classes!("device", node.kind.name(), selected.then_some("selected"))}
                transform={format!("translate({x:.1} {y:.1})")} role="button" tabindex="0"
                aria-pressed={selected.to_string()} aria-label={label} data-device={node.name.clone()} {onclick} {onkeydown}
            >
                <circle class="halo" r="28" />
                { icon(node.kind) }
                <text class="name" y="35">{ name }</text>
                for (line, address) in node.addresses.iter().enumerate() {
                    // A blank, so that assistive technology reads two words.
                    { " " }<text key={address.as_str()} class="address" y={(49 + line * 13).to_string()}>{ address }</text>
                }
            </g>
        }
    };
    html! { <g>for node in props.topology.nodes.iter().enumerate() { { device(node) } }</g> }
}

#[derive(Properties, PartialEq)]
struct PacketsProps {
    all: TopologyProps,
    drawing: Rc<Drawing>,
}

#[component]
fn Packets(props: &PacketsProps) -> Html {
    let language = use_language().value;
    let TopologyProps { flights, now, scale, .. } = &props.all;
    let still = prefers_reduced_motion();
    html! {
        <g>
            for shown in flights.at(*now, scale, still).filter(|shown| !props.all.hidden.contains(shown.packet.protocol)) {
                <g key={shown.packet.event}>{ packet(&props.all, &props.drawing, shown, language) }</g>
            }
        </g>
    }
}

/// Two that leave at once are so far apart.
const BEHIND: f64 = 24.0;

/// From where a device stands to where a packet leaves it.
const BESIDE: f64 = 44.0;

fn packet(props: &TopologyProps, drawing: &Drawing, shown: Shown<'_>, language: Language) -> Html {
    let messages = language.catalogue().topology;
    let Shown { packet, share, lost } = shown;
    let ((x1, y1), (x2, y2)) = (drawing.point(packet.from), drawing.point(packet.to));
    let length = (x2 - x1).hypot(y2 - y1).max(1.0);
    // From beside one device to beside the other, neither of which is covered.
    let edge = (BESIDE / length).min(0.5);
    let along = edge + ((1.0 - 2.0 * edge) * share - f64::from(packet.rank) * BEHIND / length).max(0.0);
    // Those that meet on a cable keep to the right, as on a road.
    let (aside_x, aside_y) = (-(y2 - y1) / length * 11.0, (x2 - x1) / length * 11.0);
    let (x, y) = (x1 + (x2 - x1) * along + aside_x, y1 + (y2 - y1) * along + aside_y);
    let turn = (y2 - y1).atan2(x2 - x1).to_degrees();
    let selected = props.selected == Some(packet.event);
    let name = |node: usize| props.topology.nodes.get(node).map_or("", |node| language.node(&node.name));
    let what = format!("{} {}", packet.protocol.to_uppercase(), language.summary(&packet.label));
    let (from, to) = (name(packet.from), name(packet.to));
    let message = if lost { messages.packet_lost } else { messages.packet };
    let label = fill(message, &[("n", &packet.number), ("from", &from), ("to", &to), ("what", &what)]);
    let (onclick, onkeydown) = pressed(&props.onselect, packet.event);
    let letters = letters(packet.protocol);
    #[expect(clippy::cast_precision_loss, reason = "the length of a word")]
    let half = letters.len() as f64 * 3.6 + 6.0;
    html! {
        <g
            class={classes!("packet", format!("of-{}", packet.protocol), selected.then_some("selected"), lost.then_some("lost"))}
            transform={format!("translate({x:.1} {y:.1})")} role="button" tabindex="0" aria-pressed={selected.to_string()}
            aria-label={label} data-number={packet.number.to_string()} {onclick} {onkeydown}
        >
            <circle class="reach" r="16" />
            <path class="way" d="M0 -5 L7 0 L0 5 z" transform={format!("rotate({turn:.1}) translate({:.1} 0)", half + 1.0)} />
            <rect x={px(-half)} y="-9" width={px(half * 2.0)} height="18" rx="4" />
            <text y="4">{ letters }</text>
            if lost { <path class="cross" d="M-9 -9 L9 9 M-9 9 L9 -9" /> }
        </g>
    }
}

/// What a packet of a protocol has written on it.
pub(super) fn letters(protocol: &str) -> String {
    protocol.to_uppercase()
}

/// A click, Enter or Space.
fn pressed<T: Clone + 'static>(
    wish: &Callback<T>,
    value: T,
) -> (Callback<MouseEvent>, Callback<KeyboardEvent>) {
    let onclick = {
        let value = value.clone();
        wish.reform(move |_: MouseEvent| value.clone())
    };
    let wish = wish.clone();
    let onkeydown = Callback::from(move |key: KeyboardEvent| {
        if matches!(key.key().as_str(), "Enter" | " ") {
            key.prevent_default();
            wish.emit(value.clone());
        }
    });
    (onclick, onkeydown)
}

fn px(value: f64) -> String {
    format!("{value:.1}")
}
