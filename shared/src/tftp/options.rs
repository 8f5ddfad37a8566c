//! Option negotiation: what a client asks for, what a server grants, what both then use. RFC 2347.
//!
//! An option that the server leaves out of its OACK counts as never asked for. The server may grant less
//! than was asked of `blksize` and `windowsize`, never more; `timeout` it grants as asked or not at all (RFC 2349).

use thiserror::Error;

use super::packet::{Operation, RawOption};

/// What both ends use once the negotiation is over. The default is RFC 1350's, without options.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Negotiated {
    /// Bytes in each DATA but the last. RFC 2348: 8 to 65,464.
    pub blksize: u16,
    /// Blocks sent before an ACK is awaited. RFC 7440: 1 to 65,535.
    pub windowsize: u16,
    /// Seconds until a packet is sent again, if it was agreed. RFC 2349: 1 to 255.
    pub timeout: Option<u8>,
    /// Bytes in the file, if it was agreed to say. RFC 2349.
    pub tsize: Option<u64>,
}

impl Default for Negotiated {
    fn default() -> Self {
        Self { blksize: 512, windowsize: 1, timeout: None, tsize: None }
    }
}

/// What a client asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wanted {
    /// `blksize`, 8 to 65,464.
    pub blksize: Option<u16>,
    /// `windowsize`, 1 to 65,535.
    pub windowsize: Option<u16>,
    /// `timeout` in seconds, 1 to 255.
    pub timeout: Option<u8>,
    /// Asks for (on reading) or announces (on writing) the file's size.
    pub tsize: bool,
}

/// The most that a server grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The largest `blksize`.
    pub blksize: u16,
    /// The largest `windowsize`.
    pub windowsize: u16,
    /// The most bytes in one window: a larger `windowsize` is granted only as far as this reaches.
    pub window_bytes: usize,
    /// The largest `timeout` in seconds; a larger one is left out of the OACK. Who says nothing is kept for as long as
    /// all retransmissions take: with 255 seconds that is half an hour.
    pub timeout: u8,
}

impl Default for Limits {
    fn default() -> Self {
        Self { blksize: BLKSIZE_MAX, windowsize: 64, window_bytes: 1 << 20, timeout: 10 }
    }
}

/// RFC 2348: the largest block, 65,535 less the headers of IP, UDP and TFTP.
pub const BLKSIZE_MAX: u16 = 65_464;
const BLKSIZE_MIN: u16 = 8;

/// Why a negotiation failed. The answer is ERROR 8.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OptionError {
    /// Not a number, or not one that the RFC allows.
    #[error("option {name}: {value:?} is not a number from {min} to {max}")]
    Value {
        /// Which option.
        name: &'static str,
        /// The value as sent.
        value: String,
        /// The least that is right.
        min: u64,
        /// The most that is right.
        max: u64,
    },
    /// RFC 2347: an option may be there once.
    #[error("option {name} is there twice")]
    Twice {
        /// Which.
        name: &'static str,
    },
    /// The server granted what was not asked for.
    #[error("option {name:?} granted but not asked for")]
    NotAsked {
        /// Which.
        name: String,
    },
    /// The server granted more than was asked for (or another `timeout`).
    #[error("option {name}: {granted} granted where {asked} was asked")]
    TooMuch {
        /// Which.
        name: &'static str,
        /// The client's value.
        asked: u64,
        /// The server's value.
        granted: u64,
    },
}

/// The options that we know, each with its value if it is there.
#[derive(Debug, Default)]
struct Known {
    blksize: Option<u64>,
    windowsize: Option<u64>,
    timeout: Option<u64>,
    tsize: Option<u64>,
}

impl Known {
    /// Picks the options we know out of a packet's list. `unknown` decides about the others.
    fn read(
        options: &[RawOption],
        mut unknown: impl FnMut(&str) -> Result<(), OptionError>,
    ) -> Result<Self, OptionError> {
        let mut known = Self::default();
        for (name, value) in options {
            let (slot, name, min, max) = match name.to_ascii_lowercase().as_str() {
                "blksize" => (&mut known.blksize, "blksize", u64::from(BLKSIZE_MIN), u64::from(BLKSIZE_MAX)),
                "windowsize" => (&mut known.windowsize, "windowsize", 1, u64::from(u16::MAX)),
                "timeout" => (&mut known.timeout, "timeout", 1, u64::from(u8::MAX)),
                "tsize" => (&mut known.tsize, "tsize", 0, u64::MAX),
                _ => {
                    unknown(name)?;
                    continue;
                }
            };
            if slot.is_some() {
                return Err(OptionError::Twice { name });
            }
            // More than RFC 2348 has is no reason to refuse: RFC 2347 lets the answer be less.
            let most = if name == "blksize" { u64::MAX } else { max };
            let number = value.trim().parse().ok().filter(|number| (min..=most).contains(number));
            *slot =
                Some(number.ok_or_else(|| OptionError::Value { name, value: value.clone(), min, max })?);
        }
        Ok(known)
    }
}

