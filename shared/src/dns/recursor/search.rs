//! What to do next for a question: take it from the cache, ask a server, or find a server's address first.
//! RFC 1034 §5.3.3.

use std::net::IpAddr;

use super::{
    super::{
        asked::MAX_ALIASES,
        cache::{Entry, Known, Rank, expiry},
        kind::Kind,
        message::Question,
        name::Name,
        record::{Data, Record},
        text,
    },
    Recursor,
    job::{Cut, Host, Job, JobId, Outcome, Waiter},
};
use crate::trace::Time;

/// What the cache has to say about a name and type.
pub(super) enum Remembered {
    /// The end of the search, and whether it was signed.
    Outcome(Outcome, bool),
    /// The name is an alias.
    Alias(Record, Name, bool),
    Nothing,
}

/// What there is to do with the zone whose servers are asked.
enum Next {
    Ask(IpAddr),
    FindAddress(Question),
    Nobody,
}

impl Recursor {
    /// Takes a job as far as it goes without an answer.
    pub(super) fn advance(&mut self, now: Time, id: JobId) {
        let Some(mut job) = self.jobs.remove(&id) else { return };
        if job.asking.is_some() || job.waiting_for.is_some() {
            self.jobs.insert(id, job);
            return;
        }
        loop {
            match self.remembered(now, &job.target, job.question.kind) {
                Remembered::Outcome(outcome, secure) => {
                    job.secure &= secure;
                    return self.finish(now, id, job, &outcome);
                }
                Remembered::Alias(record, target, secure) => {
                    job.secure &= secure;
                    if !follow(&mut job, vec![record], target) {
                        self.note(text::ALIAS_LOOP, &[("name", &job.target)]);
                        return self.finish(now, id, job, &Outcome::Failed);
                    }
                    continue;
                }
                Remembered::Nothing => {}
            }
            let cut = match job.cut.take() {
                Some(cut) => cut,
                None => self.closest_cut(now, &job),
            };
            let next = self.next(&job, &cut);
            let cut = job.cut.insert(cut);
            match next {
                Next::Ask(address) if job.work > 0 => {
                    job.work -= 1;
                    return self.ask(now, id, job, address);
                }
                Next::FindAddress(question) => {
                    for host in cut.hosts.iter_mut().filter(|host| host.name == question.name) {
                        host.looked_up = true;
                    }
                    if self.find_address(id, &mut job, question) {
                        self.jobs.insert(id, job);
                        return;
                    }
                }
                Next::Nobody if cut.cached => {
                    // What the cache has of this zone leads nowhere: the zone above may know better.
                    self.note(text::GO_UP, &[("zone", &cut.zone)]);
                    job.ceiling = Some(cut.zone.clone());
                    job.cut = None;
                }
                Next::Ask(_) | Next::Nobody => return self.finish(now, id, job, &Outcome::Failed),
            }
        }
    }

    /// What the cache knows. Without the bailiwick rule anything is believed, as it was once, but of zones that sign.
    pub(super) fn remembered(&self, now: Time, name: &Name, kind: Kind) -> Remembered {
        let strict = self.config.bailiwick || self.is_anchored(name);
        let least = if strict { Rank::Authority } else { Rank::Additional };
        let get = |kind| self.cache.get(now, name, kind).filter(|entry| entry.rank >= least);
        let found = get(Some(kind)).or_else(|| get(None));
        if let Some(entry) = found {
            let with_ttl =
                |soa: &Option<Record>| soa.clone().map(|soa| Record { ttl: entry.remaining(now), ..soa });
            let outcome = match &entry.known {
                Known::Records(_) => Outcome::Found(entry.records(now)),
                Known::NxDomain(soa) => Outcome::Nothing { exists: false, soa: with_ttl(soa) },
                Known::NoData(soa) => Outcome::Nothing { exists: true, soa: with_ttl(soa) },
                Known::Failed => Outcome::Failed,
            };
            return Remembered::Outcome(outcome, entry.secure);
        }
        let alias = if kind == Kind::CNAME || kind == Kind::ANY { None } else { get(Some(Kind::CNAME)) };
        let records = alias.map(|entry| (entry.records(now), entry.secure));
        if let Some((records, secure)) = records
            && let Some(record) = records.into_iter().next()
            && let Data::Cname(target) = record.data.clone()
        {
            return Remembered::Alias(record, target, secure);
        }
        Remembered::Nothing
    }

    /// The lowest zone above a name whose servers are known; in the end the root.
    fn closest_cut(&self, now: Time, job: &Job) -> Cut {
        let below = |zone: &Name| job.ceiling.as_ref().is_none_or(|ceiling| ceiling.is_below(zone));
        // The parent answers for DS.
        let skip = usize::from(job.question.kind == Kind::DS && !job.target.is_root());
        for zone in job.target.ancestors().skip(skip).filter(below) {
            let Some(entry) = self.cache.get(now, &zone, Some(Kind::NS)) else { continue };
            let Known::Records(servers) = &entry.known else { continue };
            let hosts: Vec<_> =
                servers.iter().filter_map(Data::host).map(|name| self.host(now, name)).collect();
            // Servers inside their own zone whose addresses are forgotten cannot be found from here.
            if hosts.iter().any(|host| !host.addresses.is_empty() || !host.name.is_within(&zone)) {
                return Cut::new(zone, hosts, true);
            }
        }
        let hosts = self.config.roots.iter().map(|hint| Host {
            name: hint.name.clone(),
            addresses: vec![hint.address],
            looked_up: true,
        });
        Cut::new(Name::root(), hosts.collect(), false)
    }

