//! What a search asks of an object, whatever its kind.

use std::borrow::Cow;

use url::Url;

use crate::domain::facet::Facet;
use crate::domain::oauth_client::OAuthClient;
use crate::domain::organisation::Organisation;

/// An object that a search may find.
pub(super) trait Candidate {
    /// Its ID.
    fn id(&self) -> &str;
    /// Its whole name.
    fn name(&self) -> &str;
    /// The organisation that it is or belongs to.
    fn place(&self) -> Option<&str>;
    /// Its return URLs.
    fn return_urls(&self) -> &[String];
    /// Its values of a property.
    fn values(&self, facet: Facet) -> Vec<Cow<'_, str>>;
}

impl Candidate for Organisation {
    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        self.whole_name()
    }

    fn place(&self) -> Option<&str> {
        Some(&self.id)
    }

    fn return_urls(&self) -> &[String] {
        &[]
    }

    fn values(&self, facet: Facet) -> Vec<Cow<'_, str>> {
        match facet {
            Facet::Product => texts(self.allowed_products()),
            Facet::Scope => texts(self.allowed_scopes()),
            Facet::ProviderGroup => texts(self.allowed_provider_groups()),
            Facet::Production => production(self.has_production_access()),
            Facet::State => state(self.is_disabled()),
            _ => Vec::new(),
        }
    }
}

impl Candidate for OAuthClient {
    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        self.whole_name()
    }

    fn place(&self) -> Option<&str> {
        self.organisation_id.as_deref()
    }

    fn return_urls(&self) -> &[String] {
        OAuthClient::return_urls(self)
    }

    fn values(&self, facet: Facet) -> Vec<Cow<'_, str>> {
        match facet {
            Facet::Product => self.selected_product().map(Cow::Borrowed).into_iter().collect(),
            Facet::Scope => self.scopes().map(|scope| Cow::Borrowed(scope.as_str())).collect(),
            Facet::ProviderGroup => texts(self.fields.list("allowed_provider_groups")),
            Facet::Production => production(self.is_production()),
            Facet::State => state(self.is_disabled()),
            Facet::Algorithm => self.fields.text("token_signing_algorithm").map(Cow::Borrowed).into_iter().collect(),
            Facet::Host => self.return_urls().iter().filter_map(|url| host(url)).map(Cow::Owned).collect(),
            Facet::ReturnUrl => texts(Some(self.return_urls())),
            Facet::Connection | Facet::Within | Facet::Changed => Vec::new(),
        }
    }
}

fn texts(values: Option<&[String]>) -> Vec<Cow<'_, str>> {
    values.unwrap_or_default().iter().map(|value| Cow::Borrowed(value.as_str())).collect()
}

fn production(is_production: bool) -> Vec<Cow<'static, str>> {
    vec![Cow::Borrowed(if is_production { "yes" } else { "no" })]
}

fn state(is_disabled: bool) -> Vec<Cow<'static, str>> {
    vec![Cow::Borrowed(if is_disabled { "disabled" } else { "enabled" })]
}

fn host(url: &str) -> Option<String> {
    Some(Url::parse(url).ok()?.host_str()?.to_lowercase())
}
