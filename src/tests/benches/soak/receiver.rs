//! Where the dashboard's notifications go, and what it does not take.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::http::StatusCode;
use tokio::net::TcpListener;
use tokio::time::Instant;

use super::Pace;

/// A service that takes messages in the first two thirds of each of its hours, and then answers 503.
#[derive(Clone, Debug)]
pub struct Receiver {
    pub url: String,
    pace: Pace,
    begun: Instant,
    taken: Arc<AtomicUsize>,
    refused: Arc<AtomicUsize>,
}

impl Receiver {
    pub async fn start(pace: Pace) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let this = Self { url, pace, begun: Instant::now(), taken: Arc::default(), refused: Arc::default() };
        let receiver = this.clone();
        let router = Router::new().fallback(async move || receiver.reply());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        this
    }

    fn reply(&self) -> StatusCode {
        let hour = self.pace.hour().as_nanos();
        let minute = (self.begun.elapsed().as_nanos() % hour) * 60 / hour;
        let (counter, status) =
            if minute < 40 { (&self.taken, StatusCode::OK) } else { (&self.refused, StatusCode::SERVICE_UNAVAILABLE) };
        counter.fetch_add(1, Ordering::Relaxed);
        status
    }

    /// How many messages it took, and how often it refused one.
    pub fn counts(&self) -> (usize, usize) {
        (self.taken.load(Ordering::Relaxed), self.refused.load(Ordering::Relaxed))
    }
}
