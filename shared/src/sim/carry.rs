//! How frames get from port to port: over cables of their own, and over the shared ones of hubs.

use super::{
    Simulation,
    device::Device,
    hub::{Collided, Decision, Wish},
    link::{Departure, Offer, Waiting},
    simulation::Happening,
    text,
};
use crate::trace::{Cell, EventKind, Fate, TableChange, Text, Time};

impl Simulation {
    /// A machine puts a frame on the cable at a port.
    pub(super) fn offer(&mut self, device: usize, port: usize, bytes: Vec<u8>, note: Option<Text>) {
        // Without a cable nothing leaves the machine.
        let Some((index, side)) = self.plugged.get(&(device, port)).copied() else { return };
        if let Some(domain) = self.domain_of.get(index).copied().flatten() {
            return self.wish(domain, index, side, Waiting::new(bytes, note));
        }
        let Some(link) = self.links.get_mut(index) else { return };
        match link.offer(self.now, side, bytes, note) {
            Some(Offer::Leaves(waiting)) => self.send(index, side, waiting),
            Some(Offer::Dropped(frame)) => self.record(EventKind::Frame(*frame)),
            Some(Offer::Waits) | None => {}
        }
    }

    /// A frame leaves; on a link of infinite bandwidth its copy leaves at once.
    fn send(&mut self, index: usize, side: usize, waiting: Waiting) {
        let mut next = Some(waiting);
        while let Some(waiting) = next.take() {
            let Some(free) = self.depart(index, side, waiting) else { return };
            if free > self.now {
                self.queue.push(free, Happening::Free { link: index, side });
            } else {
                next = self.links.get_mut(index).and_then(|link| link.next(side));
            }
        }
    }

    pub(super) fn send_next(&mut self, index: usize, side: usize) {
        if let Some(waiting) = self.links.get_mut(index).and_then(|link| link.next(side)) {
            self.send(index, side, waiting);
        }
    }

    /// A frame leaves, and will arrive, unless something becomes of it; when the cable is free again.
    fn depart(&mut self, index: usize, side: usize, waiting: Waiting) -> Option<Time> {
        let link = self.links.get_mut(index)?;
        let (device, port) = link.far_end(side);
        let Departure { mut frame, arrival, free } = link.depart(self.now, side, waiting)?;
        if let Some((at, bytes)) = arrival {
            match self.devices.get(device) {
                // A hub does not wait for a frame's end, nor does it look into it.
                Some(hub) if hub.is_hub() => {
                    let first_bit = self.now.plus(at.since(free));
                    self.queue.push(first_bit, Happening::Repeat { link: index, side, bytes });
                }
                receiver => match receiver.and_then(|receiver| receiver.refuses(port, &bytes)) {
                    Some(why) => frame.fate = Fate::Dropped { why, at },
                    None => self.queue.push(at, Happening::Arrive { device, port, bytes }),
                },
            }
        }
        self.record(EventKind::Frame(frame));
        Some(free)
    }

    /// A machine at a hub wants to send.
    fn wish(&mut self, domain: usize, index: usize, side: usize, waiting: Waiting) {
        let (Some(medium), Some(link)) = (self.domains.get_mut(domain), self.links.get(index)) else {
            return;
        };
        if !link.is_up() {
            // Behind a cut cable nobody is heard and nobody disturbs.
            let fate = Fate::Lost { why: text::LOST_CUT.text(), at: self.now };
            let frame = link.frame(side, waiting.bytes, waiting.note, fate);
            return self.record(EventKind::Frame(frame));
        }
        let room = link.spec.queue;
        match medium.wish(self.now, (index, side), waiting, room as usize) {
            Wish::Full(Waiting { bytes, note, .. }) => {
                let fate = Fate::Dropped { why: text::QUEUE_FULL.with(&[("queue", &room)]), at: self.now };
                let frame = link.frame(side, bytes, note, fate);
                self.record(EventKind::Frame(frame));
            }
            Wish::Waits => {
                let node = link.near_end(side).map(str::to_owned);
                self.record(EventKind::Note { node, text: text::HUB_BUSY.text() });
            }
            Wish::Decide(at) => self.plan(domain, at),
        }
    }

