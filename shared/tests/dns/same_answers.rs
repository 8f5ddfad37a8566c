//! Our authoritative server beside NSD and BIND, all with the same zone: the same answers.

use std::{net::IpAddr, time::Duration};

use firsthop_protocol::dns::{Authority, AuthorityConfig, Edns, Kind, Message, Question, Rcode, Record};

use crate::{
    programs::{Program, ask, free_port, named, nsd, there},
    pump::Running,
    zones::{QUESTIONS, example},
};

const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

/// What must be the same: code, AA, TC, and each section's records in any order.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    rcode: Rcode,
    authoritative: bool,
    truncated: bool,
    answers: Vec<String>,
    authority: Vec<String>,
    glue: Vec<String>,
}

fn said(message: &Message) -> Said {
    let sorted = |section: &[Record]| {
        let mut lines: Vec<_> = section.iter().map(|record| record.to_string().to_lowercase()).collect();
        lines.sort();
        lines
    };
    // Glue without which one could not go on. Other additional records are a courtesy, which servers show differently.
    let cuts = message.authority.iter().filter(|record| record.kind() == Kind::NS);
    let cuts: Vec<_> = cuts.map(|record| &record.name).collect();
    let glue = message.additional.iter().filter(|record| cuts.iter().any(|cut| record.name.is_within(cut)));
    let glue: Vec<_> = glue.cloned().collect();
    Said {
        rcode: message.rcode,
        authoritative: message.authoritative,
        truncated: message.truncated,
        answers: if message.truncated { Vec::new() } else { sorted(&message.answers) },
        authority: if message.truncated { Vec::new() } else { sorted(&message.authority) },
        glue: sorted(&glue),
    }
}

fn compare(theirs: &Program) {
    let ours = Running::serve(Authority::new(AuthorityConfig::default(), &[example()]).unwrap());
    let mut compared = 0;
    for (name, kind) in QUESTIONS {
        for edns in [None, Some(Edns { udp_size: 1232, version: 0, signatures: false })] {
            let question = Question { name: name.parse().unwrap(), kind: kind.parse().unwrap() };
            let query = Message { edns, ..Message::query(7, question, false) };
            let [ours, theirs] = [ours.address, theirs.address]
                .map(|server| said(&ask(server, &query, Duration::from_secs(10)).expect("an answer")));
            assert_eq!(ours, theirs, "{name} {kind}, ours and theirs");
            compared += 1;
        }
    }
    assert_eq!(compared, 2 * QUESTIONS.len());
}

#[test]
fn nsd_answers_the_same() {
    if there("nsd") {
        compare(&nsd(HERE, free_port(&[HERE]), &[example()]));
    }
}

#[test]
fn bind_answers_the_same() {
    if there("named") {
        let options = "recursion no; minimal-responses yes; max-udp-size 1232;";
        compare(&named(HERE, free_port(&[HERE]), options, &[example()], ""));
    }
}
