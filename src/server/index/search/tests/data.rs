//! Made-up objects, changes and questions that meet in many ways.

use proptest::prelude::*;
use proptest::sample::select;
use time::OffsetDateTime;
use time::macros::datetime;

use super::memory_source::MemorySource;
use super::verdict_of;
use crate::domain::facet::Facet;
use crate::domain::field::FieldValue;
use crate::domain::field_values::FieldValues;
use crate::domain::oauth_client::OAuthClient;
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::domain::organisation::Organisation;
use crate::domain::sort::{Column, Sort};
use crate::server::index::search::{Patch, Scope};
use crate::server::index::source::Source;

/// When all questions are asked.
pub(super) const NOW: OffsetDateTime = datetime!(2026-11-26 12:00 UTC);

const WORDS: [&str; 16] = [
    "acme",
    "Acmé",
    "northwind",
    "Nørthwind",
    "nothrwind",
    "meridian",
    "meridien",
    "strasse",
    "Straße",
    "a",
    "ab",
    "日本語",
    "😀",
    "&",
    "o\u{301}",
    "x-y_z",
];
const URLS: [&str; 10] = [
    "https://login.acme.example/cb",
    "https://LOGIN.acme.example/cb",
    "https://login.acme.example/CB",
    "https://northwind.example:8443/oauth/callback",
    "http://localhost:3000/cb",
    "myapp://Open/path",
    "https://日本.example/",
    "nonsense",
    "",
    "https://acme.example?x=1,2",
];
const PRODUCTS: [&str; 4] = ["sign_up", "Sign_Up", "kyc", "Größe"];
const SCOPES: [&str; 5] = ["openid", "profile", "PROFILE", "email:read", "é"];
const GROUPS: [&str; 3] = ["banks", "Bänks", "acme"];
const ALGORITHMS: [&str; 2] = ["ES384", "PS256"];
const HOSTS: [&str; 5] = ["login.acme.example", "LOGIN.acme.example", "localhost", "open", "xn--wgv71a.example"];
const CHANGED: [&str; 6] = ["1d", "7d", "30d", "2026-11-20", "2d", ""];

/// An object of which it is not yet said of what kind it is.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    pub(super) name: Option<String>,
    pub(super) above: Option<usize>,
    pub(super) product: Vec<&'static str>,
    pub(super) scopes: Vec<&'static str>,
    pub(super) groups: Vec<&'static str>,
    pub(super) algorithm: Option<&'static str>,
    pub(super) urls: Vec<&'static str>,
    pub(super) is_production: Option<bool>,
    pub(super) is_enabled: Option<bool>,
    pub(super) changed_at: Option<u32>,
}

/// Some objects, and changes to some of them or to new ones.
#[derive(Clone, Debug)]
pub(super) struct Data {
    pub(super) organisations: Vec<Draft>,
    pub(super) clients: Vec<Draft>,
    pub(super) changes: Vec<(bool, usize, Draft)>,
}

/// The IDs of organisations or clients: some are other texts when they are folded, and some are words.
pub(super) fn id(number: usize) -> String {
    let prefix = ["o", "O", "É-", "acme", "northwind-"][number % 5];
    format!("{prefix}{number}")
}

fn name() -> impl Strategy<Value = Option<String>> {
    let words = prop::collection::vec(select(&WORDS[..]), 0..4).prop_map(|words| words.join(" "));
    prop_oneof![8 => words.prop_map(Some), 1 => Just(None), 1 => ".{0,8}".prop_map(Some), 1 => "[a-c ]{0,5}".prop_map(Some)]
}

fn some(values: &'static [&'static str], most: usize) -> impl Strategy<Value = Vec<&'static str>> {
    prop::collection::vec(select(values), 0..=most)
}

prop_compose! {
    fn draft()(
        name in name(),
        above in prop::option::weighted(0.8, 0..20_usize),
        product in some(&PRODUCTS, 2),
        scopes in some(&SCOPES, 3),
        groups in some(&GROUPS, 2),
        algorithm in prop::option::of(select(&ALGORITHMS[..])),
        urls in some(&URLS, 3),
        is_production: Option<bool>,
        is_enabled: Option<bool>,
        days in prop::option::of(0..40_i64),
    ) -> Draft {
        let changed_at = days.and_then(|days| u32::try_from(NOW.unix_timestamp() - days * 43_200).ok());
        Draft { name, above, product, scopes, groups, algorithm, urls, is_production, is_enabled, changed_at }
    }
}

/// Any objects and any changes.
pub(super) fn data() -> impl Strategy<Value = Data> {
    let drafts = |most: usize| prop::collection::vec(draft(), 0..most);
    let changes = prop::collection::vec((any::<bool>(), 0..30_usize, draft()), 0..8);
    let changes = prop_oneof![1 => Just(Vec::new()), 2 => changes];
    (drafts(18), drafts(60), changes).prop_map(|(organisations, clients, changes)| Data {
        organisations,
        clients,
        changes,
    })
}

fn list(values: &[&str]) -> FieldValue {
    FieldValue::List(values.iter().map(|value| (*value).to_owned()).collect())
}

fn text(value: Option<&str>) -> Option<FieldValue> {
    value.map(|value| FieldValue::Text(value.to_owned()))
}

impl Draft {
    pub(super) fn organisation(&self, number: usize) -> (Organisation, Option<u32>) {
        let mut fields = FieldValues::default();
        fields.set("name", text(self.name.as_deref()));
        fields.set("parent_id", text(self.above.map(id).as_deref()));
        fields.set("allowed_products", Some(list(&self.product)));
        fields.set("allowed_scopes", Some(list(&self.scopes)));
        fields.set("allowed_provider_groups", Some(list(&self.groups)));
        fields.set("has_production_access", self.is_production.map(FieldValue::Flag));
        fields.set("enabled", self.is_enabled.map(FieldValue::Flag));
        (Organisation { id: id(number), fields, unknown: Vec::new() }, self.changed_at)
    }

