//! What of an answer is believed, and how far: signatures, ranks, what goes into the cache. RFC 2181 §5.4.1.

use std::{collections::BTreeMap, net::IpAddr};

use super::{
    super::{
        asked::Chased,
        cache::{Entry, Known, Rank, expiry},
        kind::{Kind, Rcode},
        message::{Message, Question},
        name::Name,
        record::{Data, Record},
        sign::{self, Key},
        text,
    },
    Recursor,
    job::Host,
    search::addresses,
};
use crate::trace::Time;

/// What a server seems to say.
pub(super) enum Answered {
    Answer(Chased),
    Nothing { chased: Chased, exists: bool, soa: Option<Record> },
    Referral(Name),
    Lame,
}

/// What it is found to be.
pub(super) enum Judged {
    Answer {
        chased: Chased,
        secure: bool,
    },
    Nothing {
        aliases: Vec<Record>,
        name: Name,
        exists: bool,
        soa: Option<Record>,
        secure: bool,
    },
    Referral {
        zone: Name,
        hosts: Vec<Host>,
    },
    /// A signature is missing or wrong.
    Bogus(Name),
    Lame,
}

impl Recursor {
    /// Judges an answer of a server that was asked about `zone`, and remembers what is believed of it.
    pub(super) fn learn(
        &mut self,
        now: Time,
        zone: &Name,
        from: IpAddr,
        message: &Message,
        answered: Answered,
    ) -> Judged {
        match answered {
            Answered::Lame => Judged::Lame,
            Answered::Referral(cut) => self.learn_referral(now, zone, from, message, &cut),
            Answered::Answer(mut chased) => {
                let Ok(secure) = self.check(zone, &chased, message) else {
                    return Judged::Bogus(chased.name);
                };
                self.limit(&mut chased);
                self.remember_answer(now, from, message, &chased, secure);
                self.learn_beside(now, zone, from, message);
                Judged::Answer { chased, secure }
            }
            Answered::Nothing { mut chased, exists, mut soa } => {
                let Ok(secure) = self.check(zone, &chased, message) else {
                    return Judged::Bogus(chased.name);
                };
                let Some(kind) = message.question.as_ref().map(|question| question.kind) else {
                    return Judged::Lame;
                };
                let denied = Question { name: chased.name.clone(), kind };
                let Ok(denied_secure) = self.check_denial(zone, &denied, soa.as_ref(), message) else {
                    return Judged::Bogus(chased.name);
                };
                let secure = secure && denied_secure;
                self.limit(&mut chased);
                self.remember_answer(now, from, message, &chased, secure);
                let Chased { aliases, name, .. } = chased;
                if let Some(soa) = &mut soa {
                    // RFC 2308 §5: the smaller of the SOA record's TTL and its MINIMUM.
                    let Data::Soa(data) = &soa.data else { return Judged::Lame };
                    soa.ttl = soa.ttl.min(data.minimum).min(self.config.max_negative_ttl);
                    let ttl = soa.ttl;
                    let entry = Entry {
                        name: name.clone(),
                        kind: exists.then_some(kind),
                        known: if exists {
                            Known::NoData(Some(soa.clone()))
                        } else {
                            Known::NxDomain(Some(soa.clone()))
                        },
                        rank: Rank::Authoritative,
                        secure,
                        ttl,
                        expires: expiry(now, ttl),
                        from: Some(from),
                    };
                    self.cache.insert(now, entry, text::NEGATIVE_CACHED);
                }
                Judged::Nothing { aliases, name, exists, soa, secure }
            }
        }
    }

    fn learn_referral(
        &mut self,
        now: Time,
        zone: &Name,
        from: IpAddr,
        message: &Message,
        cut: &Name,
    ) -> Judged {
        let servers = set(&message.authority, cut, Kind::NS);
        // The zone above answers for the delegation.
        let above = cut.parent().unwrap_or_default();
        let anchor = self.anchor_above(zone, &above);
        let secure = anchor.is_some();
        if let Some((anchor, key)) = anchor
            && !sign::is_signed(key, &anchor, &servers, None, &message.authority)
        {
            return Judged::Bogus(cut.clone());
        }
        self.note(text::REFERRED, &[("server", &from), ("cut", cut)]);
        self.remember_set(now, from, &servers, Rank::Referral, secure, text::LEARNED_REFERRAL);
        let hosts = servers.iter().filter_map(|record| record.data.host());
        let hosts = hosts.map(|name| {
            // The glue of this message, then what is known from elsewhere.
            let glue = set(&message.additional, name, Kind::A);
            let glue = [glue, set(&message.additional, name, Kind::AAAA)];
            for glue in &glue {
                self.remember_set(now, from, glue, Rank::Additional, false, text::LEARNED_GLUE);
            }
            let fresh = addresses(&glue.concat());
            if fresh.is_empty() {
                self.host(now, name)
            } else {
                Host { name: name.clone(), addresses: fresh, looked_up: false }
            }
        });
        Judged::Referral { hosts: hosts.collect(), zone: cut.clone() }
    }

