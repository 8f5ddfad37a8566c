//! IDs and source ports: what a forger has to guess. RFC 5452 §4.

use serde::{Deserialize, Serialize};

use crate::mix::mix;

/// From which UDP port questions are sent. RFC 5452 §9.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ports {
    /// Always this one, as servers did until 2008: a forger knows it.
    Fixed(u16),
    /// Another one each time, of 1024 to 65535.
    #[default]
    Random,
}

/// Which ID a question gets. RFC 5452 §9.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ids {
    /// One after the other, as servers did until 1997: a forger who has seen one knows the next.
    Sequential,
    /// Any.
    #[default]
    Random,
}

/// Draws IDs and ports from a key: the same key, the same numbers. It spreads well, but is no cryptographic generator:
/// give a machine on a real network a key that nobody can know.
#[derive(Debug, Clone)]
pub(super) struct Draw {
    key: u64,
    drawn: u64,
    id: u16,
    ports: Ports,
    ids: Ids,
}

impl Draw {
    pub(super) const fn new(key: u64, ports: Ports, ids: Ids) -> Self {
        Self { key: mix(key), drawn: 0, id: 0, ports, ids }
    }

    pub(super) const fn number(&mut self) -> u64 {
        self.drawn = self.drawn.wrapping_add(1);
        mix(self.key ^ mix(self.drawn))
    }

    pub(super) const fn id(&mut self) -> u16 {
        self.id = match self.ids {
            Ids::Sequential => self.id.wrapping_add(1),
            Ids::Random => self.number() as u16,
        };
        self.id
    }

    /// A port that is not taken; the fixed one even if it is.
    pub(super) fn port(&mut self, taken: impl Fn(u16) -> bool) -> u16 {
        let Ports::Fixed(port) = self.ports else {
            let mut port = 0;
            for _ in 0..64 {
                port = 1024 + (self.number() % (65_536 - 1024)) as u16;
                if !taken(port) {
                    break;
                }
            }
            return port;
        };
        port
    }
}
