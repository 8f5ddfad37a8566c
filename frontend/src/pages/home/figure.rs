//! The handshake as a drawing, for the first page.

use yew::prelude::*;

use crate::settings::use_messages;

/// Arrows: from x, from y, to x, to y, caption, colour.
const ARROWS: [(u32, u32, u32, u32, &str, &str); 3] = [
    (70, 70, 330, 120, "SYN  seq=1000", "syn"),
    (330, 130, 70, 180, "SYN, ACK  seq=5000  ack=1001", "syn"),
    (70, 190, 330, 240, "ACK  ack=5001", "ack"),
];

/// Two lifelines and three segments between them.
#[component]
pub fn Figure() -> Html {
    let messages = use_messages().home;
    html! {
        <figure class="figure">
            <svg viewBox="0 0 400 270" role="img" aria-label={messages.figure}>
                <defs>
                    <marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">
                        <path d="M0 0 L8 4 L0 8 z" class="arrowhead" />
                    </marker>
                </defs>
                for (x, name) in [(70, "10.0.0.1"), (330, "10.0.0.2")] {
                    <g key={name}>
                        <text x={x.to_string()} y="28" text-anchor="middle" class="name">{ name }</text>
                        <line x1={x.to_string()} y1="42" x2={x.to_string()} y2="262" class="lifeline" />
                    </g>
                }
                for (x1, y1, x2, y2, caption, colour) in ARROWS {
                    <g key={caption} class={classes!("segment", colour)}>
                        <line
                            x1={x1.to_string()} y1={y1.to_string()} x2={x2.to_string()} y2={y2.to_string()}
                            marker-end="url(#head)"
                        />
                        <text text-anchor="middle" transform={along(x1, y1, x2, y2)}>{ caption }</text>
                    </g>
                }
            </svg>
            <figcaption>{ messages.figure_caption }</figcaption>
        </figure>
    }
}

/// Above the middle of an arrow, as steep as the arrow, never upside down.
fn along(x1: u32, y1: u32, x2: u32, y2: u32) -> String {
    let run = f64::from(x2) - f64::from(x1);
    let slope = ((f64::from(y2) - f64::from(y1)) / run).atan().to_degrees();
    format!("translate({} {}) rotate({slope:.1}) translate(0 -9)", x1.midpoint(x2), y1.midpoint(y2))
}
