//! Nobody keeps a connection by keeping us waiting.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{Instant, interval};

use super::{LARGE, Rig, long, until};
use crate::server::listener::Deadlines;

/// Soon enough to wait for, and late enough to see that it was waited for.
const SOON: Duration = Duration::from_millis(200);

#[tokio::test]
async fn silent_and_half_head_connections_are_closed_in_time() {
    let rig = Rig::start(99, Deadlines { head: SOON, ..long() });
    let start = Instant::now();
    for sent in ["", "G", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nhost: x\r\n", "\r\n", "PRI * HTTP/2.0\r\n\r\nS"] {
        let mut peer = rig.sent(sent).await;
        assert!(peer.closed().await.is_empty(), "{sent:?}");
    }
    assert!(start.elapsed() >= SOON * 6, "each had its time");
    until(|| rig.listener.connections() == 0).await;
}

#[tokio::test]
async fn a_head_that_comes_byte_by_byte_has_no_more_time() {
    let rig = Rig::start(9, Deadlines { head: SOON, ..long() });
    let mut peer = rig.sent("GET / HTTP/1.1\r\nhost: x\r\nx-slow: ").await;
    let mut ticks = interval(SOON / 20);
    let start = Instant::now();
    while peer.0.write_all(b"a").await.is_ok() {
        ticks.tick().await;
        assert!(start.elapsed() < super::TIMEOUT, "it goes on for ever");
    }
}

#[tokio::test]
async fn an_idle_connection_is_closed_and_one_with_a_request_under_way_is_not() {
    let rig = Rig::start(9, Deadlines { idle: SOON, ..long() });
    let mut working = rig.in_flight("GET /slow HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let mut idle = rig.connect().await;
    idle.ask("/", "ok").await;
    assert!(idle.closed().await.is_empty());
    let mut half = rig.connect().await;
    half.ask("/", "ok").await;
    half.send(b"GET / HTTP/1.1\r\nho").await;
    assert!(half.closed().await.is_empty(), "half a head is no request");
    rig.permits.add_permits(1);
    assert!(working.read_to("at last").await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_connection_is_kept_for_the_next_request() {
    let rig = Rig::start(9, long());
    let mut peer = rig.connect().await;
    for _ in 0..5 {
        assert!(peer.ask("/", "ok").await.starts_with("HTTP/1.1 200"));
    }
    assert_eq!(rig.listener.connections(), 1);
}

#[tokio::test]
async fn a_body_that_stops_coming_is_given_up() {
    let rig = Rig::start(9, Deadlines { body: SOON, ..long() });
    for head in ["content-length: 10\r\n\r\nabc", "transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n"] {
        let mut peer = rig.sent(&format!("POST /echo HTTP/1.1\r\nhost: x\r\n{head}")).await;
        assert!(peer.closed().await.is_empty(), "{head:?}");
    }
    let whole = "POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabc";
    assert!(rig.sent(whole).await.read_to("abc").await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn an_answer_that_nobody_takes_is_given_up() {
    let rig = Rig::start(9, Deadlines { answer: SOON, ..long() });
    let peer = rig.in_flight("GET /large HTTP/1.1\r\nhost: x\r\n\r\n").await;
    until(|| rig.listener.connections() == 0).await;
    drop(peer);
}

#[tokio::test]
async fn an_answer_that_is_taken_slowly_but_steadily_is_sent_whole() {
    let rig = Rig::start(9, Deadlines { answer: SOON, ..long() });
    let mut peer = rig.sent("GET /large HTTP/1.1\r\nhost: x\r\n\r\n").await;
    peer.read_to("\r\n\r\n").await;
    let mut part = vec![0; LARGE / 64];
    let mut ticks = interval(SOON / 10);
    let start = Instant::now();
    for _ in 0..64 {
        ticks.tick().await;
        peer.0.read_exact(&mut part).await.unwrap();
    }
    assert!(start.elapsed() > SOON * 3, "it took longer than a stalled answer may");
}
