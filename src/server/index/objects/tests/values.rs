//! Reading: each object, its values and its links, against the plain object.

use std::collections::{BTreeSet, HashMap};

use proptest::collection::vec;
use proptest::prelude::*;

use super::samples::{any_client, any_organisation, build, known_client, known_organisation};
use crate::domain::facet::Facet;
use crate::domain::oauth_client::OAuthClient;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
use crate::server::index::objects::Objects;
use crate::server::index::source::Source;

const FACETS: [Facet; 4] = [Facet::Product, Facet::Scope, Facet::ProviderGroup, Facet::Algorithm];

fn plain_values_of_organisation(organisation: &Organisation, facet: Facet) -> Vec<&str> {
    let list = match facet {
        Facet::Product => organisation.allowed_products(),
        Facet::Scope => organisation.allowed_scopes(),
        Facet::ProviderGroup => organisation.allowed_provider_groups(),
        _ => None,
    };
    list.unwrap_or_default().iter().map(String::as_str).collect()
}

fn plain_values_of_client(client: &OAuthClient, facet: Facet) -> Vec<&str> {
    match facet {
        Facet::Product => client.selected_product().into_iter().collect(),
        Facet::Scope => client.scopes().map(String::as_str).collect(),
        Facet::ProviderGroup => {
            let groups = client.fields.list("allowed_provider_groups");
            groups.unwrap_or_default().iter().map(String::as_str).collect()
        }
        _ => client.fields.text("token_signing_algorithm").into_iter().collect(),
    }
}

/// The values that an object has, and that none of them comes twice.
fn values(objects: &Objects, kind: ObjectKind, document: u32, facet: Facet) -> BTreeSet<String> {
    let all: Vec<_> = objects.values(kind, document, facet).map(str::to_owned).collect();
    let values: BTreeSet<_> = all.iter().cloned().collect();
    assert_eq!(values.len(), all.len());
    values
}

fn plain(values: Vec<&str>) -> BTreeSet<String> {
    values.into_iter().filter(|value| !value.is_empty()).map(str::to_owned).collect()
}

proptest! {
    #[test]
    fn an_organisation_is_read_as_it_was_packed(organisation in any_organisation()) {
        let objects = build(std::slice::from_ref(&organisation), &HashMap::new());
        let kind = ObjectKind::Organisation;
        prop_assert_eq!(objects.organisation(0), Some(known_organisation(&organisation)));
        prop_assert_eq!(objects.reference(kind, 0), Some(organisation.reference()));
        prop_assert_eq!(objects.name(kind, 0), organisation.whole_name());
        prop_assert_eq!(objects.id(kind, 0), organisation.id.as_str());
        prop_assert_eq!(objects.find(kind, &organisation.id), Some(0));
        prop_assert_eq!(objects.is_production(kind, 0), organisation.has_production_access());
        prop_assert_eq!(objects.is_disabled(kind, 0), organisation.is_disabled());
        for facet in FACETS {
            let expected = plain(plain_values_of_organisation(&organisation, facet));
            prop_assert_eq!(values(&objects, kind, 0, facet), expected);
        }
    }

    #[test]
    fn clients_are_read_as_they_were_packed(owner in any_organisation(), clients in vec(any_client(), 0..5)) {
        let objects = build(std::slice::from_ref(&owner), &HashMap::from([(owner.id.clone(), clients.clone())]));
        let kind = ObjectKind::OAuthClient;
        for client in clients.iter().rev().take(1) {
            let document = objects.find(kind, &client.id).unwrap();
            prop_assert_eq!(objects.client(document), Some(known_client(client, Some(&owner.id))));
            prop_assert_eq!(objects.above(kind, document), Some(0));
            prop_assert_eq!(objects.reference(kind, document), Some(client.reference()));
            prop_assert_eq!(objects.name(kind, document), client.whole_name());
            prop_assert_eq!(objects.return_urls(document).collect::<Vec<_>>(), client.return_urls());
            prop_assert_eq!(objects.is_production(kind, document), client.is_production());
            prop_assert_eq!(objects.is_disabled(kind, document), client.is_disabled());
            for facet in FACETS {
                let expected = plain(plain_values_of_client(client, facet));
                prop_assert_eq!(values(&objects, kind, document, facet), expected);
            }
        }
    }

    #[test]
    fn lists_are_packed_again_as_they_were_read(owner in any_organisation(), clients in vec(any_client(), 0..5)) {
        let ids: BTreeSet<_> = clients.iter().map(|client| &client.id).collect();
        prop_assume!(ids.len() == clients.len());
        let objects = build(std::slice::from_ref(&owner), &HashMap::from([(owner.id.clone(), clients.clone())]));
        prop_assert_eq!(objects.packed_organisations(), [owner].into_iter().collect());
        prop_assert_eq!(objects.packed_clients(0), clients.into_iter().collect());
    }
}
