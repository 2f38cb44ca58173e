//! A person as an identity provider or a proxy identifies them, without roles.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::policy::RoleTable;
use super::rejection::Rejection;
use crate::domain::audit::Actor;
use crate::domain::principal::Principal;

/// The longest name, address or group that is accepted, in bytes.
const LONGEST: usize = 1_000;
/// How many groups are accepted at most.
const MOST_GROUPS: usize = 1_000;

/// The identity of a person. Roles are looked up for each request, so that a changed table takes effect at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The stable identifier, which the audit log uses. Never the e-mail address.
    pub subject: String,
    /// The display name.
    pub name: String,
    /// The e-mail address.
    pub email: Option<String>,
    /// The groups that the person belongs to.
    pub groups: Vec<String>,
}

impl Identity {
    /// Reads the claims of a token whose signature has been verified (OpenID Connect Core 1.0 §5.1). `groups_claim`
    /// is the name of a claim, or a JSON pointer to a nested one (RFC 6901). `None` when there is no subject.
    pub fn from_claims(claims: &Map<String, Value>, groups_claim: &str) -> Option<Self> {
        let text = |name: &str| claims.get(name).and_then(Value::as_str).and_then(clean);
        let subject = text("sub")?;
        let email = text("email");
        let name = text("name").or_else(|| text("preferred_username")).or_else(|| email.clone());
        Some(Self {
            name: name.unwrap_or_else(|| subject.clone()),
            email,
            groups: groups(find(claims, groups_claim)),
            subject,
        })
    }

    /// The person as the audit log keeps them. `role` is empty where they have none, or it is not known.
    pub fn actor(&self, role: &str, peer: Option<String>, session: Option<String>) -> Actor {
        let Self { subject, name, email, groups } = self.clone();
        Actor { subject, name, email, role: role.to_owned(), groups, peer, session }
    }

    /// The person with the roles that the table gives their groups.
    ///
    /// # Errors
    /// When no group gives a role.
    pub fn principal(self, roles: &RoleTable) -> Result<Principal, Rejection> {
        let grants = roles.grants_of(&self.groups).ok_or(Rejection::NoRole)?;
        let Self { subject, name, email, groups } = self;
        Ok(Principal { subject, name, email, groups, grants })
    }
}

/// Whether the claims have a groups claim, even an empty one.
pub(super) fn has_groups(claims: &Map<String, Value>, groups_claim: &str) -> bool {
    find(claims, groups_claim).is_some()
}

/// A claim by its name, or by a JSON pointer (RFC 6901), which begins with a slash. `Value::pointer` would need the claims as a
/// [`Value`].
fn find<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let Some(pointer) = name.strip_prefix('/') else {
        return claims.get(name);
    };
    let (first, rest) = pointer.find('/').map_or((pointer, ""), |end| pointer.split_at(end));
    claims.get(&first.replace("~1", "/").replace("~0", "~"))?.pointer(rest)
}

/// The items of a JSON array of strings, or of one string that is separated by commas.
fn groups(value: Option<&Value>) -> Vec<String> {
    let names: Vec<&str> = match value {
        Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(text)) => text.split(',').collect(),
        _ => Vec::new(),
    };
    names.into_iter().filter_map(clean).take(MOST_GROUPS).collect()
}

/// The trimmed text. `None` when it is empty, too long or contains control characters.
pub(super) fn clean(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty() && text.len() <= LONGEST && !text.chars().any(char::is_control)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read(claims: &Value, groups_claim: &str) -> Option<Identity> {
        Identity::from_claims(claims.as_object().unwrap(), groups_claim)
    }

    #[test]
    fn the_usual_claims_are_read() {
        let claims = json!({"sub": "u-1", "name": "Ada Lindqvist", "email": "ada@x.example", "groups": ["a", " b "]});
        let identity = read(&claims, "groups").unwrap();
        assert_eq!((identity.subject.as_str(), identity.name.as_str()), ("u-1", "Ada Lindqvist"));
        assert_eq!(identity.groups, ["a", "b"]);
    }

    #[test]
    fn groups_may_be_nested_or_one_text() {
        let claims = json!({"sub": "u", "realm_access": {"roles": ["x"]}, "list": "a, b,,", "n": 7});
        assert_eq!(read(&claims, "/realm_access/roles").unwrap().groups, ["x"]);
        assert_eq!(read(&claims, "list").unwrap().groups, ["a", "b"]);
        for nothing in ["n", "missing", "/realm_access", "/", "/list/0"] {
            assert!(read(&claims, nothing).unwrap().groups.is_empty(), "{nothing}");
        }
    }

    #[test]
    fn a_slash_and_a_tilde_in_the_name_of_a_claim_are_written_as_in_every_json_pointer() {
        let claims = json!({"sub": "u", "https://x.example/claims": {"a~b": ["x"], "~1": ["y"]}, "list": ["z", "w"]});
        for (pointer, groups) in [
            ("/https:~1~1x.example~1claims/a~0b", "x"),
            ("/https:~1~1x.example~1claims/~01", "y"),
            ("/list/1", "w"),
            ("/list/01", ""),
            ("/https:~01~01x.example~01claims/a~0b", ""),
        ] {
            assert_eq!(read(&claims, pointer).unwrap().groups.join(","), groups, "{pointer}");
        }
        let plain = json!({"sub": "u", "https://x.example/groups": ["x"]});
        assert_eq!(read(&plain, "https://x.example/groups").unwrap().groups, ["x"], "a name needs no writing");
    }

    #[test]
    fn there_is_nobody_without_a_subject() {
        for claims in [json!({}), json!({"sub": ""}), json!({"sub": 7}), json!({"sub": "a\nb"}), json!({"sub": null})] {
            assert_eq!(read(&claims, "groups"), None, "{claims}");
        }
        assert_eq!(read(&json!({"sub": "x".repeat(1_001)}), "groups"), None);
    }

    #[test]
    fn somebody_without_a_name_is_called_by_what_there_is() {
        assert_eq!(read(&json!({"sub": "u", "email": "a@x.example"}), "groups").unwrap().name, "a@x.example");
        assert_eq!(read(&json!({"sub": "u", "name": "\u{7}"}), "groups").unwrap().name, "u");
    }

    proptest! {
        #[test]
        fn no_groups_claim_makes_it_panic(name in "\\PC{0,30}", value in "\\PC{0,60}") {
            let _ = read(&json!({"sub": "u", name.clone(): [value, 1, null]}), &name);
        }
    }
}
