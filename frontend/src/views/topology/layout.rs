//! Where devices stand: where their scenario says, or else in layers along the longest way through the network, as
//! textbooks draw it. The same network always stands the same way.

use std::collections::VecDeque;

use super::{Kind, Topology};

/// From one layer to the next, in the units of a scenario's places.
const ACROSS: f64 = 150.0;
/// From one device to the next in a layer.
const DOWN: f64 = 110.0;

/// Where each device stands.
pub fn places(topology: &Topology) -> Vec<(f64, f64)> {
    let layered = layered(topology);
    let given = topology.nodes.iter().filter_map(|node| node.place);
    let below = given.map(|(_, y)| f64::from(y) + DOWN).reduce(f64::max).unwrap_or(0.0);
    let stands = |(node, (x, y)): (&super::Node, (f64, f64))| {
        node.place.map_or((x, y + below), |(x, y)| (f64::from(x), f64::from(y)))
    };
    topology.nodes.iter().zip(layered).map(stands).collect()
}

/// Every device by layers, whatever its scenario says.
fn layered(topology: &Topology) -> Vec<(f64, f64)> {
    let mut places = vec![(0.0, 0.0); topology.nodes.len()];
    let mut seen = vec![false; topology.nodes.len()];
    let mut top = 0.0;
    for start in 0..topology.nodes.len() {
        if seen.get(start).copied().unwrap_or(true) {
            continue;
        }
        let part: Vec<usize> = distances(topology, start).iter().map(|(node, _)| *node).collect();
        for node in &part {
            if let Some(seen) = seen.get_mut(*node) {
                *seen = true;
            }
        }
        let layers = layers(topology, start);
        let highest = layers.iter().map(Vec::len).max().unwrap_or(1);
        let height = count(highest.saturating_sub(1)) * DOWN;
        for (layer, nodes) in layers.iter().enumerate() {
            let first = top + (height - count(nodes.len().saturating_sub(1)) * DOWN) / 2.0;
            for (row, node) in nodes.iter().enumerate() {
                if let Some(place) = places.get_mut(*node) {
                    *place = (count(layer) * ACROSS, first + count(row) * DOWN);
                }
            }
        }
        top += height + DOWN;
    }
    places
}

/// The devices that can be reached, nearest first, each with its distance in cables.
fn distances(topology: &Topology, start: usize) -> Vec<(usize, usize)> {
    let mut found = vec![(start, 0)];
    let mut queue = VecDeque::from([(start, 0)]);
    while let Some((node, distance)) = queue.pop_front() {
        for (next, _) in topology.neighbours(node) {
            if !found.iter().any(|(known, _)| *known == next) {
                found.push((next, distance + 1));
                queue.push_back((next, distance + 1));
            }
        }
    }
    found
}

/// One connected part in layers, from one end of its longest way to the other.
fn layers(topology: &Topology, start: usize) -> Vec<Vec<usize>> {
    // The first listed of those that are farthest away: the end at which the scenario begins stands at the left.
    let farthest = |from: usize| {
        let all = distances(topology, from);
        let most = all.iter().map(|(_, distance)| *distance).max().unwrap_or(0);
        all.into_iter().filter(|(_, distance)| *distance == most).map(|(node, _)| node).min().unwrap_or(from)
    };
    let end = farthest(start);
    let other = farthest(end);
    let from = end.min(other);
    let mut layer_of = distances(topology, from);
    sort_out_leaves(topology, from, &mut layer_of);
    let most = layer_of.iter().map(|(_, layer)| *layer).max().unwrap_or(0);
    let mut layers: Vec<Vec<usize>> = vec![Vec::new(); most + 1];
    layer_of.sort_unstable();
    for (node, layer) in layer_of {
        if let Some(layer) = layers.get_mut(layer) {
            layer.push(node);
        }
    }
    untangle(topology, &mut layers);
    layers
}

/// What shares a device with the first one stands beside it, not on the far side; around a lonely hub, half on each side.
fn sort_out_leaves(topology: &Topology, from: usize, layer_of: &mut [(usize, usize)]) {
    let is_leaf = |node: usize| topology.neighbours(node).count() == 1;
    if layer_of.iter().filter(|(_, layer)| *layer == 1).count() != 1 {
        return;
    }
    let second = layer_of.iter().filter(|(_, layer)| *layer == 2);
    let goes_on = second.clone().any(|(node, _)| !is_leaf(*node));
    let mut leaves: Vec<usize> = second.map(|(node, _)| *node).filter(|node| is_leaf(*node)).collect();
    leaves.sort_unstable();
    let hosts = |node: &&usize| topology.nodes.get(**node).is_some_and(|node| node.kind == Kind::Host);
    // With the first one they are one more; of an odd number the left side gets the greater half.
    let beside = if goes_on { leaves.iter().filter(hosts).count() } else { leaves.len() / 2 };
    let moved: Vec<usize> = if goes_on {
        leaves.iter().filter(hosts).copied().collect()
    } else {
        leaves.into_iter().filter(|node| *node != from).take(beside).collect()
    };
    for (node, layer) in layer_of.iter_mut() {
        if moved.contains(node) {
            *layer = 0;
        }
    }
}

