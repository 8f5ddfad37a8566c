//! `firsthop subnet` and the arithmetic behind it, against Python's `ipaddress`: thousands of random networks.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics is a test that fails")]

use std::{
    io::Write,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    process::{Command, Stdio},
};

use firsthop_protocol::addr::{self, Facts};
use ipnet::IpNet;
use serde_json::{Value, json};

/// Runs one Python process over lines of questions; the answers come back in order.
fn python(program: &str, questions: &[Value]) -> Option<Vec<Value>> {
    let spawned =
        Command::new("python3").args(["-c", program]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "python3 is needed: {error}");
            eprintln!("SKIPPED: python3 is not here: {error}");
            return None;
        }
    };
    let input: String = questions.iter().map(|question| format!("{question}\n")).collect();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success());
    let answers: Vec<Value> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(answers.len(), questions.len());
    Some(answers)
}

/// Random bits (SplitMix64), the same at each run.
struct Bits(u64);

impl Bits {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    fn below(&mut self, end: u8) -> u8 {
        u8::try_from(self.next() % u64::from(end)).unwrap()
    }

    fn net(&mut self) -> IpNet {
        let bits = self.next();
        let (address, most): (IpAddr, u8) = if self.below(2) == 0 {
            (Ipv4Addr::from(u32::try_from(bits >> 32).unwrap()).into(), 32)
        } else {
            (Ipv6Addr::from((u128::from(bits) << 64) | u128::from(self.next())).into(), 128)
        };
        IpNet::new(address, self.below(most + 1)).unwrap()
    }
}

#[test]
fn facts_agree_with_python() {
    const PROGRAM: &str = r"
import sys, json, ipaddress
for line in sys.stdin:
    i = ipaddress.ip_interface(json.loads(line)); n = i.network; v4 = i.version == 4
    tiny = n.prefixlen >= n.max_prefixlen - 1
    a = dict(address=str(i.ip), prefix=n.prefixlen, network=str(n.network_address),
             first_host=str(n[0] if tiny else n[1]), last_host=str(n[-1] if tiny or not v4 else n[-2]),
             hosts=str(n.num_addresses - (0 if tiny else 2 if v4 else 1)), addresses=str(n.num_addresses),
             bits=format(int(i.ip), '0%db' % n.max_prefixlen))
    if v4: a.update(netmask=str(n.netmask), wildcard=str(n.hostmask), broadcast=str(n.broadcast_address))
    print(json.dumps(a))
";
    let mut bits = Bits(7);
    let mut nets: Vec<IpNet> = (0..6000).map(|_| bits.net()).collect();
    nets.extend((0..=32).map(|prefix| IpNet::new([203, 0, 113, 77].into(), prefix).unwrap()));
    nets.extend((0..=128).map(|prefix| IpNet::new("2001:db8::abcd".parse().unwrap(), prefix).unwrap()));
    let questions: Vec<_> = nets.iter().map(|net| json!(net.to_string())).collect();
    let Some(answers) = python(PROGRAM, &questions) else { return };
    for (net, python) in nets.iter().zip(answers) {
        // A number of hosts beyond 64 bits is sound JSON, but more than this test's reader holds: quote it.
        let facts = Facts::of(*net);
        let text = serde_json::to_string(&facts).unwrap();
        let hosts = format!("\"hosts\":{}", facts.hosts);
        let quoted = text.replacen(&hosts, &format!("\"hosts\":\"{}\"", facts.hosts), 1);
        assert_ne!(text, quoted, "hosts is a number");
        let ours: Value = serde_json::from_str(&quoted).unwrap();
        let binary = ours["binary"].as_str().unwrap();
        for (name, expected) in python.as_object().unwrap() {
            let found = match name.as_str() {
                "bits" => json!(binary.replace(['.', ':', '|'], "")),
                _ => ours[name].clone(),
            };
            assert_eq!(&found, expected, "{net}: {name}");
        }
        let network_part = binary.split('|').next().unwrap().replace(['.', ':'], "");
        assert_eq!(network_part.len(), usize::from(net.prefix_len()), "{net}: boundary");
    }
}

