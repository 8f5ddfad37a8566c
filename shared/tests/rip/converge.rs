//! Random networks: each router ends with Bellman-Ford's shortest paths, before and after a cut.

use std::collections::BTreeMap;

use firsthop_protocol::rip::{Config, Horizon, INFINITY};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::network::{Link, Network, address, prefix};

/// The least cost from each router to each link's network, 16 where there is no way. A link that is dead (its ends
/// know) has no network; one that is silent has one, which only the routers on it reach.
fn shortest(routers: usize, links: &[Link], dead: Option<usize>) -> Vec<Vec<u32>> {
    let mut least = vec![vec![INFINITY; links.len()]; routers];
    for _ in 0..=routers {
        for (number, link) in links.iter().enumerate() {
            for (router, cost) in &link.members {
                if Some(number) == dead {
                    continue;
                }
                least[*router][number] = least[*router][number].min(*cost);
                for (other, _) in link.members.iter().filter(|(other, _)| link.carries && other != router) {
                    // A network of one's own is never reached through others.
                    let own = |link: usize| links[link].members.iter().any(|(member, _)| member == router);
                    for destination in (0..links.len()).filter(|link| Some(*link) == dead || !own(*link)) {
                        let through = (least[*other][destination] + cost).min(INFINITY);
                        least[*router][destination] = least[*router][destination].min(through);
                    }
                }
            }
        }
    }
    least
}

fn check(network: &Network, dead: Option<usize>) {
    let owners: BTreeMap<_, _> = (0..network.links.len())
        .flat_map(|link| {
            network.links[link].members.iter().map(move |(router, _)| (address(*router, link), *router))
        })
        .collect();
    let expected = shortest(network.routers.len(), &network.links, dead);
    for (router, expected) in expected.iter().enumerate() {
        for (link, expected) in expected.iter().enumerate() {
            let found = network.routers[router].route(prefix(link)).map_or(INFINITY, |route| route.metric);
            assert_eq!(found, *expected, "from router {router} to {}", prefix(link));
            // Packets get there: along the routes that were given to the machines, in fewer hops than the metric.
            let on_it = |router: usize| {
                Some(link) != dead && network.links[link].members.iter().any(|(member, _)| *member == router)
            };
            let (mut at, mut hops) = (router, 0);
            while !on_it(at) {
                let Some((next_hop, _)) = network.installed[at].get(&prefix(link)) else { break };
                (at, hops) = (owners[next_hop], hops + 1);
                assert!(hops < INFINITY, "packets to {} go in a circle", prefix(link));
            }
            assert_eq!(on_it(at), *expected < INFINITY, "from router {router} to {}", prefix(link));
            assert!(!on_it(at) || hops < *expected);
        }
    }
}

fn topology() -> impl Strategy<Value = (usize, Vec<Link>)> {
    (2usize..8).prop_flat_map(|routers| {
        let link = vec((0..routers, 1u32..4), 1..4).prop_map(|mut members| {
            members.sort_unstable();
            members.dedup_by_key(|(router, _)| *router);
            Link { members, carries: true }
        });
        (Just(routers), vec(link, 1..10))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn random_networks_find_the_shortest_paths_and_after_a_cut_the_new_ones(
        (routers, links) in topology(),
        horizon in select(vec![Horizon::None, Horizon::Split, Horizon::Poisoned]),
        triggered in any::<bool>(),
        cut in any::<prop::sample::Index>(),
        noticed in any::<bool>(),
    ) {
        let cut = cut.index(links.len());
        let config = Config { horizon, triggered, ..Config::default() };
        let mut network = Network::new(config, routers, &links);
        // The longest path has 7 hops, each of which waits for a regular update at most.
        network.run(8 * 35_000_000);
        check(&network, None);
        if noticed {
            network.unplug(cut);
        } else {
            network.links[cut].carries = false;
        }
        // The timeout, then counting to infinity at the pace of the regular updates, and what is left is forgotten.
        network.run(180_000_000 + 2 * 16 * 35_000_000 + 120_000_000);
        check(&network, noticed.then_some(cut));
    }
}

/// A chain of 17 routers: the last is too far.
#[test]
fn sixteen_hops_are_too_many() {
    let links: Vec<_> =
        (0..17).map(|link| Link { members: vec![(link, 1), (link + 1, 1)], carries: true }).collect();
    let mut network = Network::new(Config::default(), 18, &links);
    network.run(17 * 35_000_000);
    check(&network, None);
    let metric = |link| network.routers[0].route(prefix(link)).map(|route| route.metric);
    assert_eq!(metric(14), Some(15));
    assert_eq!(metric(15), None);
}
