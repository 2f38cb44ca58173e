//! Who is closed first, and that there are never too many.

use std::time::Duration;

use futures::FutureExt as _;
use proptest::prelude::*;

use super::*;
use crate::server::listener::activity::Activity;

fn candidate(number: u64, network: u8, cost: EvictionCost, waited: u64) -> Candidate {
    let now = Instant::now();
    let since = now.checked_sub(Duration::from_secs(waited)).unwrap_or(now);
    Candidate { number, network: Some(IpAddr::from([10, 0, 0, network])), cost, since }
}

fn peer(address: &str) -> PeerAddress {
    PeerAddress::Network(address.parse().unwrap())
}

#[test]
fn the_longest_silent_one_of_the_biggest_crowd_goes_first() {
    let crowd = [(1, 1, 90), (2, 2, 50), (3, 2, 70), (4, 3, 80)];
    let candidates = crowd.map(|(number, network, waited)| candidate(number, network, EvictionCost::Nothing, waited));
    assert_eq!(first_to_evict(&candidates), Some(3));
    assert_eq!(first_to_evict(&[]), None);
}

#[test]
fn nobody_loses_an_answer_while_another_has_none_to_lose() {
    let slow = (0..9).map(|number| candidate(number, 1, EvictionCost::SlowAnswer, 60));
    let mut candidates: Vec<_> = slow.collect();
    assert_eq!(first_to_evict(&candidates).map(|number| number < 9), Some(true));
    candidates.push(candidate(9, 2, EvictionCost::ComingRequest, 0));
    assert_ne!(first_to_evict(&candidates), Some(9), "a request may be on its way");
    candidates.push(candidate(10, 2, EvictionCost::Nothing, 1));
    assert_eq!(first_to_evict(&candidates), Some(10));
}

fn any_cost() -> impl Strategy<Value = EvictionCost> {
    prop::sample::select(vec![EvictionCost::Nothing, EvictionCost::SlowAnswer, EvictionCost::ComingRequest])
}

proptest! {
    #[test]
    fn the_first_to_close_has_the_least_to_lose_in_the_biggest_crowd_for_the_longest(
        connections in prop::collection::vec((0_u8..4, any_cost(), 0_u64..100), 1..40),
    ) {
        let now = Instant::now();
        let origin = now.checked_sub(Duration::from_secs(100)).unwrap_or(now);
        let candidates: Vec<Candidate> = connections.iter().zip(0..).map(|(&(network, cost, since), number)| Candidate {
            number,
            network: Some(IpAddr::from([10, 0, 0, network])),
            cost,
            since: origin + Duration::from_secs(since),
        }).collect();
        let first = first_to_evict(&candidates).unwrap();
        let first = candidates.iter().find(|candidate| candidate.number == first).unwrap();
        let crowd = |network| {
            candidates.iter().filter(|other| other.cost == first.cost && other.network == network).count()
        };
        for other in &candidates {
            prop_assert!(first.cost <= other.cost);
            if other.cost == first.cost {
                prop_assert!(crowd(first.network) >= crowd(other.network));
                prop_assert!(other.network != first.network || first.since <= other.since);
            }
        }
    }

    #[test]
    fn addresses_of_one_customer_are_one_crowd(host: u64, subnet: u16) {
        let registry = Arc::new(Registry::new(9, Deadlines::default()));
        let network_of = |address: std::net::Ipv6Addr| {
            registry.register(&PeerAddress::Network((address, 443).into())).0.network()
        };
        let base = (0x2001_0db8_0000_0000_u128 + u128::from(subnet)) << 64;
        let same = network_of(std::net::Ipv6Addr::from_bits(base | u128::from(host)));
        prop_assert_eq!(same, network_of(std::net::Ipv6Addr::from_bits(base)));
        prop_assert_ne!(same, network_of(std::net::Ipv6Addr::from_bits(base + (1 << 64))));
    }
}

#[tokio::test]
async fn an_ipv4_address_is_the_same_peer_in_ipv6_notation() {
    let registry = Arc::new(Registry::new(9, Deadlines::default()));
    let network = |address| registry.register(&peer(address)).0.network();
    assert_eq!(network("10.0.0.1:1"), network("[::ffff:10.0.0.1]:2"));
    assert_ne!(network("10.0.0.1:1"), network("10.0.0.2:1"));
    assert_eq!(registry.register(&PeerAddress::UnixSocket).0.network(), None);
}

#[tokio::test]
async fn when_it_is_full_one_is_told_to_go_and_is_waited_for() {
    let registry = Arc::new(Registry::new(2, Deadlines::default()));
    let (first, first_place) = registry.register(&peer("10.0.0.1:1"));
    let (second, _second_place) = registry.register(&peer("10.0.0.1:2"));
    assert!(registry.wait_for_capacity().now_or_never().is_none(), "it has not gone yet");
    assert!(registry.wait_for_capacity().now_or_never().is_none(), "and no second is told to");
    assert!(first.woken().now_or_never().is_some(), "the first was told");
    assert!(second.woken().now_or_never().is_none());
    assert!(!first.note(Activity::begin), "what comes too late is not begun");
    drop(first_place);
    assert!(registry.wait_for_capacity().now_or_never().is_some());
    assert_eq!(registry.count(), 1);
}

#[tokio::test]
async fn when_all_work_a_new_one_waits_until_a_request_ends() {
    let registry = Arc::new(Registry::new(1, Deadlines::default()));
    let (connection, registration) = registry.register(&peer("10.0.0.1:1"));
    assert!(connection.note(Activity::begin));
    let waiting = tokio::spawn({
        let registry = Arc::clone(&registry);
        async move { registry.wait_for_capacity().await }
    });
    tokio::task::yield_now().await;
    assert!(connection.woken().now_or_never().is_none(), "nobody is told to go in the middle of a request");
    connection.note(|activity, now| activity.end(now, true));
    connection.woken().await;
    drop(registration);
    waiting.await.unwrap();
}
