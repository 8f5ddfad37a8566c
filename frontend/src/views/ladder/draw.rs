//! The SVG of a ladder, at an instant: what has not happened yet is not there.

use firsthop_protocol::trace::Time;
use yew::prelude::*;

use super::{Arrow, Layout, Mark, layout::TOP};
use crate::{
    i18n::Language,
    platform::use_window_width,
    settings::{use_language, use_messages},
    views::SharedTrace,
};

/// What a ladder shows.
#[derive(Properties, PartialEq, Clone)]
pub struct LadderProps {
    /// The trace.
    pub trace: SharedTrace,
    /// Up to which instant.
    pub now: Time,
    /// The machines, in the order of their lifelines.
    #[prop_or_default]
    pub nodes: Vec<String>,
    /// The event that is selected.
    #[prop_or_default]
    pub selected: Option<usize>,
    /// A wish to select another.
    #[prop_or_default]
    pub onselect: Callback<usize>,
}

/// Width and side margin of the drawing, in its own units.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Frame {
    width: f64,
    margin: f64,
}

impl Frame {
    /// On a phone the drawing is narrow, so that its letters are not made small.
    fn for_window(width: f64) -> Self {
        if width < 640.0 { Self { width: 330.0, margin: 46.0 } } else { Self { width: 720.0, margin: 150.0 } }
    }
}

/// Lifelines, arrows, states and calls up to an instant.
#[component]
pub fn Ladder(props: &LadderProps) -> Html {
    let messages = use_messages().ladder;
    let language = use_language().value;
    let frame = Frame::for_window(use_window_width());
    let layout =
        use_memo((props.trace.clone(), props.nodes.clone()), |(trace, nodes)| Layout::new(trace, nodes));
    let now = props.now;
    let height = layout.height();
    html! {
        <svg
            class="ladder" viewBox={format!("0 0 {} {height:.0}", frame.width)} role="group"
            aria-label={messages.title} style={format!("max-width: {}px", frame.width * 1.25)}
        >
            for (index, name) in layout.nodes.iter().enumerate() {
                <Lifeline key={name.as_str()} name={language.node(name).to_owned()} x={layout.x(index, frame.width, frame.margin)} {height} />
            }
            <line class="now" x1="0" x2={frame.width.to_string()} y1={px(layout.y(now))} y2={px(layout.y(now))} />
            for arrow in layout.arrows.iter().filter(|arrow| arrow.sent <= now) {
                <g key={arrow.event}>
                    { draw_arrow(&layout, arrow, frame, now, props.selected == Some(arrow.event), &props.onselect, language) }
                </g>
            }
            for mark in layout.marks.iter().filter(|mark| mark.time <= now) {
                <g key={mark.event}>{ draw_mark(&layout, mark, frame) }</g>
            }
        </svg>
    }
}

#[derive(Properties, PartialEq)]
struct LifelineProps {
    name: String,
    x: f64,
    height: f64,
}

#[component]
fn Lifeline(props: &LifelineProps) -> Html {
    let x = px(props.x);
    html! {
        <g class="lifeline">
            <text {x} y="20" text-anchor="middle">{ &props.name }</text>
            <line x1={px(props.x)} x2={px(props.x)} y1={px(TOP - 24.0)} y2={px(props.height - 4.0)} />
        </g>
    }
}

