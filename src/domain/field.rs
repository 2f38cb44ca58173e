//! Field values of a partner object, and the tables that name the fields of each kind.

use serde::{Deserialize, Serialize};

pub use super::field_values::FieldValues;
use super::memory::allocation;
use super::{oauth_client, organisation};

/// The two kinds of object that a partner administers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectKind {
    /// A node of the partner's tree of organisations.
    Organisation,
    /// An OAuth client of one organisation.
    OAuthClient,
}

impl ObjectKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Organisation, Self::OAuthClient];

    /// The word for people, in lower case.
    pub fn word(self) -> &'static str {
        match self {
            Self::Organisation => "organisation",
            Self::OAuthClient => "client",
        }
    }

    /// The stable name in the audit log.
    pub fn code(self) -> &'static str {
        match self {
            Self::Organisation => "organisation",
            Self::OAuthClient => "oauth_client",
        }
    }

    /// The inverse of [`ObjectKind::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The editable fields, in the order in which forms and diffs show them.
    pub fn fields(self) -> &'static [FieldSpecification] {
        match self {
            Self::Organisation => organisation::FIELDS,
            Self::OAuthClient => oauth_client::FIELDS,
        }
    }

    /// The specification of one editable field.
    pub fn field(self, name: &str) -> Option<&'static FieldSpecification> {
        self.fields().iter().find(|field| field.name == name)
    }

    /// What people call a field; a field that is not known keeps its own name.
    pub fn label(self, name: &str) -> &str {
        self.field(name).map_or(name, |field| field.label)
    }
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// One line of text.
    Text,
    /// On or off.
    Flag,
    /// Several texts whose order carries no meaning.
    List,
}

/// One editable field of the Partner API (seed 003, "Data structure").
#[derive(Debug, PartialEq, Eq)]
pub struct FieldSpecification {
    /// The Partner API's own name.
    pub name: &'static str,
    /// The label in forms, facts and diffs.
    pub label: &'static str,
    /// What it holds.
    pub field_type: FieldType,
}

/// The value of one field. A field that the partner did not send has no value at all,
/// which is not the same as `false` or an empty list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FieldValue {
    /// On or off.
    Flag(bool),
    /// One text.
    Text(String),
    /// Several texts.
    List(Vec<String>),
}

impl FieldValue {
    /// Whether the value is what an untouched form control sends: off, empty, or no entry.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Flag(on) => !on,
            Self::Text(text) => text.is_empty(),
            Self::List(items) => items.is_empty(),
        }
    }

    /// Equality as the partner sees it: the order of a list carries no meaning.
    pub fn means_the_same_as(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::List(left), Self::List(right)) => sorted(left) == sorted(right),
            _ => self == other,
        }
    }

    /// The memory that it takes beside its own place, in bytes.
    pub fn heap_size(&self) -> usize {
        match self {
            Self::Flag(_) => 0,
            Self::Text(text) => allocation(text.capacity()),
            Self::List(items) => {
                let texts: usize = items.iter().map(|item| allocation(item.capacity())).sum();
                allocation(items.capacity() * size_of::<String>()) + texts
            }
        }
    }

    /// The value as short texts, one for each chip of a diff.
    pub fn words(&self) -> Vec<String> {
        match self {
            Self::Flag(true) => vec!["on".to_owned()],
            Self::Flag(false) => vec!["off".to_owned()],
            Self::Text(text) => vec![text.clone()],
            Self::List(items) if items.is_empty() => vec!["none".to_owned()],
            Self::List(items) => items.clone(),
        }
    }
}

fn sorted(items: &[String]) -> Vec<&String> {
    let mut items: Vec<_> = items.iter().collect();
    items.sort_unstable();
    items.dedup();
    items
}

/// A field that the partner sent and this product does not know: shown, and kept on every save.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownField {
    /// The partner's name for it.
    pub name: String,
    /// Its value as JSON text, cut to a length that a page can show.
    pub json: String,
}

/// The memory that a list of them takes beside its own place, in bytes.
pub(super) fn heap_size_of_unknown(fields: &Vec<UnknownField>) -> usize {
    let texts = fields.iter().map(|field| allocation(field.name.capacity()) + allocation(field.json.capacity()));
    allocation(fields.capacity() * size_of::<UnknownField>()) + texts.sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_a_list_carries_no_meaning() {
        let list = |items: &[&str]| FieldValue::List(items.iter().map(|&item| item.to_owned()).collect());
        assert!(list(&["a", "b"]).means_the_same_as(&list(&["b", "a"])));
        assert!(!list(&["a", "b"]).means_the_same_as(&list(&["a"])));
    }

    #[test]
    fn every_kind_of_object_is_found_by_its_code() {
        for kind in ObjectKind::ALL {
            assert_eq!(ObjectKind::from_code(kind.code()), Some(kind));
        }
        assert_eq!(ObjectKind::from_code("secret"), None);
    }
}
