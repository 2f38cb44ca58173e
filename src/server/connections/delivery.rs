//! The test message (seed 001): a JSON document that an admin has seen, sent once.

use reqwest::header::ACCEPT;
use secrecy::ExposeSecret as _;
use serde_json::Value;

use super::answer::ProbeAnswer;
use super::finding::Finding;
use super::settings::{Access, ConnectionSettings};
use crate::domain::audit::Outcome;
use crate::server::oauth::{CallError, send_with_token};

/// What came of a test message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Whether it was taken.
    pub outcome: Outcome,
    /// What happened, in a sentence; never a secret.
    pub detail: String,
    /// The partner's status.
    pub http_status: Option<u16>,
    /// The partner's `x-request-id`.
    pub request_id: Option<String>,
}

/// Sends `document`. It is never repeated but for a definite 401.
pub(super) async fn send(settings: &ConnectionSettings, document: &Value) -> Delivery {
    let (Some((path, _)), Access::Ready { writer, tokens, .. }) = (settings.message(), &settings.access) else {
        let detail = "This connection does not accept messages.".to_owned();
        return Delivery { outcome: Outcome::NotSent, detail, http_status: None, request_id: None };
    };
    let url = settings.address(path);
    let call = format!("POST {path}");
    let response = send_with_token(tokens, |token| {
        let request = writer.post(url.clone()).header(ACCEPT, "application/json").json(document);
        request.bearer_auth(token.bearer().expose_secret())
    });
    let answer = match response.await {
        Ok(response) => ProbeAnswer::read(response, tokens).await,
        Err(error) => {
            let outcome = match &error {
                CallError::Token(_) | CallError::Transport { not_sent: true, .. } => Outcome::NotSent,
                CallError::Transport { .. } => Outcome::Unknown,
            };
            let Finding { detail, http_status, request_id, .. } = Finding::without_answer(&call, &error);
            return Delivery { outcome, detail, http_status, request_id };
        }
    };
    let outcome = match answer.status {
        200..=299 => Outcome::Applied,
        400..=407 | 409..=499 => Outcome::Refused,
        _ => Outcome::Unknown,
    };
    let detail = format!("{call} returned {}.", answer.status);
    Delivery { outcome, detail, http_status: Some(answer.status), request_id: answer.request_id }
}
