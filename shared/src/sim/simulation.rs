//! The network in motion.

use std::{
    collections::{BTreeMap, VecDeque},
    net::Ipv4Addr,
};

use super::{
    Action, Done, Host, Recipe, Scenario, ScenarioError, Switch, Verb,
    build::Network,
    device::{Device, Outbox, Output},
    hub::Domain,
    link::Link,
    machine::Machine,
    queue::EventQueue,
    scenario::{self, HostSpec, Neighbours, Port},
    text,
    weight::weigh,
};
use crate::trace::{EventKind, Text, Time, Trace};

/// A simulated network and the trace of what has happened on it.
#[derive(Debug)]
pub struct Simulation {
    recipe: Recipe,
    /// What of the recipe's actions is still to be done again.
    again: VecDeque<Done>,
    pub(super) now: Time,
    steps: u64,
    over: bool,
    pub(super) queue: EventQueue<Happening>,
    pub(super) devices: Vec<Machine>,
    pub(super) links: Vec<Link>,
    /// The cable at each port that has one, and which side of it.
    pub(super) plugged: BTreeMap<Port, (usize, usize)>,
    /// The hubs, those that are cabled to each other together, and of which each link is a part.
    pub(super) domains: Vec<Domain>,
    pub(super) domain_of: Vec<Option<usize>>,
    /// When each device wants to be woken, as far as that is planned.
    alarms: Vec<Option<Time>>,
    /// Which scripted actions wait for their condition.
    waiting: Vec<usize>,
    trace: Trace,
    /// What all events so far weigh, those taken away included.
    weight: u64,
}

/// What is planned.
#[derive(Debug)]
pub(super) enum Happening {
    /// The last bit of a frame reaches a device.
    Arrive { device: usize, port: usize, bytes: Vec<u8> },
    /// A link has sent a frame and can send the next.
    Free { link: usize, side: usize },
    /// The first bit of a frame reaches the hub at the far end of a link's side.
    Repeat { link: usize, side: usize, bytes: Vec<u8> },
    /// It is decided who speaks at a collision domain.
    Medium(usize),
    /// A device wants to be woken.
    Alarm { device: usize },
    /// A scripted action, by its number.
    Script(usize),
}

impl Simulation {
    /// A network at time zero.
    ///
    /// # Errors
    /// The scenario does not go together; one that was [parsed](Scenario::parse) does.
    pub fn new(scenario: Scenario, seed: u64) -> Result<Self, ScenarioError> {
        Self::from_recipe(Recipe { scenario, seed, done: Vec::new() })
    }

    pub(super) fn from_recipe(recipe: Recipe) -> Result<Self, ScenarioError> {
        let Recipe { scenario, seed, done } = &recipe;
        scenario.validate()?;
        for one in done {
            scenario.validate_action(&one.action)?;
        }
        scenario::check_bytes(scenario, done.iter().map(|one| &one.action))?;
        let Network { machines, links, plugged, domains, domain_of } = Network::new(scenario, *seed)?;
        let mut simulation = Self {
            links,
            plugged,
            domains,
            domain_of,
            alarms: vec![None; machines.len()],
            devices: machines,
            now: Time::ZERO,
            steps: 0,
            over: false,
            queue: EventQueue::default(),
            waiting: Vec::new(),
            trace: Trace::new(),
            weight: 0,
            again: done.iter().cloned().collect(),
            recipe: Recipe { done: Vec::new(), ..recipe },
        };
        simulation.boot();
        Ok(simulation)
    }

    fn boot(&mut self) {
        let neighbours: Vec<_> = match self.recipe.scenario.neighbours {
            Neighbours::Arp => Vec::new(),
            Neighbours::Static => {
                let scenario = &self.recipe.scenario;
                let all = scenario.hosts.iter().chain(&scenario.routers).enumerate();
                all.flat_map(|(number, spec)| neighbours_of(spec, number)).collect()
            }
        };
        for device in 0..self.devices.len() {
            self.with(device, |machine, out| {
                if let Some(host) = machine.host_mut() {
                    host.boot(&neighbours, out);
                }
            });
        }
        for (number, scripted) in self.recipe.scenario.actions.iter().enumerate() {
            match scripted.on {
                Some(_) => self.waiting.push(number),
                None => self.queue.push(Time::from_millis(scripted.at_ms), Happening::Script(number)),
            }
        }
    }

    /// The present instant.
    pub const fn now(&self) -> Time {
        self.now
    }

    /// How many steps were taken.
    pub const fn steps(&self) -> u64 {
        self.steps
    }

