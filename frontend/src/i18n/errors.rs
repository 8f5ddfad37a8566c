//! Errors of the protocols in the learner's language.
//!
//! In English an error says what its `Display` says. For every other language there is a function an error type which
//! matches on its variants, so that one without a translation does not compile.

use firsthop_protocol::{
    addr::{NotTwoHosts, ParseError, PlanError, RangeError, SplitError},
    goal::GoalError,
    sim::ScenarioError,
    trace::{capture::ReadError, filter::FilterError},
    wire::edit::EditError,
};

use super::{Language, zh};

/// An error that can be shown to a learner.
pub trait Explain: std::fmt::Display {
    /// In Simplified Chinese.
    fn in_chinese(&self) -> String;

    /// In a language.
    fn explain(&self, language: Language) -> String {
        match language {
            Language::English => self.to_string(),
            Language::Chinese => self.in_chinese(),
        }
    }
}

macro_rules! explain {
    ($($error:ty => $function:ident),* $(,)?) => {
        $(impl Explain for $error {
            fn in_chinese(&self) -> String {
                zh::errors::$function(self)
            }
        })*
    };
}

explain! {
    ParseError => address,
    SplitError => split,
    PlanError => plan,
    RangeError => range,
    NotTwoHosts => not_two_hosts,
    EditError => edit,
    ReadError => capture,
    FilterError => filter,
    GoalError => goal,
    ScenarioError => scenario,
}

#[cfg(test)]
mod tests {
    use firsthop_protocol::{
        addr::{parse_interface, parse_network, parse_requests, plan, range_to_cidrs, same_network, split},
        goal::{self, Expected, Goal},
        nat,
        sim::{Place, Problem, Scenario, Step},
        trace::{
            capture::{Flaw, Part},
            filter::Filter,
        },
        wire::{LinkType, Protocol, Value, dissect, edit, samples},
    };

    use super::*;
    use crate::i18n::latin_words;