impl Wanted {
    /// The options of the request. `size` is the file's, which an upload announces; a download asks with 0.
    pub fn to_options(self, size: Option<u64>) -> Vec<RawOption> {
        let option = |name: &str, value: Option<u64>| value.map(|value| (name.to_owned(), value.to_string()));
        [
            option("tsize", self.tsize.then(|| size.unwrap_or(0))),
            option("blksize", self.blksize.map(u64::from)),
            option("timeout", self.timeout.map(u64::from)),
            option("windowsize", self.windowsize.map(u64::from)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// What the server's OACK settles. RFC 2347: an option that was not asked for ends the transfer.
    pub fn settle(self, oack: &[RawOption]) -> Result<Negotiated, OptionError> {
        let granted = Known::read(oack, |name| Err(OptionError::NotAsked { name: name.to_owned() }))?;
        let check = |name, asked: Option<u64>, granted: Option<u64>, exact: bool| match (asked, granted) {
            (_, None) => Ok(()),
            (None, Some(_)) => Err(OptionError::NotAsked { name: String::from(name) }),
            (Some(asked), Some(granted)) if granted > asked || (exact && granted != asked) => {
                Err(OptionError::TooMuch { name, asked, granted })
            }
            _ => Ok(()),
        };
        check("blksize", self.blksize.map(u64::from), granted.blksize, false)?;
        check("windowsize", self.windowsize.map(u64::from), granted.windowsize, false)?;
        check("timeout", self.timeout.map(u64::from), granted.timeout, true)?;
        check("tsize", self.tsize.then_some(u64::MAX), granted.tsize, false)?;
        let default = Negotiated::default();
        Ok(Negotiated {
            blksize: small(granted.blksize).unwrap_or(default.blksize),
            windowsize: small(granted.windowsize).unwrap_or(default.windowsize),
            timeout: granted.timeout.and_then(|seconds| seconds.try_into().ok()),
            tsize: granted.tsize,
        })
    }
}

impl Limits {
    /// What a server grants of a request's options, and the options of its OACK: empty when it sends none.
    ///
    /// `size` is the file's size on reading, if it is known beforehand (in netascii it is not).
    pub fn grant(
        &self,
        operation: Operation,
        options: &[RawOption],
        size: Option<u64>,
    ) -> Result<(Negotiated, Vec<RawOption>), OptionError> {
        // RFC 2347: an option the server does not know is passed over.
        let asked = Known::read(options, |_| Ok(()))?;
        let mut negotiated = Negotiated::default();
        let mut oack = Vec::new();
        let mut reply = |name: &str, value: u64| oack.push((name.to_owned(), value.to_string()));
        let tsize = match operation {
            // curl takes "tsize 0" in an OACK for a mistake, so an empty file's size is left unsaid.
            Operation::Read => asked.tsize.and(size).filter(|size| *size > 0),
            Operation::Write => asked.tsize,
        };
        if let Some(tsize) = tsize {
            negotiated.tsize = Some(tsize);
            reply("tsize", tsize);
        }
        if let Some(blksize) = asked.blksize {
            let blksize = u16::try_from(blksize).unwrap_or(BLKSIZE_MAX);
            negotiated.blksize = blksize.min(self.blksize).clamp(BLKSIZE_MIN, BLKSIZE_MAX);
            reply("blksize", u64::from(negotiated.blksize));
        }
        let timeout = asked.timeout.and_then(|seconds| u8::try_from(seconds).ok());
        if let Some(timeout) = timeout.filter(|seconds| *seconds <= self.timeout) {
            negotiated.timeout = Some(timeout);
            reply("timeout", u64::from(timeout));
        }
        if let Some(windowsize) = small(asked.windowsize) {
            let fits = self.window_bytes / usize::from(negotiated.blksize);
            let fits = u16::try_from(fits).unwrap_or(u16::MAX);
            negotiated.windowsize = windowsize.min(self.windowsize).min(fits).max(1);
            reply("windowsize", u64::from(negotiated.windowsize));
        }
        Ok((negotiated, oack))
    }
}

fn small(value: Option<u64>) -> Option<u16> {
    value.and_then(|value| u16::try_from(value).ok())
}