fn draw_arrow(
    layout: &Layout,
    arrow: &Arrow,
    frame: Frame,
    now: Time,
    selected: bool,
    onselect: &Callback<usize>,
    language: Language,
) -> Html {
    let (y1, y2) = layout.ends(arrow);
    let x1 = layout.x(arrow.from, frame.width, frame.margin);
    // What is lost is drawn to where it vanished: somewhat past the middle of the cable.
    let reach = if arrow.arrives { 1.0 } else { 0.6 };
    let x2 = x1 + (layout.x(arrow.to, frame.width, frame.margin) - x1) * reach;
    let (sent, ended) = (layout.y(arrow.sent), layout.y(arrow.ended));
    let done =
        if now >= arrow.ended || ended <= sent { 1.0 } else { (layout.y(now) - sent) / (ended - sent) };
    let (head_x, head_y) = (x1 + (x2 - x1) * done, y1 + (y2 - y1) * done);
    let slope = (y2 - y1).atan2(x2 - x1).to_degrees();
    let text_slope = if x2 < x1 { slope + 180.0 } else { slope };
    let (mid_x, mid_y) =
        (f64::midpoint(x1, x1 + (x2 - x1) / reach), f64::midpoint(y1, y1 + (y2 - y1) / reach));
    let event = arrow.event;
    let label = language.summary(&arrow.label);
    let class = classes!(
        "arrow",
        format!("of-{}", arrow.protocol),
        selected.then_some("selected"),
        (!arrow.arrives).then_some("lost"),
        arrow.impaired.then_some("impaired")
    );
    let onclick = onselect.reform(move |_: MouseEvent| event);
    let onkeydown = {
        let onselect = onselect.clone();
        Callback::from(move |key: KeyboardEvent| {
            if matches!(key.key().as_str(), "Enter" | " ") {
                key.prevent_default();
                onselect.emit(event);
            }
        })
    };
    html! {
        <g
            {class} role="button" tabindex="0" aria-pressed={if selected { "true" } else { "false" }}
            aria-label={format!("{}: {} → {}: {}", arrow.number, language.node(node(layout, arrow.from)), language.node(node(layout, arrow.to)), label)}
            {onclick} {onkeydown}
        >
            <line class="reach" x1={px(x1)} y1={px(y1)} x2={px(head_x)} y2={px(head_y)} />
            <line class="path" x1={px(x1)} y1={px(y1)} x2={px(head_x)} y2={px(head_y)} />
            if arrow.arrives || done < 1.0 {
                <path
                    class="head" d="M0 0 L-10 -4.5 L-10 4.5 z"
                    transform={format!("translate({head_x:.1} {head_y:.1}) rotate({slope:.1})")}
                />
            } else {
                <path class="cross" d="M-6 -6 L6 6 M-6 6 L6 -6" transform={format!("translate({x2:.1} {y2:.1})")} />
            }
            <text
                text-anchor="middle"
                transform={format!("translate({mid_x:.1} {mid_y:.1}) rotate({text_slope:.1}) translate(0 -6)")}
            >{ &*label }</text>
        </g>
    }
}

fn node(layout: &Layout, index: usize) -> &str {
    layout.nodes.get(index).map_or("", String::as_str)
}

/// A state is a pill on its lifeline; a call stands beside it, on the outer side.
fn draw_mark(layout: &Layout, mark: &Mark, frame: Frame) -> Html {
    let (x, y) = (layout.x(mark.node, frame.width, frame.margin), layout.mark_y(mark));
    let left = mark.node == 0;
    if mark.state {
        #[expect(clippy::cast_precision_loss, reason = "the length of a state's name")]
        let width = mark.label.len() as f64 * 6.1 + 12.0;
        // Inside a narrow drawing a pill must not stick out.
        let centre = x.clamp(width / 2.0 + 1.0, frame.width - width / 2.0 - 1.0);
        let shift = if frame.margin < 100.0 {
            0.0
        } else if left {
            -width / 2.0 - 6.0
        } else {
            width / 2.0 + 6.0
        };
        return html! {
            <g class="state" transform={format!("translate({:.1} {y:.1})", centre + shift)}>
                <rect x={px(-width / 2.0)} y="-9" width={px(width)} height="18" rx="9" />
                <text text-anchor="middle" y="4">{ &mark.label }</text>
            </g>
        };
    }
    if frame.margin < 100.0 {
        return html! {};
    }
    let (anchor, shift) = if left { ("end", -8.0) } else { ("start", 8.0) };
    html! {
        <text class={classes!("call", mark.failed.then_some("failed"))} text-anchor={anchor} x={px(x + shift)} y={px(y + 4.0)}>
            { &mark.label }
        </text>
    }
}

fn px(value: f64) -> String {
    format!("{value:.1}")
}
