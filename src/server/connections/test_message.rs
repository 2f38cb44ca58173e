//! The test message (seed 001): a JSON document that an admin has reviewed, sent once.

use reqwest::header::ACCEPT;
use secrecy::ExposeSecret as _;
use serde_json::Value;

use super::check_result::CheckResult;
use super::probe_answer::ProbeAnswer;
use super::settings::{ConnectionClient, ConnectionSettings};
use crate::domain::audit::Outcome;
use crate::server::measurements::Operation;
use crate::server::oauth::{CallError, send_with_token};

/// The result of sending a test message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageResult {
    /// Whether the partner accepted it.
    pub outcome: Outcome,
    /// What happened, as a sentence. Holds no secret.
    pub detail: String,
    /// The HTTP status of the partner's answer.
    pub http_status: Option<u16>,
    /// The `x-request-id` of the partner's answer.
    pub request_id: Option<String>,
}

/// Sends `document`. It is sent again only after a 401, which proves that the partner did not accept it.
pub(super) async fn send(settings: &ConnectionSettings, document: &Value) -> MessageResult {
    let (Some((path, _)), ConnectionClient::Ready { writer, tokens, .. }) = (settings.message(), &settings.client)
    else {
        let detail = "This connection does not accept messages.".to_owned();
        return MessageResult { outcome: Outcome::NotSent, detail, http_status: None, request_id: None };
    };
    let url = settings.address(path);
    let call = format!("POST {path}");
    let counted = tokens.calls().begin(Operation::TestMessage);
    let response = send_with_token(tokens, |token| {
        let request = writer.post(url.clone()).header(ACCEPT, "application/json").json(document);
        request.bearer_auth(token.bearer().expose_secret())
    });
    let answer = match response.await {
        Ok(response) => ProbeAnswer::read(response, tokens).await,
        Err(error) => {
            counted.ended(Some(error.kind()));
            let outcome = match &error {
                CallError::Token(_) | CallError::Transport { not_sent: true, .. } => Outcome::NotSent,
                CallError::Transport { .. } => Outcome::Unknown,
            };
            let CheckResult { detail, http_status, request_id, .. } = CheckResult::without_answer(&call, &error);
            return MessageResult { outcome, detail, http_status, request_id };
        }
    };
    counted.ended(answer.failure());
    // A portal or a proxy sent it in the partner's place.
    let is_not_the_partners = answer.is_success() && answer.is_web_page;
    let ProbeAnswer { status, request_id, .. } = answer;
    let outcome = match status {
        200..=299 if is_not_the_partners => Outcome::Unknown,
        200..=299 => Outcome::Applied,
        400..=407 | 409..=499 => Outcome::Refused,
        _ => Outcome::Unknown,
    };
    let with = if is_not_the_partners { " with a web page instead of an API response" } else { "" };
    MessageResult { outcome, detail: format!("{call} returned {status}{with}."), http_status: Some(status), request_id }
}
