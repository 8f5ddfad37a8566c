//! What one can set, and how a question ends.

use std::net::SocketAddr;

use thiserror::Error;

use super::super::{
    draw::{Ids, Ports},
    kind::{Kind, Rcode},
    message::{Message, Question},
    name::Name,
    record::Record,
};
use crate::trace::Time;

/// What one can set; the default is glibc's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StubConfig {
    /// The servers, asked in this order.
    pub servers: Vec<SocketAddr>,
    /// How long an answer is waited for, in microseconds: 5 s.
    pub timeout: u64,
    /// How often the whole list is gone through: twice.
    pub attempts: u32,
    /// From which ports is asked.
    pub ports: Ports,
    /// With which IDs.
    pub ids: Ids,
    /// The UDP payload that EDNS announces; none asks without EDNS.
    pub edns: Option<u16>,
    /// Whether TCP is used from the start, as `dig +tcp` does.
    pub tcp: bool,
    /// Whether servers are asked to do the work: RD.
    pub recursion: bool,
    /// How many questions there may be at a time.
    pub max_lookups: usize,
}

impl StubConfig {
    /// glibc's settings with these servers.
    pub const fn new(servers: Vec<SocketAddr>) -> Self {
        Self {
            servers,
            timeout: 5_000_000,
            attempts: 2,
            ports: Ports::Random,
            ids: Ids::Random,
            edns: None,
            tcp: false,
            recursion: true,
            max_lookups: 256,
        }
    }
}

/// Names a question until its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LookupId(pub u64);

/// Records that were found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The CNAME records that lead to them.
    pub aliases: Vec<Record>,
    /// The name at their end.
    pub name: Name,
    /// The records of the type asked for.
    pub records: Vec<Record>,
    /// Whether the server says that it found the signatures right: AD.
    pub authentic: bool,
}

/// Why nothing was found.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LookupError {
    /// NXDOMAIN.
    #[error("{name} does not exist")]
    NxDomain {
        /// The name, at the end of its aliases.
        name: Name,
    },
    /// NOERROR without records. RFC 2308 §2.2.
    #[error("{name} exists and has no {kind} record")]
    NoData {
        /// The name, at the end of its aliases.
        name: Name,
        /// The type.
        kind: Kind,
    },
    /// Every server that answered refused or failed.
    #[error("the server answered {rcode}")]
    Failed {
        /// The last one's answer.
        rcode: Rcode,
    },
    /// Nobody answered.
    #[error("no server answered")]
    Timeout,
    /// There is nobody to ask.
    #[error("no server is set")]
    NoServer,
    /// Too many questions are out.
    #[error("{limit} questions are out already")]
    Busy {
        /// The limit.
        limit: usize,
    },
    /// The question cannot be written.
    #[error("the question cannot be written: {why}")]
    Question {
        /// Why.
        why: String,
    },
}

/// The end of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// Which.
    pub id: LookupId,
    /// What was asked.
    pub question: Question,
    /// When.
    pub begun: Time,
    /// The server whose answer it is, if one answered.
    pub server: Option<SocketAddr>,
    /// Its whole answer, for whoever shows it.
    pub message: Option<Message>,
    /// What came of it.
    pub result: Result<Answer, LookupError>,
}
