//! A receiver of webhooks on loopback that answers as a test wants.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

/// What the receiver does with the next request.
#[derive(Clone, Copy, Debug)]
pub enum Reply {
    Status(u16),
    /// A status that asks for a wait of so many seconds.
    Later(u16, &'static str),
    /// It never answers.
    Silence,
}

/// A request that came.
#[derive(Clone, Debug)]
pub struct Received {
    pub headers: HeaderMap,
    pub body: String,
}

impl Received {
    pub fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn title(&self) -> String {
        self.json()["data"]["title"].as_str().unwrap().to_owned()
    }
}

/// Takes everything, unless it was told to reply otherwise.
#[derive(Clone, Debug)]
pub struct Receiver {
    pub url: String,
    replies: Arc<Mutex<VecDeque<Reply>>>,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hooks/secret-path", listener.local_addr().unwrap());
        let this = Self { url, replies: Arc::default(), received: Arc::default() };
        let receiver = this.clone();
        let router = Router::new().fallback(move |headers, body| async move { receiver.receive(headers, body).await });
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        this
    }

    async fn receive(self, headers: HeaderMap, body: Bytes) -> Response {
        let body = String::from_utf8(body.to_vec()).unwrap();
        self.received.lock().unwrap().push(Received { headers, body });
        let reply = self.replies.lock().unwrap().pop_front();
        match reply {
            None => "thank you".into_response(),
            Some(Reply::Status(status)) => {
                (StatusCode::from_u16(status).unwrap(), "no: /hooks/secret-path\r\n<b>").into_response()
            }
            Some(Reply::Later(status, seconds)) => {
                let header = [(HeaderName::from_static("retry-after"), seconds)];
                (StatusCode::from_u16(status).unwrap(), header).into_response()
            }
            Some(Reply::Silence) => std::future::pending().await,
        }
    }

    pub fn replies_with(&self, replies: &[Reply]) {
        self.replies.lock().unwrap().extend(replies);
    }

    /// What came since the last call.
    pub fn take(&self) -> Vec<Received> {
        std::mem::take(&mut *self.received.lock().unwrap())
    }

    pub fn titles(&self) -> Vec<String> {
        self.take().iter().map(Received::title).collect()
    }
}