    /// A server and its addresses as far as the cache has them.
    pub(super) fn host(&self, now: Time, name: &Name) -> Host {
        let kinds = if self.config.ipv6 { &[Kind::A, Kind::AAAA][..] } else { &[Kind::A] };
        let entries = kinds.iter().filter_map(|kind| self.cache.get(now, name, Some(*kind)));
        let addresses = entries.flat_map(|entry| addresses(&entry.records(now))).collect();
        Host { name: name.clone(), addresses, looked_up: false }
    }

    /// Whom to ask: of those that were asked least often, the fastest.
    fn next(&mut self, job: &Job, cut: &Cut) -> Next {
        let usable = |address: &IpAddr| {
            !cut.lame.contains(address)
                && cut.tried(*address) < self.config.max_tries
                && (address.is_ipv4() || self.config.ipv6)
        };
        let candidates: Vec<_> = cut.addresses().into_iter().filter(usable).collect();
        let untried = candidates.iter().any(|address| cut.tried(*address) == 0);
        // Before anybody is asked a second time, the addresses of the others are looked for.
        let unknown = cut.hosts.iter().find(|host| host.addresses.is_empty() && !host.looked_up);
        if let Some(host) = unknown
            && !untried
            && job.depth < self.config.max_depth
        {
            return Next::FindAddress(Question { name: host.name.clone(), kind: Kind::A });
        }
        let costs = candidates.iter().map(|address| {
            let random = self.draw.number();
            (cut.tried(*address), self.servers.cost(*address, random), *address)
        });
        let Some((_, _, best)) = costs.min() else { return Next::Nobody };
        self.servers.forgive(candidates.into_iter().filter(|address| *address != best));
        Next::Ask(best)
    }

    /// Looks for a server's address; whether the job has to wait for it.
    fn find_address(&mut self, id: JobId, job: &mut Job, question: Question) -> bool {
        let child = match self.by_question.get(&question).copied() {
            // Whoever waits for us, or is us, must not be waited for.
            Some(child) if self.waits_for(child, id) => {
                self.note(text::CIRCLE, &[("question", &question)]);
                return false;
            }
            Some(child) => child,
            None if self.jobs.len() < self.config.max_jobs && job.work > 0 => {
                self.note(text::NEED_ADDRESS, &[("server", &question.name), ("question", &job.question)]);
                self.begin(question, job.depth + 1, job.work, job.deadline)
            }
            None => return false,
        };
        let Some(waited) = self.jobs.get_mut(&child) else { return false };
        waited.waiters.push(Waiter::Job(id));
        job.waiting_for = Some(child);
        true
    }

    fn waits_for(&self, from: JobId, id: JobId) -> bool {
        let next = |at: &JobId| self.jobs.get(at).and_then(|job| job.waiting_for);
        std::iter::successors(Some(from), next).take(self.jobs.len() + 2).any(|at| at == id)
    }

    /// A server's address was found, or not.
    pub(super) fn on_child(&mut self, parent: JobId, child: JobId, ended: &Job, outcome: &Outcome) {
        let Some(job) = self.jobs.get_mut(&parent).filter(|job| job.waiting_for == Some(child)) else {
            return;
        };
        job.waiting_for = None;
        // What the child has spent is spent, if it spent of ours.
        if ended.depth > job.depth {
            job.work = job.work.min(ended.work);
        }
        if let (Outcome::Found(records), Some(cut)) = (outcome, &mut job.cut) {
            for host in cut.hosts.iter_mut().filter(|host| host.name == ended.question.name) {
                host.addresses.extend(addresses(records));
            }
        }
        self.ready.push_back(parent);
    }

    /// For a while nobody is bothered again with what nobody could answer. RFC 9520 §3.2.
    pub(super) fn remember_failure(&mut self, now: Time, job: &Job) {
        let ttl = self.config.failure_ttl;
        let entry = Entry {
            name: job.question.name.clone(),
            kind: Some(job.question.kind),
            known: Known::Failed,
            rank: Rank::Authority,
            secure: false,
            ttl,
            expires: expiry(now, ttl),
            from: None,
        };
        let unknown = matches!(self.remembered(now, &entry.name, job.question.kind), Remembered::Nothing);
        if unknown && job.depth == 0 {
            self.cache.insert(now, entry, text::FAILURE_CACHED);
        }
    }
}

/// Goes on with an alias's target; whether that is no circle.
pub(super) fn follow(job: &mut Job, aliases: Vec<Record>, target: Name) -> bool {
    let circle = target == job.question.name || job.aliases.iter().any(|alias| alias.name == target);
    job.aliases.extend(aliases);
    job.target = target;
    job.cut = None;
    job.ceiling = None;
    !circle && job.aliases.len() <= MAX_ALIASES
}

/// The addresses among records.
pub(super) fn addresses(records: &[Record]) -> Vec<IpAddr> {
    let address = |record: &Record| match record.data {
        Data::A(address) => Some(IpAddr::V4(address)),
        Data::Aaaa(address) => Some(IpAddr::V6(address)),
        _ => None,
    };
    records.iter().filter_map(address).collect()
}
