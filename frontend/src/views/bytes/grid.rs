//! The bit grid that RFCs draw: 32 bits a row, 16 on a phone.

use std::{ops::Range, rc::Rc};

use firsthop_protocol::wire::{Dissection, Header, Value};
use yew::prelude::*;

use super::{
    FieldId, outline,
    outline::Step,
    pick::{self, Pick},
    rows::{Cell, Row, rows},
};
use crate::{
    i18n::{
        fill,
        wire::{gloss, say_field},
    },
    platform::use_window_width,
    settings::{use_language, use_messages},
};

/// What stands in the cells of one field.
#[derive(Debug, Clone, PartialEq)]
struct Caption {
    id: String,
    label: AttrValue,
    short: AttrValue,
    value: AttrValue,
    said: AttrValue,
    lit: bool,
    selected: bool,
    wrong: bool,
}

/// Which layer is drawn.
#[derive(Properties, PartialEq, Clone)]
pub struct LayerGridProps {
    /// The packet.
    pub dissection: Rc<Dissection>,
    /// The layer's number.
    pub layer: usize,
    /// What is lit.
    pub pick: Pick,
}

/// One layer of a packet, with its values.
#[component]
pub fn LayerGrid(props: &LayerGridProps) -> Html {
    let messages = use_messages().bytes;
    let language = use_language().value;
    let width = use_row_width();
    let Some(layer) = props.dissection.layers.get(props.layer) else { return html! {} };
    let leaves = outline::leaves(layer);
    let lit = props.pick.lit.and_then(|id| id.bits(&props.dissection));
    let selected = props.pick.selected.and_then(|id| id.bits(&props.dissection));
    let within = |range: &Option<Range<u32>>, bits: &Range<u32>| {
        range.as_ref().is_some_and(|range| range.start <= bits.start && bits.end <= range.end)
    };
    let captions: Vec<_> = leaves
        .iter()
        .filter_map(|(index, _)| {
            let field = layer.fields.get(*index)?;
            let bits = field.bit_offset..field.bit_offset.saturating_add(field.bits);
            let id = FieldId { layer: props.layer, field: *index };
            let text = say_field(language, field);
            Some(Caption {
                id: id.to_string(),
                label: gloss(language, field.label()).unwrap_or(field.label()).into(),
                short: short(field.label(), field.name()).into(),
                value: if field.bits == 1 { bare(&field.value) } else { text.clone() }.into(),
                said: match gloss(language, field.label()) {
                    Some(gloss) => format!("{gloss} ({}): {text}", field.label()),
                    None => format!("{}: {text}", field.label()),
                }
                .into(),
                lit: within(&lit, &bits),
                selected: within(&selected, &bits),
                wrong: field.problem.is_some(),
            })
        })
        .collect();
    let onkeydown = pick::on_key(&props.dissection, &props.pick);
    let ranges: Vec<_> = leaves.into_iter().map(|(_, bits)| bits).collect();
    let name = layer.protocol.name().to_uppercase();
    let title = fill(messages.grid, &[("protocol", &name)]);
    let size = fill(messages.layer_bytes, &[("n", &layer.length)]);
    html! {
        <Grid
            {title} {name} {size} class={format!("of-{}", layer.protocol)} id={format!("grid-{}", props.layer)} {width} {ranges} {captions}
            onpoint={props.pick.onpoint.clone()} onselect={props.pick.onselect.clone()} {onkeydown}
        />
    }
}

/// Which header is drawn.
#[derive(Properties, Clone)]
pub struct HeaderGridProps {
    /// The protocol's header.
    pub header: &'static Header,
    /// The field selected, as its number in [`Header::layout`].
    #[prop_or_default]
    pub selected: Option<usize>,
    /// A wish to select another.
    #[prop_or_default]
    pub onselect: Callback<usize>,
}

impl PartialEq for HeaderGridProps {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.header, other.header)
            && self.selected == other.selected
            && self.onselect == other.onselect
    }
}

/// A header without values, as the RFC draws it.
#[component]
pub fn HeaderGrid(props: &HeaderGridProps) -> Html {
    let width = use_row_width();
    let header = props.header;
    let language = use_language().value;
    let fields: Vec<_> = header.layout().filter(|(_, spec)| spec.bits > 0).collect();
    let count = fields.len();
    let ranges: Vec<_> = fields.iter().map(|(at, spec)| *at..*at + u32::from(spec.bits)).collect();
    let captions: Vec<_> = fields
        .iter()
        .enumerate()
        .map(|(index, (_, spec))| Caption {
            id: format!("0.{index}"),
            label: gloss(language, spec.label).unwrap_or(spec.label).into(),
            short: short(spec.label, spec.name).into(),
            value: AttrValue::default(),
            said: spec.label.into(),
            lit: props.selected == Some(index),
            selected: props.selected == Some(index),
            wrong: false,
        })
        .collect();
    let onselect = props.onselect.reform(|id: FieldId| id.field);
    let onkeydown = {
        let (onselect, selected) = (props.onselect.clone(), props.selected);
        Callback::from(move |event: KeyboardEvent| {
            let to = match (Step::from_key(&event.key()), selected) {
                (Some(Step::Next), Some(from)) => from + 1,
                (Some(Step::Previous), Some(from)) => from.saturating_sub(1),
                (Some(Step::Next | Step::First), _) => 0,
                (Some(Step::Previous | Step::Last), _) => count.saturating_sub(1),
                (None, _) => return,
            };
            event.prevent_default();
            onselect.emit(to.min(count.saturating_sub(1)));
        })
    };
    html! {
        <Grid
            title={header.title} name={header.title} size={header.rfc} class={format!("of-{}", header.protocol)} id={format!("header-{}", header.protocol)}
            {width} {ranges} {captions} onpoint={Callback::noop()} {onselect} {onkeydown}
        />
    }
}

