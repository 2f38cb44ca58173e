//! One check: the token, then the probe, then what is about to end.

use std::time::Duration;

use reqwest::Client;
use reqwest::header::ACCEPT;
use secrecy::ExposeSecret as _;
use time::OffsetDateTime;

use super::answer::ProbeAnswer;
use super::finding::{Finding, Stage};
use super::integration;
use super::kinds::{Expectation, FreshRefusal};
use super::settings::{Access, ConnectionSettings};
use crate::domain::check::ConnectionState;
use crate::domain::time_format::day;
use crate::server::clock::Clock;
use crate::server::oauth::{TokenSource, TokenStatus, send_with_token};

/// How long a check may take in all. A renewal, two calls and a question about the integration each have
/// deadlines of their own below it.
pub(super) const CHECK_DEADLINE: Duration = Duration::from_secs(15);
/// A secret that ends sooner than this is about to end.
const SECRET_WARNING: time::Duration = time::Duration::days(14);

/// Why a check is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Occasion {
    /// Its time has come. What the token layer waits for, this waits for.
    Scheduled,
    /// Somebody asked for it: the issuer is tried at once where there is anything to try.
    Asked,
}

/// Looks whether a connection works.
pub(super) async fn look(settings: &ConnectionSettings, occasion: Occasion, clock: &dyn Clock) -> Finding {
    let (reader, tokens) = match &settings.access {
        Access::Ready { reader, tokens, .. } => (reader, tokens),
        Access::Missing(reason) => return Finding::not_configured(reason),
    };
    let found = tokio::time::timeout(CHECK_DEADLINE, ask(settings, reader, tokens, occasion, clock)).await;
    let found = found.unwrap_or_else(|_| {
        let detail = format!("The check timed out after {} s.", CHECK_DEADLINE.as_secs());
        Finding::failing(Stage::Token, detail, "Wait, or contact the partner’s support. The next attempt is automatic.")
    });
    let found = with_token_end(found, &tokens.status(), clock.now());
    with_secret_end(settings, found, clock.now())
}

async fn ask(
    settings: &ConnectionSettings,
    client: &Client,
    tokens: &TokenSource,
    occasion: Occasion,
    clock: &dyn Clock,
) -> Finding {
    let before = tokens.status();
    let is_token_alone = settings.probe().is_none();
    if occasion == Occasion::Asked
        && (is_token_alone || is_worth_renewing(&before, clock.now()))
        && let Err(error) = tokens.renew_now().await
        && !tokens.status().token.is_some_and(|held| held.is_usable)
    {
        return Finding::without_token(&error);
    }
    if let Some((path, expects)) = settings.probe() {
        return probe(settings, client, tokens, path, expects).await;
    }
    if let Err(error) = tokens.token().await {
        return Finding::without_token(&error);
    }
    let is_new = tokens.status().requests > before.requests;
    let words = "The token endpoint issues tokens. The API is not called, because a call would send data.";
    Finding { is_from_memory: !is_new, ..Finding::works(words, is_new.then_some(200), None) }
}

/// Whether *Check now* should ask the issuer first: the last try failed, so that the next one may not be due, or
/// the token should have been renewed. Without a token the call itself fetches one.
fn is_worth_renewing(status: &TokenStatus, now: OffsetDateTime) -> bool {
    status.last_failure.is_some() || status.token.as_ref().is_some_and(|held| held.is_usable && held.renews_at <= now)
}

async fn probe(
    settings: &ConnectionSettings,
    client: &Client,
    tokens: &TokenSource,
    path: &str,
    expects: Expectation,
) -> Finding {
    let url = settings.address(path);
    let call = format!("GET {path}");
    let response = send_with_token(tokens, |token| {
        let request = client.get(url.clone()).header(ACCEPT, "application/json");
        request.bearer_auth(token.bearer().expose_secret())
    });
    let answer = match response.await {
        Err(error) => return Finding::without_answer(&call, &error),
        Ok(response) => ProbeAnswer::read(response, tokens).await,
    };
    match (answer.status, settings.row().fresh_refusal) {
        (401, FreshRefusal::IntegrationEnded(path)) => integration::ask(settings, client, tokens, path, &answer).await,
        _ => judge(&call, expects, answer),
    }
}

/// What an answer shows. Its body is never quoted: that of a failure is often some proxy's.
fn judge(call: &str, expects: Expectation, answer: ProbeAnswer) -> Finding {
    let ProbeAnswer { status, request_id, is_web_page, body, is_torn } = answer;
    let failing = |detail: String, advice: &str| {
        Finding::failing(Stage::Probe, detail, advice).answered(status, request_id.clone())
    };
    let wrong_path = "Check that base_url and probe are correct.";
    match (status, expects) {
        (204, Expectation::NoContent) if body.is_empty() => {
            Finding::works(format!("{call} returned 204 with no content, as expected."), Some(status), request_id)
        }
        (200..=299, Expectation::NoContent) => {
            failing(format!("{call} returned {status}; 204 with no content was expected."), wrong_path)
        }
        (200..=299, Expectation::Success) if is_torn => {
            failing(format!("The response to {call} was incomplete."), "Wait. The next attempt is automatic.")
        }
        (200..=299, Expectation::Success) if is_web_page => {
            failing(format!("{call} returned a web page instead of an API response."), wrong_path)
        }
        (200..=299, Expectation::Success) => {
            Finding::works(format!("{call} returned {status}."), Some(status), request_id)
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

/// A token that should have been renewed, and could not be, will end.
fn with_token_end(found: Finding, status: &TokenStatus, now: OffsetDateTime) -> Finding {
    let (Some(held), Some(failure)) = (&status.token, &status.last_failure) else {
        return found;
    };
    if found.state != ConnectionState::Works || held.renews_at > now {
        return found;
    }
    let left = (held.expires_at - now).whole_seconds().max(0);
    let renewal = Finding::without_token(&failure.error);
    let detail = format!("{} The token expires in {left} s and could not be renewed: {}", found.detail, renewal.detail);
    found.becomes(ConnectionState::Expiring, detail, renewal.advice.as_deref().unwrap_or_default())
}

/// A secret ends on a day that the configuration may name.
fn with_secret_end(settings: &ConnectionSettings, found: Finding, now: OffsetDateTime) -> Finding {
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
