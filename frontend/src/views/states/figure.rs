//! The figure's geometry: eleven states and the transitions of RFC 9293 Figure 5, each drawn clear of the others.

/// A state and where its box's middle is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct State {
    pub(super) name: &'static str,
    pub(super) x: f64,
    pub(super) y: f64,
}

/// A transition: what causes it and what is sent, and its way from box to box.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Edge {
    pub(crate) from: &'static str,
    pub(crate) to: &'static str,
    pub(crate) label: &'static str,
    /// Where the label is, and which end of it.
    pub(crate) at: (f64, f64, &'static str),
    pub(crate) path: &'static [(f64, f64)],
}

pub(super) const WIDTH: f64 = 480.0;
pub(super) const HEIGHT: f64 = 492.0;
pub(super) const BOX_WIDTH: f64 = 112.0;
pub(super) const BOX_HEIGHT: f64 = 26.0;

/// A phone's drawing is so much narrower; labels are left out of it, and its letters stay as large.
pub(super) const NARROW: f64 = 0.72;

const fn state(name: &'static str, x: f64, y: f64) -> State {
    State { name, x, y }
}

const fn edge(
    from: &'static str,
    to: &'static str,
    label: &'static str,
    at: (f64, f64, &'static str),
    path: &'static [(f64, f64)],
) -> Edge {
    Edge { from, to, label, at, path }
}

/// The eleven states.
pub(super) const STATES: [State; 11] = [
    state("CLOSED", 240.0, 36.0),
    state("LISTEN", 240.0, 110.0),
    state("SYN-RECEIVED", 112.0, 184.0),
    state("SYN-SENT", 368.0, 184.0),
    state("ESTABLISHED", 240.0, 256.0),
    state("FIN-WAIT-1", 112.0, 328.0),
    state("CLOSE-WAIT", 368.0, 328.0),
    state("FIN-WAIT-2", 84.0, 402.0),
    state("CLOSING", 212.0, 402.0),
    state("LAST-ACK", 368.0, 402.0),
    state("TIME-WAIT", 148.0, 474.0),
];

/// The transitions. That from FIN-WAIT-1 to TIME-WAIT is Note 2's of RFC 9293 Figure 5: FIN and ACK of FIN at once.
pub(crate) const EDGES: [Edge; 21] = [
    edge("CLOSED", "LISTEN", "passive open", (262.0, 77.0, "start"), &[(256.0, 49.0), (256.0, 97.0)]),
    edge("LISTEN", "CLOSED", "close", (218.0, 77.0, "end"), &[(224.0, 97.0), (224.0, 49.0)]),
    edge(
        "CLOSED",
        "SYN-SENT",
        "active open / SYN",
        (300.0, 25.0, "start"),
        &[(296.0, 30.0), (400.0, 30.0), (400.0, 171.0)],
    ),
    edge(
        "SYN-SENT",
        "CLOSED",
        "close",
        (354.0, 58.0, "end"),
        &[(360.0, 171.0), (360.0, 42.0), (296.0, 42.0)],
    ),
    edge("LISTEN", "SYN-SENT", "send / SYN", (302.0, 156.0, "end"), &[(296.0, 118.0), (340.0, 171.0)]),
    edge(
        "LISTEN",
        "SYN-RECEIVED",
        "SYN / SYN, ACK",
        (178.0, 138.0, "start"),
        &[(184.0, 118.0), (140.0, 171.0)],
    ),
    edge(
        "SYN-RECEIVED",
        "LISTEN",
        "RST",
        (92.0, 140.0, "end"),
        &[(98.0, 171.0), (98.0, 106.0), (184.0, 106.0)],
    ),
    edge(
        "SYN-SENT",
        "SYN-RECEIVED",
        "SYN / SYN, ACK",
        (240.0, 179.0, "middle"),
        &[(312.0, 184.0), (168.0, 184.0)],
    ),
    edge(
        "SYN-RECEIVED",
        "ESTABLISHED",
        "ACK of SYN",
        (180.0, 210.0, "start"),
        &[(144.0, 197.0), (192.0, 243.0)],
    ),
    edge(
        "SYN-SENT",
        "ESTABLISHED",
        "SYN, ACK / ACK",
        (290.0, 228.0, "end"),
        &[(336.0, 197.0), (288.0, 243.0)],
    ),
    edge("SYN-RECEIVED", "FIN-WAIT-1", "close / FIN", (90.0, 260.0, "end"), &[(96.0, 197.0), (96.0, 315.0)]),
    edge(
        "ESTABLISHED",
        "FIN-WAIT-1",
        "close / FIN",
        (184.0, 296.0, "start"),
        &[(192.0, 269.0), (144.0, 315.0)],
    ),
    edge(
        "ESTABLISHED",
        "CLOSE-WAIT",
        "FIN / ACK",
        (322.0, 290.0, "start"),
        &[(288.0, 269.0), (336.0, 315.0)],
    ),
    edge("FIN-WAIT-1", "FIN-WAIT-2", "ACK of FIN", (76.0, 369.0, "end"), &[(84.0, 341.0), (84.0, 389.0)]),
    edge("FIN-WAIT-1", "CLOSING", "FIN / ACK", (196.0, 366.0, "start"), &[(160.0, 341.0), (206.0, 389.0)]),
    edge(
        "FIN-WAIT-1",
        "TIME-WAIT",
        "",
        (0.0, 0.0, "start"),
        &[(132.0, 341.0), (148.0, 372.0), (148.0, 461.0)],
    ),
    edge("CLOSE-WAIT", "LAST-ACK", "close / FIN", (376.0, 369.0, "start"), &[(368.0, 341.0), (368.0, 389.0)]),
    edge("FIN-WAIT-2", "TIME-WAIT", "FIN / ACK", (96.0, 444.0, "end"), &[(92.0, 415.0), (120.0, 461.0)]),
    edge("CLOSING", "TIME-WAIT", "ACK of FIN", (200.0, 444.0, "start"), &[(204.0, 415.0), (176.0, 461.0)]),
    edge(
        "LAST-ACK",
        "CLOSED",
        "ACK of FIN",
        (464.0, 260.0, "end"),
        &[(424.0, 402.0), (470.0, 402.0), (470.0, 10.0), (248.0, 10.0), (248.0, 23.0)],
    ),
    edge(
        "TIME-WAIT",
        "CLOSED",
        "timeout 2 MSL",
        (20.0, 30.0, "start"),
        &[(92.0, 474.0), (10.0, 474.0), (10.0, 36.0), (184.0, 36.0)],
    ),
];

/// The path's description and the direction of its end, in degrees.
pub(super) fn line(path: &[(f64, f64)], squeeze: f64) -> (String, f64) {
    let points: Vec<_> = path.iter().map(|(x, y)| (x * squeeze, *y)).collect();
    let description: Vec<_> = points.iter().map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
    let slope = match points.as_slice() {
        [.., before, end] => (end.1 - before.1).atan2(end.0 - before.0).to_degrees(),
        _ => 0.0,
    };
    (format!("M{}", description.join(" L")), slope)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(name: &str) -> State {
        *STATES.iter().find(|state| state.name == name).unwrap_or_else(|| panic!("{name} is no state"))
    }

    fn on_border(state: State, (x, y): (f64, f64)) -> bool {
        let (dx, dy) = ((x - state.x).abs() - BOX_WIDTH / 2.0, (y - state.y).abs() - BOX_HEIGHT / 2.0);
        (dx.abs() < 0.01 && dy <= 0.0) || (dy.abs() < 0.01 && dx <= 0.0)
    }

    #[test]
    fn every_transition_goes_from_border_to_border() {
        for edge in EDGES {
            assert!(on_border(find(edge.from), edge.path[0]), "{} → {}", edge.from, edge.to);
            assert!(on_border(find(edge.to), edge.path[edge.path.len() - 1]), "{} → {}", edge.from, edge.to);
        }
    }

    #[test]
    fn no_line_crosses_another() {
        let segments: Vec<_> = EDGES
            .iter()
            .flat_map(|edge| edge.path.windows(2).map(move |pair| (edge, pair[0], pair[1])))
            .collect();
        let side = |a: (f64, f64), b: (f64, f64), c: (f64, f64)| {
            (b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0)
        };
        for (index, (one, a, b)) in segments.iter().enumerate() {
            for (other, c, d) in segments.iter().skip(index + 1) {
                let apart =
                    side(*a, *b, *c) * side(*a, *b, *d) >= 0.0 || side(*c, *d, *a) * side(*c, *d, *b) >= 0.0;
                let names = (one.from, one.to, other.from, other.to);
                assert!(apart || (one.from, one.to) == (other.from, other.to), "{names:?}");
            }
        }
    }

    #[test]
    fn lines_keep_out_of_boxes() {
        for edge in EDGES {
            for pair in edge.path.windows(2) {
                for step in 1..40 {
                    let share = f64::from(step) / 40.0;
                    let (x, y) = (
                        pair[0].0 + (pair[1].0 - pair[0].0) * share,
                        pair[0].1 + (pair[1].1 - pair[0].1) * share,
                    );
                    let inside = STATES.iter().find(|state| {
                        (x - state.x).abs() < BOX_WIDTH / 2.0 - 0.5
                            && (y - state.y).abs() < BOX_HEIGHT / 2.0 - 0.5
                    });
                    assert_eq!(inside, None, "{} → {}", edge.from, edge.to);
                }
            }
        }
    }
}
