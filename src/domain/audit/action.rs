//! The events of the audit log: a closed set with stable codes. `docs/audit-log.md` has the table.

use serde::{Deserialize, Serialize};

use super::Outcome;

/// An event: a change, another act that partners notice, or what concerns the dashboard itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// A new object.
    Create,
    /// Changed fields of an object.
    Update,
    /// A check of a connection.
    Check,
    /// A test message over a connection.
    SendMessage,
    /// What a refresh found changed, and not by this dashboard.
    Observed,
    /// Fields that the API has newly begun to send, for all objects.
    NewFields,
    /// A save that was not sent, because its intent could not be written.
    SavePrevented,
    /// Somebody agrees with what was observed.
    Accept,
    /// Somebody says what became of a creation whose outcome was not known.
    OutcomeDecided,
    /// Somebody silences a readiness rule for an object.
    RuleSilenced,
    /// Somebody stops that.
    RuleUnsilenced,
    /// The secret of a new client was shown, once, or somebody revealed that of another.
    SecretShown,
    /// A person signed in, and a session began.
    SignIn,
    /// Somebody was not signed in, or has no role.
    SignInRefused,
    /// A person signed out.
    SignOut,
    /// A session ended in another way than by its sign-out.
    SessionEnded,
    /// A person asked for what their role does not include.
    PermissionRefused,
    /// A list or the log was taken as a file.
    Export,
    /// The configuration was loaded at a start.
    ConfigurationLoaded,
    /// The oldest entries were removed, as `[audit] keep_days` asks for.
    Retention,
    /// Whom entries name was erased.
    Erasure,
    /// A backup of the database was taken.
    Backup,
    /// A backup was put in the place of the database, and the log goes on from there under another name.
    LogContinued,
}

/// What is fixed for each action.
struct Facts {
    code: &'static str,
    word: &'static str,
    past_tense: &'static str,
    infinitive: &'static str,
}

impl Action {
    /// Every action, in the order of the filter.
    pub const ALL: [Self; 23] = [
        Self::Create,
        Self::Update,
        Self::SavePrevented,
        Self::Observed,
        Self::Accept,
        Self::OutcomeDecided,
        Self::RuleSilenced,
        Self::RuleUnsilenced,
        Self::NewFields,
        Self::SecretShown,
        Self::Check,
        Self::SendMessage,
        Self::SignIn,
        Self::SignInRefused,
        Self::SignOut,
        Self::SessionEnded,
        Self::PermissionRefused,
        Self::Export,
        Self::ConfigurationLoaded,
        Self::Retention,
        Self::Erasure,
        Self::Backup,
        Self::LogContinued,
    ];

    const fn facts(self) -> Facts {
        // Code, label, past tense and infinitive.
        const fn facts(
            code: &'static str,
            word: &'static str,
            past_tense: &'static str,
            infinitive: &'static str,
        ) -> Facts {
            Facts { code, word, past_tense, infinitive }
        }
        match self {
            Self::Create => facts("create", "Created", "created", "create"),
            Self::Update => facts("update", "Changed", "changed", "change"),
            Self::SavePrevented => facts("save_prevented", "Save prevented", "was prevented from saving", "save"),
            Self::Check => facts("check", "Checked", "checked", "check"),
            Self::SendMessage => {
                facts("send_message", "Test message", "sent a test message to", "send a test message to")
            }
            Self::Observed => facts("observed", "Changed elsewhere", "changed", "change"),
            Self::NewFields => facts("new_fields", "New fields", "began to send new fields of", "send new fields of"),
            Self::Accept => facts("accept", "Accepted", "accepted a change of", "accept a change of"),
            Self::OutcomeDecided => facts(
                "outcome_decided",
                "Outcome decided",
                "decided the outcome of creating",
                "decide the outcome of creating",
            ),
            Self::RuleSilenced => {
                facts("rule_silenced", "Rule silenced", "silenced a readiness rule for", "silence a readiness rule for")
            }
            Self::RuleUnsilenced => facts(
                "rule_unsilenced",
                "Rule no longer silenced",
                "stopped silencing a readiness rule for",
                "stop silencing a readiness rule for",
            ),
            Self::SecretShown => facts("secret_shown", "Secret shown", "was shown the secret of", "see the secret of"),
            Self::SignIn => facts("sign_in", "Signed in", "signed in to", "sign in to"),
            Self::SignInRefused => facts("sign_in_refused", "Sign-in refused", "was not signed in to", "sign in to"),
            Self::SignOut => facts("sign_out", "Signed out", "signed out of", "sign out of"),
            Self::SessionEnded => facts("session_ended", "Session ended", "had a session ended in", "end a session in"),
            Self::PermissionRefused => {
                facts("permission_refused", "Permission refused", "was refused access to", "access")
            }
            Self::Export => facts("export", "Exported", "exported from", "export from"),
            Self::ConfigurationLoaded => facts(
                "configuration_loaded",
                "Configuration loaded",
                "loaded the configuration of",
                "load the configuration of",
            ),
            Self::Retention => {
                facts("retention", "Old entries removed", "removed old entries of", "remove old entries of")
            }
            Self::Erasure => facts("erasure", "Names erased", "erased names in", "erase names in"),
            Self::Backup => facts("backup", "Backup taken", "took a backup of", "take a backup of"),
            Self::LogContinued => {
                facts("log_continued", "Log continued after a restore", "restored a backup of", "restore a backup of")
            }
        }
    }

