//! A network of somebody else: frames go in at one end and come out at the other, later or never.
//!
//! Inside it works like a [`Switch`], so that with more than two ends a frame goes where its destination is.

use super::{
    device::{Device, Outbox, Output},
    queue::EventQueue,
    rng::Rng,
    scenario::{CloudSpec, SwitchSpec},
    switch::Switch,
    text,
};
use crate::trace::{Text, Time};

/// A cloud and what is on its way through it.
#[derive(Debug)]
pub(super) struct Cloud {
    spec: CloudSpec,
    inside: Switch,
    /// Port and frame, by when they come out.
    on_the_way: EventQueue<(usize, Vec<u8>)>,
    loss: Rng,
    jitter: Rng,
}

impl Cloud {
    pub(super) fn new(spec: &CloudSpec, seed: u64) -> Self {
        let stream = |what: &str| Rng::stream(seed, &format!("cloud/{}/{what}", spec.name));
        let inside = SwitchSpec {
            name: spec.name.clone(),
            at: None,
            ports: spec.ports,
            table: 1_000_000,
            ageing_s: 300,
        };
        Self {
            spec: spec.clone(),
            inside: Switch::new(&inside),
            on_the_way: EventQueue::default(),
            loss: stream("loss"),
            jitter: stream("jitter"),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.spec.name
    }

    /// Does what the switch inside does, but tells nobody how it knows.
    fn quietly(&mut self, call: impl FnOnce(&mut Switch, &mut Outbox), out: &mut Outbox) {
        let mut inside = Outbox::default();
        call(&mut self.inside, &mut inside);
        for output in inside.items {
            if let Output::Frame { port, bytes, .. } = output {
                out.frame(port, bytes, Some(text::CLOUD_OUT.text()));
            }
        }
    }
}

impl Device for Cloud {
    fn refuses(&self, port: usize, bytes: &[u8]) -> Option<Text> {
        self.inside.refuses(port, bytes)
    }

    fn on_frame(&mut self, now: Time, port: usize, bytes: &[u8], out: &mut Outbox) {
        // Every frame draws the same numbers, whatever becomes of it.
        let lost = self.loss.chance(self.spec.loss_ppm);
        let most = u32::try_from(self.spec.jitter_ms.saturating_mul(1000)).unwrap_or(u32::MAX);
        let later = self.jitter.below(most.saturating_add(1));
        if lost {
            return out.note(self.name(), text::CLOUD_LOST.text());
        }
        let at = now.plus(self.spec.delay_ms.saturating_mul(1000)).plus(later.into());
        self.on_the_way.push(at, (port, bytes.to_vec()));
        self.on_timer(now, out);
    }

    fn on_timer(&mut self, now: Time, out: &mut Outbox) {
        while self.on_the_way.peek().is_some_and(|at| at <= now) {
            let Some((_, (port, bytes))) = self.on_the_way.pop() else { break };
            self.quietly(|inside, out| inside.on_frame(now, port, &bytes, out), out);
        }
        self.quietly(|inside, out| inside.on_timer(now, out), out);
    }

    fn next_timer(&self) -> Option<Time> {
        [self.on_the_way.peek(), self.inside.next_timer()].into_iter().flatten().min()
    }

    fn on_carrier(&mut self, now: Time, port: usize, up: bool, out: &mut Outbox) {
        self.quietly(|inside, out| inside.on_carrier(now, port, up, out), out);
    }
}
