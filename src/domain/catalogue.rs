//! Scopes, products and provider groups that OneID is known to have.
//!
//! The vendor's catalogue ages, so it is data with an override in the configuration: it
//! suggests and warns, and never stops anybody from using a value that it does not know.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use super::excerpt::LONGEST_NAME;

/// A product that a client may use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// The vendor's name for people.
    pub name: String,
    /// The scopes that it gives.
    pub scopes: Vec<String>,
}

/// Known values, by their identifier on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// Scopes, in the vendor's order.
    pub scopes: Vec<String>,
    /// Products by identifier.
    pub products: BTreeMap<String, Product>,
    /// Provider groups.
    pub provider_groups: Vec<String>,
}

const SCOPES: &[&str] = &[
    "openid",
    "profile",
    "email",
    "phone",
    "address",
    "date_of_birth",
    "age_over_18",
    "accounts",
    "accounts.balances",
    "accounts.bank_address",
    "fraud",
    "dbs",
    "rtw",
    "idscan",
    "pep_and_sanctions",
];

/// Identifier, name, scopes (the vendor's scopes guide). Only `sign_up` and `sign_up_plus` are
/// seen on the wire; the other identifiers are the snake case of the names.
const PRODUCTS: &[(&str, &str, &str)] = &[
    ("age_check", "Age Check", "openid"),
    ("age_verification", "Age Verification", "openid age_over_18 profile"),
    ("age_assure", "Age Assure", "openid address age_over_18 date_of_birth email phone profile"),
    ("sign_in", "Sign-in", "openid"),
    ("sign_in_refresh", "Sign-in Refresh", "openid address email phone profile"),
    ("sign_up", "Sign-up", "openid address date_of_birth email phone profile"),
    ("sign_up_plus", "Sign-up Plus", "openid accounts accounts.bank_address address date_of_birth email phone profile"),
    ("id_live", "ID Live", "openid"),
    ("id_check", "ID Check", "openid profile"),
    ("id_proof", "ID Proof", "openid address date_of_birth profile"),
    ("id_assure", "ID Assure", "openid address date_of_birth fraud profile"),
    ("id_scan", "ID Scan", ""),
    ("id_scan_dbs", "ID Scan DBS", "openid dbs"),
    ("id_scan_rtw", "ID Scan RTW", "openid rtw"),
];

const PROVIDER_GROUPS: &[&str] = &["sandbox-participating", "idscan"];

impl Default for Catalogue {
    fn default() -> Self {
        let owned = |values: &[&str]| values.iter().map(|&value| value.to_owned()).collect();
        Self {
            scopes: owned(SCOPES),
            products: PRODUCTS
                .iter()
                .map(|(id, name, scopes)| {
                    let scopes = scopes.split_whitespace().map(str::to_owned).collect();
                    ((*id).to_owned(), Product { name: (*name).to_owned(), scopes })
                })
                .collect(),
            provider_groups: owned(PROVIDER_GROUPS),
        }
    }
}

impl Catalogue {
    /// The identifiers of the products.
    pub fn product_ids(&self) -> Vec<String> {
        self.products.keys().cloned().collect()
    }

    /// A product as people know it: its name with the identifier, or the identifier alone.
    pub fn product_label(&self, id: &str) -> String {
        match self.products.get(id) {
            Some(product) => format!("{} ({id})", product.name),
            None => id.to_owned(),
        }
    }

    /// Whether a product is known not to give a scope.
    pub fn lacks(&self, product: &str, scope: &str) -> bool {
        self.products.get(product).is_some_and(|product| !product.scopes.iter().any(|given| given == scope))
    }
}

/// A suggestion for a multi-value control.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// The value as it is sent.
    pub value: String,
    /// The name for people, where it has another one.
    pub label: Option<String>,
    /// Whether the parent organisation allows it; such values are offered first.
    pub allowed: bool,
}

/// The most values of the parent's own that are offered for one list.
const MOST_EXTRA: usize = 200;

/// The known values and the parent's, each once: what the parent allows first. A parent that
/// says nothing allows everything. Of a parent that allows more than a page has room for, the first are offered.
pub fn suggestions(known: &[String], allowed_by_parent: Option<&[String]>) -> Vec<Suggestion> {
    let allowed: Option<HashSet<&String>> = allowed_by_parent.map(|allowed| allowed.iter().collect());
    let is_allowed = |value: &String| allowed.as_ref().is_none_or(|allowed| allowed.contains(value));
    let mut offered: HashSet<&String> = known.iter().collect();
    let is_short = |value: &&String| value.chars().nth(LONGEST_NAME).is_none();
    let extra = allowed_by_parent.unwrap_or_default().iter().filter(is_short);
    let extra = extra.filter(|value| offered.insert(value)).take(MOST_EXTRA);
    let (first, last): (Vec<_>, Vec<_>) = known.iter().chain(extra).partition(|value| is_allowed(value));
    first
        .into_iter()
        .chain(last)
        .map(|value| Suggestion { value: value.clone(), label: None, allowed: is_allowed(value) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_of_a_product_is_in_the_catalogue() {
        let catalogue = Catalogue::default();
        for (id, product) in &catalogue.products {
            for scope in &product.scopes {
                assert!(catalogue.scopes.contains(scope), "{id} gives {scope}");
            }
        }
        assert_eq!(catalogue.products.len(), 14);
    }

    #[test]
    fn a_product_that_is_not_known_lacks_nothing() {
        let catalogue = Catalogue::default();
        assert!(catalogue.lacks("sign_up_plus", "dbs"));
        assert!(!catalogue.lacks("sign_up_plus", "accounts"));
        assert!(!catalogue.lacks("brand_new", "dbs"));
    }

    #[test]
    fn what_the_parent_allows_is_suggested_first_and_nothing_twice() {
        let known = ["a", "b"].map(str::to_owned);
        let parent = ["b", "z"].map(str::to_owned);
        let values: Vec<_> = suggestions(&known, Some(&parent)).into_iter().map(|s| (s.value, s.allowed)).collect();
        assert_eq!(values, [("b".to_owned(), true), ("z".to_owned(), true), ("a".to_owned(), false)]);
        assert!(suggestions(&known, None).iter().all(|suggestion| suggestion.allowed));
    }

    #[test]
    fn a_parent_that_allows_without_end_does_not_fill_the_page() {
        let known = ["a", "z9999"].map(str::to_owned);
        let mut parent: Vec<String> = (0..10_000).map(|number| format!("z{number}")).collect();
        parent.insert(0, "l".repeat(201));
        let suggestions = suggestions(&known, Some(&parent));
        assert_eq!(suggestions.len(), 202);
        assert_eq!((suggestions[0].value.as_str(), suggestions[1].value.as_str()), ("z9999", "z0"));
    }
}
