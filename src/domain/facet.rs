//! What a list of objects can be narrowed by.

use serde::{Deserialize, Serialize};

use super::object::ObjectKind;
use super::readiness::RULES;

/// A property of objects that a list can be narrowed by. The order is that of the filters on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Facet {
    /// The connection, by its name: in a search over all of them.
    Connection,
    /// A product that a client uses, or that an organisation allows.
    Product,
    /// A scope that a client may ask for (required or additional), or that an organisation allows.
    Scope,
    /// A provider group.
    ProviderGroup,
    /// `yes` for production clients and for organisations with production access, `no` for the others.
    Production,
    /// `enabled` or `disabled`. What says nothing about it is enabled.
    State,
    /// The ID of an organisation: it, what is below it at any depth, and their clients.
    Within,
    /// The token signing algorithm of a client.
    Algorithm,
    /// The host of a return URL, in lower case.
    Host,
    /// A whole return URL, as it is registered.
    ReturnUrl,
    /// `error` or `warning` for any readiness rule that weighs so much, or the code of a rule.
    Readiness,
    /// Changed here, or seen to have changed, since: `1d`, `7d`, `30d`, or a date such as `2026-11-01` (UTC).
    Changed,
}

/// How an address marks a filter that excludes.
pub(super) const NOT: &str = "not_";
/// The values of [`Facet::Production`].
pub const PRODUCTION: [&str; 2] = ["yes", "no"];
/// The values of [`Facet::State`].
pub const STATE: [&str; 2] = ["enabled", "disabled"];
/// The ages that [`Facet::Changed`] offers, with the days of each.
pub const CHANGED: [(&str, u32); 3] = [("1d", 1), ("7d", 7), ("30d", 30)];

impl Facet {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 12] = [
        Self::Connection,
        Self::Product,
        Self::Scope,
        Self::ProviderGroup,
        Self::Production,
        Self::State,
        Self::Within,
        Self::Algorithm,
        Self::Host,
        Self::ReturnUrl,
        Self::Readiness,
        Self::Changed,
    ];

    /// The name in addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Connection => "connection",
            Self::Product => "product",
            Self::Scope => "scope",
            Self::ProviderGroup => "provider_group",
            Self::Production => "production",
            Self::State => "state",
            Self::Within => "within",
            Self::Algorithm => "algorithm",
            Self::Host => "host",
            Self::ReturnUrl => "return_url",
            Self::Readiness => "readiness",
            Self::Changed => "changed",
        }
    }

    /// The label on pages.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Connection => "Connection",
            Self::Product => "Product",
            Self::Scope => "Scope",
            Self::ProviderGroup => "Provider group",
            Self::Production => "Production",
            Self::State => "State",
            Self::Within => "Within",
            Self::Algorithm => "Algorithm",
            Self::Host => "Host",
            Self::ReturnUrl => "Return URL",
            Self::Readiness => "Readiness",
            Self::Changed => "Changed",
        }
    }

    /// The label within a sentence.
    pub fn label_inside(self) -> String {
        match self {
            Self::ReturnUrl => "return URL".to_owned(),
            _ => self.label().to_lowercase(),
        }
    }

    /// The name in addresses of a filter that excludes.
    pub fn excluding_code(self) -> String {
        [NOT, self.code()].concat()
    }

    /// What a value is called on pages.
    pub fn word(self, value: &str) -> &str {
        match (self, value) {
            (Self::Production, "yes") => "production",
            (Self::Production, "no") => "sandbox only",
            (Self::Readiness, "error") => "Any error",
            (Self::Readiness, "warning") => "Any warning",
            (Self::Readiness, code) => RULES.iter().find(|rule| rule.code == code).map_or(value, |rule| rule.title),
            (Self::Changed, "1d") => "in the last day",
            (Self::Changed, "7d") => "in the last 7 days",
            (Self::Changed, "30d") => "in the last 30 days",
            _ => value,
        }
    }

    /// The facet with a name in addresses.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|facet| facet.code() == code)
    }

    /// Whether objects of a kind have this property.
    pub const fn applies_to(self, kind: ObjectKind) -> bool {
        match self {
            Self::Algorithm | Self::Host | Self::ReturnUrl => matches!(kind, ObjectKind::OAuthClient),
            _ => true,
        }
    }

    /// Whether the index says how many objects have each value. Hosts and return URLs are too many, and of connections it
    /// knows one.
    pub const fn is_counted(self) -> bool {
        !matches!(self, Self::Connection | Self::Host | Self::ReturnUrl)
    }
}

/// One condition of a query. Several values of a filter are alternatives; several filters must all hold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Filter {
    /// The property.
    pub facet: Facet,
    /// Whether the object must have none of the values, instead of one of them.
    pub is_not: bool,
    /// The values: at least one, sorted, each once.
    pub values: Vec<String>,
}

impl Filter {
    /// Its name in addresses.
    pub fn name(&self) -> String {
        if self.is_not { self.facet.excluding_code() } else { self.facet.code().to_owned() }
    }
}
