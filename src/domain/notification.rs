//! What people are told of when nobody looks at the dashboard, and the targets that it is sent to.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::connection::Environment;

/// What a message is about: a closed set with stable codes. `docs/notifications.md` has the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotificationEvent {
    /// A connection works, fails, or soon will.
    ConnectionState,
    /// A client secret ends soon.
    SecretExpires,
    /// The audit log cannot be written, or can again.
    AuditLog,
    /// Others changed something at the partner.
    ObservedChange,
    /// The outcome of a change stays unknown.
    UnknownOutcome,
    /// A backup failed, or one was taken again.
    Backup,
    /// Somebody pressed *Send test*.
    Test,
    /// What was held back during quiet hours.
    Summary,
}

impl NotificationEvent {
    /// Those that a target can choose.
    pub const CHOICES: [Self; 6] = [
        Self::ConnectionState,
        Self::SecretExpires,
        Self::AuditLog,
        Self::ObservedChange,
        Self::UnknownOutcome,
        Self::Backup,
    ];

    /// The name in the configuration and in what is sent.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ConnectionState => "connection_state",
            Self::SecretExpires => "secret_expires",
            Self::AuditLog => "audit_log",
            Self::ObservedChange => "observed_change",
            Self::UnknownOutcome => "unknown_outcome",
            Self::Backup => "backup",
            Self::Test => "test",
            Self::Summary => "summary",
        }
    }

    /// The words on pages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::ConnectionState => "State of a connection",
            Self::SecretExpires => "End of a secret",
            Self::AuditLog => "Audit log not written",
            Self::ObservedChange => "Changed elsewhere",
            Self::UnknownOutcome => "Unknown outcome",
            Self::Backup => "Backup failed",
            Self::Test => "Test message",
            Self::Summary => "Summary after quiet hours",
        }
    }
}

/// One message, before it has the form of a target. It never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// The same for the same event, however often it is found.
    pub id: String,
    /// What it is about.
    pub event: NotificationEvent,
    /// When it was found.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// What happened, in a few words.
    pub title: String,
    /// What happened, in a sentence or two.
    pub text: String,
    /// Lines of a list, such as what was changed.
    pub details: Vec<String>,
    /// Since when it is so, where that is not when it was found.
    #[serde(with = "time::serde::rfc3339::option")]
    pub since: Option<OffsetDateTime>,
    /// What to do about it.
    pub advice: Option<String>,
    /// The page about it, within the dashboard.
    pub path: String,
    /// The connection, where it is about one.
    pub connection: Option<String>,
    /// The environment of that.
    pub environment: Option<Environment>,
    /// Whether it is worth waking somebody up for.
    pub is_urgent: bool,
}

impl Notification {
    /// A message without details, about the dashboard itself.
    pub fn new(id: String, event: NotificationEvent, at: OffsetDateTime, title: String, text: String) -> Self {
        Self {
            id,
            event,
            at,
            title,
            text,
            details: Vec::new(),
            since: None,
            advice: None,
            path: "/".to_owned(),
            connection: None,
            environment: None,
            is_urgent: false,
        }
    }
}

/// How a target is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TargetKind {
    /// Signed JSON, after Standard Webhooks.
    Webhook,
    /// An incoming webhook of Slack.
    Slack,
    /// A workflow of Microsoft Teams.
    Teams,
    /// E-mail by SMTP.
    Email,
}

impl TargetKind {
    /// The word on pages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Webhook => "Webhook",
            Self::Slack => "Slack",
            Self::Teams => "Teams",
            Self::Email => "Email",
        }
    }
}

/// A target as its page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetState {
    /// The name in the configuration.
    pub name: String,
    /// How it is spoken to.
    pub kind: TargetKind,
    /// The host or the recipients: of an address that is a secret, no more than that.
    pub address: String,
    /// What it is told of.
    pub events: Vec<NotificationEvent>,
    /// The connections and environments that it is limited to, in words; `None` when it is told of all.
    pub limits: Option<String>,
    /// When it is left alone, in words.
    pub quiet_hours: Option<String>,
    /// How many messages wait to be sent.
    pub waiting: u32,
    /// How many of these wait for the end of the quiet hours.
    pub held: u32,
    /// When it took a message last.
    #[serde(with = "time::serde::rfc3339::option")]
    pub last_delivered_at: Option<OffsetDateTime>,
    /// When it last did not.
    #[serde(with = "time::serde::rfc3339::option")]
    pub last_failed_at: Option<OffsetDateTime>,
    /// Why it did not.
    pub last_error: Option<String>,
}

impl TargetState {
    /// Whether the last attempt failed.
    pub fn is_failing(&self) -> bool {
        self.last_failed_at.is_some() && self.last_failed_at >= self.last_delivered_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_serialised_form_and_of_the_documents() {
        let document = include_str!("../../docs/notifications.md");
        for event in NotificationEvent::CHOICES {
            assert_eq!(serde_json::to_string(&event).unwrap(), format!("\"{}\"", event.code()));
            assert!(document.contains(&format!("| `{}` |", event.code())), "{}", event.code());
        }
    }
}