/// Python's `is_private` means "not globally reachable", which is wider than RFC 1918 and RFC 4193. Within those blocks, and
/// for addresses in no registered block at all, both must agree; so must the kinds that both know.
#[test]
fn kinds_agree_with_python() {
    const PROGRAM: &str = r"
import sys, json, ipaddress
for line in sys.stdin:
    a = ipaddress.ip_address(json.loads(line))
    print(json.dumps([a.is_private, a.is_multicast, a.is_loopback, a.is_link_local]))
";
    let mut bits = Bits(11);
    let mut addresses: Vec<IpAddr> = (0..4000).map(|_| bits.net().addr()).collect();
    for special in addr::REGISTRY {
        let net: IpNet = special.block.parse().unwrap();
        addresses.extend([net.network(), net.broadcast()]);
    }
    let questions: Vec<_> = addresses.iter().map(|address| json!(address.to_string())).collect();
    let Some(answers) = python(PROGRAM, &questions) else { return };
    for (address, python) in addresses.iter().zip(answers) {
        let ours = addr::special(*address);
        let private = ours.is_some_and(|special| special.private);
        if private || ours.is_none() {
            assert_eq!(python[0], json!(private), "{address}: private");
        }
        let name = ours.map_or("", |special| special.name);
        assert_eq!(python[1], json!(name.starts_with("Multicast")), "{address}: multicast, {name}");
        assert_eq!(python[2], json!(name.starts_with("Loopback")), "{address}: loopback, {name}");
        assert_eq!(python[3], json!(name.starts_with("Link")), "{address}: link local, {name}");
    }
}

#[test]
fn summaries_ranges_and_parts_agree_with_python() {
    const PROGRAM: &str = r"
import sys, json, ipaddress
for line in sys.stdin:
    q = json.loads(line)
    nets = [ipaddress.ip_network(n) for n in q['nets']]
    summary = [str(n) for v in (4, 6) for n in ipaddress.collapse_addresses([n for n in nets if n.version == v])]
    cover = [str(n) for n in ipaddress.summarize_address_range(*map(ipaddress.ip_address, q['range']))]
    parts = [str(n) for n in ipaddress.ip_network(q['split'][0]).subnets(new_prefix=q['split'][1])]
    print(json.dumps([summary, cover, parts]))
";
    let mut bits = Bits(13);
    // Few addresses and long prefixes, so that neighbours and overlaps are common.
    let near = |bits: &mut Bits| {
        let low = bits.below(255);
        let net = if bits.below(2) == 0 {
            IpNet::new([10, 0, 0, low].into(), 26 + bits.below(7))
        } else {
            IpNet::new(Ipv6Addr::from(u128::from(low)).into(), 120 + bits.below(9))
        };
        net.unwrap().trunc().to_string()
    };
    let question = |bits: &mut Bits| {
        let nets: Vec<String> = (0..12).map(|_| near(bits)).collect();
        let mut range = [bits.next() >> 32, bits.next() >> 32];
        range.sort_unstable();
        let range = range.map(|address| Ipv4Addr::from(u32::try_from(address).unwrap()).to_string());
        let net = bits.net().trunc();
        let prefix = (net.prefix_len() + bits.below(7)).min(net.max_prefix_len());
        json!({ "nets": nets, "range": range, "split": [net.to_string(), prefix] })
    };
    let questions: Vec<Value> = (0..1500).map(|_| question(&mut bits)).collect();
    let Some(answers) = python(PROGRAM, &questions) else { return };
    let texts = |nets: Vec<IpNet>| json!(nets.iter().map(ToString::to_string).collect::<Vec<_>>());
    for (question, python) in questions.iter().zip(answers) {
        let nets: Vec<IpNet> = serde_json::from_value(question["nets"].clone()).unwrap();
        assert_eq!(texts(addr::summarize(&nets)), python[0], "{question}");
        let [first, last]: [IpAddr; 2] = serde_json::from_value(question["range"].clone()).unwrap();
        assert_eq!(texts(addr::range_to_cidrs(first, last).unwrap()), python[1], "{question}");
        let (net, prefix): (IpNet, u8) = serde_json::from_value(question["split"].clone()).unwrap();
        assert_eq!(texts(addr::split(net, prefix).unwrap()), python[2], "{question}");
    }
}

