//! A cheap client: a few connections that stay open and ask for one address after the other.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Empty};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::answers::Answer;

/// Connections that ask at once.
const CONNECTIONS: usize = 4;

/// A browser that is signed in.
#[derive(Clone)]
pub struct Client {
    address: SocketAddr,
    headers: HeaderMap,
    /// How many targets it has been sent to in turn: it goes on where it stopped, so that many targets are all new.
    asked: Arc<AtomicUsize>,
}

impl Client {
    /// `headers` are sent with each request, `encodings` as what the browser can read.
    pub fn new(address: SocketAddr, headers: &[(HeaderName, String)], encodings: Option<&str>) -> Self {
        let pairs = headers.iter().map(|(name, value)| (name.clone(), value.as_str()));
        let pairs = pairs.chain(encodings.map(|encodings| (header::ACCEPT_ENCODING, encodings)));
        let headers = pairs.map(|(name, value)| (name, HeaderValue::from_str(value).unwrap())).collect();
        Self { address, headers, asked: Arc::default() }
    }

    /// The same browser, sent to another address.
    pub fn at(&self, address: SocketAddr) -> Self {
        Self { address, headers: self.headers.clone(), asked: Arc::default() }
    }

    /// One answer, whole.
    pub async fn get(&self, target: &str) -> Answer {
        let mut connection = self.connect().await;
        let response = connection.send_request(self.request(target)).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{target}");
        let (head, body) = response.into_parts();
        Answer::new(target, &head.headers, &body.collect().await.unwrap().to_bytes())
    }

    /// Asks for the targets in turn, over several connections, until told to stop: how many answers there were.
    pub async fn load(&self, targets: &Arc<[String]>, stop: &Arc<AtomicBool>) -> usize {
        let mut connections = JoinSet::new();
        for _ in 0..CONNECTIONS {
            let (client, targets, stop) = (self.clone(), Arc::clone(targets), Arc::clone(stop));
            connections.spawn(async move {
                let mut connection = client.connect().await;
                let mut answers = 0;
                while !stop.load(Ordering::Relaxed) {
                    client.ask(&mut connection, client.next(&targets)).await;
                    answers += 1;
                }
                answers
            });
        }
        connections.join_all().await.into_iter().sum()
    }

    /// The target that comes after the last one.
    pub fn next<'t>(&self, targets: &'t [String]) -> &'t str {
        &targets[self.asked.fetch_add(1, Ordering::Relaxed) % targets.len()]
    }

    /// How many targets it was sent to in turn.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    async fn connect(&self) -> SendRequest<Empty<Bytes>> {
        let stream = TcpStream::connect(self.address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        sender
    }

    async fn ask(&self, connection: &mut SendRequest<Empty<Bytes>>, target: &str) {
        connection.ready().await.unwrap();
        let mut response = connection.send_request(self.request(target)).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{target}");
        while let Some(frame) = response.body_mut().frame().await {
            frame.unwrap();
        }
    }

    fn request(&self, target: &str) -> Request<Empty<Bytes>> {
        let mut request = Request::get(target).body(Empty::new()).unwrap();
        request.headers_mut().clone_from(&self.headers);
        request
    }
}
