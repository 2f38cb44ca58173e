//! Who is asking, and what a role may do.

use serde::{Deserialize, Serialize};

/// What a person can do. Each role lists its permissions; none inherits from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees organisations, clients without secrets, and connections.
    Viewer,
    /// A viewer who also reads the audit log.
    Auditor,
    /// A viewer who also creates and edits outside production, and sees the history of what they see.
    Editor,
    /// Does everything, in production too.
    Admin,
}

impl Role {
    /// All roles, the highest first.
    pub const ALL: [Self; 4] = [Self::Admin, Self::Editor, Self::Auditor, Self::Viewer];

    /// The word for people and in the audit log.
    pub fn word(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Auditor => "auditor",
            Self::Editor => "editor",
            Self::Admin => "admin",
        }
    }

    /// The same at the start of a line.
    pub fn title(self) -> &'static str {
        match self {
            Self::Viewer => "Viewer",
            Self::Auditor => "Auditor",
            Self::Editor => "Editor",
            Self::Admin => "Admin",
        }
    }

    /// Whether the role carries a permission.
    pub fn may(self, permission: Permission) -> bool {
        match permission {
            Permission::ViewObjects => true,
            Permission::ViewAuditLog => matches!(self, Self::Auditor | Self::Admin),
            Permission::ViewHistory => matches!(self, Self::Auditor | Self::Editor | Self::Admin),
            Permission::EditSandbox => matches!(self, Self::Editor | Self::Admin),
            Permission::EditProduction
            | Permission::RevealSecrets
            | Permission::CheckConnections
            | Permission::TestNotifications => self == Self::Admin,
        }
    }
}

/// Something that a role may or may not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// See organisations, clients and connections.
    ViewObjects,
    /// Read the audit log.
    ViewAuditLog,
    /// See what happened to organisations and clients, without what the log knows of other people besides their names.
    ViewHistory,
    /// Create and edit outside production.
    EditSandbox,
    /// Create and edit in production.
    EditProduction,
    /// See the secrets of clients that are there already.
    RevealSecrets,
    /// Start a check of a connection.
    CheckConnections,
    /// See the targets of notifications, and send them test messages.
    TestNotifications,
}

impl Permission {
    /// The stable name in the audit log.
    pub fn code(self) -> &'static str {
        match self {
            Self::ViewObjects => "view_objects",
            Self::ViewAuditLog => "view_audit_log",
            Self::ViewHistory => "view_history",
            Self::EditSandbox => "edit_sandbox",
            Self::EditProduction => "edit_production",
            Self::RevealSecrets => "reveal_secrets",
            Self::CheckConnections => "check_connections",
            Self::TestNotifications => "test_notifications",
        }
    }

    /// Why a control is disabled, in a sentence.
    pub fn reason(self) -> &'static str {
        match self {
            Self::ViewObjects => "Your role cannot view organisations and clients.",
            Self::ViewAuditLog => "Only auditors and admins can view the audit log.",
            Self::ViewHistory => "Only editors, auditors and admins can view the history.",
            Self::EditSandbox => "Only editors and admins can create and edit.",
            Self::EditProduction => "Only admins can create and edit in production.",
            Self::RevealSecrets => "Only admins can reveal client secrets.",
            Self::CheckConnections => "Only admins can check connections.",
            Self::TestNotifications => "Only admins can view and test notifications.",
        }
    }
}

/// A part of the tree of organisations: one organisation and everything below it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Subtree {
    /// The connection's name: ids of organisations mean nothing on another.
    pub connection: String,
    /// The organisation at the top.
    pub organisation: String,
}

/// A role, everywhere or for one part of the tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// What the person may do.
    pub role: Role,
    /// Where the role holds; everywhere when absent.
    pub within: Option<Subtree>,
}

/// Where on one connection a permission holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extent<'a> {
    /// For no organisation.
    Nowhere,
    /// In the subtrees below these organisations.
    Below(Vec<&'a str>),
    /// For everything on the connection.
    Everywhere,
}

