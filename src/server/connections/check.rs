//! One check of a connection: the token, the probe, and whether the token or the secret is about to expire.

use std::time::Duration;

use reqwest::Client;
use reqwest::header::ACCEPT;
use secrecy::ExposeSecret as _;
use time::OffsetDateTime;

use super::check_result::{CheckResult, WAIT_OR_CONTACT_SUPPORT};
use super::integration;
use super::kinds::{Expectation, FreshRefusal};
use super::probe_answer::ProbeAnswer;
use super::settings::{ConnectionClient, ConnectionSettings};
use crate::domain::check::ConnectionState;
use crate::domain::check_history::Stage;
use crate::domain::time_format::day;
use crate::server::clock::Clock;
use crate::server::measurements::Operation;
use crate::server::oauth::{CachedToken, Renewal, TokenError, TokenSource, TokenStatus, send_with_token};

/// How long a check may take in total. Token renewal, the two calls and the integration status each have a shorter
/// deadline of their own.
pub(super) const CHECK_DEADLINE: Duration = Duration::from_secs(15);
/// A connection is *expiring* when its secret expires within this time.
const SECRET_WARNING: time::Duration = time::Duration::days(14);
/// Why a check of some kinds tries the token alone.
const NOT_CALLED: &str = "The API is not called, because a call would send data.";

/// What started a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trigger {
    /// The interval. While the token source is backing off, the check does not ask the issuer either.
    Scheduled,
    /// A person. The issuer is asked at once if that can change the result.
    Requested,
}

/// Checks whether a connection works.
pub(super) async fn check(settings: &ConnectionSettings, trigger: Trigger, clock: &dyn Clock) -> CheckResult {
    let (reader, tokens) = match &settings.client {
        ConnectionClient::Ready { reader, tokens, .. } => (reader, tokens),
        ConnectionClient::NotConfigured(reason) => return CheckResult::not_configured(reason),
    };
    let found = tokio::time::timeout(CHECK_DEADLINE, run(settings, reader, tokens, trigger, clock)).await;
    let found = found.unwrap_or_else(|_| {
        let detail = format!("The check timed out after {} s.", CHECK_DEADLINE.as_secs());
        CheckResult::failing(Stage::Token, detail, WAIT_OR_CONTACT_SUPPORT)
    });
    let found = with_token_expiry(found, &tokens.status(), clock.now());
    with_secret_expiry(settings, found, clock.now())
}

async fn run(
    settings: &ConnectionSettings,
    client: &Client,
    tokens: &TokenSource,
    trigger: Trigger,
    clock: &dyn Clock,
) -> CheckResult {
    let before = tokens.status();
    if is_renewed_first(trigger, settings.probe().is_none(), &before, clock.now())
        && let Err(error) = tokens.renew_now().await
        && !tokens.status().token.is_some_and(|held| held.is_usable)
    {
        return CheckResult::without_token(&error);
    }
    if let Some((path, expects)) = settings.probe() {
        return probe(settings, client, tokens, path, expects).await;
    }
    token_alone(tokens, before.requests, clock).await
}

/// Whether the issuer is asked before anything else, even if a token is cached.
fn is_renewed_first(trigger: Trigger, is_token_alone: bool, status: &TokenStatus, now: OffsetDateTime) -> bool {
    match trigger {
        Trigger::Requested => is_token_alone || is_worth_renewing(status, now),
        // Nothing else finds out whether it issues tokens again, as long as the cached one is good.
        Trigger::Scheduled => is_token_alone && status.last_failure.is_some() && status.next_attempt().is_none(),
    }
}

/// What is found when the token is all that may be tried: a token that is cached does not hide that the issuer refused
/// the next one. `requests` is how many token requests there were before the check.
async fn token_alone(tokens: &TokenSource, requests: u64, clock: &dyn Clock) -> CheckResult {
    if let Err(error) = tokens.token().await {
        return CheckResult::without_token(&error);
    }
    let status = tokens.status();
    let is_asked = status.requests > requests;
    if let (Some(held), Some(failure)) = (&status.token, &status.last_failure) {
        let found = CheckResult::works(NOT_CALLED, None, None);
        let found = if is_asked {
            let CheckResult { http_status, request_id, .. } = CheckResult::without_token(&failure.error);
            CheckResult { http_status, request_id, ..found }
        } else {
            CheckResult { is_from_memory: true, ..found }
        };
        return not_renewed(found, held, &failure.error, clock.now());
    }
    // One that is in flight has not succeeded.
    let is_new = is_asked && status.renewal == Renewal::Idle;
    let detail = format!("The token endpoint issues tokens. {NOT_CALLED}");
    CheckResult { is_from_memory: !is_new, ..CheckResult::works(detail, is_new.then_some(200), None) }
}

