//! The closed sets of the audit log beside the actions: what came of one, and what it was about.

use serde::{Deserialize, Serialize};

use crate::domain::object::ObjectKind;

/// What came of an intended change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The partner said that it did it.
    Applied,
    /// The partner said that it did not.
    Refused,
    /// The request never left: certainly nothing happened.
    NotSent,
    /// The request left and no answer came that can be relied on: it may have happened.
    Unknown,
    /// The same, and the partner was found without the change later.
    NotApplied,
}

impl Outcome {
    /// Every outcome, in the order of the filter.
    pub const ALL: [Self; 5] = [Self::Applied, Self::Refused, Self::NotSent, Self::Unknown, Self::NotApplied];

    /// The stable name in the log.
    pub fn code(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Refused => "refused",
            Self::NotSent => "not_sent",
            Self::Unknown => "unknown",
            Self::NotApplied => "not_applied",
        }
    }

    /// The inverse of [`Outcome::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.code() == code)
    }

    /// The label on pages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Applied => "Applied",
            Self::Refused => "Refused",
            Self::NotSent => "Not sent",
            Self::Unknown => "Unknown",
            Self::NotApplied => "Not applied",
        }
    }
}

/// What an entry is about: an object of the partner, or the connection itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditedKind {
    /// An organisation or a client.
    Object(ObjectKind),
    /// A connection.
    Connection,
    /// A session of a person in this dashboard.
    Session,
    /// The dashboard itself.
    Dashboard,
}

impl AuditedKind {
    /// The word for people, in lower case.
    pub fn word(self) -> &'static str {
        match self {
            Self::Object(kind) => kind.word(),
            Self::Connection => "connection",
            Self::Session => "session",
            Self::Dashboard => "dashboard",
        }
    }

    /// The stable name in the log.
    pub fn code(self) -> &'static str {
        match self {
            Self::Object(kind) => kind.code(),
            Self::Connection => "connection",
            Self::Session => "session",
            Self::Dashboard => "dashboard",
        }
    }

    /// The inverse of [`AuditedKind::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        let own = [Self::Connection, Self::Session, Self::Dashboard].into_iter().find(|kind| kind.code() == code);
        own.or_else(|| ObjectKind::from_code(code).map(Self::Object))
    }

    /// What people call a field; a field that is not known keeps its own name.
    pub fn label(self, name: &str) -> &str {
        let own = OWN_FIELDS.iter().find(|(own, _)| *own == name).map(|(_, label)| *label);
        match (self, own) {
            (_, Some(label)) => label,
            (Self::Object(kind), None) => kind.label(name),
            (Self::Connection | Self::Session | Self::Dashboard, None) => name,
        }
    }
}

impl From<ObjectKind> for AuditedKind {
    fn from(kind: ObjectKind) -> Self {
        Self::Object(kind)
    }
}

/// The name under which an entry keeps the document of a test message.
pub const DOCUMENT: &str = "document";

/// The name under which an entry keeps what somebody said when they accepted a change.
pub const NOTE: &str = "note";

/// The name under which an entry keeps the number of the entry whose outcome somebody decided.
pub const DECIDED_ENTRY: &str = "decided_entry";

/// The name under which an entry keeps what somebody decided: the code of an outcome.
pub const DECIDED_OUTCOME: &str = "decided_outcome";

/// The name under which an entry keeps the code of a readiness rule.
pub const RULE: &str = "rule";

/// The name under which an entry keeps which fields the API has newly begun to send.
pub const NEW_FIELDS: &str = "new_fields";

/// The name under which an entry keeps why something was refused, ended or silenced.
pub const REASON: &str = "reason";

/// The name under which an entry keeps the path of a page or a form.
pub const PATH: &str = "path";

/// The name under which an entry keeps the handles of sessions.
pub const SESSIONS: &str = "sessions";

/// The name under which an entry keeps how people sign in.
pub const SIGN_IN_METHOD: &str = "sign_in_method";

/// The name under which an entry keeps a permission, by its code.
pub const PERMISSION: &str = "permission";

/// The name under which an entry keeps which list was exported.
pub const LIST: &str = "list";

/// The name under which an entry keeps the format of an export.
pub const FORMAT: &str = "format";

/// The name under which an entry keeps the filters of an export, as the query of its address.
pub const FILTER: &str = "filter";

/// The name under which an entry keeps the SHA-256 of the configuration file.
pub const CONFIGURATION_HASH: &str = "configuration_sha256";

/// The name under which an entry keeps which keys of the configuration have other values than before.
pub const CHANGED_KEYS: &str = "changed_keys";

/// The name under which an entry keeps which keys of the configuration have new values that wait for a restart.
pub const WAITING_KEYS: &str = "waiting_keys";

/// The name under which an entry keeps up to which leaf the log was pruned.
pub const PRUNED_UNTIL: &str = "pruned_until";

/// The name under which an entry keeps the numbers of the entries that name nobody any more.
pub const ERASED_ENTRIES: &str = "erased_entries";

/// The name under which an entry keeps the name of a backup's file.
pub const BACKUP_FILE: &str = "file";

/// The name under which an entry keeps how many records of the log a backup has.
pub const RECORDS: &str = "records";

/// The name under which an entry keeps the size of a backup.
pub const SIZE_IN_BYTES: &str = "size_in_bytes";

/// The name under which an entry keeps what the log is called.
pub const NAME_OF_THE_LOG: &str = "origin";

/// The name under which an entry keeps the root of the log's tree, in Base64.
pub const ROOT: &str = "root";

/// What fields that are no partner's are called.
const OWN_FIELDS: [(&str, &str); 24] = [
    (DOCUMENT, "Document"),
    (NOTE, "Note"),
    (DECIDED_ENTRY, "Entry"),
    (DECIDED_OUTCOME, "Outcome"),
    (RULE, "Readiness rule"),
    (NEW_FIELDS, "New fields"),
    (REASON, "Reason"),
    (PATH, "Path"),
    (SESSIONS, "Sessions"),
    (SIGN_IN_METHOD, "Sign-in method"),
    (PERMISSION, "Permission"),
    (LIST, "List"),
    (FORMAT, "Format"),
    (FILTER, "Filter"),
    (CONFIGURATION_HASH, "SHA-256 of the file"),
    (CHANGED_KEYS, "Changed keys"),
    (WAITING_KEYS, "Keys that wait for a restart"),
    (PRUNED_UNTIL, "Removed before leaf"),
    (ERASED_ENTRIES, "Entries"),
    (BACKUP_FILE, "File"),
    (RECORDS, "Records"),
    (SIZE_IN_BYTES, "Size in bytes"),
    (NAME_OF_THE_LOG, "Name of the log"),
    (ROOT, "Root of the tree"),
];