/// The person behind a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Principal {
    /// The identity provider's name for the person: the key in the audit log.
    pub subject: String,
    /// The name for people.
    pub name: String,
    /// The email address, where it is known. Never a key.
    pub email: Option<String>,
    /// The groups that the roles were found by.
    pub groups: Vec<String>,
    /// What the person may do, and where; never empty.
    pub grants: Vec<Grant>,
}

impl Principal {
    /// The highest role that the person has anywhere: the one that pages and the log name.
    pub fn role(&self) -> Role {
        self.grants.iter().map(|grant| grant.role).max().unwrap_or(Role::Viewer)
    }

    /// Whether the person may do something without any limit. What has no place in the tree, such as a connection's
    /// check, needs this.
    pub fn may_everywhere(&self, permission: Permission) -> bool {
        self.grants.iter().any(|grant| grant.within.is_none() && grant.role.may(permission))
    }

    /// Whether there is a place where the person may do something.
    pub fn may_somewhere(&self, permission: Permission) -> bool {
        self.grants.iter().any(|grant| grant.role.may(permission))
    }

    /// Where on a connection the person may do something.
    pub fn extent(&self, permission: Permission, connection: &str) -> Extent<'_> {
        if self.may_everywhere(permission) {
            return Extent::Everywhere;
        }
        let grants = self.grants.iter().filter(|grant| grant.role.may(permission));
        let subtrees = grants.filter_map(|grant| grant.within.as_ref());
        let tops: Vec<&str> = subtrees
            .filter(|subtree| subtree.connection == connection)
            .map(|subtree| subtree.organisation.as_str())
            .collect();
        if tops.is_empty() { Extent::Nowhere } else { Extent::Below(tops) }
    }

    /// Up to two letters for the round mark in the top bar.
    pub fn initials(&self) -> String {
        let first_letters = self
            .name
            .split(|letter: char| !letter.is_alphanumeric())
            .filter_map(|word| word.chars().next())
            .take(2)
            .flat_map(char::to_uppercase);
        first_letters.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn principal(name: &str, grants: Vec<Grant>) -> Principal {
        Principal { subject: "s".to_owned(), name: name.to_owned(), email: None, groups: Vec::new(), grants }
    }

    fn below(role: Role, organisation: &str) -> Grant {
        let within = Subtree { connection: "sandbox".to_owned(), organisation: organisation.to_owned() };
        Grant { role, within: Some(within) }
    }

    #[test]
    fn only_admins_touch_production() {
        let may: Vec<_> = Role::ALL.into_iter().filter(|role| role.may(Permission::EditProduction)).collect();
        assert_eq!(may, [Role::Admin]);
    }

    #[test]
    fn a_limited_role_holds_in_its_subtree_alone() {
        let ada = principal("Ada", vec![Grant { role: Role::Viewer, within: None }, below(Role::Editor, "o-1")]);
        assert_eq!(ada.role(), Role::Editor);
        assert_eq!(ada.extent(Permission::ViewObjects, "sandbox"), Extent::Everywhere);
        assert_eq!(ada.extent(Permission::EditSandbox, "sandbox"), Extent::Below(vec!["o-1"]));
        assert_eq!(ada.extent(Permission::EditSandbox, "other"), Extent::Nowhere);
        assert_eq!(ada.extent(Permission::ViewAuditLog, "sandbox"), Extent::Nowhere);
        assert!(ada.may_somewhere(Permission::EditSandbox) && !ada.may_everywhere(Permission::EditSandbox));
    }

    #[test]
    fn several_subtrees_add_up() {
        let ada = principal("Ada", vec![below(Role::Admin, "o-1"), below(Role::Viewer, "o-2")]);
        assert_eq!(ada.extent(Permission::ViewObjects, "sandbox"), Extent::Below(vec!["o-1", "o-2"]));
        assert_eq!(ada.extent(Permission::EditProduction, "sandbox"), Extent::Below(vec!["o-1"]));
    }

    #[test]
    fn initials_come_from_names_and_addresses() {
        let initials = |name: &str| principal(name, Vec::new()).initials();
        assert_eq!(initials("ada lindqvist"), "AL");
        assert_eq!(initials("émile@x.example"), "ÉX");
        assert_eq!(initials(""), "");
    }
}