/// Puts each layer in the order of what it hangs on, to and fro.
fn untangle(topology: &Topology, layers: &mut [Vec<usize>]) {
    let count_layers = layers.len();
    let ways = (1..count_layers).map(|at| (at, at - 1)).chain((1..count_layers).rev().map(|at| (at - 1, at)));
    for (at, beside) in ways.collect::<Vec<_>>() {
        let fixed = layers.get(beside).cloned().unwrap_or_default();
        let middle = |node: &usize| {
            let rows: Vec<f64> = topology
                .neighbours(*node)
                .filter_map(|(next, _)| fixed.iter().position(|it| *it == next))
                .map(count)
                .collect();
            if rows.is_empty() { f64::MAX } else { rows.iter().sum::<f64>() / count(rows.len()) }
        };
        if let Some(layer) = layers.get_mut(at) {
            // Stable, so that those of one place stay in the order of the scenario.
            layer.sort_by(|one, other| middle(one).total_cmp(&middle(other)));
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a few hundred devices")]
fn count(number: usize) -> f64 {
    number as f64
}

/// A drawing on the page: how places become pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    /// Width in CSS pixels.
    pub width: f64,
    /// Height in CSS pixels.
    pub height: f64,
    scale: f64,
    left: f64,
    top: f64,
    /// Layers go down the page rather than across.
    turned: bool,
}

/// Room around the outermost devices, for their names.
const SIDE: f64 = 62.0;
const ABOVE: f64 = 40.0;
const BELOW: f64 = 62.0;
/// Devices are not pulled farther apart than this, nor pushed nearer: a share of the places' own units.
const SCALES: (f64, f64) = (0.62, 1.5);

impl Frame {
    /// Everything on a page of this width, or as much wider as it takes to keep names apart.
    pub fn fit(topology: &Topology, places: &[(f64, f64)], width: f64) -> Self {
        let placed = topology.nodes.iter().any(|node| node.place.is_some());
        let span = |turned: bool| {
            let along = |(x, y): &(f64, f64)| if turned { (*y, *x) } else { (*x, *y) };
            let all = || places.iter().map(along);
            let ends = |values: &mut dyn Iterator<Item = f64>| {
                values.fold(None, |ends: Option<(f64, f64)>, value| {
                    Some(ends.map_or((value, value), |(low, high)| (low.min(value), high.max(value))))
                })
            };
            let (left, right) = ends(&mut all().map(|place| place.0)).unwrap_or_default();
            let (top, bottom) = ends(&mut all().map(|place| place.1)).unwrap_or_default();
            (left, right - left, top, bottom - top)
        };
        // A column as narrow as a phone's has no room for layers side by side.
        let turned = !placed && width < 480.0 && span(false).1 > 2.0 * ACROSS;
        let (left, across, top, down) = span(turned);
        let room = width - 2.0 * SIDE;
        let scale = if across > 0.0 { (room / across).clamp(SCALES.0, SCALES.1) } else { 1.0 };
        let width = width.max(across * scale + 2.0 * SIDE);
        Self {
            width,
            height: down * scale + ABOVE + BELOW,
            scale,
            left: (width - across * scale) / 2.0 - left * scale,
            top: ABOVE - top * scale,
            turned,
        }
    }

    /// Where a place is in the drawing.
    pub fn point(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let (x, y) = if self.turned { (y, x) } else { (x, y) };
        (x * self.scale + self.left, y * self.scale + self.top)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::views::topology::model::tests::topology;

    /// The names in each layer, as they stand from left to right and from top to bottom.
    fn drawn(cables: &str) -> String {
        let topology = topology(cables);
        let places = places(&topology);
        let mut all: Vec<_> = topology.nodes.iter().zip(&places).collect();
        all.sort_by(|(_, one), (_, other)| one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1)));
        let columns = all.chunk_by(|(_, one), (_, other)| one.0.to_bits() == other.0.to_bits());
        let names = |column: &[(&crate::views::topology::Node, &(f64, f64))]| {
            column.iter().map(|(node, _)| node.name.as_str()).collect::<Vec<_>>().join(" ")
        };
        columns.map(names).collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn networks_stand_as_textbooks_draw_them() {
        assert_eq!(drawn("A-B"), "A | B");
        assert_eq!(drawn("A-S B-S S-R R-I I-W"), "A B | S | R | I | W");
        assert_eq!(drawn("A-H B-H C-H D-H"), "A B | H | C D");
        assert_eq!(drawn("A-R1 R1-R2 R1-R3 R2-R4 R3-R4 R4-B"), "A | R1 | R2 R3 | R4 | B");
        assert_eq!(drawn("A-S1 B-S1 S1-R R-S2 S2-C S2-D"), "A B | S1 | R | S2 | C D");
    }

    #[test]
    fn what_has_a_place_stands_there() {
        let mut topology = topology("A-B");
        topology.nodes[0].place = Some((40, -20));
        let stands = places(&topology);
        assert_eq!(stands[0], (40.0, -20.0));
        assert!(stands[1].1 > -20.0, "below what has a place");
    }

    proptest! {
        #[test]
        fn no_two_devices_stand_on_each_other(cables in prop::collection::vec((0_u8..12, 0_u8..12), 1..20), width in 300.0..1200.0) {
            let said: Vec<String> = cables.iter().filter(|(a, b)| a != b).map(|(a, b)| format!("n{a}-n{b}")).collect();
            let topology = topology(&said.join(" "));
            let places = places(&topology);
            let frame = Frame::fit(&topology, &places, width);
            let points: Vec<_> = places.iter().map(|place| frame.point(*place)).collect();
            for (number, one) in points.iter().enumerate() {
                prop_assert!(one.0 >= SIDE - 0.1 && one.0 <= frame.width - SIDE + 0.1, "{one:?} in {frame:?}");
                prop_assert!(one.1 >= ABOVE - 0.1 && one.1 <= frame.height - BELOW + 0.1, "{one:?} in {frame:?}");
                for other in points.iter().skip(number + 1) {
                    let apart = (one.0 - other.0).abs().max((one.1 - other.1).abs());
                    prop_assert!(apart >= DOWN * SCALES.0 - 0.1, "{apart}");
                }
            }
        }
    }
}
