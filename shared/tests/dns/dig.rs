//! What `dig` makes of our servers.

use std::{net::SocketAddr, process::Command};

use firsthop_protocol::dns::{Authority, AuthorityConfig};

use crate::{
    pump::Running,
    zones::{QUESTIONS, example},
};

/// What `dig` prints; none if it is not there.
pub fn dig(server: SocketAddr, arguments: &[&str]) -> Option<String> {
    let port = server.port().to_string();
    let output = Command::new("dig")
        .arg(format!("@{}", server.ip()))
        .args([
            "-p",
            &port,
            "+tries=1",
            "+time=8",
            "+noall",
            "+comments",
            "+answer",
            "+authority",
            "+additional",
        ])
        .args(arguments)
        .output();
    match output {
        Ok(output) => {
            let said = String::from_utf8(output.stdout).unwrap();
            assert!(output.status.success(), "dig {arguments:?}: {said}");
            // What it would say of a message that it does not like.
            for complaint in ["WARNING", "extra bytes", "malformed", "FORMERR", "mismatch"] {
                assert!(!said.contains(complaint), "dig {arguments:?}: {said}");
            }
            Some(said.split_whitespace().collect::<Vec<_>>().join(" "))
        }
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "dig is needed: {error}");
            eprintln!("SKIPPED: dig is not there: {error}");
            None
        }
    }
}

/// Asserts that `dig` prints all of these.
pub fn dig_says(server: SocketAddr, arguments: &[&str], expected: &[&str]) {
    let Some(said) = dig(server, arguments) else { return };
    for expected in expected {
        assert!(said.contains(expected), "dig {arguments:?}: {expected:?} is not in {said}");
    }
}

#[test]
fn dig_reads_every_answer_of_the_authoritative_server() {
    let server = Running::serve(Authority::new(AuthorityConfig::default(), &[example()]).unwrap());
    for (name, kind) in QUESTIONS {
        for option in ["+noedns", "+tcp", "+bufsize=4096", "+dnssec"] {
            if dig(server.address, &[name, kind, option, "+norecurse"]).is_none() {
                return;
            }
        }
    }
}

#[test]
fn dig_shows_what_the_zone_says() {
    let server = Running::serve(Authority::new(AuthorityConfig::default(), &[example()]).unwrap());
    let says = |arguments: &[&str], expected: &[&str]| {
        dig_says(server.address, &[arguments, &["+norecurse"]].concat(), expected);
    };
    says(
        &["www.example.com", "A"],
        &[
            "status: NOERROR",
            "flags: qr aa;",
            "www.example.com. 300 IN CNAME web.example.com.",
            "web.example.com. 3600 IN A 192.0.2.80",
            "web.example.com. 3600 IN A 192.0.2.81",
            "udp: 1232",
        ],
    );
    says(
        &["missing.example.com"],
        &[
            "status: NXDOMAIN",
            "flags: qr aa;",
            "example.com. 300 IN SOA ns1.example.com. hostmaster.example.com. 2026112301 7200 900 1209600 300",
        ],
    );
    says(&["web.example.com", "MX"], &["status: NOERROR", "ANSWER: 0, AUTHORITY: 1", "300 IN SOA"]);
    says(
        &["www.sub.example.com"],
        &[
            "flags: qr; QUERY: 1, ANSWER: 0, AUTHORITY: 2, ADDITIONAL: 3",
            "sub.example.com. 3600 IN NS ns.sub.example.com.",
            "ns.sub.example.com. 3600 IN A 192.0.2.153",
        ],
    );
    says(&["any.wild.example.com", "TXT"], &[r#"any.wild.example.com. 3600 IN TXT "wild""#]);
    says(&["text.example.com", "TXT"], &[r#"TXT "one two" "three" "a \"quote\"; and a \\""#]);
    says(&["example.org"], &["status: REFUSED"]);
    // 12 strings of 204 bytes fit in no datagram that we send: dig goes on by TCP by itself, if it may.
    says(&["long.example.com", "TXT", "+ignore"], &["flags: qr aa tc;", "ANSWER: 0"]);
    says(&["long.example.com", "TXT"], &["flags: qr aa;", "ANSWER: 12"]);
    // 60 addresses: too much for 512 bytes, not for what EDNS allows.
    says(&["many.example.com", "+noedns", "+ignore"], &["flags: qr aa tc;", "ANSWER: 0"]);
    says(&["many.example.com", "+bufsize=700", "+ignore"], &["flags: qr aa tc;", "ANSWER: 0"]);
    says(&["many.example.com", "+bufsize=1232", "+ignore"], &["flags: qr aa;", "ANSWER: 60"]);
    says(&["many.example.com", "+noedns", "+tcp"], &["flags: qr aa;", "ANSWER: 60"]);
    says(&["www.example.com", "+edns=1", "+noednsnegotiation"], &["status: BADVERS", "EDNS: version: 0"]);
    says(&["www.example.com", "+opcode=2"], &["status: NOTIMP", "opcode: STATUS"]);
}
