//! An identity provider that answers for a while, and then takes every connection and says nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use time::OffsetDateTime;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use url::Url;

use crate::server::clock::ManualClock;

/// How long our HTTP client waits for it, in real time.
const DEADLINE: Duration = Duration::from_millis(300);
/// How much time passes on the clock while it is silent: what the product's own client waits.
pub(super) const SILENCE: Duration = Duration::from_secs(8);

/// The provider; it ends with its runtime.
pub(super) struct SilentProvider {
    pub(super) url: Url,
    pub(super) clock: Arc<ManualClock>,
    pub(super) http: reqwest::Client,
    requests: watch::Receiver<usize>,
}

impl SilentProvider {
    /// Answers the first `answers` requests with what `body` makes of its address.
    pub(super) async fn start(answers: usize, body: fn(&Url) -> String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url: Url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        let clock = Arc::new(ManualClock::new(OffsetDateTime::UNIX_EPOCH));
        let (count, requests) = watch::channel(0);
        let (address, time, answered) = (url.clone(), Arc::clone(&clock), AtomicUsize::new(0));
        tokio::spawn(async move {
            let mut silent = Vec::new();
            while let Ok((stream, _)) = listener.accept().await {
                if answered.fetch_add(1, Ordering::Relaxed) < answers {
                    answer(stream, &body(&address)).await;
                } else {
                    silent.push(stream);
                    time.advance(SILENCE);
                }
                count.send_modify(|count| *count += 1);
            }
        });
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().timeout(DEADLINE).build().unwrap();
        Self { url, clock, http, requests }
    }

    /// How often it was asked.
    pub(super) fn requests(&self) -> usize {
        *self.requests.borrow()
    }

    /// Waits until it has been asked so often.
    pub(super) async fn asked(&self, times: usize) {
        self.requests.clone().wait_for(|count| *count >= times).await.unwrap();
    }
}

async fn answer(mut stream: TcpStream, body: &str) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_buf(&mut head).await.unwrap();
    }
    let head = format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body.as_bytes()).await.unwrap();
}
