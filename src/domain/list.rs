//! Lists of organisations and clients: what narrows them, and a page of what is left.

use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use time::OffsetDateTime;

use super::oauth_client::OAuthClient;
use super::page::Page;
use super::reference::ObjectReference;
use super::staleness::Staleness;
use super::views::OrganisationRow;

/// The most rows on one page of a list.
pub const ROWS_PER_PAGE: u32 = 100;

/// What narrows a list: the same for every kind of object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    /// Part of a name or a return URL, or a whole ID or scope.
    pub search: String,
    /// Only those that use, or may use, this product.
    pub product: String,
    /// Only those of production, or only the others. Nonsense is no filter.
    #[serde(deserialize_with = "by_code")]
    pub production: Option<ProductionFilter>,
    /// Only those that are enabled, or only the others. Nonsense is no filter.
    #[serde(deserialize_with = "by_code")]
    pub state: Option<StateFilter>,
    /// The IDs of folded branches of the tree, separated by commas.
    pub folded: String,
    /// The page, counted from 1.
    pub page: u32,
}

impl ListQuery {
    /// Whether something narrows the list; then it is flat, because a tree would have holes.
    pub fn is_narrowed(&self) -> bool {
        !self.search.is_empty() || !self.product.is_empty() || self.production.is_some() || self.state.is_some()
    }

    /// Whether an object passes the two filters that are on or off.
    pub fn lets_through(&self, is_production: bool, is_disabled: bool) -> bool {
        self.production.is_none_or(|filter| (filter == ProductionFilter::Production) == is_production)
            && self.state.is_none_or(|filter| (filter == StateFilter::Disabled) == is_disabled)
    }
}

/// The filter with the code that was sent, if there is one.
fn by_code<'de, D: Deserializer<'de>, F: FromStr>(deserializer: D) -> Result<Option<F>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.and_then(|code| code.parse().ok()))
}

/// Narrows a list to what may be used in production, or to what may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProductionFilter {
    /// Organisations with production access, production clients.
    #[serde(rename = "yes")]
    Production,
    /// Organisations without production access, clients that are not for production.
    #[serde(rename = "no")]
    Sandbox,
}

impl ProductionFilter {
    /// In the order in which the filter offers them.
    pub const ALL: [Self; 2] = [Self::Production, Self::Sandbox];

    /// The value in addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Production => "yes",
            Self::Sandbox => "no",
        }
    }
}

impl FromStr for ProductionFilter {
    type Err = ();

    /// The inverse of [`ProductionFilter::code`].
    fn from_str(code: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|filter| filter.code() == code).ok_or(())
    }
}

/// Narrows a list to what is enabled, or to what is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateFilter {
    /// What is not disabled: also what says nothing about it.
    Enabled,
    /// What was switched off.
    Disabled,
}

impl StateFilter {
    /// In the order in which the filter offers them.
    pub const ALL: [Self; 2] = [Self::Enabled, Self::Disabled];

    /// The value in addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
        }
    }

    /// The word on pages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Enabled => "Enabled",
            Self::Disabled => "Disabled",
        }
    }
}

impl FromStr for StateFilter {
    type Err = ();

    /// The inverse of [`StateFilter::code`].
    fn from_str(code: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|filter| filter.code() == code).ok_or(())
    }
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectList<Row> {
    /// What was asked for.
    pub query: ListQuery,
    /// The rows of this page.
    pub rows: Page<Row>,
    /// How many objects there are without filters.
    pub total: u64,
    /// How much of the list was read, where it takes a call for each organisation.
    pub coverage: Coverage,
    /// When the oldest of them was read; `None` when there are none.
    #[serde(with = "time::serde::rfc3339::option")]
    pub read_at: Option<OffsetDateTime>,
    /// Set when some are older than they should be.
    pub stale: Option<Staleness>,
    /// The products that appear, for the filter.
    pub products: Vec<String>,
}

/// A page of organisations.
pub type OrganisationList = ObjectList<OrganisationRow>;

/// A page of the clients of all organisations, each with its organisation.
pub type OAuthClientList = ObjectList<(OAuthClient, Option<ObjectReference>)>;

/// How much of a list that takes one call for each organisation has been read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Organisations whose clients were read.
    pub read: u32,
    /// Organisations whose clients the partner would not give.
    pub failed: u32,
    /// All organisations.
    pub of: u32,
}

impl Coverage {
    /// Whether nothing is missing.
    pub fn is_whole(self) -> bool {
        self.read == self.of
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_found_by_its_code_and_nonsense_is_none() {
        for filter in ProductionFilter::ALL {
            assert_eq!(filter.code().parse(), Ok(filter));
            assert_eq!(serde_json::to_value(filter).unwrap(), filter.code());
        }
        for filter in StateFilter::ALL {
            assert_eq!(filter.code().parse(), Ok(filter));
            assert_eq!(serde_json::to_value(filter).unwrap(), filter.code());
        }
        let query = |json| serde_json::from_str::<ListQuery>(json).unwrap();
        assert_eq!(query(r#"{"production": "maybe", "state": ""}"#), ListQuery::default());
        assert_eq!(query(r#"{"state": "disabled"}"#).state, Some(StateFilter::Disabled));
    }

    #[test]
    fn each_filter_lets_one_half_through_and_none_lets_both() {
        let query = |production, state| ListQuery { production, state, ..ListQuery::default() };
        assert!(query(None, None).lets_through(true, true) && query(None, None).lets_through(false, false));
        assert!(!query(Some(ProductionFilter::Production), None).lets_through(false, false));
        assert!(query(Some(ProductionFilter::Sandbox), None).lets_through(false, true));
        assert!(!query(None, Some(StateFilter::Enabled)).lets_through(true, true));
        assert!(query(None, Some(StateFilter::Disabled)).lets_through(true, true));
    }
}
