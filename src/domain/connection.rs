//! A connection to one partner system, as the configuration names it.

use serde::{Deserialize, Serialize};

/// Which kind of partner system a connection speaks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConnectionKind {
    /// The OneID Partner API (seed 003).
    #[serde(rename = "oneid")]
    OneId,
    /// OneConnect by Shine (seed 000).
    #[serde(rename = "oneconnect")]
    OneConnect,
    /// The ONEiO REST receiver (seed 001).
    #[serde(rename = "oneio")]
    OneIo,
    /// A partner platform with a JSON token endpoint (seed 002).
    PartnerJson,
    /// A Keycloak realm, such as SHARE NOW's (seed 004).
    Keycloak,
}

impl ConnectionKind {
    /// The system's name for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::OneId => "OneID",
            Self::OneConnect => "OneConnect by Shine",
            Self::OneIo => "ONEiO",
            Self::PartnerJson => "Partner platform",
            Self::Keycloak => "Keycloak realm",
        }
    }

    /// The name in the configuration, in JSON and in metrics.
    pub fn code(self) -> &'static str {
        match self {
            Self::OneId => "oneid",
            Self::OneConnect => "oneconnect",
            Self::OneIo => "oneio",
            Self::PartnerJson => "partner-json",
            Self::Keycloak => "keycloak",
        }
    }

    /// The inverse of [`ConnectionKind::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::OneId, Self::OneConnect, Self::OneIo, Self::PartnerJson, Self::Keycloak]
            .into_iter()
            .find(|kind| kind.code() == code)
    }
}

/// Whether real customers feel what is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    /// Test data, which admins and editors can change.
    Sandbox,
    /// Live data: guarded, and shown in another colour and shape.
    Production,
}

impl Environment {
    /// The word for people and in the audit log.
    pub fn word(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
            Self::Production => "production",
        }
    }

    /// The inverse of [`Environment::word`].
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Sandbox, Self::Production].into_iter().find(|environment| environment.word() == word)
    }
}

/// What pages need to know of a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionSummary {
    /// The name in URLs.
    pub name: String,
    /// The system, which decides which pages it has.
    pub kind: ConnectionKind,
    /// The environment, which decides who can edit.
    pub environment: Environment,
    /// Whether there is another connection of the same kind and environment, so that people
    /// need the name to tell them apart.
    pub is_ambiguous: bool,
}

impl ConnectionSummary {
    /// The connection for people: system and environment, and the name where that is not enough.
    pub fn title(&self) -> String {
        if self.is_ambiguous {
            format!("{} {} ({})", self.kind.word(), self.environment.word(), self.name)
        } else {
            format!("{} {}", self.kind.word(), self.environment.word())
        }
    }

    /// The short title for the navigation, which names the system above.
    pub fn short_title(&self) -> String {
        if self.is_ambiguous {
            format!("{} · {}", self.kind.word(), self.name)
        } else {
            format!("{} · {}", self.kind.word(), self.environment.word())
        }
    }
}
