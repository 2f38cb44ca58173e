//! An answer of an API, as far as a check needs it.

use reqwest::Response;
use reqwest::header::{CONTENT_TYPE, HeaderMap};

use crate::server::oauth::TokenSource;

/// How much of a body is read. What is longer is left: a probe may be a list of everything.
const LONGEST_BODY: usize = 64 * 1024;

/// An answer without the rest of its body.
pub(super) struct ProbeAnswer {
    pub(super) status: u16,
    pub(super) request_id: Option<String>,
    pub(super) is_web_page: bool,
    /// At most 64 KiB of it.
    pub(super) body: Vec<u8>,
    /// Whether the connection ended before the body did.
    pub(super) is_torn: bool,
}

impl ProbeAnswer {
    /// Reads an answer. `tokens` knows what must not be shown of it.
    pub(super) async fn read(mut response: Response, tokens: &TokenSource) -> Self {
        let mut answer = Self {
            status: response.status().as_u16(),
            request_id: header(response.headers(), "x-request-id").and_then(|id| tokens.fit_to_show(id)),
            is_web_page: header(response.headers(), CONTENT_TYPE.as_str())
                .is_some_and(|media_type| media_type.trim_start().to_ascii_lowercase().starts_with("text/html")),
            body: Vec::new(),
            is_torn: false,
        };
        while answer.body.len() < LONGEST_BODY {
            match response.chunk().await {
                Ok(Some(chunk)) => answer.body.extend_from_slice(&chunk),
                Ok(None) => break,
                Err(_) => {
                    answer.is_torn = true;
                    break;
                }
            }
        }
        answer
    }

    /// Whether the status is a success.
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
