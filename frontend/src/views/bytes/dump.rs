//! The bytes in hexadecimal and as characters.

use std::{ops::Range, rc::Rc};

use firsthop_protocol::wire::Dissection;
use yew::prelude::*;

use super::{
    Bytes, outline,
    pick::{self, Pick},
};
use crate::{platform::use_window_width, settings::use_messages};

/// What is shown.
#[derive(Properties, PartialEq, Clone)]
pub struct DumpProps {
    /// The bytes.
    pub bytes: Bytes,
    /// What they mean.
    pub dissection: Rc<Dissection>,
    /// What is lit.
    pub pick: Pick,
    /// Whether there is little room for it.
    #[prop_or_default]
    pub narrow: bool,
}

/// Offset, bytes, characters; 16 bytes a row, 8 where there is little room.
#[component]
pub fn Dump(props: &DumpProps) -> Html {
    let messages = use_messages().bytes;
    let small = use_window_width() < 640.0;
    let width: usize = if small || props.narrow { 8 } else { 16 };
    let lit = props.pick.lit.and_then(|id| id.bits(&props.dissection)).map(bytes_of);
    let layers: Vec<(u32, &'static str)> =
        props.dissection.layers.iter().map(|layer| (layer.offset, layer.protocol.name())).collect();
    let at = {
        let dissection = Rc::clone(&props.dissection);
        move |event: &Event| {
            pick::byte(event).and_then(|byte| outline::field_at(&dissection, byte.saturating_mul(8)))
        }
    };
    let onpointerover = {
        let at = at.clone();
        props.pick.onpoint.reform(move |event: PointerEvent| at(&event))
    };
    let onpointerleave = props.pick.onpoint.reform(|_: PointerEvent| None);
    let onclick = pick::on_click(&props.pick.onselect, at);
    let onkeydown = pick::on_key(&props.dissection, &props.pick);
    html! {
        <div
            class="dump mono" role="group" tabindex="0" aria-label={messages.dump}
            {onpointerover} {onpointerleave} {onclick} {onkeydown}
        >
            for start in (0..props.bytes.len()).step_by(width) {
                <DumpRow
                    key={start} {start} {width} bytes={Rc::clone(&props.bytes)} lit={clip(lit.as_ref(), start, width)}
                    layers={layers_of(&layers, start, width)}
                />
            }
        </div>
    }
}

/// The bytes in which bits lie.
fn bytes_of(bits: Range<u32>) -> Range<usize> {
    (bits.start / 8) as usize..bits.end.div_ceil(8) as usize
}

/// The part of a range that is in a row, so that only rows change in which something is lit.
fn clip(range: Option<&Range<usize>>, start: usize, width: usize) -> Option<Range<usize>> {
    range
        .map(|range| range.start.max(start)..range.end.min(start + width))
        .filter(|range| range.start < range.end)
}

/// The layer in which a row begins, and those that begin within it.
fn layers_of(layers: &[(u32, &'static str)], start: usize, width: usize) -> Vec<(u32, &'static str)> {
    let (start, end) = (start as u32, (start + width) as u32);
    let first = layers.iter().rposition(|(offset, _)| *offset <= start).unwrap_or(0);
    layers.iter().skip(first).take_while(|(offset, _)| *offset < end).copied().collect()
}

#[derive(Properties, PartialEq)]
struct DumpRowProps {
    start: usize,
    width: usize,
    bytes: Bytes,
    lit: Option<Range<usize>>,
    layers: Vec<(u32, &'static str)>,
}

#[component]
fn DumpRow(props: &DumpRowProps) -> Html {
    let row = || props.bytes.iter().enumerate().skip(props.start).take(props.width);
    let class = |at: usize| {
        let layer =
            props.layers.iter().rev().find(|(offset, _)| *offset as usize <= at).map(|(_, name)| *name);
        let lit = props.lit.as_ref().is_some_and(|lit| lit.contains(&at));
        classes!(layer.map(|name| format!("of-{name}")), lit.then_some("lit"))
    };
    html! {
        <div class="dump-row">
            <span class="dump-offset">{ format!("{:04x}", props.start) }</span>
            <span class="dump-bytes">
                for (at, byte) in row() {
                    <span key={at} class={class(at)} data-byte={at.to_string()}>{ format!("{byte:02x}") }</span>
                }
            </span>
            <span class="dump-text" aria-hidden="true">
                for (at, byte) in row() {
                    <span key={at} class={class(at)} data-byte={at.to_string()}>{ printable(*byte) }</span>
                }
            </span>
        </div>
    }
}

fn printable(byte: u8) -> char {
    if byte.is_ascii_graphic() || byte == b' ' { char::from(byte) } else { '·' }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_knows_only_what_concerns_it() {
        assert_eq!(clip(Some(&(14..34)), 16, 16), Some(16..32));
        assert_eq!(clip(Some(&(14..34)), 48, 16), None);
        let layers = [(0, "ethernet"), (14, "ipv4"), (34, "tcp")];
        assert_eq!(layers_of(&layers, 0, 16), [(0, "ethernet"), (14, "ipv4")]);
        assert_eq!(layers_of(&layers, 16, 16), [(14, "ipv4")]);
        assert_eq!(bytes_of(49..50), 6..7);
    }
}
