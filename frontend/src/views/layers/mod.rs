//! A packet as its layers wrap and unwrap it: down in the machine that sends it, up in the one that receives it.
//!
//! * [`stack`]: which pieces a packet is made of, and how far up a device takes them apart.

mod stack;

use std::rc::Rc;

use firsthop_protocol::wire::Dissection;
use yew::prelude::*;

pub use self::stack::reach;
use self::stack::{Piece, pieces};
use crate::{
    i18n::fill,
    settings::{use_language, use_messages},
    views::topology::Node,
};

/// Which packet, between which devices.
#[derive(Properties, PartialEq, Clone)]
pub struct LayersViewProps {
    /// The packet's bytes.
    pub bytes: Rc<[u8]>,
    /// What they mean.
    pub dissection: Rc<Dissection>,
    /// Who sends it.
    pub from: Node,
    /// Who receives it.
    pub to: Node,
}

/// Bytes of a header that are written out.
const WRITTEN: usize = 60;

/// Two stacks of boxes, the highest layer on top.
#[component]
pub fn LayersView(props: &LayersViewProps) -> Html {
    let messages = use_messages().layers;
    let language = use_language().value;
    let pieces = pieces(&props.dissection, props.bytes.len());
    let side = |node: &Node, title: &'static str, sign: &'static str, class: &'static str| {
        let reach = reach(node, &props.dissection).min(pieces.len());
        let (kind, name) = (language.kind(node.kind), language.node(&node.name));
        let further = (reach < props.dissection.layers.len())
            .then(|| fill(messages.no_further, &[("kind", &kind), ("name", &name)]));
        html! {
            <section class={classes!("layer-side", class)}>
                <h4><span aria-hidden="true">{ sign }</span>{ " " }{ fill(title, &[("kind", &kind), ("name", &name)]) }</h4>
                if let Some(further) = further { <p class="hint">{ further }</p> }
                <ol class="layer-stack" reversed=true>
                    for (at, piece) in pieces.iter().enumerate().take(reach).rev() {
                        <li key={piece.offset} data-layer={piece.name}>{ unit(&pieces, at, &props.bytes, messages.bytes) }</li>
                    }
                </ol>
            </section>
        }
    };
    html! {
        <div class="layers">
            { side(&props.from, messages.down, "↓", "down") }
            { side(&props.to, messages.up, "↑", "up") }
        </div>
    }
}

/// What a layer hands to the one below it: its own header, and in it everything from above.
fn unit(pieces: &[Piece], at: usize, bytes: &[u8], said: &'static str) -> Html {
    let own = pieces.get(at).map_or(&[][..], |piece| piece.of(bytes));
    let written: Vec<String> = own.iter().take(WRITTEN).map(|byte| format!("{byte:02x}")).collect();
    let rest = if own.len() > WRITTEN { " …" } else { "" };
    html! {
        <>
            <div class="layer-unit">
                for (number, piece) in pieces.iter().enumerate().skip(at) {
                    <span key={piece.offset} class={classes!("layer-box", format!("of-{}", piece.name), (number == at).then_some("own"))}>
                        <b>{ piece.name.to_uppercase() }</b>{ " " }<small>{ fill(said, &[("n", &piece.length)]) }</small>
                    </span>
                }
            </div>
            <code class="layer-bytes">{ written.join(" ") }{ rest }</code>
        </>
    }
}
