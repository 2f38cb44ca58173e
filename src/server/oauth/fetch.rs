//! One trip to the issuer.

use std::time::Duration;

use reqwest::header::RETRY_AFTER;
use reqwest::{Client, Response};

use super::backoff::retry_after;
use super::dialect::Credentials;
use super::error::{AnswerFault, Outage};
use super::failure::Failure;
use super::request::token_request;
use super::response::{self, Answer, Grant};
use super::schedule::Windows;
use super::scrub::Scrubber;
use crate::server::clock::{Clock, Moment};

/// How long a trip may take in all, its repetition included.
pub(super) const FETCH_DEADLINE: Duration = Duration::from_secs(8);
/// Largest answer that is read, in bytes.
const LARGEST_BODY: usize = 1024 * 1024;

/// Asks for a token, and once more at once when that is likely to help. The moment is that of the
/// asking: a token's life is counted from there, so that a slow answer cannot stretch it.
pub(super) async fn fetch(
    http: &Client,
    credentials: &Credentials,
    clock: &dyn Clock,
) -> Result<(Grant, Moment), Failure> {
    let trip = async {
        match ask(http, credentials, clock).await {
            Err(failure) if failure.is_worth_repeating() => ask(http, credentials, clock).await,
            outcome => outcome,
        }
    };
    tokio::time::timeout(FETCH_DEADLINE, trip).await.unwrap_or_else(|_| Err(Failure::outage(Outage::Timeout)))
}

async fn ask(http: &Client, credentials: &Credentials, clock: &dyn Clock) -> Result<(Grant, Moment), Failure> {
    let asked = clock.moment();
    let response = token_request(http, credentials).timeout(FETCH_DEADLINE).send().await.map_err(outage)?;
    let answer = take(response, credentials, clock).await?;
    let request_id = answer.request_id.clone();
    let grant = response::read(answer, credentials)?;
    let last_use = asked.after(Windows::of(grant.lifetime, 0.0).hard);
    if last_use.is_past(clock.moment()) {
        let what = AnswerFault::ExpiredOnArrival;
        return Err(Failure::Unreadable { what, request_id });
    }
    Ok((grant, asked))
}

async fn take(mut response: Response, credentials: &Credentials, clock: &dyn Clock) -> Result<Answer, Failure> {
    let header = |name: &str| response.headers().get(name)?.to_str().ok();
    let request_id = header("x-request-id").and_then(|id| Scrubber::new(credentials).clean(id));
    let mut answer = Answer {
        status: response.status().as_u16(),
        retry_after: header(RETRY_AFTER.as_str()).and_then(|wait| retry_after(wait, clock.now())),
        request_id,
        body: Vec::new(),
    };
    if response::is_decided_by(answer.status) {
        return Ok(answer);
    }
    while let Some(chunk) = response.chunk().await.map_err(outage)? {
        if answer.body.len() + chunk.len() > LARGEST_BODY {
            return Err(Failure::Unreadable { what: AnswerFault::TooLarge, request_id: answer.request_id });
        }
        answer.body.extend_from_slice(&chunk);
    }
    Ok(answer)
}

/// What a transport error means. The error itself is dropped here: it names the whole URL.
fn outage(error: reqwest::Error) -> Failure {
    Failure::outage(if error.is_connect() {
        Outage::Connect
    } else if error.is_timeout() {
        Outage::Timeout
    } else {
        Outage::Interrupted
    })
}