#[derive(Properties, PartialEq, Clone)]
struct GridProps {
    /// What is read out.
    title: AttrValue,
    /// What stands above.
    name: AttrValue,
    size: AttrValue,
    class: AttrValue,
    id: AttrValue,
    width: u32,
    ranges: Vec<Range<u32>>,
    captions: Vec<Caption>,
    onpoint: Callback<Option<FieldId>>,
    onselect: Callback<FieldId>,
    onkeydown: Callback<KeyboardEvent>,
}

#[component]
fn Grid(props: &GridProps) -> Html {
    let rows = use_memo((props.ranges.clone(), props.width), |(ranges, width)| rows(ranges, *width));
    let selected = props.captions.iter().find(|caption| caption.selected);
    let active = selected.map(|caption| cell_id(&props.id, &caption.id));
    let onpointerover = props.onpoint.reform(|event: PointerEvent| pick::field(&event));
    let onpointerleave = props.onpoint.reform(|_: PointerEvent| None);
    let onclick = pick::on_click(&props.onselect, pick::field);
    html! {
        <div class={classes!("bit-grid", props.class.to_string())} style={format!("--bits: {}", props.width)}>
            <p class="bit-title" aria-hidden="true"><span class="protocol">{ &props.name }</span><span class="hint">{ &props.size }</span></p>
            <div class="bit-numbers" aria-hidden="true">
                for bit in 0..props.width { <span key={bit}>{ bit }</span> }
            </div>
            <div
                role="listbox" tabindex="0" aria-label={props.title.clone()} aria-activedescendant={active}
                {onpointerover} {onpointerleave} {onclick} onkeydown={props.onkeydown.clone()}
            >
                for row in rows.iter() { { draw_row(row, &props.id, &props.captions) } }
            </div>
        </div>
    }
}

fn draw_row(row: &Row, grid: &str, captions: &[Caption]) -> Html {
    match row {
        Row::Gap { bit, bytes } => html! {
            <div key={*bit} class="bit-gap" role="presentation" aria-hidden="true">{ format!("⋮ {bytes}") }</div>
        },
        Row::Cells { bit, cells } => html! {
            <div key={*bit} class="grid-row" role="presentation">
                <span class="bit-offset" aria-hidden="true">{ bit / 8 }</span>
                for cell in cells {
                    { draw_cell(cell, grid, cell.field.and_then(|field| captions.get(field))) }
                }
            </div>
        },
    }
}

fn draw_cell(cell: &Cell, grid: &str, caption: Option<&Caption>) -> Html {
    let mut style = format!("grid-column: {} / span {}", cell.column + 2, cell.span);
    if cell.parted > 0 {
        style.push_str(&format!("; --parted: {}%", cell.parted * 100 / cell.span.max(1)));
    }
    let Some(caption) = caption else {
        return html! { <span key={cell.column} class="bit-cell nothing" {style} aria-hidden="true" /> };
    };
    let class = classes!(
        "bit-cell",
        caption.lit.then_some("lit"),
        caption.selected.then_some("selected"),
        caption.wrong.then_some("wrong"),
        cell.continues.then_some("continues"),
        (cell.span == 1).then_some("single"),
    );
    if !cell.named {
        return html! { <span key={cell.column} {class} {style} aria-hidden="true" data-field={caption.id.clone()} /> };
    }
    let label = if cell.span <= 2 { &caption.short } else { &caption.label };
    html! {
        <span
            key={cell.column} id={cell_id(grid, &caption.id)} {class} {style} role="option" title={caption.said.clone()}
            aria-selected={if caption.selected { "true" } else { "false" }}
            data-field={caption.id.clone()}
        >
            <span class="bit-label">{ label }</span>
            if !caption.value.is_empty() { { " " }<span class="bit-value">{ &caption.value }</span> }
        </span>
    }
}

fn cell_id(grid: &str, field: &str) -> String {
    format!("{grid}-{}", field.replace('.', "-"))
}

/// Bits in a row: as many as leave room for a bit's name.
#[hook]
fn use_row_width() -> u32 {
    if use_window_width() < 640.0 { 16 } else { 32 }
}

/// A name for a cell of a bit or two: the RFC's where it is short, else tshark's, else the first letters.
fn short(label: &str, name: &str) -> String {
    if label.len() <= 4 {
        return label.to_owned();
    }
    if name.len() <= 3 {
        return name.to_uppercase();
    }
    label.split_whitespace().filter_map(|word| word.chars().next()).collect::<String>().to_uppercase()
}

fn bare(value: &Value) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_have_short_names() {
        assert_eq!(short("SYN", "syn"), "SYN");
        assert_eq!(short("Don't Fragment", "df"), "DF");
        assert_eq!(short("Recursion Desired", "recdesired"), "RD");
    }
}
