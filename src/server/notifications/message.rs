//! A message with everything that the channels need of it, in plain text.

use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use time::macros::format_description;
use url::Url;

use crate::domain::excerpt::{cut, is_out_of_place};
use crate::domain::notification::Notification;
use crate::server::hexadecimal::hex;

/// The most lines of a list that are sent. The page has all of them.
const MOST_DETAILS: usize = 10;
/// The longest line, and the longest title, in characters.
const LONGEST_LINE: usize = 300;
const LONGEST_TITLE: usize = 150;
/// The longest text, in characters.
const LONGEST_TEXT: usize = 1_500;

/// A message on its way to a target.
#[derive(Debug)]
pub(super) struct Message {
    /// What receivers know it by: the same however often it is sent.
    pub(super) id: String,
    /// One line, without control characters.
    pub(super) title: String,
    /// What happened.
    pub(super) text: String,
    /// The lines of a list.
    pub(super) details: Vec<String>,
    /// "Since: 29 November 2026, 09:30 UTC", and what else is short.
    pub(super) facts: Vec<(&'static str, String)>,
    /// What to do.
    pub(super) advice: Option<String>,
    /// The page about it.
    pub(super) url: String,
}

impl Message {
    pub(super) fn of(notification: &Notification, target: &str, public_url: &Url) -> Self {
        let mut details: Vec<String> =
            notification.details.iter().take(MOST_DETAILS).map(|line| one_line(line, LONGEST_LINE)).collect();
        let more = notification.details.len().saturating_sub(MOST_DETAILS);
        if more > 0 {
            details.push(format!("and {more} more"));
        }
        let facts = [
            ("Connection", notification.connection.as_deref().map(|name| one_line(name, LONGEST_LINE))),
            ("Environment", notification.environment.map(|environment| environment.word().to_owned())),
            ("Since", notification.since.map(moment)),
            ("Found", Some(moment(notification.at))),
        ];
        Self {
            id: id_of(target, &notification.id),
            title: one_line(&notification.title, LONGEST_TITLE),
            text: one_line(&notification.text, LONGEST_TEXT),
            details,
            facts: facts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect(),
            advice: notification.advice.as_deref().map(|advice| one_line(advice, LONGEST_LINE)),
            url: address(public_url, &notification.path),
        }
    }
}

/// An id of an event for a target: two targets of one receiver are two messages. It has no full stop in it, because
/// signatures are over parts between full stops.
fn id_of(target: &str, id: &str) -> String {
    let digest = hex(&Sha256::digest(format!("{target}\0{id}")));
    format!("msg_{}", &digest[..32])
}

/// The address of a page in browsers. Paths are made in `paths`, and below the public address.
fn address(public_url: &Url, path: &str) -> String {
    format!("{}{path}", public_url.as_str().trim_end_matches('/'))
}

/// Names come from the partner: whatever they hold, they cannot begin a line or a header of their own.
pub(super) fn one_line(text: &str, longest: usize) -> String {
    let ends_a_line = |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
    let is_kept = |letter: char| !ends_a_line(letter) && !is_out_of_place(letter);
    let cleaned: String = text.chars().map(|letter| if is_kept(letter) { letter } else { ' ' }).collect();
    cut(cleaned.trim(), longest).into_owned()
}

/// A moment as everybody reads it, whatever their time zone.
pub(super) fn moment(at: OffsetDateTime) -> String {
    let format = format_description!("[day padding:none] [month repr:long] [year], [hour]:[minute] UTC");
    at.to_offset(time::UtcOffset::UTC).format(format).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::domain::notification::NotificationEvent;

    #[test]
    fn what_comes_from_outside_stays_on_its_line_and_short() {
        assert_eq!(one_line("a\r\nBcc: x@y\u{2028}b\u{202e}c\u{feff}d\0", 99), "a  Bcc: x@y b c d");
        assert_eq!(one_line(&"ü".repeat(400), LONGEST_LINE).chars().count(), LONGEST_LINE + 1);
    }

    #[test]
    fn an_id_is_of_the_event_and_the_target_and_a_link_is_below_the_public_address() {
        let at = datetime!(2026-11-29 9:05 UTC);
        let mut found =
            Notification::new("a".to_owned(), NotificationEvent::Backup, at, "t".to_owned(), "x".to_owned());
        found.path = "/connections/a%2Eb".to_owned();
        found.details = (0..12).map(|number| number.to_string()).collect();
        let public_url = "https://x.example/dashboard/".parse().unwrap();
        let message = Message::of(&found, "ops", &public_url);
        assert_eq!(message.id, Message::of(&found, "ops", &public_url).id);
        assert_ne!(message.id, Message::of(&found, "chat", &public_url).id);
        assert_eq!(message.url, "https://x.example/dashboard/connections/a%2Eb");
        assert_eq!((message.details.len(), message.details[10].as_str()), (11, "and 2 more"));
        assert_eq!(message.facts, [("Found", "29 November 2026, 09:05 UTC".to_owned())]);
    }
}
