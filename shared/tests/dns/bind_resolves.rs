//! BIND as the recursive resolver, in a network namespace of its own, and all the servers it asks are ours: root,
//! top-level domain, zones.

use std::{
    fs,
    net::IpAddr,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use firsthop_protocol::dns::{Authority, AuthorityConfig, ZoneFile};

use crate::{
    netns::{self, Namespace},
    programs::there,
    pump::{Running, bind},
    zones::{example, zone},
};

/// `named`, which ends with this.
struct Named(Child);

impl Drop for Named {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn zones() -> Vec<(u8, ZoneFile)> {
    let mut own = example();
    own.records
        .retain(|record| !["ns1 ", "ns2 ", "sub ", "far "].iter().any(|start| record.starts_with(start)));
    own.records.extend(
        ["ns1 A 127.0.0.13", "ns2 A 127.0.0.13", "sub NS ns.sub", "far NS ns.other.com."].map(str::to_owned),
    );
    own.records.retain(|record| !record.starts_with("ns.sub"));
    own.records.push("ns.sub A 127.0.0.14".to_owned());
    let root = ["@ NS a.root.", "a.root. A 127.0.0.11", "com. NS a.gtld.com.", "a.gtld.com. A 127.0.0.12"];
    let com = [
        "@ NS a.gtld",
        "a.gtld A 127.0.0.12",
        "example NS ns1.example",
        "ns1.example A 127.0.0.13",
        "other NS ns.other",
        "ns.other A 127.0.0.14",
    ];
    vec![
        (11, zone(".", &root)),
        (12, zone("com", &com)),
        (13, own),
        (14, zone("other.com", &["@ NS ns", "ns A 127.0.0.14"])),
        (14, zone("sub.example.com", &["@ NS ns", "ns A 127.0.0.14", "www A 192.0.2.201"])),
        (14, zone("far.example.com", &["@ NS ns.other.com.", "www A 192.0.2.200"])),
    ]
}

#[test]
fn bind_finds_its_way_through_our_servers() {
    if !(netns::possible(&["ip"]) && there("named") && there("dig")) {
        return;
    }
    let namespace = Namespace::new("dns");
    let servers: Vec<_> = (11..=14u8)
        .map(|last| {
            let files: Vec<_> =
                zones().into_iter().filter(|(at, _)| *at == last).map(|(_, zone)| zone).collect();
            let (udp, tcp) = namespace.open(|| bind(IpAddr::from([127, 0, 0, last]), 53)).unwrap();
            Running::serve_on(Authority::new(AuthorityConfig::default(), &files).unwrap(), udp, tcp)
        })
        .collect();
    assert_eq!(servers.len(), 4);

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display();
    fs::write(folder.path().join("hint"), ". 3600 IN NS a.root.\na.root. 3600 IN A 127.0.0.11\n").unwrap();
    let config = format!(
        "options {{ directory \"{path}\"; listen-on {{ 127.0.0.1; }}; listen-on-v6 {{ none; }}; pid-file none; \
         session-keyfile none; dnssec-validation no; empty-zones-enable no; recursion yes; \
         allow-recursion {{ any; }}; managed-keys-directory \"{path}\"; }};\ncontrols {{ }};\n\
         zone \".\" {{ type hint; file \"hint\"; }};\n"
    );
    fs::write(folder.path().join("named.conf"), config).unwrap();
    let log = fs::File::create(folder.path().join("log")).unwrap();
    let child = Command::new("ip")
        .args(["netns", "exec", &namespace.name, "named", "-g", "-n", "1", "-c"])
        .arg(folder.path().join("named.conf"))
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap();
    let _named = Named(child);
    let log = || fs::read_to_string(folder.path().join("log")).unwrap();
    let begun = Instant::now();
    while !log().contains("running\n") {
        assert!(begun.elapsed() < Duration::from_secs(30), "{}", log());
        thread::sleep(Duration::from_millis(50));
    }
    let dig = |arguments: &[&str]| {
        let said = namespace.run("dig", &[&["@127.0.0.1", "+tries=2", "+time=15"], arguments].concat());
        said.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    for (arguments, expected) in [
        (&["www.example.com"][..], "IN CNAME web.example.com. web.example.com. 3600 IN A 192.0.2.8"),
        (&["missing.example.com"], "status: NXDOMAIN"),
        (&["any.wild.example.com", "TXT"], "\"wild\""),
        (&["web.example.com", "MX"], "status: NOERROR, id"),
        (&["www.sub.example.com"], "192.0.2.201"),
        (&["www.far.example.com"], "192.0.2.200"),
        (&["into.example.com"], "192.0.2.201"),
        (&["long.example.com", "TXT"], "ANSWER: 12"),
        (&["many.example.com"], "ANSWER: 60"),
        (&["nowhere.example.com"], "status: NXDOMAIN"),
    ] {
        let said = dig(arguments);
        assert!(said.contains(expected), "{arguments:?}: {expected:?} is not in {said}\n{}", log());
    }
    for complaint in ["FORMERR", "lame server", "malformed", "broken trust"] {
        assert!(!log().contains(complaint), "{}", log());
    }
}
