//! The ladder as a file of its own, for a report or a worksheet: all of the trace, no style sheet needed.

use std::fmt::Write;

use firsthop_protocol::trace::Trace;

use super::{Layout, layout::TOP};
use crate::i18n::Language;

/// Room between the lifelines of neighbours.
const GAP: f64 = 440.0;
/// The same where there are more than two.
const NARROW: f64 = 260.0;
const MARGIN: f64 = 160.0;
/// Above the first instant: room for the machines' names.
const HEAD: f64 = 36.0;

/// An SVG document.
pub fn to_svg(trace: &Trace, nodes: &[String], language: Language) -> String {
    let layout = Layout::new(trace, nodes);
    let gaps = layout.nodes.len().saturating_sub(1).max(1);
    #[expect(clippy::cast_precision_loss, reason = "at most as many machines as packets in a page")]
    let width = 2.0 * MARGIN + if gaps == 1 { GAP } else { gaps as f64 * NARROW };
    let height = HEAD + layout.height();
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height:.0}\" width=\"{width}\" height=\"{height:.0}\" \
         font-family=\"monospace\" font-size=\"12\"><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
         <g transform=\"translate(0 {HEAD})\">\n"
    );
    for (index, name) in layout.nodes.iter().enumerate() {
        let x = layout.x(index, width, MARGIN);
        line(&mut svg, (x, TOP - 24.0), (x, height - HEAD - 4.0), "#888");
        text(&mut svg, x, TOP - 32.0, "middle", language.node(name));
    }
    for arrow in &layout.arrows {
        let (y1, y2) = layout.ends(arrow);
        let (x1, x2) = (layout.x(arrow.from, width, MARGIN), layout.x(arrow.to, width, MARGIN));
        let reach = if arrow.arrives { 1.0 } else { 0.6 };
        let end = (x1 + (x2 - x1) * reach, y2);
        line(&mut svg, (x1, y1), end, if arrow.arrives { "#0a6a4c" } else { "#a3261f" });
        let slope = (end.1 - y1).atan2(end.0 - x1).to_degrees();
        let tip = if arrow.arrives { "M0 0L-10 -4.5L-10 4.5z" } else { "M-6 -6L6 6M-6 6L6 -6" };
        // Writing to a String cannot fail.
        writeln!(
            svg,
            "<path d=\"{tip}\" stroke=\"#222\" transform=\"translate({:.1} {:.1}) rotate({slope:.1})\"/>",
            end.0, end.1
        )
        .ok();
        text(
            &mut svg,
            f64::midpoint(x1, x2),
            f64::midpoint(y1, y2) - 8.0,
            "middle",
            &language.summary(&arrow.label),
        );
    }
    for mark in &layout.marks {
        let x = layout.x(mark.node, width, MARGIN);
        let (anchor, side) = if mark.node == 0 { ("end", -1.0) } else { ("start", 1.0) };
        let (from, until) = (layout.mark_y(mark), layout.y(mark.until));
        if until > from + 12.0 {
            line(&mut svg, (x + side * 4.0, from), (x + side * 4.0, until), "#aaa");
        }
        text(&mut svg, x + side * 10.0, layout.mark_y(mark) + 4.0, anchor, &mark.label);
    }
    svg.push_str("</g></svg>\n");
    svg
}

fn line(svg: &mut String, from: (f64, f64), to: (f64, f64), colour: &str) {
    writeln!(
        svg,
        "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" stroke=\"{colour}\" stroke-width=\"2\"/>",
        from.0, from.1, to.0, to.1
    )
    .ok();
}

fn text(svg: &mut String, x: f64, y: f64, anchor: &str, content: &str) {
    let content = content.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    writeln!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{content}</text>").ok();
}
