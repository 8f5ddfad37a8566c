//! Exercises: thousands of seeds, marked against a computation that shares nothing with the one that made them.
#![allow(clippy::panic, reason = "a test that panics is a test that fails")]

use std::net::Ipv4Addr;

use firsthop_protocol::exercise::{Answer, Exercise, Kind, LEVELS, Verdict};

const SEEDS: u64 = 2_000;

fn all() -> impl Iterator<Item = Exercise> {
    Kind::ALL.into_iter().flat_map(|kind| {
        (1..=LEVELS).flat_map(move |level| (0..SEEDS).map(move |seed| Exercise::new(kind, level, seed)))
    })
}

/// `10.1.2.3/24` as a list of 32 bits and the prefix.
fn bits_of(text: &str) -> (Vec<bool>, usize) {
    let Some((address, prefix)) = text.split_once('/') else { panic!("no prefix in {text}") };
    let Ok(address) = address.parse::<Ipv4Addr>() else { panic!("no address in {text}") };
    let Ok(prefix) = prefix.parse() else { panic!("no prefix in {text}") };
    let bits = address
        .octets()
        .iter()
        .flat_map(|octet| format!("{octet:08b}").into_bytes())
        .map(|bit| bit == b'1')
        .collect();
    (bits, prefix)
}

fn address_of(bits: impl Iterator<Item = bool>) -> Ipv4Addr {
    Ipv4Addr::from(bits.fold(0_u32, |sum, bit| sum * 2 + u32::from(bit)))
}

/// The answer worked out on strings of bits, without masks or arithmetic on addresses.
fn by_bits(exercise: &Exercise) -> Option<Answer> {
    let arg = |name: &str| exercise.question.args.get(name).cloned().unwrap_or_default();
    let fill = |value: bool| {
        let (bits, prefix) = bits_of(&arg("host"));
        address_of(bits.into_iter().enumerate().map(move |(at, bit)| if at < prefix { bit } else { value }))
    };
    let (network, broadcast) = match exercise.kind {
        Kind::Network | Kind::Broadcast | Kind::FirstHost | Kind::LastHost => (fill(false), fill(true)),
        _ => (Ipv4Addr::UNSPECIFIED, Ipv4Addr::UNSPECIFIED),
    };
    let hosts = |prefix: u32| match 2_u64.pow(32 - prefix) {
        few @ 1..=2 => few,
        many => many - 2,
    };
    let point_to_point = || arg("host").ends_with("/31");
    Some(match exercise.kind {
        Kind::Class => {
            let (bits, _) = bits_of(&format!("{}/0", arg("address")));
            let ones = bits.iter().take_while(|bit| **bit).count().min(4);
            Answer::Class("ABCDE".chars().nth(ones)?)
        }
        Kind::Mask => {
            let prefix: usize = arg("prefix").parse().ok()?;
            Answer::Address(address_of((0..32).map(|at| at < prefix)))
        }
        Kind::Network => Answer::Address(network),
        Kind::Broadcast => Answer::Address(broadcast),
        Kind::FirstHost if point_to_point() => Answer::Address(network),
        Kind::LastHost if point_to_point() => Answer::Address(broadcast),
        Kind::FirstHost => Answer::Address(Ipv4Addr::from(u32::from(network) + 1)),
        Kind::LastHost => Answer::Address(Ipv4Addr::from(u32::from(broadcast) - 1)),
        Kind::HostCount => Answer::Number(hosts(arg("prefix").parse().ok()?)),
        Kind::PrefixForHosts => {
            let wanted: u64 = arg("hosts").parse().ok()?;
            let prefix = (0..=32).filter(|prefix| hosts(*prefix) >= wanted).max()?;
            Answer::Prefix(u8::try_from(prefix).ok()?)
        }
        Kind::SameNetwork => {
            let ((a, prefix), (b, _)) = (bits_of(&arg("a")), bits_of(&arg("b")));
            Answer::YesNo(a.iter().zip(&b).take(prefix).all(|(a, b)| a == b))
        }
    })
}

