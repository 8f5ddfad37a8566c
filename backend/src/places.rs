//! Places for clients: so many at once, so many of them from one source, and who makes room when there is none.
//!
//! A place is held until it is dropped. A client that has not yet shown that there is somebody (by its first byte, its
//! first ACK) may be asked to make room for the next one; it is the oldest of the source that holds the most. So whoever
//! takes many places and says nothing takes them from itself.
//!
//! ```
//! use std::{net::IpAddr, sync::Arc};
//! use firsthop_server::places::{Most, Places, Source};
//! let places = Arc::new(Places::new(Most { all: 2, per_source: 1 }));
//! let here = Source::from(IpAddr::from([127, 0, 0, 1]));
//! let silent = places.take(here).unwrap();
//! let next = places.take(here).unwrap();
//! assert!(silent.is_wanted());
//! next.keep();
//! assert!(places.take(here).is_none());
//! ```

use std::{
    collections::{BTreeMap, HashMap},
    net::{IpAddr, Ipv6Addr},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::shutdown::Shutdown;

/// How many may be there at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Most {
    /// From anywhere.
    pub all: usize,
    /// From one source.
    pub per_source: usize,
}

/// Where a client is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    /// An IPv4 address; of an IPv6 address the first 64 bits, for the others are its owner's to choose (RFC 4291 §2.5.4).
    Address(IpAddr),
    /// Anywhere behind a proxy that the operator trusts: no one source.
    Proxy,
}

impl From<IpAddr> for Source {
    fn from(address: IpAddr) -> Self {
        Self::Address(match address.to_canonical() {
            IpAddr::V6(v6) => Ipv6Addr::from(u128::from(v6) & (u128::MAX << 64)).into(),
            v4 => v4,
        })
    }
}

/// Places for clients.
#[derive(Debug)]
pub struct Places {
    most: Most,
    guests: Mutex<Guests>,
}

#[derive(Debug, Default)]
struct Guests {
    next: u64,
    /// By number, so the oldest first. Those asked to leave are here until they have.
    here: BTreeMap<u64, Guest>,
    /// How many of each source were not asked to leave.
    counts: HashMap<Source, usize>,
}

#[derive(Debug)]
struct Guest {
    source: Source,
    kept: bool,
    leave: Shutdown,
}

impl Places {
    /// Nobody is here yet.
    pub fn new(most: Most) -> Self {
        Self { most, guests: Mutex::default() }
    }

    /// A place, if there is one or somebody can be asked to make room.
    pub fn take(self: &Arc<Self>, source: Source) -> Option<Place> {
        self.admit(source, false)
    }

    /// A place of which nobody is asked to make room, if there is one.
    pub fn take_for_good(self: &Arc<Self>, source: Source) -> Option<Place> {
        self.admit(source, true)
    }

    fn admit(self: &Arc<Self>, source: Source, kept: bool) -> Option<Place> {
        let mut guests = self.lock();
        // Who has been asked to leave takes a moment to do so; a flood must not outrun that.
        if guests.here.len() >= 2 * self.most.all {
            return None;
        }
        let own = guests.count(source);
        if source != Source::Proxy && own >= self.most.per_source {
            guests.ask_to_leave(|other, _| other == source)?;
        } else if guests.counts.values().sum::<usize>() >= self.most.all {
            guests.ask_to_leave(|other, count| other == source || count > own)?;
        }
        let number = guests.next;
        guests.next += 1;
        let leave = Shutdown::new();
        guests.here.insert(number, Guest { source, kept, leave: leave.clone() });
        *guests.counts.entry(source).or_default() += 1;
        drop(guests);
        Some(Place { places: Arc::clone(self), number, leave, kept: AtomicBool::new(kept) })
    }

