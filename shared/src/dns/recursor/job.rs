//! A question under way: where its search is.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use super::super::{
    asked::Asked,
    message::{Message, Question},
    name::Name,
    record::Record,
    stream::{Framer, StreamId},
    transmit::Asker,
};
use crate::trace::Time;

/// Names a question until its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub u64);

/// Who waits for the answer.
#[derive(Debug, Clone)]
pub(super) enum Waiter {
    /// A client, with its question.
    Client(Asker, Box<Message>),
    /// A job that needs the address of a server.
    Job(JobId),
}

/// A server's name and what is known of its addresses.
#[derive(Debug, Clone)]
pub(super) struct Host {
    pub(super) name: Name,
    pub(super) addresses: Vec<IpAddr>,
    /// Whether its address has been asked for already.
    pub(super) looked_up: bool,
}

/// The zone whose servers are asked now.
#[derive(Debug, Clone)]
pub(super) struct Cut {
    pub(super) zone: Name,
    pub(super) hosts: Vec<Host>,
    /// How often each address was asked.
    pub(super) tries: BTreeMap<IpAddr, u32>,
    /// Those whose answers are no help.
    pub(super) lame: BTreeSet<IpAddr>,
    /// Whether it comes from the cache, and so may be out of date.
    pub(super) cached: bool,
}

impl Cut {
    pub(super) const fn new(zone: Name, hosts: Vec<Host>, cached: bool) -> Self {
        Self { zone, hosts, tries: BTreeMap::new(), lame: BTreeSet::new(), cached }
    }

    pub(super) fn addresses(&self) -> BTreeSet<IpAddr> {
        self.hosts.iter().flat_map(|host| host.addresses.iter().copied()).collect()
    }

    pub(super) fn tried(&self, address: IpAddr) -> u32 {
        self.tries.get(&address).copied().unwrap_or_default()
    }
}

/// What is out.
#[derive(Debug, Clone)]
pub(super) struct Asking {
    pub(super) asked: Asked,
    pub(super) sent_at: Time,
    pub(super) stream: Option<(StreamId, Framer)>,
}

/// A question under way.
#[derive(Debug, Clone)]
pub(super) struct Job {
    pub(super) question: Question,
    /// Where its aliases have led.
    pub(super) target: Name,
    pub(super) aliases: Vec<Record>,
    pub(super) waiters: Vec<Waiter>,
    pub(super) depth: u32,
    pub(super) deadline: Time,
    /// How many messages may still be sent.
    pub(super) work: u32,
    pub(super) cut: Option<Cut>,
    /// Only zones above this one are taken from the cache: what it has of this one has led nowhere.
    pub(super) ceiling: Option<Name>,
    pub(super) asking: Option<Asking>,
    pub(super) waiting_for: Option<JobId>,
    /// Whether all signatures so far were there and right.
    pub(super) secure: bool,
}

impl Job {
    /// What is asked at the moment.
    pub(super) fn now_asking(&self) -> Question {
        Question { name: self.target.clone(), kind: self.question.kind }
    }

    pub(super) fn timer(&self) -> Time {
        self.asking.as_ref().map_or(self.deadline, |asking| asking.asked.deadline.min(self.deadline))
    }
}

/// How a search ends.
#[derive(Debug, Clone)]
pub(super) enum Outcome {
    /// With records.
    Found(Vec<Record>),
    /// With the knowledge that there are none.
    Nothing { exists: bool, soa: Option<Record> },
    /// Without.
    Failed,
}
