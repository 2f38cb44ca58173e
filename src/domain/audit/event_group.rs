//! Which events belong together.

use serde::{Deserialize, Serialize};

use super::Action;

/// Which events belong together for whoever looks for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventGroup {
    /// What was done at a partner, or found there.
    Changes,
    /// Checks and test messages, which change nothing.
    Checks,
    /// Who came and went, and what they were refused or shown.
    Access,
    /// What the dashboard did itself.
    Dashboard,
}

impl EventGroup {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Changes, Self::Checks, Self::Access, Self::Dashboard];

    /// The value in addresses: no action has the same code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Changes => "changes",
            Self::Checks => "checks",
            Self::Access => "access",
            Self::Dashboard => "dashboard",
        }
    }

    /// The inverse of [`EventGroup::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.code() == code)
    }

    /// The label in the filter.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Changes => "All changes",
            Self::Checks => "All checks and test messages",
            Self::Access => "All sign-ins and access",
            Self::Dashboard => "Everything about the dashboard",
        }
    }

    /// Its actions.
    pub fn actions(self) -> impl Iterator<Item = Action> {
        Action::ALL.into_iter().filter(move |action| action.group() == self)
    }
}

impl Action {
    /// The events that it belongs to.
    pub const fn group(self) -> EventGroup {
        match self {
            Self::Create
            | Self::Update
            | Self::SavePrevented
            | Self::Observed
            | Self::Accept
            | Self::OutcomeDecided
            | Self::RuleSilenced
            | Self::RuleUnsilenced
            | Self::NewFields => EventGroup::Changes,
            Self::Check | Self::SendMessage => EventGroup::Checks,
            Self::SecretShown
            | Self::SignIn
            | Self::SignInRefused
            | Self::SignOut
            | Self::SessionEnded
            | Self::PermissionRefused
            | Self::Export => EventGroup::Access,
            Self::ConfigurationLoaded | Self::Retention | Self::Erasure | Self::Backup | Self::LogContinued => {
                EventGroup::Dashboard
            }
        }
    }
}
