//! Sends a message to a target, and says what came of it.

use std::cmp::Reverse;
use std::time::Duration;

use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Client, Response};
use time::OffsetDateTime;
use url::Url;

use super::answer::{NotTaken, Settled, Taken};
use super::message::{Message, one_line};
use super::settings::{Channel, SecretUrl, TargetSettings};
use super::{email, slack, teams, webhook};
use crate::domain::audit::Outcome;
use crate::domain::notification::Notification;
use crate::server::response_body::read_start;

/// As much of an answer is read, in bytes.
const LONGEST_READ: usize = 4_096;
/// As much of it is kept, in characters.
const LONGEST_ANSWER: usize = 300;
/// A part of an address that is as long may be a key, in bytes.
const SHORTEST_KEY: usize = 12;
/// The longest wait that a target can ask for.
const LONGEST_RETRY_AFTER: Duration = Duration::from_hours(1);

/// What messages are sent with.
#[derive(Debug)]
pub(super) struct Sender {
    /// Follows no redirect, uses no proxy, gives up after a few seconds.
    pub(super) client: Client,
    /// The address of the dashboard in browsers.
    pub(super) public_url: Url,
}

impl Sender {
    /// Sends a message once, but to none of the recipients that are settled. After so many attempts it begins with another one: a
    /// recipient on whom a mail server hangs keeps it from nobody for good. It may arrive twice, if the answer to an earlier
    /// attempt was lost.
    pub(super) async fn send(
        &self,
        target: &TargetSettings,
        notification: &Notification,
        (settled, attempts): (&Settled, u32),
        now: OffsetDateTime,
    ) -> Result<Taken, NotTaken> {
        let message = Message::of(notification, &target.name, &self.public_url);
        match &target.channel {
            Channel::Webhook { url, key } => {
                let body = webhook::body(notification, &message);
                let headers = webhook::headers(&message.id, now, &body, key.as_ref());
                self.post(url, headers, body).await
            }
            Channel::Slack(url) => self.post(url, HeaderMap::new(), slack::body(&message)).await,
            Channel::Teams(url) => self.post(url, HeaderMap::new(), teams::body(&message)).await,
            Channel::Email { from, to, smtp } => {
                let host = self.public_url.host_str().unwrap_or("localhost");
                let mut to: Vec<String> = to.iter().filter(|to| !settled.contains_key(*to)).cloned().collect();
                let first = usize::try_from(attempts).unwrap_or_default().checked_rem(to.len());
                to.rotate_left(first.unwrap_or_default());
                let sent = email::send(smtp, email::Envelope { from, to: &to, host, now }, &message).await;
                sent.or_else(|failure| email::done_with(failure, settled))
            }
        }
    }

    async fn post(&self, url: &SecretUrl, headers: HeaderMap, body: String) -> Result<Taken, NotTaken> {
        let request = self.client.post(url.expose()).header("content-type", "application/json").headers(headers);
        let response = request.body(body).send().await.map_err(|error| without_answer(&error))?;
        let status = response.status().as_u16();
        let retry_after = retry_after(&response);
        let (start, _) = read_start(response, LONGEST_READ).await;
        let said = said(&start, url);
        let sentence =
            if said.is_empty() { format!("It answered {status}.") } else { format!("It answered {status}: {said}") };
        if (200..=299).contains(&status) {
            return Ok(Taken { http_status: Some(status), said: sentence, settled: Settled::new() });
        }
        let outcome = if status < 500 { Outcome::Refused } else { Outcome::Unknown };
        Err(NotTaken {
            is_final: is_final(status),
            http_status: Some(status),
            retry_after,
            ..NotTaken::for_now(outcome, sentence)
        })
    }
}

/// Whether a message is refused the next time too: no redirect is followed, and these are about the request itself (RFC 9110 §15.5).
/// Of the others, a proxy may answer for a receiver that is not there for a moment, and somebody may put a token right.
fn is_final(status: u16) -> bool {
    matches!(status, 300..=399 | 400 | 405 | 406 | 410 | 411 | 413..=415 | 417 | 422)
}

/// The start of an answer as one line, without the address: a proxy may name it, and it is a secret.
fn said(start: &[u8], url: &SecretUrl) -> String {
    let mut text = one_line(&String::from_utf8_lossy(start), LONGEST_READ);
    for part in parts(url.expose()) {
        text = text.replace(&part, "(address)");
    }
    one_line(&text, LONGEST_ANSWER)
}

/// An address and what may be secret in it by itself: its path and its query, and each part of those that is long enough for a key.
fn parts(address: &str) -> Vec<String> {
    let mut parts = vec![address.to_owned()];
    if let Ok(url) = Url::parse(address) {
        let (path, query) = (url.path(), url.query().unwrap_or_default());
        parts.extend([path, query].into_iter().filter(|part| part.len() > 1).map(str::to_owned));
        let segments = path.split('/').chain(query.split(['&', '=']));
        parts.extend(segments.filter(|part| part.len() >= SHORTEST_KEY).map(str::to_owned));
    }
    parts.sort_by_key(|part| Reverse(part.len()));
    parts
}

fn retry_after(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(LONGEST_RETRY_AFTER))
}

fn without_answer(error: &reqwest::Error) -> NotTaken {
    let (outcome, reason) = if error.is_connect() {
        (Outcome::NotSent, "It could not be reached.")
    } else if error.is_timeout() {
        (Outcome::Unknown, "It did not answer in time.")
    } else {
        (Outcome::Unknown, "The connection was lost.")
    };
    NotTaken::for_now(outcome, reason.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_told_of_without_the_address_or_any_key_in_it() {
        let address = "https://example.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXX?api-version=1&sig=s3cret-of-the-workflow";
        let url = SecretUrl::new(&address.parse().unwrap());
        let said = |text: &str| said(text.as_bytes(), &url);
        assert_eq!(said(&format!("no: {address}\r\n<b>")), "no: (address)  <b>");
        assert_eq!(said("no /services/T00000000/B00000000/XXXXXXXXXXXXXXXX"), "no (address)");
        assert_eq!(
            said("no invoke?api-version=1&amp;sig=s3cret-of-the-workflow"),
            "no invoke?api-version=1&amp;sig=(address)"
        );
        assert_eq!(said("no_service for XXXXXXXXXXXXXXXX"), "no_service for (address)");
        let long = said(&format!("{} XXXXXXXXXXXXXXXX", "x".repeat(LONGEST_ANSWER - 10)));
        assert!(!long.contains("XX"), "it is cut afterwards: {long}");
    }

    #[test]
    fn what_is_about_the_request_is_final_and_what_may_pass_is_not() {
        for status in [301, 400, 405, 410, 413, 422] {
            assert!(is_final(status), "{status}");
        }
        for status in [401, 403, 404, 408, 409, 425, 429, 451, 500, 503] {
            assert!(!is_final(status), "{status}");
        }
    }
}
