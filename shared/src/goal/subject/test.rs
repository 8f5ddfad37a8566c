//! Comparing a cell or an argument with what is wanted of it.

use std::net::IpAddr;

use crate::goal::{
    expression::{Number, Order, Relation, Test, Value},
    world::{World, address_in},
};

/// A name and its value.
pub(super) type Named<'v> = (&'v str, &'v str);

impl Test {
    /// Whether one of the values has the name and is as wanted.
    pub(super) fn holds_among(&self, named: &[Named<'_>], world: &World) -> bool {
        self.find(named).is_some_and(|value| self.holds(value, world))
    }

    pub(super) fn find<'v>(&self, named: &[Named<'v>]) -> Option<&'v str> {
        named.iter().find(|(name, _)| name.eq_ignore_ascii_case(&self.column)).map(|(_, value)| *value)
    }

    pub(super) fn holds(&self, value: &str, world: &World) -> bool {
        match &self.relation {
            Relation::Is(wanted) => wanted.is(value, world),
            Relation::IsNot(wanted) => !wanted.is(value, world),
            Relation::Order(order, wanted) => Number::leading(value).is_some_and(|number| match order {
                Order::Less => number < *wanted,
                Order::AtMost => number <= *wanted,
                Order::Greater => number > *wanted,
                Order::AtLeast => number >= *wanted,
            }),
            Relation::Contains(text) => value.contains(text),
            Relation::In(network) => address_in(value).is_some_and(|address| network.contains(&address)),
        }
    }

    /// What is wanted, with the values that machines have now.
    pub(super) fn wanted(&self, world: &World) -> String {
        match &self.relation {
            Relation::Is(value) => value.say(world),
            Relation::IsNot(value) => format!("!= {}", value.say(world)),
            Relation::Order(order, number) => {
                let sign = match order {
                    Order::Less => "<",
                    Order::AtMost => "<=",
                    Order::Greater => ">",
                    Order::AtLeast => ">=",
                };
                format!("{sign} {number}")
            }
            Relation::Contains(text) => format!("contains {text:?}"),
            Relation::In(network) => format!("in {network}"),
        }
    }
}

impl Value {
    fn is(&self, value: &str, world: &World) -> bool {
        match self {
            // An address alone is also wanted with a prefix or port behind it.
            Self::Text(wanted) => {
                let same = || wanted.parse::<IpAddr>().is_ok_and(|wanted| address_in(value) == Some(wanted));
                value.eq_ignore_ascii_case(wanted) || same()
            }
            Self::Mac(card) => world.macs(card).any(|mac| mac.eq_ignore_ascii_case(value)),
            Self::Address(card) => {
                address_in(value).is_some_and(|address| world.addresses(card).any(|own| own == address))
            }
        }
    }

    fn say(&self, world: &World) -> String {
        let known: Vec<String> = match self {
            Self::Text(text) => return text.clone(),
            Self::Mac(card) => world.macs(card).map(str::to_owned).collect(),
            Self::Address(card) => world.addresses(card).map(|address| address.to_string()).collect(),
        };
        if known.is_empty() { "?".to_owned() } else { known.join(" / ") }
    }
}