/// Plans of both families, judged by Python: every part is the smallest that holds its hosts by Python's own count of a
/// network's usable addresses, and the parts and what is left are the whole network, once. Where there is no plan, the blocks
/// that Python finds necessary have more addresses than there are.
#[test]
fn plans_agree_with_python() {
    const PROGRAM: &str = r"
import sys, json, ipaddress
def usable(n):
    if n.prefixlen >= n.max_prefixlen - 1: return n.num_addresses
    return n.num_addresses - (2 if n.version == 4 else 1)
for line in sys.stdin:
    q = json.loads(line); net = ipaddress.ip_network(q['network']); wrong = []
    def smallest(hosts):
        host_bits = 0
        while usable(type(net)((0, net.max_prefixlen - host_bits))) < hosts: host_bits += 1
        return net.max_prefixlen - host_bits
    sizes = [smallest(int(h)) for h in q['hosts']]
    if q['plan'] is None:
        needed = sum(2 ** (net.max_prefixlen - s) for s in sizes)
        if needed <= net.num_addresses: wrong.append('%d would fit in %d' % (needed, net.num_addresses))
    else:
        parts = [ipaddress.ip_network(p[0]) for p in q['plan']['parts']]
        for (text, hosts, wasted), part, size, asked in zip(q['plan']['parts'], parts, sizes, q['hosts']):
            if part.prefixlen != size: wrong.append('%s is no /%d' % (part, size))
            if int(hosts) != usable(part) or int(wasted) != usable(part) - int(asked): wrong.append(text)
            if part.num_addresses <= 1024:
                # What Python lists itself, where it can be listed.
                listed = sum(1 for _ in part.hosts())
                if listed != int(hosts): wrong.append('%s lists %d' % (part, listed))
        free = [ipaddress.ip_network(f) for f in q['plan']['free']]
        if sum(n.num_addresses for n in parts + free) != net.num_addresses: wrong.append('overlap or gap')
        if list(ipaddress.collapse_addresses(parts + free)) != [net]: wrong.append('not the network')
        if free != list(ipaddress.collapse_addresses(free)): wrong.append('more free blocks than needed')
    print(json.dumps(wrong))
";
    let mut bits = Bits(17);
    let (mut fit, mut fit_not) = ([0, 0], [0, 0]);
    let mut question = |bits: &mut Bits| {
        let mut network = bits.net().trunc();
        while network.prefix_len() < 4 {
            network = bits.net().trunc();
        }
        let family = usize::from(network.addr().is_ipv6());
        let room = u32::from(network.max_prefix_len() - network.prefix_len());
        let hosts: Vec<u128> = (0..=bits.below(7))
            .map(|_| {
                let size = u32::from(bits.below(128)) % (room + 1);
                let most = 1_u128 << size;
                // Around powers of two, where rules of thumb break.
                if bits.below(2) == 0 {
                    most.saturating_sub(u128::from(bits.below(4))).max(1)
                } else {
                    most / 3 + 1
                }
            })
            .collect();
        let plan = addr::plan(network, &hosts).ok();
        if plan.is_some() {
            fit[family] += 1;
        } else {
            fit_not[family] += 1;
        }
        let plan = plan.map(|plan| {
            let part = |part: &addr::Allocation| {
                json!([part.subnet.to_string(), part.hosts.to_string(), part.wasted.to_string()])
            };
            json!({
                "parts": plan.allocations.iter().map(part).collect::<Vec<_>>(),
                "free": plan.free.iter().map(ToString::to_string).collect::<Vec<_>>(),
            })
        });
        let hosts: Vec<String> = hosts.iter().map(ToString::to_string).collect();
        json!({ "network": network.to_string(), "hosts": hosts, "plan": plan })
    };
    let questions: Vec<Value> = (0..3000).map(|_| question(&mut bits)).collect();
    assert!(fit.into_iter().chain(fit_not).all(|count| count > 100), "{fit:?} {fit_not:?}");
    let Some(answers) = python(PROGRAM, &questions) else { return };
    for (question, python) in questions.iter().zip(answers) {
        assert_eq!(python, json!([]), "{question}");
    }
}

