//! The figure's geometry: eleven states and the transitions of RFC 9293 Figure 5.

/// A state and where its box's middle is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct State {
    pub(super) name: &'static str,
    pub(super) x: f64,
    pub(super) y: f64,
}

const fn state(name: &'static str, x: f64, y: f64) -> State {
    State { name, x, y }
}

/// The eleven states.
pub(super) const STATES: [State; 11] = [
    state("CLOSED", 210.0, 20.0),
    state("LISTEN", 210.0, 82.0),
    state("SYN-RECEIVED", 80.0, 138.0),
    state("SYN-SENT", 340.0, 138.0),
    state("ESTABLISHED", 210.0, 196.0),
    state("FIN-WAIT-1", 80.0, 256.0),
    state("CLOSE-WAIT", 340.0, 256.0),
    state("FIN-WAIT-2", 62.0, 334.0),
    state("CLOSING", 190.0, 334.0),
    state("LAST-ACK", 340.0, 334.0),
    state("TIME-WAIT", 126.0, 408.0),
];

/// From, to, what causes it, where that is written.
pub(super) const EDGES: [(&str, &str, &str, (f64, f64)); 20] = [
    ("CLOSED", "LISTEN", "passive open", (252.0, 54.0)),
    ("CLOSED", "SYN-SENT", "active open / SYN", (344.0, 68.0)),
    ("LISTEN", "SYN-RECEIVED", "rcv SYN", (112.0, 104.0)),
    ("LISTEN", "SYN-SENT", "send", (286.0, 102.0)),
    ("SYN-SENT", "SYN-RECEIVED", "rcv SYN", (210.0, 132.0)),
    ("SYN-RECEIVED", "ESTABLISHED", "rcv ACK of SYN", (118.0, 180.0)),
    ("SYN-SENT", "ESTABLISHED", "rcv SYN, ACK", (312.0, 180.0)),
    ("SYN-RECEIVED", "FIN-WAIT-1", "close", (56.0, 204.0)),
    ("ESTABLISHED", "FIN-WAIT-1", "close / FIN", (118.0, 222.0)),
    ("ESTABLISHED", "CLOSE-WAIT", "rcv FIN", (294.0, 222.0)),
    ("FIN-WAIT-1", "FIN-WAIT-2", "rcv ACK", (42.0, 298.0)),
    ("FIN-WAIT-1", "CLOSING", "rcv FIN", (164.0, 292.0)),
    ("CLOSE-WAIT", "LAST-ACK", "close / FIN", (382.0, 298.0)),
    ("FIN-WAIT-2", "TIME-WAIT", "rcv FIN", (66.0, 378.0)),
    ("CLOSING", "TIME-WAIT", "rcv ACK", (186.0, 378.0)),
    ("FIN-WAIT-1", "TIME-WAIT", "", (0.0, 0.0)),
    ("LAST-ACK", "CLOSED", "rcv ACK", (398.0, 214.0)),
    ("SYN-SENT", "CLOSED", "", (0.0, 0.0)),
    ("SYN-RECEIVED", "LISTEN", "", (0.0, 0.0)),
    ("TIME-WAIT", "CLOSED", "2 MSL", (24.0, 96.0)),
];

/// The borders of the boxes.
pub(super) mod border {
    use super::State;

    pub(in super::super) const WIDTH: f64 = 96.0;
    pub(in super::super) const HEIGHT: f64 = 24.0;

    /// Where the line from the middle of one box to the middle of another leaves the first.
    pub(in super::super) fn towards(from: &State, to: &State) -> (f64, f64) {
        let (dx, dy) = (to.x - from.x, to.y - from.y);
        let across = if dx == 0.0 { f64::INFINITY } else { WIDTH / 2.0 / dx.abs() };
        let down = if dy == 0.0 { f64::INFINITY } else { HEIGHT / 2.0 / dy.abs() };
        let share = across.min(down);
        (from.x + dx * share, from.y + dy * share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_transition_joins_two_states() {
        for (from, to, ..) in EDGES {
            assert!(STATES.iter().any(|state| state.name == from), "{from}");
            assert!(STATES.iter().any(|state| state.name == to), "{to}");
        }
    }

    #[test]
    fn lines_begin_at_the_border() {
        let (a, b) = (state("a", 0.0, 0.0), state("b", 300.0, 0.0));
        assert_eq!(border::towards(&a, &b), (border::WIDTH / 2.0, 0.0));
    }
}
