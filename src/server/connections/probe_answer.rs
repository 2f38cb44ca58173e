//! The answer to a probe, as far as a check needs it.

use reqwest::Response;
use reqwest::header::{CONTENT_TYPE, HeaderMap};

use crate::domain::failure::FailureKind;
use crate::server::oauth::TokenSource;
use crate::server::response_body;

/// How much of a body is read, in bytes. The rest is left unread: a probe may be a list of everything.
const LARGEST_BODY: usize = 64 * 1024;

/// An answer with the start of its body.
pub(super) struct ProbeAnswer {
    pub(super) status: u16,
    pub(super) request_id: Option<String>,
    pub(super) is_web_page: bool,
    /// At most the first 64 KiB.
    pub(super) body: Vec<u8>,
    /// Whether the connection broke before the end of the body.
    pub(super) is_incomplete: bool,
}

impl ProbeAnswer {
    /// Reads an answer. `tokens` knows the secrets that must be redacted.
    pub(super) async fn read(response: Response, tokens: &TokenSource) -> Self {
        let status = response.status().as_u16();
        let request_id = header(response.headers(), "x-request-id").and_then(|id| tokens.redacted(id));
        let is_web_page = header(response.headers(), CONTENT_TYPE.as_str())
            .is_some_and(|media_type| media_type.trim_start().to_ascii_lowercase().starts_with("text/html"));
        let (body, is_incomplete) = response_body::read_start(response, LARGEST_BODY).await;
        Self { status, request_id, is_web_page, body, is_incomplete }
    }

    /// What went wrong, in the words that calls are counted by. A web page is never what an API answers.
    pub(super) fn failure(&self) -> Option<FailureKind> {
        match FailureKind::of_status(self.status) {
            None if self.is_incomplete => Some(FailureKind::Interrupted),
            None if self.is_web_page => Some(FailureKind::Unreadable),
            failure => failure,
        }
    }

    /// Whether the status is a success.
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
