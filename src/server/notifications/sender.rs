//! Sends a message to a target, and says what came of it.

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

/// As much of an answer is kept, in bytes, or in characters.
const LONGEST_ANSWER: usize = 300;
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
        let (start, _) = read_start(response, LONGEST_ANSWER).await;
        let said = said(&start, url);
        let sentence =
            if said.is_empty() { format!("It answered {status}.") } else { format!("It answered {status}: {said}") };
        if (200..=299).contains(&status) {
            return Ok(Taken { http_status: Some(status), said: sentence, settled: Settled::new() });
        }
        let outcome = if status < 500 { Outcome::Refused } else { Outcome::Unknown };
        Err(NotTaken {
            // No redirect is followed, and what is wrong with a request is wrong the next time too.
            is_final: matches!(status, 300..=407 | 409..=428 | 430..=499),
            http_status: Some(status),
            retry_after,
            ..NotTaken::for_now(outcome, sentence)
        })
    }
}

/// The start of an answer as one line, without the address: a proxy may name it, and it is a secret.
fn said(start: &[u8], url: &SecretUrl) -> String {
    let text = one_line(&String::from_utf8_lossy(start), LONGEST_ANSWER);
    let path = Url::parse(url.expose()).ok().map(|url| url.path().to_owned()).filter(|path| path.len() > 1);
    let text = text.replace(url.expose(), "(address)");
    path.map_or(text.clone(), |path| text.replace(&path, "(address)"))
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
