//! E-mail by SMTP: plain text, to each recipient by itself, so that one who is unknown does not keep it from the others.

use std::time::{Duration, SystemTime};

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use secrecy::ExposeSecret as _;
use time::OffsetDateTime;

use super::answer::{NotTaken, Settled, Taken, refused};
use super::message::{Message, one_line};
use super::settings::{SmtpSecurity, SmtpSettings};
use crate::domain::audit::Outcome;

/// How long a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// For so many recipients a server may leave an attempt without an answer before the others are not tried.
const MOST_SILENT: u32 = 2;
/// The longest answer that is told of, in characters.
const LONGEST_ANSWER: usize = 300;
/// Answers that are about the credentials, not about the message (RFC 4954 §6): somebody may put them right meanwhile.
const ABOUT_CREDENTIALS: [u16; 4] = [530, 534, 535, 538];

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// What an e-mail is headed with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Envelope<'a> {
    pub(super) from: &'a str,
    pub(super) to: &'a [String],
    /// The host of the dashboard, which makes ids unique.
    pub(super) host: &'a str,
    pub(super) now: OffsetDateTime,
}

/// Whether a text is `name@example.com` or `Name <name@example.com>`.
pub fn is_mailbox(text: &str) -> bool {
    !text.contains(char::is_control) && text.parse::<Mailbox>().is_ok()
}

/// Sends a message to each recipient. It is taken when the server took it for one of them, and none of the others is to be tried
/// again.
pub(super) async fn send(smtp: &SmtpSettings, envelope: Envelope<'_>, message: &Message) -> Result<Taken, NotTaken> {
    let transport = transport(smtp).map_err(|error| failure(&error))?;
    let (mut said, mut settled, mut passing, mut silent) = (None, Settled::new(), None, 0);
    for to in envelope.to {
        match send_one(&transport, smtp.patience, envelope, to, message).await {
            Ok(answer) => {
                said = Some(answer);
                settled.insert(to.clone(), None);
            }
            Err(error) if error.is_final => {
                settled.insert(to.clone(), Some(error.reason));
            }
            Err(error) => {
                silent += u32::from(error.outcome != Outcome::Refused);
                let reason = format!("{to}: {}", error.reason);
                passing.get_or_insert((error.outcome, Vec::new())).1.push(reason);
                // A server that did not answer for two would most likely not for the next either, and other messages wait.
                if silent == MOST_SILENT {
                    break;
                }
            }
        }
    }
    let refused = refused(&settled);
    match (passing, said) {
        (Some((outcome, reasons)), said) => {
            let sentences = [said, Some(format!("Not yet for {}", reasons.join(" "))), refused];
            let reason = sentences.into_iter().flatten().collect::<Vec<_>>().join(" ");
            Err(NotTaken { settled, ..NotTaken::for_now(outcome, reason) })
        }
        (None, Some(said)) => {
            let said = refused.map_or(said.clone(), |refused| format!("{said} {refused}"));
            Ok(Taken { http_status: None, said, settled })
        }
        (None, None) => {
            let reason = refused.unwrap_or_else(|| "There is nobody to send it to.".to_owned());
            Err(NotTaken { is_final: true, settled, ..NotTaken::for_now(Outcome::Refused, reason) })
        }
    }
}

/// What never reaches whoever is left is taken all the same where others have it already. Of those who are left, the last may have
/// been removed from the configuration.
pub(super) fn done_with(failure: NotTaken, earlier: &Settled) -> Result<Taken, NotTaken> {
    if failure.is_final && earlier.values().any(Option::is_none) {
        return Ok(Taken { http_status: None, said: failure.reason, settled: failure.settled });
    }
    Err(failure)
}

async fn send_one(
    transport: &Transport,
    patience: Duration,
    envelope: Envelope<'_>,
    to: &str,
    message: &Message,
) -> Result<String, NotTaken> {
    let email = email(envelope, to, message).ok_or_else(|| NotTaken {
        is_final: true,
        ..NotTaken::for_now(Outcome::NotSent, "The addresses cannot be used.".to_owned())
    })?;
    match tokio::time::timeout(patience, transport.send(email)).await {
        Ok(Ok(answer)) => {
            let words = answer.message().collect::<Vec<_>>().join(" ");
            Ok(format!("The mail server answered {}: {}", answer.code(), one_line(&words, LONGEST_ANSWER)))
        }
        Ok(Err(error)) => Err(failure(&error)),
        Err(_) => Err(NotTaken::for_now(Outcome::Unknown, "The mail server did not answer in time.".to_owned())),
    }
}

fn transport(smtp: &SmtpSettings) -> Result<Transport, lettre::transport::smtp::Error> {
    let builder = match smtp.security {
        SmtpSecurity::Tls => Transport::relay(&smtp.host)?,
        SmtpSecurity::StartTls => Transport::starttls_relay(&smtp.host)?,
        SmtpSecurity::None => Transport::builder_dangerous(&smtp.host),
    };
    let builder = builder.port(smtp.port).timeout(Some(CONNECT_TIMEOUT));
    Ok(match &smtp.credentials {
        Some((user, password)) => {
            builder.credentials(Credentials::new(user.clone(), password.expose_secret().to_owned())).build()
        }
        None => builder.build(),
    })
}

/// `None` when an address of the configuration is none, which is looked at there.
fn email(envelope: Envelope<'_>, to: &str, message: &Message) -> Option<lettre::Message> {
    let date = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(envelope.now.unix_timestamp()).ok()?);
    let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
    MessageBuilder::new()
        .from(envelope.from.parse().ok()?)
        .to(to.parse().ok()?)
        .date(date)
        .message_id(Some(format!("<{}@{}>", message.id, envelope.host)))
        // So that nobody's absence is answered to it (RFC 3834).
        .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
        .subject(message.title.clone())
        .header(ContentType::TEXT_PLAIN)
        .body(text(message))
        .ok()
}

fn text(message: &Message) -> String {
    let mut parts = vec![message.text.clone()];
    if !message.details.is_empty() {
        parts.push(message.details.iter().map(|line| format!("- {line}")).collect::<Vec<_>>().join("\n"));
    }
    parts.push(message.facts.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join("\n"));
    parts.extend(message.advice.clone());
    parts.push(format!("{}\n", message.url));
    parts.join("\n\n")
}

fn failure(error: &lettre::transport::smtp::Error) -> NotTaken {
    let status = error.status().map(u16::from);
    let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    let words = causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"));
    let reason = format!("The mail server did not take it: {}.", one_line(&words, LONGEST_ANSWER));
    let is_about_credentials = status.is_some_and(|status| ABOUT_CREDENTIALS.contains(&status));
    let outcome = match status {
        Some(_) => Outcome::Refused,
        None if error.is_timeout() => Outcome::Unknown,
        None => Outcome::NotSent,
    };
    NotTaken { is_final: error.is_permanent() && !is_about_credentials, ..NotTaken::for_now(outcome, reason) }
}
