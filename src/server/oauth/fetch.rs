//! Sends one token request and reads its response.

use std::time::Duration;

use reqwest::header::RETRY_AFTER;
use reqwest::{Client, Response};

use super::backoff::retry_after;
use super::credentials::Credentials;
use super::error::{AnswerFault, Outage};
use super::failure::Failure;
use super::redaction::Redactor;
use super::schedule::Windows;
use super::token_request::token_request;
use super::token_response::{self, RawResponse, TokenResponse};
use crate::server::clock::{Clock, Moment};
use crate::server::response_body::{self, BodyError};

/// How long a token request may take in total, including the one retry.
pub(super) const FETCH_DEADLINE: Duration = Duration::from_secs(8);
/// The largest response that is read, in bytes.
const LARGEST_RESPONSE: usize = 1024 * 1024;

/// Requests a token, and retries once immediately when that is likely to help. Also returns when the request was sent:
/// the lifetime of the token counts from there, so that a slow response cannot extend it.
pub(super) async fn fetch(
    http: &Client,
    credentials: &Credentials,
    clock: &dyn Clock,
) -> Result<(TokenResponse, Moment), Failure> {
    let attempts = async {
        match request(http, credentials, clock).await {
            Err(failure) if failure.is_worth_repeating() => request(http, credentials, clock).await,
            result => result,
        }
    };
    tokio::time::timeout(FETCH_DEADLINE, attempts).await.unwrap_or_else(|_| Err(Failure::outage(Outage::Timeout)))
}

async fn request(
    http: &Client,
    credentials: &Credentials,
    clock: &dyn Clock,
) -> Result<(TokenResponse, Moment), Failure> {
    let requested = clock.moment();
    let response = token_request(http, credentials).timeout(FETCH_DEADLINE).send().await.map_err(outage)?;
    let raw = read(response, credentials, clock).await?;
    let request_id = raw.request_id.clone();
    let token = token_response::parse(raw, credentials)?;
    let last_use = requested.after(Windows::of(token.lifetime, 0.0).hard);
    if last_use.is_past(clock.moment()) {
        let what = AnswerFault::ExpiredOnArrival;
        return Err(Failure::Unreadable { what, request_id });
    }
    Ok((token, requested))
}

async fn read(response: Response, credentials: &Credentials, clock: &dyn Clock) -> Result<RawResponse, Failure> {
    let header = |name: &str| response.headers().get(name)?.to_str().ok();
    let mut raw = RawResponse {
        status: response.status().as_u16(),
        retry_after: header(RETRY_AFTER.as_str()).and_then(|wait| retry_after(wait, clock.now())),
        request_id: header("x-request-id").and_then(|id| Redactor::new(credentials).clean(id)),
        body: Vec::new(),
    };
    if token_response::is_decided_by(raw.status) {
        return Ok(raw);
    }
    raw.body = response_body::read(response, LARGEST_RESPONSE).await.map_err(|error| match error {
        BodyError::TooLarge => Failure::Unreadable { what: AnswerFault::TooLarge, request_id: raw.request_id.clone() },
        BodyError::Interrupted(error) => outage(error),
    })?;
    Ok(raw)
}

/// The kind of outage behind a transport error. The error itself is dropped: it may name the whole URL.
fn outage(error: reqwest::Error) -> Failure {
    Failure::outage(if error.is_connect() {
        Outage::Connect
    } else if error.is_timeout() {
        Outage::Timeout
    } else {
        Outage::Interrupted
    })
}
