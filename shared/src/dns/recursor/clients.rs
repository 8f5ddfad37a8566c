//! Who asks us: questions in, answers out.

use super::{
    super::{
        asked::MAX_ALIASES,
        kind::{Kind, Rcode},
        message::{MAX_TCP, Message, QUERY, Question},
        record::Record,
        reply, text,
        transmit::Asker,
    },
    Recursor,
    job::{Job, Outcome, Waiter},
    search::Remembered,
};
use crate::trace::{Text, Time};

/// How many clients may wait for one answer.
const MAX_WAITERS: usize = 1000;

impl Recursor {
    /// A client's message.
    pub(super) fn on_question(&mut self, now: Time, asker: Asker, bytes: &[u8]) {
        let from = asker.address();
        let query = match Message::parse(bytes) {
            Ok(message) if message.response => {
                return self.note(text::NOT_A_QUERY, &[("from", &from)]);
            }
            Ok(message) => message,
            Err(error) => {
                let Some(header) = Message::header(bytes).filter(|header| !header.response) else {
                    return self.note(text::MALFORMED, &[("from", &from), ("error", &error)]);
                };
                let note = text::FORM_ERR.text(&[("error", &error)]);
                return self.send_reply(asker, &header, header.reply(Rcode::FORM_ERR), note);
            }
        };
        self.counts.questions += 1;
        let refusal = if query.edns.is_some_and(|edns| edns.version != 0) {
            Some((Rcode::BAD_VERS, text::BAD_VERS.text(&[])))
        } else if query.opcode != QUERY {
            Some((Rcode::NOT_IMP, text::NOT_IMP.text(&[("opcode", &query.opcode)])))
        } else {
            None
        };
        if let Some((rcode, note)) = refusal {
            return self.send_reply(asker, &query, query.reply(rcode), note);
        }
        let Some(question) = query.question.clone() else {
            return self.send_reply(asker, &query, query.reply(Rcode::FORM_ERR), text::NO_QUESTION.text(&[]));
        };
        if !question.kind.is_data() && question.kind != Kind::ANY {
            let note = text::NO_TRANSFER.text(&[("kind", &question.kind)]);
            return self.send_reply(asker, &query, query.reply(Rcode::NOT_IMP), note);
        }
        let known = self.knows(now, &question);
        if known {
            self.counts.from_cache += 1;
        } else if !query.recursion_desired {
            let note = text::NO_RECURSION.text(&[("question", &question)]);
            return self.send_reply(asker, &query, query.reply(Rcode::REFUSED), note);
        }
        let waiter = Waiter::Client(asker, Box::new(query.clone()));
        let busy = |job: &Job| job.waiters.len() >= MAX_WAITERS;
        // One search for all who ask the same: a forger gets no more chances by asking often. RFC 5452 §5.
        let same = self.by_question.get(&question).copied();
        let under_way = self.jobs.len();
        match same.and_then(|id| self.jobs.get_mut(&id)) {
            Some(job) if !busy(job) => job.waiters.push(waiter),
            None if under_way < self.config.max_jobs => {
                let id = self.begin(question, 0, self.config.max_work, now.plus(self.config.patience));
                if let Some(job) = self.jobs.get_mut(&id) {
                    job.waiters.push(waiter);
                }
            }
            _ => {
                let note = text::BUSY.text(&[("limit", &self.config.max_jobs)]);
                self.send_reply(asker, &query, query.reply(Rcode::SERV_FAIL), note);
            }
        }
    }

    /// Whether a question, its aliases followed, can be answered from the cache.
    fn knows(&self, now: Time, question: &Question) -> bool {
        let mut name = question.name.clone();
        for _ in 0..=MAX_ALIASES {
            match self.remembered(now, &name, question.kind) {
                Remembered::Outcome(..) => return true,
                Remembered::Alias(_, target, _) => name = target,
                Remembered::Nothing => return false,
            }
        }
        false
    }

    /// The answer to a client whose question has come to its end.
    pub(super) fn reply(&mut self, asker: Asker, query: &Message, job: &Job, outcome: &Outcome) {
        let mut message = query.reply(Rcode::NO_ERROR);
        message.answers.clone_from(&job.aliases);
        let name = &job.target;
        let note = match outcome {
            Outcome::Found(records) => {
                message.answers.extend(records.iter().cloned());
                text::RESOLVED.text(&[("question", &job.question)])
            }
            Outcome::Nothing { exists, soa } => {
                message.authority.extend(soa.iter().cloned());
                if *exists {
                    text::NO_DATA.text(&[("name", name), ("kind", &job.question.kind)])
                } else {
                    message.rcode = Rcode::NX_DOMAIN;
                    text::NOT_THERE.text(&[("name", name)])
                }
            }
            Outcome::Failed => {
                message.answers.clear();
                message.rcode = Rcode::SERV_FAIL;
                text::GAVE_UP.text(&[("question", &job.question)])
            }
        };
        // The owner as the client wrote it.
        for record in &mut message.answers {
            if record.name == job.question.name
                && let Some(question) = &query.question
            {
                record.name.clone_from(&question.name);
            }
        }
        // RFC 6840 §5.7: told to those who show that they know the bit.
        let wants = query.authentic || query.edns.is_some_and(|edns| edns.signatures);
        message.authentic =
            wants && job.secure && message.rcode != Rcode::SERV_FAIL && !self.anchors.is_empty();
        self.send_reply(asker, query, message, note);
    }

    fn send_reply(&mut self, asker: Asker, query: &Message, mut message: Message, note: Text) {
        message.recursion_available = true;
        message.edns = reply::edns(query, self.config.max_udp);
        // Signatures go no further than here, and other types of records are nobody's concern.
        message.answers.retain(|record: &Record| {
            record.kind() != Kind::RRSIG
                || query.question.as_ref().is_some_and(|asked| asked.kind == Kind::RRSIG)
        });
        let limit = match asker {
            Asker::Datagram { .. } => reply::udp_limit(query, self.config.max_udp),
            Asker::Stream { .. } => MAX_TCP,
        };
        match reply::fit(message, limit, false) {
            Ok((bytes, truncated)) => {
                let note = if truncated { text::TRUNCATED.text(&[("limit", &limit)]) } else { note };
                self.out.push_back(asker.transmit(bytes, note));
            }
            Err(error) => self.note(text::UNWRITABLE, &[("error", &error)]),
        }
    }
}
