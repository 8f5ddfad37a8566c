//! What a zone answers to a question. RFC 1034 §4.3.2, RFC 4592 (wildcards), RFC 2308 (what is not there).

use std::fmt::Display;

use super::{
    kind::{Kind, Rcode},
    message::Question,
    name::Name,
    record::{Data, Record},
    sign::{self, Key},
    text,
    zone::{Node, Zone},
};
use crate::trace::{Cited, Text};

/// How many aliases are followed inside a zone.
const MAX_ALIASES: usize = 16;

/// What the zone has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) rcode: Rcode,
    pub(super) authoritative: bool,
    pub(super) answers: Vec<Record>,
    pub(super) authority: Vec<Record>,
    pub(super) additional: Vec<Record>,
    /// Whether the additional section is needed to go on: the glue of a referral. RFC 9471.
    pub(super) glue: bool,
    /// Why this is the answer.
    pub(super) why: Text,
}

/// Answers a question about a name in the zone; with signatures if they are wanted and the zone signs.
pub(super) fn find(zone: &Zone, question: &Question, signatures: bool) -> Found {
    let key = zone.key.as_ref().filter(|_| signatures);
    let found = Found {
        rcode: Rcode::NO_ERROR,
        authoritative: true,
        answers: Vec::new(),
        authority: Vec::new(),
        additional: Vec::new(),
        glue: false,
        why: text::POSITIVE.text(&[("name", &question.name), ("kind", &question.kind)]),
    };
    let mut search = Search { zone, key, kind: question.kind, found };
    let mut seen = vec![question.name.clone()];
    let mut name = question.name.clone();
    while let Some(target) = search.step(&name) {
        if !target.is_within(zone.name()) {
            search.say(text::ALIAS_LEAVES, &[("name", &target), ("zone", zone.name())]);
            break;
        }
        if seen.contains(&target) || seen.len() > MAX_ALIASES {
            search.say(text::ALIAS_LOOP, &[("name", &target)]);
            break;
        }
        seen.push(target.clone());
        name = target;
    }
    search.found
}

struct Search<'z> {
    zone: &'z Zone,
    key: Option<&'z Key>,
    kind: Kind,
    found: Found,
}

impl Search<'_> {
    /// Looks one name up; the name that it is an alias of, if it is one.
    fn step(&mut self, name: &Name) -> Option<Name> {
        if let Some(cut) = self.cut(name) {
            self.refer(&cut);
            return None;
        }
        if let Some(node) = self.zone.node(name) {
            return self.answer(name, node);
        }
        if !self.zone.exists(name) {
            // RFC 4592 §3.3.1: the closest ancestor that exists decides which wildcard it may be.
            let encloser = name.ancestors().skip(1).find(|above| self.zone.exists(above));
            let wildcard = encloser.map(|encloser| encloser.wildcard());
            let node = wildcard.as_ref().and_then(|wildcard| self.zone.node(wildcard));
            if let (Some(wildcard), Some(node)) = (wildcard, node) {
                self.say(text::WILDCARD, &[("name", name), ("wildcard", &wildcard)]);
                return self.answer(name, node);
            }
            self.deny(name, Rcode::NX_DOMAIN);
            return None;
        }
        self.deny(name, Rcode::NO_ERROR);
        None
    }

    /// The highest delegation at or above a name, below the origin. RFC 1034 §4.2.1.
    fn cut(&self, name: &Name) -> Option<Name> {
        let inside = name.ancestors().take_while(|above| above.is_below(self.zone.name()));
        let cuts = inside.filter(|above| {
            let delegated = self.zone.node(above).is_some_and(|node| node.contains_key(&Kind::NS));
            // The parent answers for DS. RFC 4035 §3.1.4.1.
            delegated && !(self.kind == Kind::DS && above == name)
        });
        cuts.last()
    }

    fn refer(&mut self, cut: &Name) {
        let servers = self.set(cut, Kind::NS);
        self.found.authoritative = !self.found.answers.is_empty();
        self.found.glue = true;
        self.add_addresses(&servers);
        let signature = self.signature(&servers, None);
        self.found.authority = servers;
        self.found.authority.extend(signature);
        self.say(text::REFERRAL, &[("cut", cut)]);
    }

    /// Takes what is asked for from a name's records; where it leads if it is an alias.
    fn answer(&mut self, name: &Name, node: &Node) -> Option<Name> {
        if let Some(set) = node.get(&Kind::CNAME)
            && self.kind != Kind::CNAME
            && self.kind != Kind::ANY
        {
            self.push(set.records(name));
            return set.data.iter().find_map(|data| match data {
                Data::Cname(target) => Some(target.clone()),
                _ => None,
            });
        }
        let sets: Vec<_> = node
            .iter()
            .filter(|(kind, _)| self.kind == Kind::ANY || **kind == self.kind)
            .map(|(_, set)| set.records(name))
            .collect();
        if sets.is_empty() {
            self.deny(name, Rcode::NO_ERROR);
        }
        for set in sets {
            self.add_addresses(&set);
            self.push(set);
        }
        None
    }

    /// The name does not exist, or has nothing of this type: the SOA record says for how long to believe it.
    fn deny(&mut self, name: &Name, rcode: Rcode) {
        self.found.rcode = rcode;
        let soa = vec![self.zone.negative_soa()];
        let question = Question { name: name.clone(), kind: self.kind };
        let signature = self.signature(&soa, Some((&question, rcode)));
        self.found.authority = soa;
        self.found.authority.extend(signature);
        if rcode == Rcode::NX_DOMAIN {
            self.say(text::NX_DOMAIN, &[("name", name), ("zone", self.zone.name())]);
        } else {
            self.found.why = text::NO_DATA.text(&[("name", name), ("kind", &self.kind)]);
        }
    }

    fn push(&mut self, set: Vec<Record>) {
        let signature = self.signature(&set, None);
        self.found.answers.extend(set);
        self.found.answers.extend(signature);
    }

    /// The addresses, as far as the zone has them, of the hosts that records name. RFC 1034 §4.3.2, step 6.
    fn add_addresses(&mut self, records: &[Record]) {
        for host in records.iter().filter_map(|record| record.data.host()) {
            let set = [Kind::A, Kind::AAAA].map(|kind| self.set(host, kind)).concat();
            if !set.iter().any(|record| self.found.additional.contains(record)) {
                self.found.additional.extend(set);
            }
        }
    }

    fn set(&self, name: &Name, kind: Kind) -> Vec<Record> {
        let set = self.zone.node(name).and_then(|node| node.get(&kind));
        set.map(|set| set.records(name)).unwrap_or_default()
    }

    fn signature(&self, set: &[Record], denies: Option<(&Question, Rcode)>) -> Option<Record> {
        sign::sign(self.key?, self.zone.name(), set, denies)
    }

    fn say(&mut self, message: Cited, args: &[(&str, &dyn Display)]) {
        self.found.why = message.text(args);
    }
}