    /// When the next step will be, if there is one.
    pub fn next(&self) -> Option<Time> {
        self.queue.peek().filter(|_| !self.over)
    }

    /// All that has happened so far. A frame is in it from the instant its first bit leaves, with the fate it is going
    /// to have, so that its last bit may arrive later than now.
    pub const fn trace(&self) -> &Trace {
        &self.trace
    }

    /// Gives away what the trace has got since the last call, so that a long run takes no more memory than its reader.
    /// From then on [`trace`](Self::trace) begins after that.
    pub fn take_trace(&mut self) -> Trace {
        std::mem::take(&mut self.trace)
    }

    /// Gives the trace away.
    pub fn into_trace(self) -> Trace {
        self.trace
    }

    /// The network and its script.
    pub const fn scenario(&self) -> &Scenario {
        &self.recipe.scenario
    }

    /// What this trace is made from, with all that was done so far.
    pub fn recipe(&self) -> Recipe {
        self.recipe.clone()
    }

    /// A host or router, to look into.
    pub fn host(&self, name: &str) -> Option<&Host> {
        self.devices.iter().filter_map(Machine::host).find(|host| host.name() == name)
    }

    /// A switch, to look into.
    pub fn switch(&self, name: &str) -> Option<&Switch> {
        let switches = self.devices.iter().filter_map(|machine| match machine {
            Machine::Switch(switch) => Some(switch),
            _ => None,
        });
        switches.into_iter().find(|switch| switch.name() == name)
    }

    /// Does the next thing that is planned; false if nothing is, or a limit of the scenario is reached.
    pub fn step(&mut self) -> bool {
        self.redo();
        let Some(at) = self.next() else { return false };
        let limit = self.recipe.scenario.limit();
        if at > limit {
            self.now = self.now.max(limit);
            return self.stop(text::LIMIT_TIME.with(&[("seconds", &(limit.micros() / 1_000_000))]));
        }
        if self.steps >= self.recipe.scenario.limit_steps {
            return self.stop(text::LIMIT_EVENTS.with(&[("events", &self.recipe.scenario.limit_steps)]));
        }
        let most = self.recipe.scenario.limit_trace_mb;
        if self.weight >= u64::from(most) << 20 {
            return self.stop(text::LIMIT_TRACE.with(&[("megabytes", &most)]));
        }
        let Some((at, happening)) = self.queue.pop() else { return false };
        self.now = at;
        self.steps += 1;
        match happening {
            Happening::Arrive { device, port, bytes } => {
                let now = self.now;
                self.with(device, |machine, out| machine.on_frame(now, port, &bytes, out));
            }
            Happening::Free { link, side } => self.send_next(link, side),
            Happening::Repeat { link, side, bytes } => self.repeat(link, side, &bytes),
            Happening::Medium(domain) => self.decide(domain),
            Happening::Alarm { device } => self.wake(device),
            Happening::Script(number) => {
                if let Some(scripted) = self.recipe.scenario.actions.get(number) {
                    let action = scripted.action.clone();
                    self.act(&action);
                }
            }
        }
        true
    }

    /// Takes all steps up to and including the instant `time`, which is then the present.
    pub fn run_until(&mut self, time: Time) {
        loop {
            self.redo();
            if self.next().is_none_or(|at| at > time) || !self.step() {
                break;
            }
        }
        if !self.over {
            self.now = self.now.max(time.min(self.recipe.scenario.limit()));
        }
    }

    /// Takes all steps there are, to the end or a limit of the scenario.
    pub fn run(&mut self) {
        while self.step() {}
    }

    /// Does something now, as the learner asks.
    ///
    /// # Errors
    /// It does not go with this scenario, or a limit of the scenario is reached. What the simulated system refuses is no error but a call in the trace.
    pub fn apply(&mut self, action: Action) -> Result<(), ScenarioError> {
        self.recipe.scenario.validate_action(&action)?;
        if self.over {
            return Err(ScenarioError::Over);
        }
        // What the recipe would still have done belongs to another course of events.
        self.again.clear();
        self.act(&action);
        self.recipe.done.push(Done { step: self.steps, time: self.now, action });
        Ok(())
    }

    /// Does again what the learner did at this point.
    fn redo(&mut self) {
        while let Some(done) = self.again.pop_front_if(|done| done.step <= self.steps) {
            self.now = self.now.max(done.time);
            self.act(&done.action);
            self.recipe.done.push(done);
        }
    }

    fn stop(&mut self, why: Text) -> bool {
        self.over = true;
        self.record(EventKind::Note { node: None, text: why });
        false
    }