#[test]
fn every_answer_agrees_with_the_bits() {
    for exercise in all() {
        assert_eq!(Some(exercise.answer), by_bits(&exercise), "{}", exercise.question);
    }
}

#[test]
fn the_right_answer_is_right_and_its_neighbours_are_wrong() {
    for exercise in all() {
        assert_eq!(exercise.mark(&exercise.answer.to_string()), Verdict::Right, "{}", exercise.question);
        let wrong = match exercise.answer {
            Answer::Address(address) => Ipv4Addr::from(u32::from(address) ^ 1).to_string(),
            Answer::Number(number) => (number + 1).to_string(),
            Answer::Prefix(bits) => (bits - 1).to_string(),
            Answer::YesNo(yes) => if yes { "no" } else { "yes" }.to_owned(),
            Answer::Class('A') => "B".to_owned(),
            Answer::Class(_) => "A".to_owned(),
        };
        assert_eq!(exercise.mark(&wrong), Verdict::Wrong, "{}", exercise.question);
    }
}

#[test]
fn the_solution_ends_with_the_answer() {
    for exercise in all() {
        let Some(last) = exercise.solution.last() else { panic!("no solution: {}", exercise.question) };
        let answer = exercise.answer.to_string();
        let says = match exercise.kind {
            Kind::SameNetwork => {
                last.id == if answer == "yes" { "exercise.step.same" } else { "exercise.step.different" }
            }
            _ => last.english.contains(&answer),
        };
        assert!(says, "{}: {answer} is not in `{last}`", exercise.question);
    }
}

#[test]
fn both_verdicts_come_up_and_levels_differ() {
    let yes = |level| {
        (0..SEEDS)
            .filter(|seed| Exercise::new(Kind::SameNetwork, level, *seed).answer == Answer::YesNo(true))
            .count()
    };
    for level in 1..=LEVELS {
        let share = yes(level);
        assert!((500..1500).contains(&share), "level {level}: {share} of {SEEDS} are yes");
    }
    assert!((0..SEEDS).any(|seed| {
        Exercise::new(Kind::FirstHost, 5, seed).question.args.values().any(|host| host.ends_with("/31"))
    }));
}

/// Why an address is no host's by its own prefix, worked out on its bits.
fn no_host(text: &str) -> Option<&'static str> {
    let (bits, prefix) = bits_of(text);
    let host = bits.get(prefix..).unwrap_or_default();
    let first = bits.iter().take(8).fold(0, |sum, bit| sum * 2 + u32::from(*bit));
    match first {
        0 | 127 | 224.. => Some("special"),
        _ if host.len() < 2 => None,
        _ if host.iter().all(|bit| !bit) => Some("network number"),
        _ if host.iter().all(|bit| *bit) => Some("broadcast address"),
        _ => None,
    }
}

/// What a question calls a host, and the first and last host that it asks for, must be one: were a "host" the broadcast address
/// of its network, "yes, they can talk" would be marked as right.
#[test]
fn what_is_called_a_host_is_one() {
    for exercise in all() {
        let mut hosts: Vec<String> =
            ["host", "a", "b"].iter().filter_map(|name| exercise.question.args.get(*name).cloned()).collect();
        if let (Kind::FirstHost | Kind::LastHost, Some((_, prefix))) =
            (exercise.kind, hosts.first().and_then(|host| host.split_once('/')))
        {
            hosts.push(format!("{}/{prefix}", exercise.answer));
        }
        for host in &hosts {
            assert_eq!(no_host(host), None, "{host}: {}", exercise.question);
        }
        if let [a, b] = hosts.as_slice()
            && exercise.kind == Kind::SameNetwork
        {
            assert_ne!(a, b, "one host, not two: {}", exercise.question);
        }
    }
}
