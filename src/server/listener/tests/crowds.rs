//! When there are too many connections, the silent ones make room for people.

use std::time::Duration;

use super::{Rig, long};
use crate::server::listener::Deadlines;

#[tokio::test]
async fn a_crowd_of_silent_connections_makes_room_for_everybody_who_asks() {
    let rig = Rig::start(10, long());
    let mut silent = Vec::new();
    for _ in 0..30 {
        silent.push(rig.connect().await);
        assert!(rig.connect().await.ask("/", "ok").await.starts_with("HTTP/1.1 200"));
        assert!(rig.listener.connections() <= 10);
    }
    assert!(silent[0].closed().await.is_empty(), "who has waited longest goes first");
    assert!(silent[29].is_open());
}

#[tokio::test]
async fn requests_under_way_are_never_closed_for_others_and_the_next_one_waits_for_them() {
    let rig = Rig::start(2, long());
    let slow = "GET /slow HTTP/1.1\r\nhost: x\r\n\r\n";
    let mut working = [rig.in_flight(slow).await, rig.in_flight(slow).await];
    let mut next = rig.sent("GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(working.iter().all(super::Peer::is_open) && next.is_open());
    rig.permits.add_permits(2);
    for peer in &mut working {
        assert!(peer.read_to("at last").await.starts_with("HTTP/1.1 200"));
    }
    assert!(next.read_to("ok").await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn when_nobody_is_silent_those_who_stopped_in_the_middle_make_room() {
    let rig = Rig::start(3, Deadlines { eviction: Duration::from_millis(100), ..long() });
    let mut working = rig.in_flight("GET /slow HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let mut half_a_body = rig.in_flight("POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc").await;
    let half_an_answer = rig.in_flight("GET /large HTTP/1.1\r\nhost: x\r\n\r\n").await;
    // One after the other: whoever has connected and not asked yet is silent, too.
    let mut people = Vec::new();
    for _ in 0..2 {
        people.push(rig.connect().await);
        assert!(people.last_mut().expect("somebody").ask("/", "ok").await.starts_with("HTTP/1.1 200"));
    }
    assert!(half_a_body.closed().await.is_empty());
    drop(half_an_answer);
    rig.permits.add_permits(1);
    assert!(working.read_to("at last").await.starts_with("HTTP/1.1 200"), "who waits for us is kept");
}