    /// The zone's servers and their addresses, which come beside an authoritative answer. Here a forger who has guessed
    /// ID and port takes over a whole zone, not one name.
    fn learn_beside(&mut self, now: Time, zone: &Name, from: IpAddr, message: &Message) {
        if !message.authoritative && self.config.bailiwick {
            return;
        }
        for (owner, servers) in sets(&message.authority, Kind::NS) {
            let anchor = self.anchor_above(zone, &owner);
            let secure = anchor.is_some();
            let signed = anchor.is_none_or(|(anchor, key)| {
                sign::is_signed(key, &anchor, &servers, None, &message.authority)
            });
            if !signed {
                continue;
            }
            self.remember_set(now, from, &servers, Rank::Authority, secure, text::LEARNED_SERVERS);
            for host in servers.iter().filter_map(|record| record.data.host()) {
                for kind in [Kind::A, Kind::AAAA] {
                    let glue = set(&message.additional, host, kind);
                    self.remember_set(now, from, &glue, Rank::Additional, false, text::LEARNED_GLUE);
                }
            }
        }
        if !self.config.bailiwick {
            // As it was before RFC 2181: whatever comes is kept.
            for kind in [Kind::A, Kind::AAAA] {
                let signed = |owner: &Name| self.is_anchored(owner);
                let unsigned: Vec<_> =
                    sets(&message.additional, kind).into_iter().filter(|(owner, _)| !signed(owner)).collect();
                for (_, records) in unsigned {
                    self.remember_set(now, from, &records, Rank::Answer, false, text::LEARNED_ANYTHING);
                }
            }
        }
    }

    fn remember_answer(&mut self, now: Time, from: IpAddr, message: &Message, chased: &Chased, secure: bool) {
        let records: Vec<_> = chased.aliases.iter().chain(&chased.records).cloned().collect();
        let first = message.question.as_ref().map(|question| question.name.clone()).unwrap_or_default();
        let mut kinds: Vec<_> = records.iter().map(Record::kind).collect();
        kinds.sort();
        kinds.dedup();
        for kind in kinds {
            for (owner, set) in sets(&records, kind) {
                // RFC 2181 §5.4.1: authority is over the first name only.
                let own = message.authoritative && owner == first;
                let rank = if own { Rank::Authoritative } else { Rank::Answer };
                self.remember_set(now, from, &set, rank, secure, text::LEARNED_ANSWER);
            }
        }
    }

    fn remember_set(
        &mut self,
        now: Time,
        from: IpAddr,
        set: &[Record],
        rank: Rank,
        secure: bool,
        message: crate::trace::Cited,
    ) {
        let Some(first) = set.first() else { return };
        // RFC 2181 §5.2: a set has one TTL.
        let ttl = set.iter().map(|record| record.ttl).min().unwrap_or_default().min(self.config.max_ttl);
        let mut data: Vec<_> = set.iter().map(|record| record.data.clone()).collect();
        data.sort();
        data.dedup();
        let entry = Entry {
            name: first.name.clone(),
            kind: Some(first.kind()),
            known: Known::Records(data),
            rank,
            secure,
            ttl,
            expires: expiry(now, ttl),
            from: Some(from),
        };
        self.cache.insert(now, entry, message);
    }

    fn limit(&self, chased: &mut Chased) {
        for record in chased.aliases.iter_mut().chain(&mut chased.records) {
            record.ttl = record.ttl.min(self.config.max_ttl);
        }
    }

    /// The signed zone that must have signed what is said about a name: the lowest anchor at or above it, unless we are
    /// below that already, led by a referral that it had signed.
    fn anchor_above(&self, zone: &Name, name: &Name) -> Option<(Name, &Key)> {
        let found = name.ancestors().find_map(|above| {
            let key = self.anchors.get(&above)?;
            Some((above, key))
        });
        found.filter(|(anchor, _)| !zone.is_below(anchor))
    }

    /// Whether a name is in a zone that must sign.
    pub(super) fn is_anchored(&self, name: &Name) -> bool {
        name.ancestors().any(|above| self.anchors.contains_key(&above))
    }

    /// Whether all sets of an answer are signed, where they must be; an error if one that must be is not.
    fn check(&self, zone: &Name, chased: &Chased, message: &Message) -> Result<bool, ()> {
        let records: Vec<_> = chased.aliases.iter().chain(&chased.records).cloned().collect();
        let mut secure = true;
        let mut kinds: Vec<_> = records.iter().map(Record::kind).collect();
        kinds.sort();
        kinds.dedup();
        for kind in kinds.into_iter().filter(|kind| *kind != Kind::RRSIG) {
            for (owner, set) in sets(&records, kind) {
                match self.anchor_above(zone, &owner) {
                    None => secure = false,
                    Some((anchor, key)) => {
                        if !sign::is_signed(key, &anchor, &set, None, &message.answers) {
                            return Err(());
                        }
                    }
                }
            }
        }
        Ok(secure)
    }

    fn check_denial(
        &self,
        zone: &Name,
        denied: &Question,
        soa: Option<&Record>,
        message: &Message,
    ) -> Result<bool, ()> {
        let Some((anchor, key)) = self.anchor_above(zone, &denied.name) else { return Ok(false) };
        let soa: Vec<_> = soa.into_iter().cloned().collect();
        let rcode = if message.rcode == Rcode::NX_DOMAIN { Rcode::NX_DOMAIN } else { Rcode::NO_ERROR };
        if sign::is_signed(key, &anchor, &soa, Some((denied, rcode)), &message.authority) {
            Ok(true)
        } else {
            Err(())
        }
    }
}

fn set(records: &[Record], name: &Name, kind: Kind) -> Vec<Record> {
    records.iter().filter(|record| record.name == *name && record.kind() == kind).cloned().collect()
}

/// The sets of a type, by owner.
fn sets(records: &[Record], kind: Kind) -> BTreeMap<Name, Vec<Record>> {
    let mut sets: BTreeMap<Name, Vec<Record>> = BTreeMap::new();
    for record in records.iter().filter(|record| record.kind() == kind) {
        sets.entry(record.name.clone()).or_default().push(record.clone());
    }
    sets
}