/// Whether *Check now* should ask the issuer first: the last request failed, so the next one may not be due yet, or
/// the token is past its soft limit. Without a token, the probe fetches one anyway.
fn is_worth_renewing(status: &TokenStatus, now: OffsetDateTime) -> bool {
    status.last_failure.is_some() || status.token.as_ref().is_some_and(|held| held.is_usable && held.renews_at <= now)
}

async fn probe(
    settings: &ConnectionSettings,
    client: &Client,
    tokens: &TokenSource,
    path: &str,
    expects: Expectation,
) -> CheckResult {
    let url = settings.address(path);
    let call = format!("GET {path}");
    let counted = tokens.calls().begin(Operation::Probe);
    let response = send_with_token(tokens, |token| {
        let request = client.get(url.clone()).header(ACCEPT, "application/json");
        request.bearer_auth(token.bearer().expose_secret())
    });
    let answer = match response.await {
        Err(error) => {
            counted.ended(Some(error.kind()));
            return CheckResult::without_answer(&call, &error);
        }
        Ok(response) => ProbeAnswer::read(response, tokens).await,
    };
    counted.ended(answer.failure());
    match (answer.status, settings.row().fresh_refusal) {
        (401, FreshRefusal::IntegrationEnded(path)) => integration::ask(settings, client, tokens, path, &answer).await,
        _ => judge(&call, expects, answer),
    }
}

/// What an answer means. Its body is never quoted: the body of a failure often comes from a proxy.
fn judge(call: &str, expects: Expectation, answer: ProbeAnswer) -> CheckResult {
    let ProbeAnswer { status, request_id, is_web_page, body, is_incomplete } = answer;
    let failing = |detail: String, advice: &str| {
        CheckResult::failing(Stage::Probe, detail, advice).answered(status, request_id.clone())
    };
    let wrong_path = "Check that base_url and probe are correct.";
    match (status, expects) {
        (204, Expectation::NoContent) if body.is_empty() => {
            CheckResult::works(format!("{call} returned 204 with no content, as expected."), Some(status), request_id)
        }
        (200..=299, Expectation::NoContent) => {
            failing(format!("{call} returned {status}; 204 with no content was expected."), wrong_path)
        }
        (200..=299, Expectation::Success) if is_incomplete => {
            failing(format!("The response to {call} was incomplete."), "Wait. The next attempt is automatic.")
        }
        (200..=299, Expectation::Success) if is_web_page => {
            failing(format!("{call} returned a web page instead of an API response."), wrong_path)
        }
        (200..=299, Expectation::Success) => {
            CheckResult::works(format!("{call} returned {status}."), Some(status), request_id)
        }
        (300..=399, _) => failing(format!("{call} returned {status}, a redirect, which is not followed."), wrong_path),
        (401 | 403, _) => failing(
            format!("{call} returned {status} although the token is new."),
            "Ask the partner whether the credentials allow this call.",
        ),
        (404 | 405, _) => failing(format!("{call} returned {status}."), wrong_path),
        (429, _) => failing(format!("{call} returned 429: too many requests."), "Wait, or check less often."),
        _ => failing(
            format!("{call} returned {status}."),
            "The error is on the partner’s side. Wait, or contact its support and quote the request ID.",
        ),
    }
}

/// A working connection is *expiring* when its token is past its soft limit and could not be renewed.
fn with_token_expiry(found: CheckResult, status: &TokenStatus, now: OffsetDateTime) -> CheckResult {
    let (Some(held), Some(failure)) = (&status.token, &status.last_failure) else {
        return found;
    };
    if found.state != ConnectionState::Works || held.renews_at > now {
        return found;
    }
    not_renewed(found, held, &failure.error, now)
}

/// The connection works as long as its token does.
fn not_renewed(found: CheckResult, held: &CachedToken, error: &TokenError, now: OffsetDateTime) -> CheckResult {
    let left = (held.expires_at - now).whole_seconds().max(0);
    let renewal = CheckResult::without_token(error);
    let detail = format!("{} The token expires in {left} s and could not be renewed: {}", found.detail, renewal.detail);
    found.becomes(ConnectionState::Expiring, detail, renewal.advice.as_deref().unwrap_or_default())
}

/// A connection is *expired* or *expiring* by the date in `client_secret_expires`, even while the partner still
/// accepts the secret.
fn with_secret_expiry(settings: &ConnectionSettings, found: CheckResult, now: OffsetDateTime) -> CheckResult {
    let Some(end) = settings.client_secret_expires else {
        return found;
    };
    let advice = "Ask the partner for a new secret, install it and update client_secret_expires.";
    let left = end - now.date();
    if left < time::Duration::ZERO {
        let detail =
            format!("The client secret expired on {}, according to the configuration. {}", day(end), found.detail);
        found.becomes(ConnectionState::Expired, detail, advice)
    } else if left < SECRET_WARNING && found.state == ConnectionState::Works {
        let detail = format!("{} The client secret expires on {}.", found.detail, day(end));
        found.becomes(ConnectionState::Expiring, detail, advice)
    } else {
        found
    }
}
