//! What servers answer: whether it is an answer to our question, and what kind. RFC 1034 §5.3.3, step 4; RFC 2308 §2.

use std::net::SocketAddr;

use super::{
    super::{
        asked::{Asked, Chased, chase},
        kind::{Kind, Rcode},
        message::{Message, Question},
        name::Name,
        record::Record,
        text,
    },
    Recursor,
    job::{Cut, Job, JobId, Outcome},
    learn::{Answered, Judged},
    search::follow,
};
use crate::trace::Time;

impl Recursor {
    /// A datagram that should be an answer.
    pub(super) fn on_answer(&mut self, now: Time, port: u16, from: SocketAddr, bytes: &[u8]) {
        let id = Message::header(bytes).map(|header| header.id);
        let mut at_port: Option<(JobId, Asked)> = None;
        for (job, asking) in self.jobs.iter().filter_map(|(id, job)| Some((*id, job.asking.as_ref()?))) {
            let asked = &asking.asked;
            if asked.port != port || asking.stream.is_some() {
                continue;
            }
            // When all ask from one port, ID and source tell which it is.
            let fits = asked.server == from && Some(asked.id) == id;
            if fits || at_port.is_none() {
                at_port = Some((job, asked.clone()));
            }
            if fits {
                break;
            }
        }
        let Some((job, asked)) = at_port else {
            self.counts.mismatched += 1;
            return self.note(text::UNASKED, &[("from", &from), ("port", &port)]);
        };
        self.take(now, job, &asked, from, bytes, false);
    }

    /// Looks at a message for a job; whether it was an answer to its question.
    pub(super) fn take(
        &mut self,
        now: Time,
        id: JobId,
        asked: &Asked,
        from: SocketAddr,
        bytes: &[u8],
        stream: bool,
    ) -> bool {
        let message = match Message::parse(bytes) {
            Ok(message) => message,
            Err(error) => {
                self.note(text::MALFORMED, &[("from", &from), ("error", &error)]);
                return false;
            }
        };
        if let Some(refused) = asked.refuses(from, &message) {
            self.counts.mismatched += 1;
            self.events.push_back(refused);
            return false;
        }
        let Some(job) = self.jobs.remove(&id) else { return false };
        self.counts.accepted += 1;
        // Karn: who was asked twice may have answered the first time.
        if let Some(asking) = job.asking.as_ref().filter(|asking| asking.asked.sent == 1 && !stream) {
            let event = self.servers.measured(from.ip(), now.since(asking.sent_at));
            self.events.push_back(event);
        }
        if message.truncated && !stream {
            self.note(text::TO_TCP, &[("server", &from)]);
            self.connect(now, id, job);
        } else {
            self.on_message(now, id, job, from, message);
        }
        true
    }

    fn on_message(&mut self, now: Time, id: JobId, mut job: Job, from: SocketAddr, message: Message) {
        let edns_failed = matches!(message.rcode, Rcode::FORM_ERR | Rcode::NOT_IMP | Rcode::BAD_VERS);
        if edns_failed && self.servers.edns(from.ip()) {
            let event = self.servers.without_edns(from.ip());
            self.events.push_back(event);
            self.stop_asking(&mut job);
            return self.go_on(id, job);
        }
        if !matches!(message.rcode, Rcode::NO_ERROR | Rcode::NX_DOMAIN) {
            self.note(text::NO_HELP, &[("server", &from), ("rcode", &message.rcode)]);
            self.pass_over(&mut job);
            return self.go_on(id, job);
        }
        let zone = job.cut.as_ref().map(|cut| cut.zone.clone()).unwrap_or_default();
        let message = self.in_bailiwick(&zone, from, message);
        let answered = classify(&zone, &job.now_asking(), &message);
        match self.learn(now, &zone, from.ip(), &message, answered) {
            Judged::Bogus(name) => {
                self.counts.bogus += 1;
                self.note(text::BOGUS, &[("server", &from), ("name", &name)]);
                self.pass_over(&mut job);
                self.go_on(id, job);
            }
            Judged::Lame => {
                self.note(text::LAME, &[("server", &from), ("zone", &zone)]);
                self.pass_over(&mut job);
                self.go_on(id, job);
            }
            Judged::Referral { zone, hosts } => {
                self.stop_asking(&mut job);
                job.cut = Some(Cut::new(zone, hosts, false));
                self.go_on(id, job);
            }
            Judged::Answer { chased, secure } => {
                self.stop_asking(&mut job);
                job.secure &= secure;
                let Chased { aliases, name, records } = chased;
                let followed = aliases.is_empty() || follow(&mut job, aliases, name);
                if !followed {
                    self.note(text::ALIAS_LOOP, &[("name", &job.target)]);
                    self.finish(now, id, job, &Outcome::Failed);
                } else if records.is_empty() {
                    self.go_on(id, job);
                } else {
                    self.finish(now, id, job, &Outcome::Found(records));
                }
            }
            Judged::Nothing { aliases, name, exists, soa, secure } => {
                self.stop_asking(&mut job);
                job.secure &= secure;
                job.aliases.extend(aliases);
                job.target = name;
                self.finish(now, id, job, &Outcome::Nothing { exists, soa });
            }
        }
    }

    fn go_on(&mut self, id: JobId, job: Job) {
        self.jobs.insert(id, job);
        self.ready.push_back(id);
    }

    /// The message without what this server has no say about. RFC 5452 §6.
    fn in_bailiwick(&mut self, zone: &Name, from: SocketAddr, mut message: Message) -> Message {
        if !self.config.bailiwick {
            return message;
        }
        let mut outside = Vec::new();
        for section in [&mut message.answers, &mut message.authority, &mut message.additional] {
            let (inside, others) =
                std::mem::take(section).into_iter().partition(|record: &Record| record.name.is_within(zone));
            *section = inside;
            outside.extend::<Vec<Record>>(others);
        }
        if let Some(first) = outside.first() {
            self.counts.out_of_bailiwick += outside.len() as u64;
            let args: &[(&str, &dyn std::fmt::Display)] =
                &[("server", &from), ("zone", zone), ("count", &outside.len()), ("record", first)];
            self.note(text::OUT_OF_BAILIWICK, args);
        }
        message
    }
}

/// What kind of answer it is to a question that was asked of a zone's server.
fn classify(zone: &Name, question: &Question, message: &Message) -> Answered {
    let chased = chase(&message.answers, question);
    if !chased.records.is_empty() {
        return Answered::Answer(chased);
    }
    let soa = message.authority.iter().find(|record| {
        record.kind() == Kind::SOA && chased.name.is_within(&record.name) && record.name.is_within(zone)
    });
    let soa = soa.cloned();
    // About a name outside the zone the server cannot say that it is not there.
    let own = chased.name.is_within(zone);
    if message.rcode == Rcode::NX_DOMAIN && own {
        return Answered::Nothing { chased, exists: false, soa };
    }
    if !chased.aliases.is_empty() {
        return match soa {
            Some(_) if own => Answered::Nothing { chased, exists: true, soa },
            _ => Answered::Answer(chased),
        };
    }
    let cut = message.authority.iter().find(|record| {
        record.kind() == Kind::NS && record.name.is_below(zone) && question.name.is_within(&record.name)
    });
    if let Some(cut) = cut
        && soa.is_none()
    {
        return Answered::Referral(cut.name.clone());
    }
    if message.rcode == Rcode::NO_ERROR && (soa.is_some() || message.authoritative) {
        return Answered::Nothing { chased, exists: true, soa };
    }
    Answered::Lame
}
