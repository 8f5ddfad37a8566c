//! Messages as bytes and back. RFC 1035 §4, EDNS(0) RFC 6891. The bytes are read and written by `simple-dns`.

use std::fmt;

use simple_dns::{CLASS, Packet, QCLASS, QTYPE, ResourceRecord, SimpleDnsError, TYPE, rdata};
use thiserror::Error;

use super::{
    codec,
    kind::{Kind, Rcode},
    name::Name,
    record::Record,
};

/// The header's length. RFC 1035 §4.1.1.
pub const HEADER: usize = 12;
/// What a UDP payload may hold when EDNS says nothing else. RFC 1035 §4.2.1.
pub const MAX_UDP: usize = 512;
/// What TCP's two-byte length can say. RFC 1035 §4.2.2.
pub const MAX_TCP: usize = 65_535;
/// An ordinary question. RFC 1035 §4.1.1.
pub const QUERY: u8 = 0;

const QR: u16 = 1 << 15;
const AA: u16 = 1 << 10;
const TC: u16 = 1 << 9;
const RD: u16 = 1 << 8;
const RA: u16 = 1 << 7;
const AD: u16 = 1 << 5;
const CD: u16 = 1 << 4;
/// A type that is for experiments only. RFC 1035 §3.3.10.
const NULL: u16 = 10;
/// The DO bit, in the OPT record's TTL field. RFC 6891 §6.1.4.
const DO: u32 = 1 << 15;

/// What is asked: always of class IN.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Question {
    /// QNAME.
    pub name: Name,
    /// QTYPE.
    pub kind: Kind,
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.kind)
    }
}

/// What the OPT record says. RFC 6891 §6.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edns {
    /// The largest UDP payload that its sender takes.
    pub udp_size: u16,
    /// 0 is the only one there is.
    pub version: u8,
    /// DO: signatures are wanted. RFC 3225.
    pub signatures: bool,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// ID.
    pub id: u16,
    /// QR.
    pub response: bool,
    /// OPCODE.
    pub opcode: u8,
    /// AA.
    pub authoritative: bool,
    /// TC.
    pub truncated: bool,
    /// RD.
    pub recursion_desired: bool,
    /// RA.
    pub recursion_available: bool,
    /// AD: the server found the signatures right. RFC 4035 §3.2.3.
    pub authentic: bool,
    /// CD: the asker does not want them looked at. RFC 4035 §3.2.2.
    pub checking_disabled: bool,
    /// RCODE, with EDNS's upper bits.
    pub rcode: Rcode,
    /// The question; a server that does not understand one may leave it out.
    pub question: Option<Question>,
    /// The answer section.
    pub answers: Vec<Record>,
    /// The authority section.
    pub authority: Vec<Record>,
    /// The additional section without the OPT record.
    pub additional: Vec<Record>,
    /// The OPT record.
    pub edns: Option<Edns>,
}

/// Why bytes are no message that is understood here.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ParseError {
    /// Not even a header.
    #[error("{have} bytes are fewer than a header's {HEADER}")]
    Short {
        /// How many there are.
        have: usize,
    },
    /// The counts promise more than the bytes can hold.
    #[error("the header's counts need at least {need} bytes, and there are {have}")]
    Counts {
        /// The least that they need.
        need: usize,
        /// How many there are.
        have: usize,
    },
    /// More questions than one: nobody has defined what to answer. RFC 9619.
    #[error("{questions} questions in one message: one is asked at a time")]
    Questions {
        /// How many.
        questions: usize,
    },
    /// A class other than IN.
    #[error("the question is of class {class}, not IN")]
    Class {
        /// Its number.
        class: u16,
    },
    /// A section breaks off or is inconsistent.
    #[error("malformed: {why}")]
    Malformed {
        /// What the codec says.
        why: String,
    },
}

/// What cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the message cannot be written: {why}")]
pub struct BuildError {
    /// What the codec says, or how long it is.
    pub why: String,
}

impl Message {
    /// A question with recursion desired or not.
    pub const fn query(id: u16, question: Question, recursion_desired: bool) -> Self {
        Self {
            id,
            response: false,
            opcode: QUERY,
            authoritative: false,
            truncated: false,
            recursion_desired,
            recursion_available: false,
            authentic: false,
            checking_disabled: false,
            rcode: Rcode::NO_ERROR,
            question: Some(question),
            answers: Vec::new(),
            authority: Vec::new(),
            additional: Vec::new(),
            edns: None,
        }
    }

    /// An empty answer to this question: ID, OPCODE, RD, CD and question are the asker's. RFC 1035 §4.1.1.
    pub fn reply(&self, rcode: Rcode) -> Self {
        Self {
            response: true,
            authoritative: false,
            truncated: false,
            recursion_available: false,
            authentic: false,
            rcode,
            answers: Vec::new(),
            authority: Vec::new(),
            additional: Vec::new(),
            edns: None,
            ..self.clone()
        }
    }

    /// Only the header of bytes that may be broken after it: enough to tell their sender so.
    pub fn header(bytes: &[u8]) -> Option<Self> {
        let (header, _) = bytes.split_first_chunk::<HEADER>()?;
        let [id0, id1, flags0, flags1, ..] = *header;
        let flags = u16::from_be_bytes([flags0, flags1]);
        let has = |bit| flags & bit != 0;
        Some(Self {
            id: u16::from_be_bytes([id0, id1]),
            response: has(QR),
            opcode: (flags >> 11 & 15) as u8,
            authoritative: has(AA),
            truncated: has(TC),
            recursion_desired: has(RD),
            recursion_available: has(RA),
            authentic: has(AD),
            checking_disabled: has(CD),
            rcode: Rcode(flags & 15),
            question: None,
            answers: Vec::new(),
            authority: Vec::new(),
            additional: Vec::new(),
            edns: None,
        })
    }

