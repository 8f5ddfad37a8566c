//! A question that is out: what an answer to it must have in common with it. RFC 5452 §9.1.

use std::{fmt::Display, net::SocketAddr};

use super::{
    event::{Event, cell},
    kind::Kind,
    message::{Message, Question},
    name::Name,
    record::{Data, Record},
    text,
};
use crate::trace::{Cell, Cited, Time};

/// A question that was sent to a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// What was asked.
    pub question: Question,
    /// Whom.
    pub server: SocketAddr,
    /// With this ID.
    pub id: u16,
    /// From this UDP port.
    pub port: u16,
    /// How often it was sent.
    pub sent: u32,
    /// When it is sent again or given up.
    pub deadline: Time,
}

impl Asked {
    /// Why a message is no answer to it; none if it is one. Its port is compared by whoever finds it.
    pub(super) fn refuses(&self, from: SocketAddr, message: &Message) -> Option<Event> {
        let note = |message: Cited, args: &[(&str, &dyn Display)]| Some(Event::note(message, args));
        if from != self.server {
            return note(text::WRONG_SOURCE, &[("from", &from), ("server", &self.server)]);
        }
        if !message.response {
            return note(text::NOT_AN_ANSWER, &[("from", &from)]);
        }
        if message.id != self.id {
            return note(text::WRONG_ID, &[("from", &from), ("id", &message.id), ("expected", &self.id)]);
        }
        match &message.question {
            Some(question) if *question == self.question => None,
            // A server that did not understand the question may not repeat it.
            None if message.rcode.0 != 0 && message.answers.is_empty() => None,
            _ => note(text::WRONG_QUESTION, &[("from", &from), ("question", &self.question)]),
        }
    }

    /// What names it in the table of questions.
    pub(super) fn key(&self) -> String {
        format!("{} {} {}", self.server, self.port, self.id)
    }

    /// The question as a row of the table.
    pub fn cells(&self) -> Vec<Cell> {
        vec![
            cell("question", &self.question),
            cell("server", &self.server),
            cell("port", &self.port),
            cell("id", &format!("{:#06x}", self.id)),
            cell("sent", &self.sent),
            cell("deadline", &self.deadline),
        ]
    }
}

/// How many aliases are followed for one question.
pub(super) const MAX_ALIASES: usize = 16;

/// What answers have to say about a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chased {
    /// The CNAME records from the question's name on.
    pub(super) aliases: Vec<Record>,
    /// The name to which they lead.
    pub(super) name: Name,
    /// Its records of the type asked for.
    pub(super) records: Vec<Record>,
}

/// Follows the aliases among records from a name on. RFC 1034 §3.6.2.
pub(super) fn chase(answers: &[Record], question: &Question) -> Chased {
    let mut name = question.name.clone();
    let mut aliases: Vec<Record> = Vec::new();
    loop {
        let wanted = |record: &&Record| {
            record.name == name && (record.kind() == question.kind || question.kind == Kind::ANY)
        };
        let records: Vec<_> = answers.iter().filter(wanted).cloned().collect();
        let alias = answers.iter().find_map(|record| match &record.data {
            Data::Cname(target) if record.name == name => Some((record, target)),
            _ => None,
        });
        match alias {
            Some((record, target))
                if records.is_empty() && aliases.len() < MAX_ALIASES && !aliases.contains(record) =>
            {
                aliases.push(record.clone());
                name = target.clone();
            }
            _ => return Chased { aliases, name, records },
        }
    }
}
