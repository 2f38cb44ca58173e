//! One object as the rules of search and filters look at it.

use std::borrow::Cow;

use super::words::{host, without_scheme, words};
use crate::domain::facet::Facet;
use crate::domain::oauth_client::OAuthClient;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
use crate::domain::readiness::Verdict;
use crate::server::folding::{fold, name_key};
#[cfg(test)]
use crate::server::index::source::Source;

/// The facets whose values are texts of the partner's choice, of which an object may have several.
pub(super) const VALUE_FACETS: [Facet; 4] = [Facet::Product, Facet::Scope, Facet::ProviderGroup, Facet::Algorithm];

/// The place of a facet among [`VALUE_FACETS`].
pub(super) fn value_facet(facet: Facet) -> Option<usize> {
    VALUE_FACETS.iter().position(|known| *known == facet)
}

/// An object with everything that searches and filters ask of it.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub(super) kind: ObjectKind,
    pub(super) id: String,
    /// What it is ordered by in the order of names, before the ID.
    pub(super) name_key: String,
    pub(super) name_words: Vec<String>,
    pub(super) url_words: Vec<String>,
    /// What a term can be the whole of, folded: ID, scopes, products, provider groups, return URLs and their hosts.
    pub(super) wholes: Vec<String>,
    /// The values of each of [`VALUE_FACETS`], sorted, each once.
    pub(super) values: [Vec<String>; 4],
    pub(super) return_urls: Vec<String>,
    pub(super) hosts: Vec<String>,
    pub(super) is_production: bool,
    pub(super) is_disabled: bool,
    /// Seconds since 1970.
    pub(super) changed_at: Option<u32>,
    /// What the readiness rules find, once it was judged.
    pub(super) verdict: Verdict,
    /// The ID of the organisation of a client, of the parent of an organisation.
    pub(super) above: Option<String>,
}

impl Subject {
    /// An organisation, and when it was last changed (seconds since 1970).
    pub(super) fn of_organisation(organisation: &Organisation, changed_at: Option<u32>) -> Self {
        let list = |items: Option<&[String]>| sorted(items.unwrap_or_default().iter().cloned());
        let mut subject = Self::named(ObjectKind::Organisation, &organisation.id, organisation.whole_name());
        subject.values = [
            list(organisation.allowed_products()),
            list(organisation.allowed_scopes()),
            list(organisation.allowed_provider_groups()),
            Vec::new(),
        ];
        subject.is_production = organisation.has_production_access();
        subject.is_disabled = organisation.is_disabled();
        subject.changed_at = changed_at;
        subject.above = organisation.parent_id().map(str::to_owned);
        subject.with_wholes()
    }

    /// A client, and when it was last changed (seconds since 1970).
    pub(super) fn of_client(client: &OAuthClient, changed_at: Option<u32>) -> Self {
        let mut subject = Self::named(ObjectKind::OAuthClient, &client.id, client.whole_name());
        let groups = client.fields.list("allowed_provider_groups").unwrap_or_default();
        let algorithm = client.fields.text("token_signing_algorithm").filter(|algorithm| !algorithm.is_empty());
        subject.values = [
            sorted(client.selected_product().into_iter().map(str::to_owned)),
            sorted(client.scopes().cloned()),
            sorted(groups.iter().cloned()),
            sorted(algorithm.into_iter().map(str::to_owned)),
        ];
        subject.return_urls = client.return_urls().to_vec();
        subject.is_production = client.is_production();
        subject.is_disabled = client.is_disabled();
        subject.changed_at = changed_at;
        subject.above.clone_from(&client.organisation_id);
        subject.with_wholes()
    }

    /// A document of a source.
    #[cfg(test)]
    pub(super) fn of_document(source: &impl Source, kind: ObjectKind, document: u32) -> Self {
        let mut subject = Self::named(kind, &source.id(kind, document), source.name(kind, document));
        let values = |facet: Facet| sorted(source.values(kind, document, facet).map(str::to_owned));
        subject.values = VALUE_FACETS.map(|facet| if facet.applies_to(kind) { values(facet) } else { Vec::new() });
        if kind == ObjectKind::OAuthClient {
            subject.return_urls = source.return_urls(document).map(str::to_owned).collect();
        }
        subject.is_production = source.is_production(kind, document);
        subject.is_disabled = source.is_disabled(kind, document);
        subject.changed_at = source.changed_at(kind, document);
        let above = source.above(kind, document);
        subject.above = above.map(|above| source.id(ObjectKind::Organisation, above).into_owned());
        subject.with_wholes()
    }

    fn named(kind: ObjectKind, id: &str, name: &str) -> Self {
        Self {
            kind,
            id: id.to_owned(),
            name_key: name_key(name),
            name_words: words(&fold(name)).map(str::to_owned).collect(),
            url_words: Vec::new(),
            wholes: Vec::new(),
            values: <[Vec<String>; 4]>::default(),
            return_urls: Vec::new(),
            hosts: Vec::new(),
            is_production: false,
            is_disabled: false,
            changed_at: None,
            verdict: Verdict::default(),
            above: None,
        }
    }

    fn with_wholes(mut self) -> Self {
        self.hosts = self.return_urls.iter().filter_map(|url| host(url)).map(Cow::into_owned).collect();
        let urls = self.return_urls.iter().map(|url| fold(without_scheme(url)));
        self.url_words = urls.flat_map(|url| words(&url).map(str::to_owned).collect::<Vec<_>>()).collect();
        let [products, scopes, groups, _] = &self.values;
        let wholes = [products, scopes, groups, &self.return_urls, &self.hosts].into_iter().flatten();
        self.wholes = std::iter::once(&self.id).chain(wholes).map(|whole| fold(whole)).collect();
        self
    }

    /// The values of one of [`VALUE_FACETS`]; none of another facet.
    pub(super) fn values(&self, facet: Facet) -> &[String] {
        value_facet(facet).and_then(|place| self.values.get(place)).map_or(&[], Vec::as_slice)
    }
}

fn sorted(values: impl Iterator<Item = String>) -> Vec<String> {
    let mut values: Vec<String> = values.collect();
    values.sort_unstable();
    values.dedup();
    values
}