    /// The stable name in the log.
    pub const fn code(self) -> &'static str {
        self.facts().code
    }

    /// The inverse of [`Action::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.code() == code)
    }

    /// The label in the filter.
    pub const fn word(self) -> &'static str {
        self.facts().word
    }

    /// The outcome that an entry has from the first moment on, where nothing is sent for it. It has no completion then.
    pub const fn outcome_when_written(self) -> Option<Outcome> {
        match self {
            Self::Create | Self::Update | Self::Check | Self::SendMessage => None,
            Self::SavePrevented => Some(Outcome::NotSent),
            Self::SignInRefused | Self::PermissionRefused => Some(Outcome::Refused),
            Self::Observed
            | Self::NewFields
            | Self::Accept
            | Self::OutcomeDecided
            | Self::RuleSilenced
            | Self::RuleUnsilenced
            | Self::SecretShown
            | Self::SignIn
            | Self::SignOut
            | Self::SessionEnded
            | Self::Export
            | Self::ConfigurationLoaded
            | Self::Retention
            | Self::Erasure
            | Self::Backup
            | Self::LogContinued => Some(Outcome::Applied),
        }
    }

    /// Whether an entry has its outcome from the first moment on.
    pub const fn is_complete_when_written(self) -> bool {
        self.outcome_when_written().is_some()
    }

    /// The label of an outcome on pages. A check changes nothing, so that it is neither applied nor refused.
    pub fn outcome_word(self, outcome: Outcome) -> &'static str {
        match (self, outcome) {
            // Not "Passed": entries of earlier versions have this outcome whatever the check found.
            (Self::Check, Outcome::Applied) => "Completed",
            (Self::Check, Outcome::Refused) => "Failed",
            _ if outcome == Outcome::Applied && self.is_complete_when_written() => "Recorded",
            _ => outcome.word(),
        }
    }

    /// The verb in "Ada changed Meridian".
    pub const fn past_tense(self) -> &'static str {
        self.facts().past_tense
    }

    /// The verb while it is not known, or known not, to have happened: "Ada tried to change …".
    pub const fn infinitive(self) -> &'static str {
        self.facts().infinitive
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::audit::EventGroup;

    #[test]
    fn codes_are_stable_and_lead_back_to_their_actions() {
        let codes = Action::ALL.map(Action::code);
        assert_eq!(
            codes,
            [
                "create",
                "update",
                "save_prevented",
                "observed",
                "accept",
                "outcome_decided",
                "rule_silenced",
                "rule_unsilenced",
                "new_fields",
                "secret_shown",
                "check",
                "send_message",
                "sign_in",
                "sign_in_refused",
                "sign_out",
                "session_ended",
                "permission_refused",
                "export",
                "configuration_loaded",
                "retention",
                "erasure",
                "backup",
                "log_continued",
            ]
        );
        for action in Action::ALL {
            assert_eq!(Action::from_code(action.code()), Some(action));
            assert_eq!(EventGroup::from_code(action.code()), None);
        }
    }

    #[test]
    fn every_code_is_in_the_table_of_the_documents() {
        let document = include_str!("../../../docs/audit-log.md");
        for action in Action::ALL {
            assert!(document.contains(&format!("| `{}` |", action.code())), "{}", action.code());
        }
    }
}
