//! The people of the demo: one for each role, so that visitors can see what each role may do.

use super::identity::Identity;
use super::policy::RoleTable;
use crate::domain::principal::Role;

/// The person of a role. Visitors start as the admin.
pub fn identity(role: &str) -> Identity {
    let role = Role::ALL.into_iter().find(|known| known.word() == role).unwrap_or(Role::Admin);
    let word = role.word();
    Identity {
        subject: format!("demo-{word}"),
        name: format!("Demo {}", role.title()),
        email: Some(format!("{word}@demo.example")),
        groups: vec![group(role)],
    }
}

/// The roles of the people of the demo.
pub fn roles() -> RoleTable {
    RoleTable::new(Role::ALL.map(|role| (role, vec![group(role)])))
}

fn group(role: Role) -> String {
    format!("partner-{}s", role.word())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_has_the_role_of_their_name_and_a_stranger_is_the_admin() {
        for (word, role) in [("viewer", Role::Viewer), ("editor", Role::Editor), ("root", Role::Admin)] {
            let principal = identity(word).principal(&roles()).unwrap();
            assert_eq!(principal.role(), role, "{word}");
        }
        assert_eq!(identity("auditor").name, "Demo Auditor");
    }
}