    pub(super) fn record(&mut self, kind: EventKind) {
        self.weight = self.weight.saturating_add(weigh(&kind));
        self.trace.push(self.now, kind);
    }

    fn act(&mut self, action: &Action) {
        if action.verb.is_for_link() {
            return self.act_on_link(action);
        }
        let name = action.host.as_deref().unwrap_or_default();
        let Some(device) = self.devices.iter().position(|device| device.name() == name) else { return };
        let (now, scenario) = (self.now, &self.recipe.scenario);
        let to = match &action.verb {
            Verb::Connect { to, .. } | Verb::UdpSend { to, .. } | Verb::UdpConnect { to } => {
                scenario.resolve(to)
            }
            Verb::Ping { to } => scenario.resolve_host(to).map(|address| (address, 0)),
            _ => None,
        };
        self.with(device, |machine, out| {
            if let Some(host) = machine.host_mut() {
                host.act(now, action.socket_name(), &action.verb, to, out);
            }
        });
    }

    fn act_on_link(&mut self, action: &Action) {
        let name = action.link.as_deref().unwrap_or_default();
        let Some(link) = self.links.iter_mut().find(|link| link.spec.name == name) else { return };
        let (ends, up) = (link.ends, matches!(action.verb, Verb::Restore));
        let text = match &action.verb {
            Verb::Cut => {
                link.set_up(false);
                text::LINK_CUT.with(&[("link", &name)])
            }
            Verb::Restore => {
                link.set_up(true);
                text::LINK_RESTORED.with(&[("link", &name)])
            }
            Verb::AddRule { rule } => {
                link.add_rule(rule);
                text::LINK_RULE.with(&[("link", &name), ("rule", rule)])
            }
            _ => return,
        };
        self.record(EventKind::Note { node: None, text });
        if matches!(action.verb, Verb::Cut | Verb::Restore) {
            let now = self.now;
            for (device, port) in ends {
                self.with(device, |machine, out| machine.on_carrier(now, port, up, out));
            }
        }
    }

    /// Calls a device, does what it wants done, and looks after its alarm and the conditions on it.
    fn with(&mut self, device: usize, call: impl FnOnce(&mut Machine, &mut Outbox)) {
        let mut out = Outbox::default();
        if let Some(host) = self.devices.get_mut(device) {
            call(host, &mut out);
        }
        for output in out.items {
            match output {
                Output::Log(kind) => self.record(kind),
                Output::Frame { port, bytes, note } => self.offer(device, port, bytes, note),
            }
        }
        self.set_alarm(device);
        self.look_at_conditions(device);
    }

    fn set_alarm(&mut self, device: usize) {
        let Some(wanted) = self.devices.get(device).and_then(Device::next_timer) else { return };
        let wanted = wanted.max(self.now);
        if let Some(alarm) = self.alarms.get_mut(device)
            && alarm.is_none_or(|planned| wanted < planned)
        {
            *alarm = Some(wanted);
            self.queue.push(wanted, Happening::Alarm { device });
        }
    }

    /// An alarm that was overtaken by an earlier one, or that nobody waits for any more, wakes nobody.
    fn wake(&mut self, device: usize) {
        let now = self.now;
        let Some(alarm) = self.alarms.get_mut(device) else { return };
        if *alarm != Some(now) {
            return;
        }
        *alarm = None;
        let due = self.devices.get(device).and_then(Device::next_timer).is_some_and(|at| at <= now);
        if due {
            self.with(device, |machine, out| machine.on_timer(now, out));
        } else {
            self.set_alarm(device);
        }
    }

    fn look_at_conditions(&mut self, device: usize) {
        let Some(host) = self.devices.get(device).and_then(Machine::host) else { return };
        let actions = &self.recipe.scenario.actions;
        let (now, queue) = (self.now, &mut self.queue);
        self.waiting.retain(|number| {
            let Some(scripted) = actions.get(*number) else { return false };
            let ours = scripted.action.host.as_deref() == Some(host.name());
            let met = ours && scripted.on.is_some_and(|on| host.holds(scripted.action.socket_name(), on));
            if met {
                queue.push(now.plus(scripted.after_ms * 1000), Happening::Script(*number));
            }
            !met
        });
    }
}

/// The addresses of a machine, each with its MAC address.
fn neighbours_of(spec: &HostSpec, number: usize) -> Vec<(Ipv4Addr, [u8; 6])> {
    let macs = spec.macs(number).unwrap_or_default();
    let cards = spec.interfaces().zip(macs);
    cards.flat_map(|(card, mac)| card.addresses.into_iter().map(move |own| (own.addr(), mac.0))).collect()
}
