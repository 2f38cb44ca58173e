//! The kinds of object that a partner administers: one table says what each kind is.

use serde::{Deserialize, Serialize};

use super::field::{FieldSpecification, FieldType};

/// A kind of object. What is said of it elsewhere is asked of its [`ObjectTable`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectKind {
    /// A node of the partner's tree of organisations.
    Organisation,
    /// An OAuth client of one organisation.
    OAuthClient,
}

/// What there is to know of one kind.
#[derive(Debug)]
struct ObjectTable {
    word: &'static str,
    code: &'static str,
    collection: &'static str,
    list_title: &'static str,
    owner: Option<ObjectKind>,
    parent: Option<&'static str>,
    fields: &'static [FieldSpecification],
    when_disabled: &'static str,
}

/// The editable fields of an organisation. `enabled` is not in the guide's data structure,
/// but in its example of a `PUT`.
const ORGANISATION_FIELDS: &[FieldSpecification] = &[
    FieldSpecification::text("name", "Name"),
    FieldSpecification::text("parent_id", "Parent organisation"),
    FieldSpecification::list("allowed_scopes", "Allowed scopes"),
    FieldSpecification::list("allowed_products", "Allowed products"),
    FieldSpecification::list("allowed_provider_groups", "Allowed provider groups"),
    FieldSpecification::flag("enable_custom_logo", "Custom logo"),
    FieldSpecification::flag("has_production_access", "Production access"),
    FieldSpecification::flag("enabled", "Enabled"),
];

/// The editable fields of a client. `allowed_provider_groups` is not in the guide's data
/// structure, but in both of its examples. `id` and `secret` are generated and never sent.
const OAUTH_CLIENT_FIELDS: &[FieldSpecification] = &[
    FieldSpecification::text("name", "Name"),
    FieldSpecification::choice("selected_product", "Product"),
    FieldSpecification::list("required_scopes", "Required scopes"),
    FieldSpecification::list("additional_scopes", "Additional scopes"),
    FieldSpecification::urls("return_urls", "Return URLs"),
    FieldSpecification::text("token_signing_algorithm", "Token signing algorithm"),
    FieldSpecification::list("allowed_provider_groups", "Provider groups"),
    FieldSpecification::flag("is_production", "Production client"),
    FieldSpecification::flag("enabled", "Enabled"),
];

const ORGANISATION: ObjectTable = ObjectTable {
    word: "organisation",
    code: "organisation",
    collection: "organisations",
    list_title: "Organisations",
    owner: None,
    parent: Some("parent_id"),
    fields: ORGANISATION_FIELDS,
    when_disabled: "Its clients may stop working",
};

const OAUTH_CLIENT: ObjectTable = ObjectTable {
    word: "client",
    code: "oauth_client",
    collection: "clients",
    list_title: "Clients",
    owner: Some(ObjectKind::Organisation),
    parent: None,
    fields: OAUTH_CLIENT_FIELDS,
    when_disabled: "Users can no longer sign in",
};

impl ObjectKind {
    /// In the order in which the navigation shows them.
    pub const ALL: [Self; 2] = [Self::Organisation, Self::OAuthClient];

    const fn table(self) -> &'static ObjectTable {
        match self {
            Self::Organisation => &ORGANISATION,
            Self::OAuthClient => &OAUTH_CLIENT,
        }
    }

    /// The word for people, in lower case.
    pub fn word(self) -> &'static str {
        self.table().word
    }

    /// The stable name in the audit log.
    pub fn code(self) -> &'static str {
        self.table().code
    }

    /// The inverse of [`ObjectKind::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The name of the collection in our addresses and in those of the Partner API.
    pub fn collection(self) -> &'static str {
        self.table().collection
    }

    /// The inverse of [`ObjectKind::collection`].
    pub fn from_collection(collection: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.collection() == collection)
    }

    /// The heading of the list of all of them.
    pub fn list_title(self) -> &'static str {
        self.table().list_title
    }

    /// The kind of the object that each of these belongs to, and is created in.
    pub fn owner(self) -> Option<Self> {
        self.table().owner
    }

    /// The field that holds the id of a parent of the same kind.
    pub fn parent_field(self) -> Option<&'static str> {
        self.table().parent
    }

    /// The flag that says whether live users are concerned: of a client that it serves them, of an organisation that it may
    /// have such clients.
    pub const fn production_field(self) -> &'static str {
        match self {
            Self::Organisation => "has_production_access",
            Self::OAuthClient => "is_production",
        }
    }

    /// What may happen to people when one is disabled.
    pub fn when_disabled(self) -> &'static str {
        self.table().when_disabled
    }

    /// The editable fields, in the order in which forms and diffs show them.
    pub const fn fields(self) -> &'static [FieldSpecification] {
        self.table().fields
    }

    /// The specification of one editable field.
    pub fn field(self, name: &str) -> Option<&'static FieldSpecification> {
        self.fields().iter().find(|field| field.name == name)
    }

    /// The field whose entries stand in rows, where there is one.
    pub fn rows(self) -> Option<&'static FieldSpecification> {
        self.fields().iter().find(|field| field.field_type == FieldType::Urls)
    }

    /// What people call a field; a field that is not known keeps its own name.
    pub fn label(self, name: &str) -> &str {
        self.field(name).map_or(name, |field| field.label)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_kind_of_object_is_found_by_its_code() {
        for kind in ObjectKind::ALL {
            assert_eq!(ObjectKind::from_code(kind.code()), Some(kind));
            assert_eq!(ObjectKind::from_collection(kind.collection()), Some(kind));
        }
        assert_eq!(ObjectKind::from_code("secret"), None);
    }

    #[test]
    fn no_kind_shares_a_name_with_another_and_no_field_stands_twice() {
        let names =
            |name: fn(ObjectKind) -> &'static str| ObjectKind::ALL.map(name).into_iter().collect::<HashSet<_>>();
        for of in [ObjectKind::word, ObjectKind::code, ObjectKind::collection] {
            assert_eq!(names(of).len(), ObjectKind::ALL.len());
        }
        for kind in ObjectKind::ALL {
            let fields: HashSet<_> = kind.fields().iter().map(|field| field.name).collect();
            assert_eq!(fields.len(), kind.fields().len());
            assert!(kind.parent_field().is_none_or(|parent| kind.field(parent).is_some()));
        }
    }
}