    fn lock(&self) -> MutexGuard<'_, Guests> {
        self.guests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Guests {
    fn count(&self, source: Source) -> usize {
        self.counts.get(&source).copied().unwrap_or(0)
    }

    /// Asks one to leave: of the sources that `may` (by how many they hold) the one with the most, and of it the oldest.
    fn ask_to_leave(&mut self, may: impl Fn(Source, usize) -> bool) -> Option<()> {
        let (_, guest) = self
            .here
            .iter_mut()
            .map(|(number, guest)| (self.counts.get(&guest.source).copied().unwrap_or(0), number, guest))
            .filter(|(count, _, guest)| !guest.kept && !guest.leave.is_said() && may(guest.source, *count))
            .map(|(count, number, guest)| ((std::cmp::Reverse(count), *number), guest))
            .min_by_key(|(order, _)| *order)?;
        guest.leave.say();
        let source = guest.source;
        self.forget(source);
        Some(())
    }

    fn forget(&mut self, source: Source) {
        if let Some(count) = self.counts.get_mut(&source) {
            *count -= 1;
            if *count == 0 {
                self.counts.remove(&source);
            }
        }
    }
}

/// One client's place, free again when it is dropped.
#[derive(Debug)]
pub struct Place {
    places: Arc<Places>,
    number: u64,
    leave: Shutdown,
    kept: AtomicBool,
}

impl Place {
    /// There is somebody: the place is theirs, and nobody asks them to make room any more.
    pub fn keep(&self) {
        if !self.kept.load(Ordering::Relaxed) {
            self.kept.store(true, Ordering::Relaxed);
            if let Some(guest) = self.places.lock().here.get_mut(&self.number) {
                guest.kept = true;
            }
        }
    }

    /// Whether another wants the place.
    pub fn is_wanted(&self) -> bool {
        self.leave.is_said()
    }

    /// Returns once another wants the place.
    pub async fn wanted(&self) {
        self.leave.wait().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut guests = self.places.lock();
        if let Some(guest) = guests.here.remove(&self.number)
            && !guest.leave.is_said()
        {
            guests.forget(guest.source);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(last: u8) -> Source {
        IpAddr::from([10, 0, 0, last]).into()
    }

    fn places(all: usize, per_source: usize) -> Arc<Places> {
        Arc::new(Places::new(Most { all, per_source }))
    }

    #[test]
    fn one_source_has_its_share_and_gives_back_what_it_leaves() {
        let places = places(10, 2);
        let mut held: Vec<Place> = (0..2).filter_map(|_| places.take_for_good(at(1))).collect();
        assert_eq!(held.len(), 2);
        assert!(places.take(at(1)).is_none());
        assert!(places.take(at(2)).is_some(), "another source has its own");
        held.pop();
        assert!(places.take(at(1)).is_some());
        let proxied: Vec<Place> = (0..5).filter_map(|_| places.take_for_good(Source::Proxy)).collect();
        assert_eq!(proxied.len(), 5, "who is behind a proxy is not one source");
        drop((held, proxied));
        assert!(places.lock().here.is_empty() && places.lock().counts.is_empty());
    }

    #[test]
    fn when_all_are_taken_the_oldest_silent_one_of_the_greediest_makes_room() {
        let places = places(6, 4);
        let greedy: Vec<Place> = (0..4).filter_map(|_| places.take(at(1))).collect();
        let other: Vec<Place> = (0..2).filter_map(|_| places.take(at(2))).collect();
        greedy[0].keep();
        let new = places.take(at(3)).unwrap();
        let wanted = |held: &[Place]| held.iter().map(Place::is_wanted).collect::<Vec<_>>();
        assert_eq!(wanted(&greedy), [false, true, false, false]);
        assert_eq!(wanted(&other), [false, false]);
        for place in greedy.iter().chain(&other) {
            place.keep();
        }
        // The last one is silent, but has fewer than these.
        assert!(places.take(at(2)).is_none() && !new.is_wanted());
        assert!(places.take(at(4)).is_some() && new.is_wanted(), "and more than who has none");
    }

    #[test]
    fn a_flood_does_not_outrun_those_who_leave() {
        let places = places(4, 4);
        let held: Vec<Place> = (0..100).filter_map(|_| places.take(at(1))).collect();
        assert_eq!(held.len(), 8);
    }

    #[test]
    fn addresses_of_one_owner_are_one_source() {
        let source = |text: &str| Source::from(text.parse::<IpAddr>().unwrap());
        assert_eq!(source("2001:db8::1"), source("2001:db8::ffff:1"));
        assert_ne!(source("2001:db8::1"), source("2001:db8:0:1::1"));
        assert_eq!(source("::ffff:10.0.0.1"), source("10.0.0.1"));
        assert_ne!(source("10.0.0.2"), source("10.0.0.1"));
    }
}