    /// Chinese, and what is left of Latin letters are names; `given` is what the learner typed.
    fn check(error: &impl Explain, given: &str) {
        let said = error.explain(Language::Chinese);
        assert!(said.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter)), "{said}");
        let left: Vec<_> = latin_words(&said).filter(|word| !given.contains(word)).collect();
        assert!(left.is_empty(), "{left:?} is left in {said}");
        assert!(!said.contains("  ") && !said.contains('{'), "{said}");
        assert_eq!(error.explain(Language::English), error.to_string());
    }

    #[test]
    fn addresses() {
        let typed = [
            "",
            "/24",
            "10.1.2/8",
            "10.1..3/8",
            "10.1.x.3/8",
            "10.1.256.3/8",
            "10.010.2.3/8",
            "1::2::3/64",
            "10.1.2.3",
            "10.1.2.3/33",
            "::1/129",
            "10.1.2.3 255.0.255.0",
            "10.1.2.3 0.0.0.255",
        ];
        let mut kinds: Vec<_> = typed
            .map(|text| {
                let error = parse_interface(text).unwrap_err();
                check(&error, text);
                std::mem::discriminant(&error)
            })
            .to_vec();
        let host_bits = parse_network("10.1.2.3/8").unwrap_err();
        check(&host_bits, "");
        kinds.push(std::mem::discriminant(&host_bits));
        kinds.dedup();
        assert_eq!(kinds.len(), 12, "every variant is tried");
    }

    #[test]
    fn divisions_and_ranges() {
        let net = |text: &str| text.parse().unwrap();
        check(&split(net("10.0.0.0/24"), 23).unwrap_err(), "");
        check(&split(net("::/0"), 128).unwrap_err(), "");
        check(&split(net("10.0.0.1/32"), 30).unwrap_err(), "");
        for hosts in [&[][..], &[5, 0], &[10, 50], &[u128::MAX]] {
            check(&plan(net("10.0.0.0/26"), hosts).unwrap_err(), "");
        }
        check(&plan(net("::/0"), &[u128::MAX, 1]).unwrap_err(), "");
        let long = "9".repeat(40);
        for typed in ["many", &long] {
            check(&parse_requests(["5", typed]).unwrap_err(), typed);
        }
        for (first, last) in [("10.0.0.1", "::1"), ("10.0.0.2", "10.0.0.1")] {
            check(&range_to_cidrs(first.parse().unwrap(), last.parse().unwrap()).unwrap_err(), "");
        }
    }

    #[test]
    fn what_is_no_host() {
        let a = "192.168.10.77/26";
        for (a, b) in [
            (a, a),
            (a, "192.168.10.64/26"),
            (a, "192.168.10.127/26"),
            (a, "192.168.10.127/24"),
            (a, "224.0.0.1/26"),
            (a, "2001:db8::1/64"),
            ("2001:db8::1/64", "2001:db8::/64"),
        ] {
            check(&same_network(a.parse().unwrap(), b.parse().unwrap()).unwrap_err(), "Subnet-Router");
        }
    }

    #[test]
    fn edits() {
        let sample = samples::all().remove(0);
        let dissection = dissect(LinkType::Ethernet, &sample.frame);
        let mut frame = sample.frame.clone();
        // Every kind of value that a field can have, and a text that is none of it.
        let fields = dissection.layers.iter().flat_map(|layer| &layer.fields);
        let refused: Vec<_> = fields.filter_map(|field| edit::parse(field, "zz").err()).collect();
        assert!(refused.len() > 20);
        for error in &refused {
            check(error, "zz");
        }
        let ttl = dissection.layer(Protocol::Ipv4).and_then(|layer| layer.field("ttl")).unwrap();
        check(&edit::set(&mut frame, ttl, &Value::Number(256)).unwrap_err(), "");
        check(&edit::set(&mut frame, ttl, &Value::Bytes(vec![1, 2])).unwrap_err(), "");
        check(&edit::set(&mut [], ttl, &Value::Number(1)).unwrap_err(), "");
    }

    #[test]
    fn captures() {
        check(&ReadError::Empty, "");
        check(&ReadError::NotACapture { first: vec![0x47, 0x49, 0xab, 0xcd] }, "");
        check(&ReadError::Io { offset: 7, why: "no".into() }, "no");
        for what in Part::ALL {
            check(&ReadError::Truncated { what, offset: 1, needed: 2, had: 1 }, "");
        }
        let flaws = [
            Flaw::ByteOrder([0xab, 0xcd, 1, 2]),
            Flaw::Version(2),
            Flaw::TooShort(4),
            Flaw::Implausible(4),
            Flaw::Captured(u32::MAX),
            Flaw::Interface { id: 1, described: 0 },
            Flaw::Contradiction,
        ];
        for why in flaws {
            check(&ReadError::Malformed { what: Part::Block, offset: 0, why }, "");
        }
    }

    #[test]
    fn scenarios() {
        const HOSTS: &str = "[[host]]\nname = \"a\"\naddress = \"10.0.0.1/24\"\n[[host]]\nname = \"b\"\naddress = \"10.0.0.2/24\"\n";
        let parse = |text: &str| Scenario::parse(text).unwrap_err();
        let second = HOSTS.replace("\"b\"", "\"a\"");
        for (text, said) in [
            ("", "第 1 行"),
            ("host = 1", "第 1 行"),
            (&second, "“a”"),
            (&format!("{HOSTS}[[link]]\nends = [\"a\", \"c\"]\n"), "“c”"),
            (
                &format!("{HOSTS}[[action]]\nhost = \"a\"\ndo = \"connect\"\nto = \"b:99999\"\n"),
                "action 第 1 项",
            ),
        ] {
            let error = parse(text);
            assert!(error.in_chinese().contains(said) || text.is_empty(), "{}", error.in_chinese());
            let ScenarioError::Wrong { .. } = error else { continue };
            check(&error, &format!("{text} hosts links server"));
        }
        check(
            &Scenario::builtin("no-such").unwrap_err(),
            &format!("no-such {}", Scenario::builtin("no-such").unwrap_err()),
        );
        check(&ScenarioError::Over, "");
    }

    #[test]
    fn every_problem_of_a_scenario() {
        let name = || "given".to_owned();
        let problems = [
            Problem::NoHosts,
            Problem::BadName(name()),
            Problem::DuplicateName(name()),
            Problem::UnknownHost { name: name(), known: name() },
            Problem::UnknownLink { name: name(), known: name() },
            Problem::BadAddress("10.0.0.0/24".parse().unwrap()),
            Problem::DuplicateAddress(name()),
            Problem::BadMac(name()),
            Problem::SelfLink(name()),
            Problem::ShortAndLong("given"),
            Problem::UnknownInterface(name()),
            Problem::RouteNeedsVia,
            Problem::NotOwnAddress("10.0.0.9".parse().unwrap()),
            Problem::BadGroup("10.0.0.9".parse().unwrap()),
            Problem::FarRouter("10.0.0.9".parse().unwrap()),
            Problem::NatNeedsAddress(name()),
            Problem::Forward(nat::ConfigError::Protocol),
            Problem::Forward(nat::ConfigError::Taken { port: 9 }),
            Problem::Forward(nat::ConfigError::NotForwarded { port: 9 }),
            Problem::Forward(nat::ConfigError::ToOutside { to: "10.0.0.9:80".parse().unwrap() }),
            Problem::OnlyRouters("given"),
            Problem::UnknownMachine { name: name(), known: name() },
            Problem::UnknownPort { machine: name(), port: name(), known: name() },
            Problem::PortTaken { machine: name(), port: name() },
            Problem::NoFreePort { machine: name(), ports: 9 },
            Problem::Range { value: 9, least: 1, most: 5 },
            Problem::NotAtLink(name()),
            Problem::Filter("port".parse::<Filter>().unwrap_err()),
            Problem::Goal(Box::new("no".parse::<Goal>().unwrap_err())),
            Problem::NthAndFirst,
            Problem::RuleDelay,
            Problem::HostNeeded("given"),
            Problem::LinkNeeded("given"),
            Problem::Meaningless { field: "given", verb: "given" },
            Problem::ConditionNeedsHost,
            Problem::AtAndOn,
            Problem::AfterWithoutOn,
            Problem::BadTo(name()),
            Problem::BadMachine(name()),
            Problem::TooMuch { sum: 9, most: 5 },
            Problem::BytesOrText,
        ];
        for problem in problems {
            let place =
                Place { path: vec![Step::Key("action"), Step::Number(2), Step::Key("to")], line: Some(12) };
            let error = ScenarioError::Wrong { place, problem };
            assert!(
                error.in_chinese().starts_with("第 12 行，action 第 3 项的 to："),
                "{}",
                error.in_chinese()
            );
            // Keys of the file, as they are written there.
            check(
                &error,
                "given frame tcp action host link nth first delay_ms delay at_ms on after_ms server bytes text port via interface",
            );
        }
    }

    #[test]
    fn goals() {
        let (deep, long) = ("not ".repeat(60) + "frame", "frame ".repeat(1000));
        for typed in [
            "frmae",
            "frame [tcp",
            "frame [port]",
            "\"a",
            "(frame",
            "frame)",
            "frame frame",
            "]",
            "at least 0 frames",
            "at least 99999999999999999999 frames",
            "tcp is OPEN",
            "row of arp where A in B",
            "always never frame",
            &deep,
            &long,
        ] {
            let error = typed.parse::<Goal>().unwrap_err();
            check(
                &error,
                &format!("{typed} frame tcp call event received row then and or LISTEN ESTABLISHED least at"),
            );
        }
        for what in Expected::ALL {
            let error = GoalError { at: 0..0, problem: goal::Problem::Missing(what) };
            check(&error, &format!("{} of is contains in least most the end", what.example()));
        }
        let goal: Goal = "frame of A on L".parse().unwrap();
        check(&goal.check_names(&["B"], &[]).unwrap_err(), "");
        check(&goal.check_names(&["A"], &[]).unwrap_err(), "none");
    }

    #[test]
    fn filters() {
        let deep = "not ".repeat(60) + "syn";
        for typed in ["sin", "port", "host 1.2.3", "port 70000", "syn and", "(syn", "syn)", "\"a", &deep] {
            check(&typed.parse::<Filter>().unwrap_err(), &format!("{typed} host tcp 10.0.0.1 80"));
        }
    }
}
