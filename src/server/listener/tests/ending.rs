//! The end of a listener: what is unused is closed at once, what is under way is answered, nothing new comes in.

use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{Peer, Rig, TIMEOUT, long, until};
use crate::server::listener::Deadlines;

#[tokio::test]
async fn at_the_end_requests_under_way_are_answered_and_all_else_is_closed_at_once() {
    let soon = std::time::Duration::from_millis(1);
    let rig = Rig::start(9, Deadlines { linger: soon, grace: soon, ..long() });
    let mut silent = rig.connect().await;
    let mut half = rig.sent("GET / HTTP/1.1\r\nhost").await;
    let mut idle = rig.connect().await;
    idle.ask("/", "ok").await;
    let mut working = rig.in_flight("GET /slow HTTP/1.1\r\nhost: x\r\n\r\n").await;
    until(|| rig.listener.connections() == 4).await;
    rig.listener.shut_down();
    for peer in [&mut silent, &mut half, &mut idle] {
        assert!(peer.closed().await.is_empty());
    }
    // Nobody listens any more, soon.
    while let Ok(late) = TcpStream::connect(rig.address).await {
        drop(late);
    }
    until(|| rig.listener.connections() == 1).await;
    assert_eq!(rig.listener.requests(), 1);
    rig.permits.add_permits(1);
    assert!(working.read_to("at last").await.starts_with("HTTP/1.1 200"));
    assert!(working.closed().await.is_empty(), "and asks for nothing more");
    timeout(TIMEOUT, rig.listener.closed()).await.unwrap();
}

#[tokio::test]
async fn a_first_request_that_is_on_its_way_at_the_end_is_answered() {
    let linger = std::time::Duration::from_millis(1);
    let rig = Rig::start(9, Deadlines { linger, ..long() });
    let mut accepted = rig.connect().await;
    until(|| rig.listener.connections() == 1).await;
    // The kernel has this one, and nobody has looked at it yet: nothing is awaited before the end.
    let queued = std::net::TcpStream::connect(rig.address).unwrap();
    queued.set_nonblocking(true).unwrap();
    let mut queued = Peer(TcpStream::from_std(queued).unwrap());
    rig.listener.shut_down();
    for peer in [&mut accepted, &mut queued] {
        assert!(peer.ask("/", "ok").await.starts_with("HTTP/1.1 200"));
        assert!(peer.closed().await.is_empty());
    }
    timeout(TIMEOUT, rig.listener.closed()).await.unwrap();
}

#[tokio::test]
async fn what_is_still_under_way_can_be_cut_off() {
    let rig = Rig::start(9, long());
    let mut peer = rig.in_flight("GET /slow HTTP/1.1\r\nhost: x\r\n\r\n").await;
    rig.listener.shut_down();
    rig.listener.abort();
    timeout(TIMEOUT, rig.listener.closed()).await.unwrap();
    assert!(peer.closed().await.is_empty());
}
