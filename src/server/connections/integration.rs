//! Asks whether an integration has expired (seed 000), which explains a 401 to a fresh token.

use reqwest::header::ACCEPT;
use secrecy::ExposeSecret as _;
use serde_json::{Map, Value};

use super::check_result::CheckResult;
use super::probe_answer::ProbeAnswer;
use super::settings::ConnectionSettings;
use crate::domain::check::ConnectionState;
use crate::domain::check_history::Stage;
use crate::server::measurements::Operation;
use crate::server::oauth::{CallError, TokenSource};

/// How many members of the status are shown.
const MOST_MEMBERS: usize = 8;

/// Asks for the status of the integration after the probe was refused with a 401.
pub(super) async fn ask(
    settings: &ConnectionSettings,
    client: &reqwest::Client,
    tokens: &TokenSource,
    path: &str,
    refused: &ProbeAnswer,
) -> CheckResult {
    let id = settings.integration_id.as_deref().unwrap_or_default();
    let mut url = settings.address(path);
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.push(id);
    }
    let advice = "Ask the partner to renew the integration or issue new credentials.";
    let expired = |reason: &str| {
        let detail = format!("The integration has expired. {reason}");
        let found =
            CheckResult::failing(Stage::Probe, detail, advice).answered(refused.status, refused.request_id.clone());
        CheckResult { state: ConnectionState::Expired, ..found }
    };
    let answer = match tokens.token().await {
        Err(_) => return expired("Its status could not be requested."),
        Ok(token) => {
            let counted = tokens.calls().begin(Operation::IntegrationStatus);
            let request = client.get(url).header(ACCEPT, "application/json");
            match request.bearer_auth(token.bearer().expose_secret()).send().await {
                Err(error) => {
                    counted.ended(Some(CallError::from(error).kind()));
                    return expired("The request for its status got no response.");
                }
                Ok(response) => {
                    let answer = ProbeAnswer::read(response, tokens).await;
                    counted.ended(answer.failure());
                    answer
                }
            }
        }
    };
    let status: Option<Map<String, Value>> =
        serde_json::from_slice(&answer.body).ok().filter(|_| answer.is_success() && !answer.is_incomplete);
    let Some(status) = status else {
        return expired(&format!("Its status could not be read ({}).", answer.status));
    };
    let members = members_in_text(&status, tokens);
    if status.get("status").and_then(Value::as_str) == Some("active") {
        let detail =
            format!("A new token is rejected, although the integration is active. The partner reports: {members}.");
        let advice = "Contact the partner’s support and quote the request ID.";
        return CheckResult::failing(Stage::Probe, detail, advice).answered(refused.status, refused.request_id.clone());
    }
    expired(&format!("The partner reports: {members}."))
}

/// The scalar members of a status on one line: `status expired, expired at 2026-01-01T00:00:00Z`.
fn members_in_text(status: &Map<String, Value>, tokens: &TokenSource) -> String {
    let plain = status.iter().filter_map(|(name, value)| {
        let value = match value {
            Value::String(text) => text.clone(),
            Value::Bool(_) | Value::Number(_) => value.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => return None,
        };
        (name != "id").then(|| format!("{} {value}", name.replace('_', " ")))
    });
    let line = plain.take(MOST_MEMBERS).collect::<Vec<_>>().join(", ");
    tokens.redacted(&line).unwrap_or_else(|| "nothing".to_owned())
}
