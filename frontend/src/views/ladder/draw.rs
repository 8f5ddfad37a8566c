//! The SVG of a ladder, at an instant: what has not happened yet is not there.

use firsthop_protocol::trace::Time;
use yew::prelude::*;

use super::{
    Arrow, Layout, Mark,
    head::head,
    layout::{BOTTOM, TOP},
};
use crate::{
    i18n::{Language, fill},
    platform::{self, use_window_width},
    settings::{use_language, use_messages},
    views::{MOST_SHOWN, SharedTrace},
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
    /// Whether it is the one that is studied, rather than one to compare with.
    #[prop_or(true)]
    pub main: bool,
    /// What it is called.
    #[prop_or_default]
    pub label: Option<AttrValue>,
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
        if width < 640.0 { Self { width: 312.0, margin: 40.0 } } else { Self { width: 520.0, margin: 112.0 } }
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
    let (now, height, width) = (props.now, layout.height(), frame.width);
    let pane = use_node_ref();
    // At the end all of it is there to be looked at, from wherever one likes.
    let moving = layout.scale.instants().next_back().is_some_and(|end| now < end);
    use_effect_with((pane.clone(), now, moving), |(pane, _, moving)| {
        if *moving {
            platform::keep_in_sight(pane, ".now");
        }
    });
    let arrows = layout.window(now);
    let top = arrows.first().filter(|arrow| arrow.number > 1).map_or(0.0, |arrow| layout.y(arrow.sent) - TOP);
    let height = if layout.arrows.len() > MOST_SHOWN { layout.y(now) + BOTTOM - top } else { height - top };
    let begins = arrows.first().filter(|_| top > 0.0).map_or(Time::ZERO, |arrow| arrow.sent);
    let earlier = arrows.first().map_or(0, |arrow| arrow.number - 1);
    html! {
        <div class="ladder-pane" data-main={props.main.then_some("")} ref={pane} style={format!("max-width: {}px", width * 1.2)}>
            { head(&layout, now, width, frame.margin, language) }
            if earlier > 0 { <p class="hint">{ fill(messages.earlier, &[("n", &earlier)]) }</p> }
            <svg
                class="ladder" viewBox={format!("0 {top:.1} {width} {height:.1}")} role="group"
                aria-label={props.label.clone().unwrap_or(messages.title.into())}
            >
                for (index, name) in layout.nodes.iter().enumerate() {
                    <line
                        key={name.as_str()} class="lifeline" y1={px(top)} y2={px(top + height - 4.0)}
                        x1={px(layout.x(index, width, frame.margin))} x2={px(layout.x(index, width, frame.margin))}
                    />
                }
                <line class="now" x1="0" x2={width.to_string()} y1={px(layout.y(now))} y2={px(layout.y(now))} />
                for arrow in arrows {
                    <g key={arrow.event}>{ draw_arrow(&layout, arrow, frame, props, language) }</g>
                }
                for mark in layout.marks.iter().filter(|mark| begins <= mark.time && mark.time <= now) {
                    <g key={mark.event}>{ draw_mark(&layout, mark, now, frame) }</g>
                }
            </svg>
        </div>
    }
}

fn draw_arrow(layout: &Layout, arrow: &Arrow, frame: Frame, props: &LadderProps, language: Language) -> Html {
    let (now, selected, onselect) = (props.now, props.selected == Some(arrow.event), &props.onselect);
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
    let label = language.summary(&arrow.label);
    // The label of what is lost begins where it was sent, for there is nothing at the other end.
    let (far_x, far_y) = (x1 + (x2 - x1) / reach, y1 + (y2 - y1) / reach);
    let place = if arrow.arrives { 0.5 } else { start_of(&label, frame) };
    let (mid_x, mid_y) = (x1 + (far_x - x1) * place, y1 + (far_y - y1) * place);
    let event = arrow.event;
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
            aria-label={format!("{}: {} → {}: {label}", arrow.number, language.node(node(layout, arrow.from)), language.node(node(layout, arrow.to)))}
            data-number={arrow.number.to_string()} data-from={node(layout, arrow.from).to_owned()} data-info={arrow.exact.clone()}
            data-micros={arrow.sent.micros().to_string()}
            data-lost={(!arrow.arrives).then_some("")}
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
            // It stands on the part of the way that is done.
            if done >= 0.5 {
                <text
                    text-anchor="middle"
                    transform={format!("translate({mid_x:.1} {mid_y:.1}) rotate({text_slope:.1}) translate(0 -6)")}
                >{ &*label }</text>
            }
        </g>
    }
}

/// The middle of a label that begins beside the sender, as a share of the way.
fn start_of(label: &str, frame: Frame) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "the length of a label")]
    let width = label.len() as f64 * 7.2;
    ((width / 2.0 + 14.0) / (frame.width - 2.0 * frame.margin)).min(0.5)
}

fn node(layout: &Layout, index: usize) -> &str {
    layout.nodes.get(index).map_or("", String::as_str)
}

/// A state is a pill on its lifeline; a call stands beside it, on the outer side, and a bar along the lifeline shows how
/// long it took.
fn draw_mark(layout: &Layout, mark: &Mark, now: Time, frame: Frame) -> Html {
    let (x, y) = (layout.x(mark.node, frame.width, frame.margin), layout.mark_y(mark));
    let left = mark.node == 0;
    if mark.state {
        // Small in a narrow drawing, where labels are close.
        let (letter, padding) = if frame.margin < 100.0 { (5.4, 8.0) } else { (6.1, 12.0) };
        #[expect(clippy::cast_precision_loss, reason = "the length of a state's name")]
        let width = mark.label.len() as f64 * letter + padding;
        // Inside a narrow drawing a pill must not stick out.
        let centre = x.clamp(width / 2.0 + 1.0, frame.width - width / 2.0 - 1.0);
        let shift = if frame.margin < 100.0 {
            0.0
        } else if left {
            -width / 2.0 - 6.0
        } else {
            width / 2.0 + 6.0
        };
        // There it stands under the arrowhead, where it covers no label.
        let lower = if frame.margin < 100.0 { 12.0 } else { 0.0 };
        return html! {
            <g class="state" transform={format!("translate({:.1} {:.1})", centre + shift, y + lower)}>
                <rect x={px(-width / 2.0)} y="-9" width={px(width)} height="18" rx="9" />
                <text text-anchor="middle" y="4">{ &mark.label }</text>
            </g>
        };
    }
    if frame.margin < 100.0 {
        return html! {};
    }
    let (anchor, side) = if left { ("end", -1.0) } else { ("start", 1.0) };
    // How it ends is not known before.
    let (returned, until) = (mark.until <= now, layout.y(mark.until.min(now)));
    let label = if returned { &*mark.label } else { mark.label.split(' ').next().unwrap_or_default() };
    let failed = (returned && mark.failed).then_some("failed");
    html! {
        <>
            if until - y > SHORT {
                <line class={classes!("during", failed)} x1={px(x + side * 4.0)} x2={px(x + side * 4.0)} y1={px(y)} y2={px(until)} />
            }
            <text class={classes!("call", failed)} text-anchor={anchor} x={px(x + side * 10.0)} y={px(y + 4.0)}>{ label.to_owned() }</text>
        </>
    }
}

/// A bar no longer than this says nothing.
const SHORT: f64 = 12.0;

fn px(value: f64) -> String {
    format!("{value:.1}")
}
