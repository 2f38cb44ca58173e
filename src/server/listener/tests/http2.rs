//! HTTP/2, spoken by hand: peers that no library would be.

use std::time::Duration;

use tokio::io::AsyncWriteExt as _;

use super::{Peer, Rig, long, until};
use crate::server::listener::Deadlines;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const SOON: Duration = Duration::from_millis(200);

/// The kinds of frames (RFC 9113, 6).
#[derive(Clone, Copy)]
enum Kind {
    Data = 0,
    Headers = 1,
    Reset = 3,
    Settings = 4,
    WindowUpdate = 8,
}

/// A frame.
fn frame(kind: Kind, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind as u8, flags], &stream.to_be_bytes(), payload].concat()
}

/// A whole GET request, its header list in HPACK (RFC 7541): method, scheme, authority and a path that is not in the table.
fn request(stream: u32, path: &str) -> Vec<u8> {
    let length = u8::try_from(path.len()).unwrap();
    let fields = [&[0x82, 0x86, 0x41, 1, b'x', 0x04, length], path.as_bytes()].concat();
    frame(Kind::Headers, 0x5, stream, &fields)
}

/// A setting of 32 bits.
fn setting(id: u16, value: u32) -> Vec<u8> {
    frame(Kind::Settings, 0, 0, &[&id.to_be_bytes()[..], &value.to_be_bytes()].concat())
}

async fn connected(rig: &Rig, settings: &[u8], rest: &[u8]) -> Peer {
    let mut peer = rig.connect().await;
    peer.send(&[PREFACE, settings, rest].concat()).await;
    peer
}

#[tokio::test]
async fn a_connection_without_a_request_is_closed_in_time() {
    let rig = Rig::start(9, Deadlines { head: SOON, ..long() });
    let mut peer = connected(&rig, &frame(Kind::Settings, 0, 0, &[]), &[]).await;
    assert!(!peer.closed().await.is_empty(), "it says goodbye");
}

#[tokio::test]
async fn a_connection_between_two_requests_is_closed_in_time() {
    let rig = Rig::start(9, Deadlines { idle: SOON, ..long() });
    let mut peer = connected(&rig, &frame(Kind::Settings, 0, 0, &[]), &request(1, "/")).await;
    let said = peer.closed().await;
    assert!(said.windows(2).any(|pair| pair == b"ok"), "the request was answered");
}

#[tokio::test]
async fn an_answer_that_nobody_gives_room_for_is_given_up() {
    let rig = Rig::start(9, Deadlines { answer: SOON, ..long() });
    // No octet of an answer's body may be sent: the initial window is empty.
    let mut peer = connected(&rig, &setting(4, 0), &request(1, "/")).await;
    peer.closed().await;
    until(|| rig.listener.connections() == 0).await;
}

#[tokio::test]
async fn requests_that_are_taken_back_as_soon_as_they_are_made_end_the_connection() {
    let rig = Rig::start(9, long());
    let mut peer = connected(&rig, &frame(Kind::Settings, 0, 0, &[]), &[]).await;
    for stream in (1..2_000).step_by(2) {
        let taken_back = [request(stream, "/slow"), frame(Kind::Reset, 0, stream, &8_u32.to_be_bytes())].concat();
        if peer.0.write_all(&taken_back).await.is_err() {
            break;
        }
        // Lets each request begin, so that it is not one of those that wait to be accepted.
        tokio::task::yield_now().await;
    }
    peer.closed().await;
    until(|| rig.listener.connections() == 0).await;
    assert!(rig.connect().await.ask("/", "ok").await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn the_rest_of_an_answer_still_goes_out_at_the_end() {
    let rig = Rig::start(9, Deadlines { linger: SOON * 3, ..long() });
    // Room for one octet: the other is handed over too, and stays with us.
    let mut peer = connected(&rig, &setting(4, 1), &request(1, "/")).await;
    peer.read_to_bytes(&frame(Kind::Data, 0, 1, b"o")).await;
    rig.listener.shut_down();
    peer.send(&frame(Kind::WindowUpdate, 0, 1, &9_u32.to_be_bytes())).await;
    peer.read_to_bytes(&frame(Kind::Data, 1, 1, b"k")).await;
    peer.closed().await;
}
