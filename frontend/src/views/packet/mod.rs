//! One packet, three ways: the RFC's bit grid, the bytes, the tree of fields. Point at one and all light up.
//!
//! The tree can be reached by keyboard and is read out; the grid and the bytes show the same to those who point.

mod bytes;
mod grid;
mod parts;
mod tree;

pub use parts::{FieldRef, Parts};

use yew::prelude::*;

use self::{bytes::Bytes, grid::Grid, tree::Tree};

/// What is shown.
#[derive(Properties, PartialEq, Clone)]
pub struct PacketProps {
    /// The packet, dissected.
    pub parts: Parts,
    /// What follows the fields of the tree: an input to change one, say.
    #[prop_or_default]
    pub edit: Option<Callback<FieldRef, Html>>,
}

/// The three views of a packet, linked.
#[component]
pub fn PacketView(props: &PacketProps) -> Html {
    let pointed = use_state_eq(|| None::<FieldRef>);
    let onpoint = {
        let pointed = pointed.setter();
        use_callback((), move |field: Option<FieldRef>, ()| pointed.set(field))
    };
    // Another packet has other fields.
    use_effect_with(props.parts.clone(), {
        let pointed = pointed.setter();
        move |_| pointed.set(None)
    });
    let pointed = *pointed;
    html! {
        <div class="packet">
            <Grid parts={&props.parts} {pointed} onpoint={&onpoint} />
            <div class="packet-halves">
                <Tree parts={&props.parts} {pointed} onpoint={&onpoint} edit={props.edit.clone()} />
                <Bytes parts={&props.parts} {pointed} onpoint={&onpoint} />
            </div>
        </div>
    }
}

/// What each of the three takes.
#[derive(Properties, PartialEq, Clone)]
struct PartProps {
    parts: Parts,
    pointed: Option<FieldRef>,
    onpoint: Callback<Option<FieldRef>>,
    #[prop_or_default]
    edit: Option<Callback<FieldRef, Html>>,
}