fn firsthop(args: &[&str]) -> (bool, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_firsthop")).arg("subnet").args(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.success(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_command_keeps_its_contract() {
    for (args, expected) in [
        (
            &["192.168.10.77/26", "--json"][..],
            r#"{"address":"192.168.10.77","prefix":26,"netmask":"255.255.255.192","wildcard":"0.0.0.63","network":"192.168.10.64","broadcast":"192.168.10.127","first_host":"192.168.10.65","last_host":"192.168.10.126","hosts":62,"addresses":"64","class":"C","private":true,"special":"Private-Use","binary":"11000000.10101000.00001010.01|001101"}"#,
        ),
        (
            &["vlsm", "10.0.0.0/28", "2", "3", "--json"],
            r#"{"network":"10.0.0.0/28","allocations":[{"requested":2,"subnet":"10.0.0.8/31","hosts":2,"wasted":0},{"requested":3,"subnet":"10.0.0.0/29","hosts":6,"wasted":3}],"free":["10.0.0.10/31","10.0.0.12/30"]}"#,
        ),
        (
            &["vlsm", "2001:db8::/125", "2", "3", "--json"],
            r#"{"network":"2001:db8::/125","allocations":[{"requested":2,"subnet":"2001:db8::4/127","hosts":2,"wasted":0},{"requested":3,"subnet":"2001:db8::/126","hosts":3,"wasted":0}],"free":["2001:db8::6/127"]}"#,
        ),
        (
            &["summarize", "10.0.1.0/24", "10.0.0.0/24", "10.0.0.128/25", "--json"],
            r#"{"summary":["10.0.0.0/23"]}"#,
        ),
    ] {
        let (ok, out, err) = firsthop(args);
        assert!(ok, "{args:?}: {err}");
        assert_eq!(out.trim_end(), expected, "{args:?}");
    }
}

/// RFC 3021 is about the two addresses of a /31 and says nothing of a /32.
#[test]
fn no_broadcast_has_its_own_reason() {
    let broadcast = |net: &str| {
        let (ok, out, err) = firsthop(&[net]);
        assert!(ok, "{err}");
        out.lines().find_map(|line| line.strip_prefix("Broadcast   ")).unwrap().to_owned()
    };
    assert_eq!(broadcast("10.0.0.6/30"), "10.0.0.7");
    assert_eq!(broadcast("10.0.0.6/31"), "none (RFC 3021)");
    assert_eq!(broadcast("10.0.0.6/32"), "none (a /32 is one address)");
}

#[test]
fn bad_input_is_one_line_and_a_failure() {
    for args in [
        &["10.0.0.256/8"][..],
        &["10.0.0.1"],
        &["10.0.0.1/8/9"],
        &["vlsm", "10.0.0.0/30", "100"],
        &["vlsm", "10.0.0.1/30", "2"],
        &["vlsm", "2001:db8::1/64", "2"],
        &["vlsm", "2001:db8::/126", "4"],
        &["vlsm", "10.0.0.0/8", "-5"],
        &["vlsm", "10.0.0.0/8", "99999999999999999999999999999999999999999999"],
        &["summarize", "10.0.0.0/33"],
    ] {
        let (ok, out, err) = firsthop(args);
        assert!(!ok && out.is_empty(), "{args:?}");
        assert_eq!(err.trim_end().lines().count(), 1, "{args:?}: {err}");
        assert!(err.starts_with("firsthop: "), "{err}");
    }
}
