//! What lists are narrowed by is what the rules find of each object on its own.

use std::collections::HashMap;
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::super::judging::Judging;
use super::super::objects::{ObjectChanges, Objects, PackedList};
use super::super::search::{Patch, SearchIndex};
use super::super::source::Source as _;
use super::super::view::View;
use crate::domain::field::FieldValue;
use crate::domain::field_values::FieldValues;
use crate::domain::oauth_client::OAuthClient;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
use crate::domain::readiness::{BrokenRules, READINESS_VALUES};

const SCOPES: [&str; 4] = ["openid", "email", "accounts", "accounts.balances"];
const PRODUCTS: [&str; 3] = ["sign_up", "age_check", "unheard_of"];
const URLS: [&str; 7] = [
    "https://tenants.example/cb",
    "https://tenants.example/cb/",
    "http://tenants.example/cb",
    "http://localhost:3000/cb",
    "https://intranet/cb",
    "https://me@tenants.example/#x",
    "tenants.example",
];

/// Values of some fields, each there or not.
fn fields(
    lists: &'static [(&'static str, &'static [&'static str])],
    flags: &'static [&'static str],
) -> impl Strategy<Value = FieldValues> {
    let name = prop::option::of(select(vec!["Acme", "acme ", "Beta", "x-y"]));
    let lists: Vec<_> = lists
        .iter()
        .map(|(field, values)| {
            let some = subsequence(values.to_vec(), 0..=values.len());
            let list = some.prop_map(|some| FieldValue::List(some.into_iter().map(str::to_owned).collect()));
            (Just(*field), prop::option::of(list))
        })
        .collect();
    let flags: Vec<_> = flags.iter().map(|field| (Just(*field), prop::option::of(any::<bool>()))).collect();
    (name, lists, flags).prop_map(|(name, lists, flags)| {
        let mut fields = FieldValues::default();
        fields.set("name", name.map(|name| FieldValue::Text(name.to_owned())));
        for (field, list) in lists {
            fields.set(field, list);
        }
        for (field, on) in flags {
            fields.set(field, on.map(FieldValue::Flag));
        }
        fields
    })
}

/// An organisation; the number says which one before it is above it.
fn organisation() -> impl Strategy<Value = (FieldValues, Option<usize>)> {
    let lists: &[(&str, &[&str])] =
        &[("allowed_scopes", &SCOPES), ("allowed_products", &PRODUCTS), ("allowed_provider_groups", &["idscan"])];
    (fields(lists, &["enabled", "has_production_access"]), prop::option::of(any::<usize>()))
}

/// A client, and the number of its organisation.
fn client() -> impl Strategy<Value = (FieldValues, usize)> {
    let lists: &[(&str, &[&str])] = &[
        ("required_scopes", &SCOPES),
        ("additional_scopes", &SCOPES),
        ("allowed_provider_groups", &["idscan", "banks"]),
        ("return_urls", &URLS),
    ];
    let text = |values: &'static [&'static str]| prop::option::of(select(values.to_vec()));
    let fields = (fields(lists, &["enabled", "is_production"]), text(&PRODUCTS), text(&["", "ES384"]));
    let fields = fields.prop_map(|(mut fields, product, algorithm)| {
        let text = |text: Option<&str>| text.map(|text| FieldValue::Text(text.to_owned()));
        fields.set("selected_product", text(product));
        fields.set("token_signing_algorithm", text(algorithm));
        fields
    });
    (fields, any::<usize>())
}

fn objects(organisations: Vec<(FieldValues, Option<usize>)>, clients: Vec<(FieldValues, usize)>) -> Objects {
    let count = organisations.len();
    let tree = organisations.into_iter().enumerate().map(|(number, (mut fields, above))| {
        let parent = above.filter(|_| number > 0).map(|above| format!("o{}", above % number));
        fields.set("parent_id", parent.map(FieldValue::Text));
        Organisation { id: format!("o{number}"), fields, unknown: Vec::new() }
    });
    let tree: PackedList = tree.collect();
    let mut lists: HashMap<String, Vec<OAuthClient>> = HashMap::new();
    for (number, (fields, owner)) in clients.into_iter().enumerate() {
        let owner = format!("o{}", owner % count);
        let client =
            OAuthClient { id: format!("c{number}"), organisation_id: Some(owner.clone()), fields, unknown: Vec::new() };
        lists.entry(owner).or_default().push(client);
    }
    let clients = lists.into_iter().map(|(owner, list)| (owner, Arc::new(list.into_iter().collect()))).collect();
    Objects::default().rebuilt(ObjectChanges {
        organisations: Some(Arc::new(tree)),
        clients,
        ..ObjectChanges::default()
    })
}

/// Clients that were changed or created since. One that is there stays where it is.
fn patch(objects: &Objects, changed: Vec<(usize, (FieldValues, usize))>) -> Patch {
    let mut patch = Patch::default();
    let organisations = objects.count(ObjectKind::Organisation);
    for (number, (fields, owner)) in changed {
        let id = format!("c{number}");
        let there =
            objects.find(ObjectKind::OAuthClient, &id).and_then(|client| objects.client(client)?.organisation_id);
        let owner = u32::try_from(owner % organisations as usize).unwrap();
        let owner = there.unwrap_or_else(|| objects.id(ObjectKind::Organisation, owner).into_owned());
        patch.put_client(objects, OAuthClient { id, organisation_id: Some(owner), fields, unknown: Vec::new() }, None);
    }
    patch
}

proptest! {
    #[test]
    fn all_objects_are_judged_as_each_is_on_its_own(
        organisations in vec(organisation(), 1..8),
        clients in vec(client(), 0..16),
        silenced in prop::option::of((select(READINESS_VALUES.to_vec()), 0..16_usize)),
        unchanged in prop::collection::hash_set(0..16_usize, 0..4),
        changed in vec((0..24_usize, client()), 0..4),
    ) {
        let objects = Arc::new(objects(organisations, clients));
        let silenced = silenced.map(|(rule, number)| {
            ((ObjectKind::OAuthClient, format!("c{number}")), BrokenRules::with_code(rule))
        });
        let unchanged = unchanged.into_iter().map(|number| format!("c{number}")).collect();
        let judging = Judging {
            silenced: Arc::new(silenced.into_iter().collect()),
            unchanged_since_sandbox: Arc::new(unchanged),
            ..Judging::default()
        };
        let patch = Arc::new(patch(&objects, changed));
        let readiness = Arc::new(judging.judge(&objects, &patch));
        let search = Arc::new(SearchIndex::build(&*objects));
        let view = View { objects, search, patch, readiness, ..View::default() };
        for kind in ObjectKind::ALL {
            for document in 0..view.objects.count(kind) {
                let id = view.objects.id(kind, document);
                if view.patch.find(kind, &id).is_some() {
                    continue;
                }
                let found = view.readiness.values(kind).filter(|(_, documents)| documents.contains(document));
                let found: Vec<&str> = found.map(|(value, _)| value).collect();
                let alone: Vec<&str> = view.verdict(&judging, kind, &id).values().collect();
                prop_assert_eq!(found, alone, "{:?} {}", kind, id);
            }
        }
    }
}
