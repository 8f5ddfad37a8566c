//! The bytes: offset, hexadecimal, characters.

use yew::prelude::*;

use super::{FieldRef, PartProps, Parts};
use crate::{platform::use_window_width, settings::use_messages};

/// A packet longer than this is shown up to here; nobody reads further, and a page of spans is slow.
const MOST: usize = 1600;

/// A dump whose bytes can be pointed at.
#[component]
pub(super) fn Bytes(props: &PartProps) -> Html {
    let messages = use_messages().packet;
    let width = if use_window_width() < 640.0 { 8 } else { 16 };
    let all = props.parts.bytes();
    let lit = props
        .pointed
        .and_then(|at| props.parts.field(at))
        .map(firsthop_protocol::wire::Field::byte_range)
        .unwrap_or_default();
    let clear = props.onpoint.reform(|_: MouseEvent| None);
    html! {
        <div class="bytes">
            <h3>{ messages.bytes }</h3>
            <div class="scroll" tabindex="0" role="region" aria-label={messages.bytes} onmouseleave={clear}>
                for (line, chunk) in all.iter().take(MOST).copied().collect::<Vec<_>>().chunks(width).enumerate() {
                    <div key={line} class="dump">
                        <span class="offset">{ format!("{:04x}", line * width) }</span>
                        <span class="hex">
                            for (index, byte) in chunk.iter().copied().enumerate() {
                                <Byte
                                    key={index} text={format!("{byte:02x}")} at={line * width + index}
                                    lit={lit.contains(&(line * width + index))} parts={&props.parts} onpoint={&props.onpoint}
                                />
                            }
                        </span>
                        <span class="ascii" aria-hidden="true">
                            for (index, byte) in chunk.iter().copied().enumerate() {
                                <Byte
                                    key={index} text={printable(byte).to_string()} at={line * width + index}
                                    lit={lit.contains(&(line * width + index))} parts={&props.parts} onpoint={&props.onpoint}
                                />
                            }
                        </span>
                    </div>
                }
            </div>
            if all.len() > MOST { <p class="hint">{ messages.more }</p> }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct ByteProps {
    text: String,
    at: usize,
    lit: bool,
    parts: Parts,
    onpoint: Callback<Option<FieldRef>>,
}

#[component]
fn Byte(props: &ByteProps) -> Html {
    let layer = props.parts.layer_at(props.at).map(|layer| format!("of-{}", layer.protocol));
    let onmouseenter = {
        let (parts, at) = (props.parts.clone(), props.at);
        props.onpoint.reform(move |_: MouseEvent| parts.field_at(at))
    };
    html! { <span class={classes!("byte", layer, props.lit.then_some("lit"))} {onmouseenter}>{ &props.text }</span> }
}

fn printable(byte: u8) -> char {
    if byte.is_ascii_graphic() || byte == b' ' { char::from(byte) } else { '·' }
}
