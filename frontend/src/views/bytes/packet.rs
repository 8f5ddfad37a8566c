//! The three views of a packet together.

use std::rc::Rc;

use firsthop_protocol::wire::Dissection;
use yew::prelude::*;

use super::{Bytes, Dump, FieldId, FieldTree, Inspector, LayerGrid, pick::Pick};

/// What is shown.
#[derive(Properties, PartialEq, Clone)]
pub struct PacketBytesProps {
    /// The packet's bytes.
    pub bytes: Bytes,
    /// What they mean.
    pub dissection: Rc<Dissection>,
    /// Whether there is little room beside the grid.
    #[prop_or_default]
    pub narrow: bool,
    /// The field selected at first.
    #[prop_or_default]
    pub selected: Option<FieldId>,
    /// Another field was selected; for the address.
    #[prop_or_default]
    pub onselect: Callback<FieldId>,
    /// Takes the packet's bytes after an edit. Without it nothing can be edited.
    #[prop_or_default]
    pub onedit: Option<Callback<Bytes>>,
}

/// Grid, bytes and fields of a packet, linked three ways.
#[component]
pub fn PacketBytes(props: &PacketBytesProps) -> Html {
    let pointed = use_state_eq(|| None::<FieldId>);
    let selected = use_state_eq(|| props.selected);
    use_effect_with(props.selected, {
        let selected = selected.setter();
        move |asked| {
            if asked.is_some() {
                selected.set(*asked);
            }
        }
    });
    let onpoint = {
        let pointed = pointed.setter();
        use_callback((), move |field, ()| pointed.set(field))
    };
    let onselect = {
        let selected = selected.setter();
        use_callback(props.onselect.clone(), move |field, tell| {
            selected.set(Some(field));
            tell.emit(field);
        })
    };
    // A field of another packet may have been selected.
    let there = |id: &FieldId| id.find(&props.dissection).is_some();
    let chosen = selected.filter(there);
    let pick = Pick { lit: pointed.filter(there).or(chosen), selected: chosen, onpoint, onselect };
    html! {
        <div class="packet">
            <div class="packet-grids">
                for layer in 0..props.dissection.layers.len() {
                    <LayerGrid key={layer} dissection={Rc::clone(&props.dissection)} {layer} pick={pick.clone()} />
                }
            </div>
            <div class="packet-side">
                <Dump bytes={Rc::clone(&props.bytes)} dissection={Rc::clone(&props.dissection)} pick={pick.clone()} narrow={props.narrow} />
                <FieldTree dissection={Rc::clone(&props.dissection)} {pick} />
            </div>
            // Last, so that on a phone it can stay at the bottom while one looks at the rest.
            <Inspector
                bytes={Rc::clone(&props.bytes)} dissection={Rc::clone(&props.dissection)} selected={chosen}
                onedit={props.onedit.clone()}
            />
        </div>
    }
}
