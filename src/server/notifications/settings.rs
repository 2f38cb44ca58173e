//! Where messages go, and which.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretBox, SecretString};
use url::Url;

use super::quiet_hours::QuietHours;
use crate::domain::connection::Environment;
use crate::domain::notification::{Notification, NotificationEvent, TargetKind};

/// A target of the configuration.
#[derive(Clone, Debug)]
pub struct TargetSettings {
    /// The name on pages and in the database.
    pub name: String,
    /// How it is spoken to.
    pub channel: Channel,
    /// What it is told of.
    pub events: Vec<NotificationEvent>,
    /// The connections that it is told of; all when there is none.
    pub connections: Vec<String>,
    /// The environments that it is told of; all when there is none.
    pub environments: Vec<Environment>,
    /// When it is left alone.
    pub quiet_hours: Option<QuietHours>,
}

/// How a target is spoken to.
#[derive(Clone, Debug)]
pub enum Channel {
    /// JSON, signed where there is a key.
    Webhook {
        /// Where it is sent.
        url: SecretUrl,
        /// What it is signed with.
        key: Option<SigningKey>,
    },
    /// An incoming webhook of Slack.
    Slack(SecretUrl),
    /// A workflow of Microsoft Teams.
    Teams(SecretUrl),
    /// E-mail.
    Email {
        /// The sender, such as `Partner Dashboard <dashboard@example.com>`.
        from: String,
        /// The recipients.
        to: Vec<String>,
        /// The server that takes it.
        smtp: SmtpSettings,
    },
}

/// An address that may be a secret: whoever knows that of Slack or Teams can post there.
#[derive(Clone, Debug)]
pub struct SecretUrl(SecretString);

impl SecretUrl {
    /// Keeps an address.
    pub fn new(url: &Url) -> Self {
        Self(SecretString::from(url.as_str().to_owned()))
    }

    pub(super) fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// The host and the port, which are no secret.
    pub fn host(&self) -> String {
        let url = Url::parse(self.expose()).ok();
        let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
        let port = url.as_ref().and_then(Url::port).map(|port| format!(":{port}")).unwrap_or_default();
        format!("{host}{port}")
    }
}

/// The key of signatures after Standard Webhooks.
#[derive(Clone, Debug)]
pub struct SigningKey(std::sync::Arc<SecretBox<[u8]>>);

impl SigningKey {
    /// From 24 to 64 bytes.
    pub fn new(bytes: Vec<u8>) -> Option<Self> {
        (24..=64).contains(&bytes.len()).then(|| Self(std::sync::Arc::new(SecretBox::new(bytes.into_boxed_slice()))))
    }

    pub(super) fn expose(&self) -> &[u8] {
        self.0.expose_secret()
    }
}

/// The server that takes e-mail.
#[derive(Clone, Debug)]
pub struct SmtpSettings {
    /// The host.
    pub host: String,
    /// The port.
    pub port: u16,
    /// How the connection is protected.
    pub security: SmtpSecurity,
    /// User and password, where the server wants them.
    pub credentials: Option<(String, SecretString)>,
    /// How long it may take for a message.
    pub patience: Duration,
}

impl SmtpSettings {
    /// How long a server may take for a message.
    pub const PATIENCE: Duration = Duration::from_secs(30);
}

/// How a connection to a mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmtpSecurity {
    /// TLS from the first byte.
    Tls,
    /// TLS after `STARTTLS`. Nothing is sent without it.
    StartTls,
    /// Not at all: for this machine alone.
    None,
}

impl TargetSettings {
    /// Which sort it is.
    pub fn kind(&self) -> TargetKind {
        match self.channel {
            Channel::Webhook { .. } => TargetKind::Webhook,
            Channel::Slack(_) => TargetKind::Slack,
            Channel::Teams(_) => TargetKind::Teams,
            Channel::Email { .. } => TargetKind::Email,
        }
    }

    /// Where messages go, without what is secret of that.
    pub fn address(&self) -> String {
        match &self.channel {
            Channel::Webhook { url, .. } | Channel::Slack(url) | Channel::Teams(url) => url.host(),
            Channel::Email { to, .. } => to.join(", "),
        }
    }

    /// What it is limited to, in words.
    pub fn limits(&self) -> Option<String> {
        let environments = self.environments.iter().map(|environment| environment.word());
        let all: Vec<&str> = self.connections.iter().map(String::as_str).chain(environments).collect();
        (!all.is_empty()).then(|| all.join(", "))
    }

    /// Whether it is to be told of this. Connections and environments limit what is about a connection: what concerns the
    /// dashboard itself concerns everybody.
    pub fn wants(&self, notification: &Notification) -> bool {
        let named = |connection: &String| self.connections.is_empty() || self.connections.contains(connection);
        let is_of = |environment| self.environments.is_empty() || self.environments.contains(&environment);
        self.events.contains(&notification.event)
            && notification.connection.as_ref().is_none_or(named)
            && notification.environment.is_none_or(is_of)
    }
}