    /// Reads a message: the payload of a datagram, or what follows the length on a stream.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        let have = bytes.len();
        let mut message = Self::header(bytes).ok_or(ParseError::Short { have })?;
        let questions = check_counts(bytes)?;
        if questions > 1 {
            return Err(ParseError::Questions { questions });
        }
        let malformed = |error: SimpleDnsError| ParseError::Malformed { why: error.to_string() };
        let unsupported = |number| malformed(SimpleDnsError::InvalidQType(number));
        // The codec knows only registered query types; any other is read as type NULL, and its number kept.
        let stand_in;
        let mut unknown = None;
        let packet = match Packet::parse(bytes) {
            Err(SimpleDnsError::InvalidQType(number)) => {
                unknown = Some(Kind(number));
                stand_in = codec::with_query_type(bytes, NULL).ok_or_else(|| unsupported(number))?;
                Packet::parse(&stand_in).map_err(malformed)?
            }
            Err(SimpleDnsError::InvalidClass(class)) => return Err(ParseError::Class { class }),
            packet => packet.map_err(malformed)?,
        };
        if let Some(question) = packet.questions.first() {
            let class = u16::from(question.qclass) | if question.unicast_response { 0x8000 } else { 0 };
            if question.qclass != QCLASS::CLASS(CLASS::IN) || question.unicast_response {
                return Err(ParseError::Class { class });
            }
            let kind = unknown.unwrap_or(Kind(question.qtype.into()));
            message.question = Some(Question { name: Name::from_codec(&question.qname), kind });
        }
        let records = |section: &[ResourceRecord<'_>]| section.iter().filter_map(codec::record).collect();
        message.answers = records(&packet.answers);
        message.authority = records(&packet.name_servers);
        message.additional = records(&packet.additional_records);
        if message.additional.iter().any(|record| record.kind() == Kind::OPT) {
            return Err(ParseError::Malformed { why: "more than one OPT record".to_owned() });
        }
        if let Some(opt) = packet.opt() {
            // The codec reads the response code's upper bits from the wrong end of the TTL and drops DO.
            let ttl = codec::opt_ttl(bytes).unwrap_or_default();
            message.rcode.0 |= (ttl >> 24 << 4) as u16;
            message.edns = Some(Edns {
                udp_size: opt.udp_packet_size,
                version: (ttl >> 16) as u8,
                signatures: ttl & DO != 0,
            });
        }
        Ok(message)
    }

    /// Writes the message, names compressed. RFC 1035 §4.1.4.
    pub fn to_bytes(&self) -> Result<Vec<u8>, BuildError> {
        let mut packet = Packet::new_query(self.id);
        if let Some(question) = &self.question {
            let kind = match QTYPE::try_from(question.kind.0) {
                Ok(kind) => kind,
                Err(_) => QTYPE::TYPE(TYPE::Unknown(question.kind.0)),
            };
            let question =
                simple_dns::Question::new(question.name.to_codec(), kind, QCLASS::CLASS(CLASS::IN), false);
            packet.questions.push(question);
        }
        let failed = |error: SimpleDnsError| BuildError { why: error.to_string() };
        packet.answers = codec::section(&self.answers).map_err(failed)?;
        packet.name_servers = codec::section(&self.authority).map_err(failed)?;
        packet.additional_records = codec::section(&self.additional).map_err(failed)?;
        if let Some(edns) = self.edns {
            let opt =
                rdata::OPT { opt_codes: Vec::new(), udp_packet_size: edns.udp_size, version: edns.version };
            let ttl = u32::from(self.rcode.0 >> 4) << 24
                | u32::from(edns.version) << 16
                | if edns.signatures { DO } else { 0 };
            let root = simple_dns::Name::new_with_labels(&[]);
            packet.additional_records.push(ResourceRecord::new(root, CLASS::IN, ttl, rdata::RData::OPT(opt)));
        }
        let mut bytes = packet.build_bytes_vec_compressed().map_err(failed)?;
        if bytes.len() > MAX_TCP {
            return Err(BuildError { why: format!("it has {} bytes, {MAX_TCP} are allowed", bytes.len()) });
        }
        // Not by the codec's own names for operations and response codes: it has not all of them.
        if let Some(flags) = bytes.get_mut(2..4) {
            flags.copy_from_slice(&self.flags().to_be_bytes());
        }
        Ok(bytes)
    }

    fn flags(&self) -> u16 {
        let flag = |is: bool, bit: u16| if is { bit } else { 0 };
        flag(self.response, QR)
            | u16::from(self.opcode & 15) << 11
            | flag(self.authoritative, AA)
            | flag(self.truncated, TC)
            | flag(self.recursion_desired, RD)
            | flag(self.recursion_available, RA)
            | flag(self.authentic, AD)
            | flag(self.checking_disabled, CD)
            | self.rcode.0 & 15
    }
}

/// Makes sure that the counts can be true, before room is made for so many records; how many questions there are.
fn check_counts(bytes: &[u8]) -> Result<usize, ParseError> {
    let counts: Vec<usize> = bytes
        .get(4..HEADER)
        .unwrap_or_default()
        .chunks_exact(2)
        .filter_map(|pair| <[u8; 2]>::try_from(pair).ok())
        .map(|pair| usize::from(u16::from_be_bytes(pair)))
        .collect();
    let (questions, records) = counts.split_first().unwrap_or((&0, &[]));
    let need = HEADER + questions * 5 + records.iter().sum::<usize>() * 11;
    if need > bytes.len() { Err(ParseError::Counts { need, have: bytes.len() }) } else { Ok(*questions) }
}
