//! Whether an integration has ended (seed 000): what a 401 in spite of a fresh token is about.

use reqwest::header::ACCEPT;
use secrecy::ExposeSecret as _;
use serde_json::{Map, Value};

use super::answer::ProbeAnswer;
use super::finding::{Finding, Stage};
use super::settings::ConnectionSettings;
use crate::domain::check::ConnectionState;
use crate::server::oauth::TokenSource;

/// Members of the status that are shown.
const MOST_MEMBERS: usize = 8;

/// Asks for the state of the integration and says what it says.
pub(super) async fn ask(
    settings: &ConnectionSettings,
    client: &reqwest::Client,
    tokens: &TokenSource,
    path: &str,
    refused: &ProbeAnswer,
) -> Finding {
    let id = settings.integration_id.as_deref().unwrap_or_default();
    let mut url = settings.address(path);
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.push(id);
    }
    let advice = "Ask the partner to renew the integration or issue new credentials.";
    let ended = |words: &str| {
        let detail = format!("The integration has expired. {words}");
        let found = Finding::failing(Stage::Probe, detail, advice).answered(refused.status, refused.request_id.clone());
        Finding { state: ConnectionState::Expired, ..found }
    };
    let answer = match tokens.token().await {
        Err(_) => return ended("Its status could not be requested."),
        Ok(token) => {
            let request = client.get(url).header(ACCEPT, "application/json");
            match request.bearer_auth(token.bearer().expose_secret()).send().await {
                Err(_) => return ended("The request for its status got no response."),
                Ok(response) => ProbeAnswer::read(response, tokens).await,
            }
        }
    };
    let status: Option<Map<String, Value>> =
        serde_json::from_slice(&answer.body).ok().filter(|_| answer.is_success() && !answer.is_torn);
    let Some(status) = status else {
        return ended(&format!("Its status could not be read ({}).", answer.status));
    };
    let said = words_of(&status, tokens);
    if status.get("status").and_then(Value::as_str) == Some("active") {
        let detail =
            format!("A new token is rejected, although the integration is active. The partner reports: {said}.");
        let advice = "Contact the partner’s support and quote the request ID.";
        return Finding::failing(Stage::Probe, detail, advice).answered(refused.status, refused.request_id.clone());
    }
    ended(&format!("The partner reports: {said}."))
}

/// The plain members of a status, on one line: `status expired, expired at 2026-01-01T00:00:00Z`.
fn words_of(status: &Map<String, Value>, tokens: &TokenSource) -> String {
    let plain = status.iter().filter_map(|(name, value)| {
        let value = match value {
            Value::String(text) => text.clone(),
            Value::Bool(_) | Value::Number(_) => value.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => return None,
        };
        (name != "id").then(|| format!("{} {value}", name.replace('_', " ")))
    });
    let line = plain.take(MOST_MEMBERS).collect::<Vec<_>>().join(", ");
    tokens.fit_to_show(&line).unwrap_or_else(|| "nothing".to_owned())
}
