//! The answers of the dashboard as they were sent, for another process to give again from memory.

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use serde::{Deserialize, Serialize};

/// Headers that belong to a connection or to the moment, and are made anew.
const MADE_ANEW: [HeaderName; 4] =
    [header::CONNECTION, header::CONTENT_LENGTH, header::DATE, header::TRANSFER_ENCODING];

/// One answer to a GET.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Answer {
    /// The path and query that were asked for.
    pub target: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

impl Answer {
    pub fn new(target: &str, headers: &HeaderMap, body: &[u8]) -> Self {
        let kept = headers.iter().filter(|(name, _)| !MADE_ANEW.contains(name));
        let headers = kept.map(|(name, value)| (name.to_string(), value.as_bytes().to_vec())).collect();
        Self { target: target.to_owned(), headers, body: body.to_vec() }
    }

    /// How many bytes the body has as it was sent.
    pub fn size(&self) -> usize {
        self.body.len()
    }

    /// The body as text, where it was sent uncompressed.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// How the body is encoded; `identity` when it is sent as it is.
    pub fn encoding(&self) -> &str {
        let encoding = self.headers.iter().find(|(name, _)| name == header::CONTENT_ENCODING.as_str());
        encoding.map_or("identity", |(_, value)| std::str::from_utf8(value).unwrap())
    }

    /// What a server sends again.
    pub fn into_parts(self) -> (HeaderMap, Bytes) {
        let header = |(name, value): (String, Vec<u8>)| {
            (name.parse::<HeaderName>().unwrap(), HeaderValue::from_bytes(&value).unwrap())
        };
        (self.headers.into_iter().map(header).collect(), self.body.into())
    }
}
