//! Addresses, networks and lists of them as people type them; and the arithmetic on whatever was understood.
#![no_main]

use firsthop_protocol::addr::{Facts, parse_interface, parse_network, plan, split, summarize};
use ipnet::IpNet;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let nets: Vec<IpNet> = text.lines().filter_map(|line| parse_interface(line).ok()).collect();
    for net in &nets {
        let facts = Facts::of(*net);
        assert!(facts.network == net.network(), "{net}");
        // What is printed is read back as the same.
        assert_eq!(parse_interface(&net.to_string()).as_ref(), Ok(net));
        assert_eq!(parse_network(&net.trunc().to_string()), Ok(net.trunc()));
        if let Ok(parts) = split(*net, net.prefix_len().saturating_add(3)) {
            assert_eq!(summarize(&parts), [net.trunc()]);
        }
        let requests: Vec<u128> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        if let Ok(plan) = plan(*net, &requests) {
            assert_eq!(plan.allocations.len(), requests.len());
            assert!(plan.allocations.iter().all(|part| net.trunc().contains(&part.subnet)));
        }
    }
    let summary = summarize(&nets);
    assert!(nets.iter().all(|net| summary.iter().any(|part| part.contains(net))));
});