    pub(super) fn client(&self, number: usize) -> (OAuthClient, Option<u32>) {
        let mut fields = FieldValues::default();
        fields.set("name", text(self.name.as_deref()));
        fields.set("selected_product", text(self.product.first().copied()));
        fields.set("required_scopes", Some(list(&self.scopes)));
        fields.set("additional_scopes", Some(list(&self.scopes[..self.scopes.len() / 2])));
        fields.set("return_urls", Some(list(&self.urls)));
        fields.set("allowed_provider_groups", Some(list(&self.groups)));
        fields.set("token_signing_algorithm", text(self.algorithm));
        fields.set("is_production", self.is_production.map(FieldValue::Flag));
        fields.set("enabled", self.is_enabled.map(FieldValue::Flag));
        let organisation_id = self.above.map(id);
        (OAuthClient { id: id(number), organisation_id, fields, unknown: Vec::new() }, self.changed_at)
    }
}

impl Data {
    pub(super) fn source(&self) -> MemorySource {
        let organisations: Vec<_> =
            (0..).zip(&self.organisations).map(|(number, draft)| draft.organisation(number)).collect();
        let clients: Vec<_> = (0..).zip(&self.clients).map(|(number, draft)| draft.client(number)).collect();
        MemorySource::new(&organisations, &clients)
    }

    /// The changes as a patch. An organisation that has something below it stays where it is.
    pub(super) fn patch(&self, source: &impl Source) -> Patch {
        let mut patch = Patch::default();
        for (is_client, number, draft) in &self.changes {
            if *is_client {
                let (client, changed_at) = draft.client(*number);
                let id = client.id.clone();
                patch.put_client(source, client, changed_at);
                patch.put_verdict(ObjectKind::OAuthClient, &id, verdict_of(ObjectKind::OAuthClient, &id));
                continue;
            }
            let (mut organisation, changed_at) = draft.organisation(*number);
            if let Some(document) = source.find(ObjectKind::Organisation, &organisation.id) {
                let below = ObjectKind::ALL.map(|kind| source.below(kind, document).len());
                if below != [1, 0] {
                    let parent = self.organisations[*number].above.map(id);
                    organisation.fields.set("parent_id", text(parent.as_deref()));
                }
            }
            let id = organisation.id.clone();
            patch.put_organisation(source, organisation, changed_at);
            patch.put_verdict(ObjectKind::Organisation, &id, verdict_of(ObjectKind::Organisation, &id));
        }
        patch
    }
}

fn term() -> impl Strategy<Value = String> {
    let known = || select([&WORDS[..], &URLS, &PRODUCTS, &SCOPES, &GROUPS, &HOSTS].concat()).prop_map(str::to_owned);
    let beginning = (known(), 0..12_usize).prop_map(|(word, length)| word.chars().take(length).collect());
    let mistaken = (known(), 0..10_usize, "[a-z]?").prop_map(|(word, place, letter)| {
        let mut letters: Vec<char> = word.chars().collect();
        if place < letters.len() {
            letters.splice(place..=place, letter.chars());
        }
        letters.into_iter().collect()
    });
    prop_oneof![3 => known(), 3 => beginning, 3 => mistaken, 1 => (0..30_usize).prop_map(id), 1 => ".{0,4}"]
}

fn value(facet: Facet) -> BoxedStrategy<String> {
    let known: &[&str] = match facet {
        Facet::Connection => &["any"],
        Facet::Product => &PRODUCTS,
        Facet::Scope => &SCOPES,
        Facet::ProviderGroup => &GROUPS,
        Facet::Production => &["yes", "no", "maybe"],
        Facet::State => &["enabled", "disabled", "maybe"],
        Facet::Algorithm => &ALGORITHMS,
        Facet::Host => &HOSTS,
        Facet::ReturnUrl => &URLS,
        Facet::Readiness => &["error", "warning", "no_product", "name_twin", "nothing"],
        Facet::Changed => &CHANGED,
        Facet::Within => return (0..20_usize).prop_map(id).boxed(),
    };
    prop_oneof![8 => select(known.to_vec()).prop_map(str::to_owned), 1 => ".{1,3}"].boxed()
}

/// Any question: a search, filters and an order, of one kind and within a reach.
pub(super) fn question() -> impl Strategy<Value = (ObjectKind, ObjectQuery, Scope)> {
    let search = prop::collection::vec(term(), 0..3).prop_map(|terms| terms.join(" "));
    let filter = select(Facet::ALL.to_vec()).prop_flat_map(|facet| (Just(facet), any::<bool>(), value(facet)));
    let filters = prop::collection::vec(filter, 0..4);
    let sort = (select(Column::ALL.to_vec()), any::<bool>());
    let sort = prop::option::of(sort.prop_map(|(column, is_descending)| Sort { column, is_descending }));
    let ids = prop::collection::vec((0..20_usize).prop_map(id), 0..4);
    let scope = prop_oneof![2 => Just(Scope::All), 1 => ids.prop_map(Scope::Below)];
    let kind = select(ObjectKind::ALL.to_vec());
    (kind, search, filters, sort, scope).prop_map(|(kind, search, filters, sort, scope)| {
        let mut query = ObjectQuery { search: search.trim().to_owned(), sort, ..ObjectQuery::default() };
        for (facet, is_not, value) in filters {
            query = query.with(facet, is_not, &value);
        }
        (kind, query, scope)
    })
}
