//! What an object has that the organisation directly above it does not allow.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::facet::Facet;
use super::field_values::FieldValues;
use super::object::ObjectKind;
use super::organisation::Organisation;

/// A value that an organisation or a client has, and the organisation directly above it does not allow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeyondParent {
    /// Product, scope, provider group or production.
    pub facet: Facet,
    /// The value; `yes` for production.
    pub value: String,
}

/// What an object has that the organisation directly above it does not allow, in the order of the filters.
pub fn beyond_parent(kind: ObjectKind, fields: &FieldValues, parent: &Organisation) -> Vec<BeyondParent> {
    let list = |field| fields.list(field).unwrap_or_default().iter().map(String::as_str);
    let (products, scopes): (Vec<&str>, Vec<&str>) = match kind {
        ObjectKind::Organisation => (list("allowed_products").collect(), list("allowed_scopes").collect()),
        ObjectKind::OAuthClient => (
            fields.text("selected_product").into_iter().collect(),
            list("required_scopes").chain(list("additional_scopes")).collect(),
        ),
    };
    let lists = [
        (Facet::Product, products, parent.allowed_products()),
        (Facet::Scope, scopes, parent.allowed_scopes()),
        (Facet::ProviderGroup, list("allowed_provider_groups").collect(), parent.allowed_provider_groups()),
    ];
    let mut beyond: Vec<BeyondParent> = Vec::new();
    for (facet, own, allowed) in lists {
        // A parent that the partner sent no list of allows what nobody knows.
        let Some(allowed) = allowed else { continue };
        // What is allowed, and then what was named already.
        let mut known: HashSet<&str> = allowed.iter().map(String::as_str).collect();
        let not_allowed = own.into_iter().filter(|value| known.insert(value));
        beyond.extend(not_allowed.map(|value| BeyondParent { facet, value: value.to_owned() }));
    }
    let denies = parent.fields.flag("has_production_access") == Some(false);
    if fields.is_production(kind) && denies {
        beyond.push(BeyondParent { facet: Facet::Production, value: "yes".to_owned() });
    }
    beyond
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::field::FieldValue;

    fn list(values: &[&str]) -> FieldValue {
        FieldValue::List(values.iter().map(|value| (*value).to_owned()).collect())
    }

    fn fields(values: impl IntoIterator<Item = (&'static str, FieldValue)>) -> FieldValues {
        let mut fields = FieldValues::default();
        values.into_iter().for_each(|(field, value)| fields.set(field, Some(value)));
        fields
    }

    #[test]
    fn what_the_organisation_above_does_not_allow_is_named_once() {
        let client = fields([
            ("selected_product", FieldValue::Text("sign_up".to_owned())),
            ("required_scopes", list(&["openid", "email"])),
            ("additional_scopes", list(&["phone", "email"])),
            ("allowed_provider_groups", list(&["idscan"])),
            ("is_production", FieldValue::Flag(true)),
        ]);
        let above = |values: FieldValues| Organisation { id: "o".to_owned(), fields: values, unknown: Vec::new() };
        let found = |above: &Organisation| {
            let found = beyond_parent(ObjectKind::OAuthClient, &client, above);
            found.into_iter().map(|one| (one.facet, one.value)).collect::<Vec<_>>()
        };
        let strict = above(fields([
            ("allowed_products", list(&[])),
            ("allowed_scopes", list(&["openid", "phone"])),
            ("has_production_access", FieldValue::Flag(false)),
        ]));
        let expected = [(Facet::Product, "sign_up"), (Facet::Scope, "email"), (Facet::Production, "yes")];
        assert_eq!(found(&strict), expected.map(|(facet, value)| (facet, value.to_owned())));
        assert_eq!(found(&above(FieldValues::default())), [], "what was not sent forbids nothing");
    }
}
