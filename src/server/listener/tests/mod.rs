//! The listener on real sockets, with deadlines short enough to wait for.

mod crowds;
mod deadlines;
mod ending;
mod http2;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::ConnectInfo;
use axum::routing::{get, post};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::{Deadlines, Listener, Reserved};
use crate::server::auth::PeerAddress;
use crate::server::config::Listen;

/// Longer than anything here takes.
const TIMEOUT: Duration = Duration::from_secs(20);
/// An answer that no socket takes whole.
const LARGE: usize = 64 * 1024 * 1024;

/// Deadlines that a test does not wait for.
fn long() -> Deadlines {
    let long = Duration::from_mins(10);
    Deadlines { head: long, idle: long, body: long, answer: long, grace: long, eviction: long, linger: long }
}

/// A listener whose slow answers wait for a permit.
struct Rig {
    listener: Listener,
    address: SocketAddr,
    permits: Arc<Semaphore>,
}

impl Rig {
    fn start(most: usize, deadlines: Deadlines) -> Self {
        let reserved = Reserved::of(&Listen::Network("127.0.0.1:0".parse().unwrap())).unwrap();
        let address = reserved.address().trim_start_matches("http://").trim_end_matches('/').parse().unwrap();
        let permits = Arc::new(Semaphore::new(0));
        let slow = {
            let permits = Arc::clone(&permits);
            get(async move || {
                permits.acquire().await.unwrap().forget();
                "at last"
            })
        };
        let router = Router::new()
            .route("/", get(|| async { "ok" }))
            .route("/slow", slow)
            .route("/large", get(|| async { vec![b'.'; LARGE] }))
            .route("/echo", post(|body: Bytes| async { body }))
            .route("/peer", get(|ConnectInfo(peer): ConnectInfo<PeerAddress>| async move { peer.to_string() }));
        Self { listener: Listener::start(reserved.listen().unwrap(), router, most, deadlines), address, permits }
    }

    async fn connect(&self) -> Peer {
        Peer(TcpStream::connect(self.address).await.unwrap())
    }

    /// A connection that has sent this much.
    async fn sent(&self, text: &str) -> Peer {
        let mut peer = self.connect().await;
        peer.send(text.as_bytes()).await;
        peer
    }

    /// A connection whose request is known to be under way.
    async fn in_flight(&self, text: &str) -> Peer {
        let before = self.listener.requests();
        let peer = self.sent(text).await;
        until(|| self.listener.requests() > before).await;
        peer
    }
}

/// The other end of a connection.
struct Peer(TcpStream);

impl Peer {
    async fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.unwrap();
    }

    /// Asks once more, and reads until the answer ends with this.
    async fn ask(&mut self, path: &str, end: &str) -> String {
        self.send(format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n").as_bytes()).await;
        self.read_to(end).await
    }

    async fn read_to(&mut self, end: &str) -> String {
        String::from_utf8(self.read_to_bytes(end.as_bytes()).await).unwrap()
    }

    async fn read_to_bytes(&mut self, end: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        while !bytes.ends_with(end) {
            let byte = timeout(TIMEOUT, self.0.read_u8()).await.expect("no answer comes");
            bytes.push(byte.unwrap_or_else(|error| panic!("{error} after {:?}", String::from_utf8_lossy(&bytes))));
        }
        bytes
    }

    /// Waits until the other side closes; what it sent before that.
    async fn closed(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        // A reset is a close too.
        let _ = timeout(TIMEOUT, self.0.read_to_end(&mut bytes)).await.expect("it is not closed");
        bytes
    }

    /// Whether it is open and nothing has been sent on it.
    fn is_open(&self) -> bool {
        let mut byte = [0];
        matches!(self.0.try_read(&mut byte), Err(error) if error.kind() == std::io::ErrorKind::WouldBlock)
    }
}

/// Waits for a condition that nothing announces.
async fn until(condition: impl Fn() -> bool) {
    let met = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(TIMEOUT, met).await.expect("it does not come about");
}

#[tokio::test]
async fn every_request_carries_the_address_of_its_peer() {
    let rig = Rig::start(9, long());
    let answer = rig.connect().await.ask("/peer", "127.0.0.1").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn an_address_that_is_reserved_takes_no_connection_before_it_is_listened_on() {
    let reserved = Reserved::of(&Listen::Network("127.0.0.1:0".parse().unwrap())).unwrap();
    let address: SocketAddr = reserved.address().trim_start_matches("http://").trim_end_matches('/').parse().unwrap();
    let refused = TcpStream::connect(address).await.unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
    let _bound = reserved.listen().unwrap();
    TcpStream::connect(address).await.unwrap();
    assert!(Reserved::of(&Listen::Network(address)).is_err(), "somebody listens there");
}

#[tokio::test]
async fn a_unix_socket_is_served_and_a_file_left_behind_is_replaced() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("socket");
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    let bound = Reserved::of(&Listen::UnixSocket(path.clone())).and_then(Reserved::listen).unwrap();
    let again = Reserved::of(&Listen::UnixSocket(path.clone()));
    assert!(again.is_err_and(|error| error.to_string().contains("cannot listen on")), "somebody listens there");
    let nowhere = Reserved::of(&Listen::UnixSocket(directory.path().join("no-such-folder/socket")));
    assert!(nowhere.is_err(), "it is found before anything else begins");
    let peer = get(|ConnectInfo(peer): ConnectInfo<PeerAddress>| async move { peer.to_string() });
    let _listener = Listener::start(bound, Router::new().route("/peer", peer), 9, long());
    let mut stream = tokio::net::UnixStream::connect(&path).await.unwrap();
    stream.write_all(b"GET /peer HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    timeout(TIMEOUT, stream.read_to_string(&mut answer)).await.unwrap().unwrap();
    assert!(answer.ends_with("unix socket"), "{answer}");
}

#[tokio::test]
async fn a_head_beyond_the_bound_is_refused() {
    let rig = Rig::start(9, long());
    let large = format!("GET / HTTP/1.1\r\nhost: x\r\nx-large: {}\r\n\r\n", "a".repeat(80 * 1024));
    let mut peer = rig.connect().await;
    // It may close before it has read everything.
    let _ = peer.0.write_all(large.as_bytes()).await;
    let answer = peer.closed().await;
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 431"), "{}", String::from_utf8_lossy(&answer));
    assert!(rig.connect().await.ask("/", "ok").await.starts_with("HTTP/1.1 200"));
}