    fn plan(&mut self, domain: usize, at: Option<Time>) {
        if let Some(at) = at {
            self.queue.push(at, Happening::Medium(domain));
        }
    }

    /// Who speaks now at a collision domain.
    pub(super) fn decide(&mut self, domain: usize) {
        let now = self.now;
        let Some(decision) = self.domains.get_mut(domain).and_then(|medium| medium.decide(now)) else {
            return;
        };
        match decision {
            Decision::Nobody(next) => self.plan(domain, next),
            Decision::One { link, side, waiting } => {
                let mut until = self.depart(link, side, waiting).unwrap_or(now);
                // A cable that doubles frames.
                while let Some(copy) = self.links.get_mut(link).and_then(|it| it.next(side)) {
                    until = self.depart(link, side, copy).unwrap_or(until);
                }
                let next = self
                    .domains
                    .get_mut(domain)
                    .and_then(|medium| medium.occupy(until.plus(medium.across())));
                self.plan(domain, next);
            }
            Decision::Collision(collided) => self.collide(domain, collided),
        }
    }

    /// Several speak at once: nobody is understood.
    fn collide(&mut self, domain: usize, collided: Vec<Collided>) {
        let Some(medium) = self.domains.get_mut(domain) else { return };
        let (node, slot, count) = (medium.name.clone(), medium.slot, medium.collisions);
        let at = self.now.plus(medium.jam());
        let next = medium.occupy(at);
        let who = |it: &Collided| {
            self.links.get(it.link).and_then(|link| link.near_end(it.side)).map(str::to_owned)
        };
        let names: Vec<String> = collided.iter().filter_map(who).collect();
        let mut frames = Vec::new();
        for Collided { link, side, waiting, attempt, slots } in collided {
            let Some(link) = self.links.get(link) else { continue };
            let own = link.near_end(side).unwrap_or_default();
            let others: Vec<&str> = names.iter().map(String::as_str).filter(|name| *name != own).collect();
            let others = others.join(", ");
            let fate = match slots {
                Some(slots) => {
                    let micros = u64::from(slots) * slot;
                    let values: [(&str, &dyn std::fmt::Display); 4] =
                        [("others", &others), ("attempt", &attempt), ("slots", &slots), ("micros", &micros)];
                    Fate::Lost { why: text::COLLISION.with(&values), at }
                }
                None => Fate::Dropped { why: text::COLLISIONS.with(&[("attempts", &attempt)]), at },
            };
            frames.push(link.frame(side, waiting.bytes, waiting.note, fate));
        }
        for frame in frames {
            self.record(EventKind::Frame(frame));
        }
        let row = vec![Cell { name: "Collisions".to_owned(), value: count.to_string() }];
        let why = text::COLLISION_COUNTED.with(&[("machines", &names.join(", "))]);
        let (table, key) = ("medium".to_owned(), "collisions".to_owned());
        self.record(EventKind::Table(TableChange { node, table, key, row: Some(row), why: Some(why) }));
        self.plan(domain, next);
    }

    /// A hub hears the first bit of a frame and says it at all its other ports.
    pub(super) fn repeat(&mut self, index: usize, side: usize, bytes: &[u8]) {
        let Some((hub, from)) = self.links.get(index).map(|link| link.far_end(side)) else { return };
        let ports = self.plugged.range((hub, 0)..=(hub, usize::MAX));
        let others: Vec<(usize, usize)> =
            ports.filter(|((_, port), _)| *port != from).map(|(_, cable)| *cable).collect();
        for (link, side) in others {
            let note = Some(text::HUB_REPEATS.text());
            self.depart(link, side, Waiting::new(bytes.to_vec(), note));
            while let Some(copy) = self.links.get_mut(link).and_then(|it| it.next(side)) {
                self.depart(link, side, copy);
            }
        }
    }
}
