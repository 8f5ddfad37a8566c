//! The bit grid, 32 bits a row, as RFCs draw headers.

use firsthop_protocol::wire::{Layer, Protocol};
use yew::prelude::*;

use super::{FieldRef, PartProps};
use crate::settings::use_messages;

/// Bits in a row.
const ROW: u32 = 32;
/// A field longer than this many rows is drawn with a gap: nobody counts the bits of a page of data.
const MOST_ROWS: u32 = 3;

/// A piece of a field in one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    field: usize,
    row: u32,
    column: u32,
    bits: u32,
    /// The first piece carries the name.
    first: bool,
    /// More of the field is left out after this piece.
    cut: bool,
}

/// The pieces of a layer's fields, and how many rows they take. Fields that span others are left out.
fn pieces(layer: &Layer) -> (Vec<Piece>, u32) {
    let mut pieces = Vec::new();
    let start = layer.offset * 8;
    // Bits taken out of the drawing so far, whole rows of them.
    let mut left_out = 0;
    let mut rows = 0;
    for (field, content) in
        layer.fields.iter().enumerate().filter(|(_, field)| !field.spec.group && field.bits > 0)
    {
        let Some(mut bit) = content.bit_offset.checked_sub(start) else { continue };
        let end = bit + content.bits;
        let first_row = bit / ROW;
        let mut first = true;
        while bit < end {
            let row = bit / ROW;
            let bits = (ROW - bit % ROW).min(end - bit);
            // The rows in the middle of a long field go; its last one stays, so that what follows stands where it does.
            if row - first_row >= MOST_ROWS && end - bit > ROW {
                let gone = (end - bit - 1) / ROW * ROW;
                left_out += gone;
                bit += gone;
                if let Some(last) = pieces.last_mut() {
                    let last: &mut Piece = last;
                    last.cut = true;
                }
                continue;
            }
            let shown = bit.saturating_sub(left_out) / ROW;
            pieces.push(Piece { field, row: shown, column: bit % ROW, bits, first, cut: false });
            rows = rows.max(shown + 1);
            first = false;
            bit += bits;
        }
    }
    (pieces, rows)
}

/// Which layer is drawn: the one pointed at, else the last one that is more than data.
fn default_layer(layers: &[Layer]) -> usize {
    layers.iter().rposition(|layer| layer.protocol != Protocol::Data).unwrap_or(0)
}

/// A layer's bit grid, with buttons for the layers.
#[component]
pub(super) fn Grid(props: &PartProps) -> Html {
    let messages = use_messages().packet;
    let layers = &props.parts.dissection().layers;
    let chosen = use_state_eq(|| None::<usize>);
    // Pointing elsewhere moves the grid along.
    use_effect_with(props.pointed, {
        let chosen = chosen.setter();
        move |pointed: &Option<FieldRef>| {
            if let Some(at) = pointed {
                chosen.set(Some(at.layer));
            }
        }
    });
    let index = chosen.filter(|index| *index < layers.len()).unwrap_or_else(|| default_layer(layers));
    let Some(layer) = layers.get(index) else { return html! {} };
    let (pieces, rows) = pieces(layer);
    let clear = props.onpoint.reform(|_: MouseEvent| None);
    html! {
        <div class="grid-view">
            <div class="layers" role="group" aria-label={messages.layers}>
                for (number, layer) in layers.iter().enumerate() {
                    <button
                        key={number} type="button" aria-pressed={(number == index).to_string()}
                        class={classes!("layer", format!("of-{}", layer.protocol))}
                        onclick={let chosen = chosen.setter(); Callback::from(move |_| chosen.set(Some(number)))}
                    >{ layer.protocol.name().to_uppercase() }</button>
                }
            </div>
            <div class="scroll">
                <div class={format!("bits of-{}", layer.protocol)} aria-hidden="true" onmouseleave={clear} style={format!("--rows: {rows}")}>
                    for bit in 0..ROW {
                        <span key={bit} class="bit-number" style={format!("grid-column: {}", bit + 1)}>
                            { if bit % 8 == 0 || bit % 8 == 7 { bit.to_string() } else { String::new() } }
                        </span>
                    }
                    for piece in pieces {
                        { draw(props, index, layer, piece) }
                    }
                </div>
            </div>
        </div>
    }
}

fn draw(props: &PartProps, layer_index: usize, layer: &Layer, piece: Piece) -> Html {
    let Some(field) = layer.fields.get(piece.field) else { return html! {} };
    let at = FieldRef { layer: layer_index, field: piece.field };
    let onmouseenter = props.onpoint.reform(move |_: MouseEvent| Some(at));
    let place =
        format!("grid-row: {}; grid-column: {} / span {}", piece.row + 2, piece.column + 1, piece.bits);
    let class = classes!(
        "bit-field",
        (props.pointed == Some(at)).then_some("lit"),
        field.problem.is_some().then_some("bad"),
        piece.cut.then_some("cut"),
        (piece.bits < 5).then_some("slim")
    );
    html! {
        <span key={format!("{} {}", piece.field, piece.row)} {class} style={place} {onmouseenter} title={field.label()}>
            if piece.first {
                <span class="bit-label">{ field.label() }</span>
                if piece.bits >= 8 { <span class="bit-value">{ shown(field) }</span> }
            }
        </span>
    }
}

fn shown(field: &firsthop_protocol::wire::Field) -> String {
    let text = field.text().to_string();
    if text.chars().count() > 34 { text.chars().take(33).chain(['…']).collect() } else { text }
}

#[cfg(test)]
mod tests {
    use firsthop_protocol::wire::{LinkType, dissect};

    use super::*;

    fn udp(data: usize) -> Vec<u8> {
        let length = u8::try_from(8 + data).unwrap();
        let mut frame = vec![0x45, 0, 0, 20 + length, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
        frame.extend([0xc0, 0, 0xc0, 1, 0, length, 0, 0]);
        frame.extend(vec![7; data]);
        frame
    }

    #[test]
    fn a_header_fills_its_rows() {
        let dissection = dissect(LinkType::RawIp, &udp(4));
        let (ipv4, rows) = pieces(&dissection.layers[0]);
        assert_eq!(rows, 5);
        assert_eq!(ipv4.iter().map(|piece| piece.bits).sum::<u32>(), 160, "no bit twice, none left out");
        let (_, rows) = pieces(&dissection.layers[1]);
        assert_eq!(rows, 2);
    }

    #[test]
    fn a_page_of_data_is_cut() {
        let dissection = dissect(LinkType::RawIp, &udp(200));
        let (pieces, rows) = pieces(dissection.layers.last().unwrap());
        assert!(rows <= 5, "{rows} rows");
        assert!(pieces.iter().any(|piece| piece.cut));
    }
}
