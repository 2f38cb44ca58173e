//! Who is asking, and what a role may do.

use serde::{Deserialize, Serialize};

/// What somebody may do; each role is written out, none inherits by order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees organisations, clients without secrets, and connections.
    Viewer,
    /// A viewer who also reads the audit log.
    Auditor,
    /// A viewer who also creates and edits outside production.
    Editor,
    /// Everything.
    Admin,
}

impl Role {
    /// All roles, the mightiest first.
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

    /// Whether the role carries a permission.
    pub fn may(self, permission: Permission) -> bool {
        match permission {
            Permission::ViewObjects => true,
            Permission::ViewAuditLog => matches!(self, Self::Auditor | Self::Admin),
            Permission::EditSandbox => matches!(self, Self::Editor | Self::Admin),
            Permission::EditProduction | Permission::CheckConnections => self == Self::Admin,
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
    /// Create and edit outside production.
    EditSandbox,
    /// Create and edit in production.
    EditProduction,
    /// Start a check of a connection.
    CheckConnections,
}

impl Permission {
    /// Why a control is disabled, in a sentence.
    pub fn reason(self) -> &'static str {
        match self {
            Self::ViewObjects => "Your role does not include seeing organisations and clients.",
            Self::ViewAuditLog => "Only auditors and admins may read the audit log.",
            Self::EditSandbox => "Only editors and admins may create and edit.",
            Self::EditProduction => "Only admins may create and edit in production.",
            Self::CheckConnections => "Only admins may check connections.",
        }
    }
}

/// The person behind a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Principal {
    /// The identity provider's name for the person: the key in the audit log.
    pub subject: String,
    /// The name for people.
    pub name: String,
    /// The e-mail address, where it is known. Never a key.
    pub email: Option<String>,
    /// The groups that the role was found by.
    pub groups: Vec<String>,
    /// What the person may do.
    pub role: Role,
}

impl Principal {
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

    #[test]
    fn only_admins_touch_production() {
        let may: Vec<_> = Role::ALL.into_iter().filter(|role| role.may(Permission::EditProduction)).collect();
        assert_eq!(may, [Role::Admin]);
    }

    #[test]
    fn initials_come_from_names_and_addresses() {
        let principal = |name: &str| Principal {
            subject: "s".to_owned(),
            name: name.to_owned(),
            email: None,
            groups: Vec::new(),
            role: Role::Viewer,
        };
        assert_eq!(principal("ada lindqvist").initials(), "AL");
        assert_eq!(principal("émile@x.example").initials(), "ÉX");
        assert_eq!(principal("").initials(), "");
    }
}
