//! What a list of objects is asked for: the search, the filters, the order and the place, as they stand in an address.

use std::fmt::{Display, Formatter};

use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use super::facet::{Facet, Filter, NOT};
use super::sort::{Column, Sort};

/// The most values of all filters together. What is beyond them is ignored.
const MOST_VALUES: usize = 64;
/// The longest search, in characters. What is beyond is cut.
const LONGEST_SEARCH: usize = 200;
/// The most branches of the tree that are open at once.
pub const MOST_OPEN: usize = 32;

/// What a list of objects is asked for. It is written as the query of an address, in one way only, so that two equal
/// views have the same address. Nonsense in an address is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct ObjectQuery {
    /// The search, trimmed.
    pub search: String,
    /// Sorted; one for each property and sense.
    pub filters: Vec<Filter>,
    /// The order; `None` for the natural one: the tree, the best match first, or by name.
    pub sort: Option<Sort>,
    /// The cursor of the page: opaque, made by the index.
    pub cursor: Option<String>,
    /// The branches of the tree that are not as by default, at most [`MOST_OPEN`]; see [`ObjectQuery::is_open`].
    pub open: Vec<String>,
    /// The organisation whose branch is shown, below its breadcrumb.
    pub at: Option<String>,
    /// The columns that are shown besides the name, in their order; all of them when there is none.
    pub columns: Vec<Column>,
}

impl ObjectQuery {
    /// The query of an address. Values of one name may be repeated.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut query = Self::default();
        let mut room = MOST_VALUES;
        for (name, value) in pairs {
            match name {
                "q" => query.search = value.trim().chars().take(LONGEST_SEARCH).collect(),
                "sort" => query.sort = value.parse().ok(),
                "cursor" => query.cursor = Some(value.to_owned()).filter(|value| !value.is_empty()),
                "at" => query.at = Some(value.to_owned()).filter(|value| !value.is_empty()),
                "columns" => query.columns.extend(value.split(',').filter_map(Column::from_code)),
                "open" => {
                    let ids = value.split(',').filter(|id| !id.is_empty());
                    for id in ids {
                        if query.open.len() < MOST_OPEN && !query.open.iter().any(|open| open == id) {
                            query.open.push(id.to_owned());
                        }
                    }
                }
                _ => {
                    let (is_not, code) = name.strip_prefix(NOT).map_or((false, name), |code| (true, code));
                    if let Some(facet) = Facet::from_code(code).filter(|_| !value.is_empty() && room > 0) {
                        query = query.with(facet, is_not, value);
                        room -= 1;
                    }
                }
            }
        }
        query.columns.retain(|column| *column != Column::Name);
        query.columns.sort_unstable();
        query.columns.dedup();
        query
    }

    /// The pairs of the address, without what is as it is by default.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        self.each_pair(|name, value| pairs.push((name.to_owned(), value.to_owned())));
        pairs
    }

    fn each_pair(&self, mut add: impl FnMut(&str, &str)) {
        let mut add = |name: &str, value: &str| {
            if !value.is_empty() {
                add(name, value);
            }
        };
        add("q", &self.search);
        for filter in &self.filters {
            let name = filter.name();
            filter.values.iter().for_each(|value| add(&name, value));
        }
        if let Some(sort) = self.sort {
            add("sort", &sort.to_string());
        }
        let columns: Vec<&str> = self.columns.iter().map(|column| column.code()).collect();
        add("columns", &columns.join(","));
        add("at", self.at.as_deref().unwrap_or_default());
        add("open", &self.open.join(","));
        add("cursor", self.cursor.as_deref().unwrap_or_default());
    }

    /// Whether something narrows the list; then it is flat, because a tree would have holes.
    pub fn is_narrowed(&self) -> bool {
        !self.search.is_empty() || !self.filters.is_empty()
    }

    /// The filter of a property in one sense.
    pub fn filter(&self, facet: Facet, is_not: bool) -> Option<&Filter> {
        self.filters_of(facet).find(|filter| filter.is_not == is_not)
    }

    /// The values of a filter; none when there is no such filter.
    pub fn values(&self, facet: Facet, is_not: bool) -> &[String] {
        self.filter(facet, is_not).map_or(&[], |filter| &filter.values)
    }

    /// The filters of a property, in both senses.
    pub fn filters_of(&self, facet: Facet) -> impl Iterator<Item = &Filter> {
        self.filters.iter().filter(move |filter| filter.facet == facet)
    }

    /// Whether something of a property is chosen, in either sense.
    pub fn has_filter_of(&self, facet: Facet) -> bool {
        self.filters_of(facet).next().is_some()
    }

    /// What is chosen of a property, in both senses.
    pub fn chosen(&self, facet: Facet) -> impl Iterator<Item = &str> {
        self.filters_of(facet).flat_map(|filter| &filter.values).map(String::as_str)
    }

    /// The same with one more value of a filter, from the first page.
    #[must_use]
    pub fn with(mut self, facet: Facet, is_not: bool, value: &str) -> Self {
        self.cursor = None;
        let position = self.filters.iter().position(|filter| filter.facet == facet && filter.is_not == is_not);
        let position = position.unwrap_or_else(|| {
            self.filters.push(Filter { facet, is_not, values: Vec::new() });
            self.filters.len() - 1
        });
        let values = &mut self.filters[position].values;
        if let Err(place) = values.binary_search_by(|known| known.as_str().cmp(value)) {
            values.insert(place, value.to_owned());
        }
        self.filters.sort_unstable();
        self
    }

    /// The same without a value of a filter, from the first page.
    #[must_use]
    pub fn without(mut self, facet: Facet, is_not: bool, value: &str) -> Self {
        self.cursor = None;
        for filter in &mut self.filters {
            if filter.facet == facet && filter.is_not == is_not {
                filter.values.retain(|known| known != value);
            }
        }
        self.filters.retain(|filter| !filter.values.is_empty());
        self
    }

    /// The same without all values of a filter, from the first page.
    #[must_use]
    pub fn without_filter(mut self, facet: Facet, is_not: bool) -> Self {
        self.cursor = None;
        self.filters.retain(|filter| filter.facet != facet || filter.is_not != is_not);
        self
    }

    /// The same in another order, from the first page.
    #[must_use]
    pub fn sorted(mut self, sort: Option<Sort>) -> Self {
        self.cursor = None;
        self.sort = sort;
        self
    }

    /// The same on another page.
    #[must_use]
    pub fn at_cursor(mut self, cursor: Option<String>) -> Self {
        self.cursor = cursor;
        self
    }
}

impl Display for ObjectQuery {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        let mut query = form_urlencoded::Serializer::new(String::new());
        self.each_pair(|name, value| {
            query.append_pair(name, value);
        });
        formatter.write_str(&query.finish())
    }
}

impl From<String> for ObjectQuery {
    fn from(query: String) -> Self {
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Self::from_pairs(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }
}

impl From<ObjectQuery> for String {
    fn from(query: ObjectQuery) -> Self {
        query.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_written_in_one_way_and_read_back() {
        let query = ObjectQuery::from(
            "state=disabled&q=+Zo%C3%AB+&not_scope=email&scope=profile&scope=email&scope=email&sort=-changed&open=a,b,,a\
             &at=c&cursor=x&nonsense=1&product="
                .to_owned(),
        );
        assert_eq!(
            query.to_string(),
            "q=Zo%C3%AB&scope=email&scope=profile&not_scope=email&state=disabled&sort=-changed&at=c&open=a%2Cb&cursor=x"
        );
        assert_eq!(ObjectQuery::from(query.to_string()), query);
        assert!(query.is_narrowed() && !ObjectQuery::default().is_narrowed());
    }

    #[test]
    fn a_value_is_added_and_taken_away_and_both_lead_to_the_first_page() {
        let query = ObjectQuery { cursor: Some("x".to_owned()), ..ObjectQuery::default() };
        let narrowed = query.with(Facet::Product, true, "sign_up");
        assert_eq!(narrowed.to_string(), "not_product=sign_up");
        assert_eq!(narrowed.values(Facet::Product, true), ["sign_up"]);
        assert_eq!(narrowed.without(Facet::Product, true, "sign_up"), ObjectQuery::default());
    }

    #[test]
    fn a_hostile_address_stays_small() {
        let many: Vec<_> = (0..10_000).map(|number| format!("scope=s{number}&open=o{number}")).collect();
        let query = ObjectQuery::from(format!("{}&q={}", many.join("&"), "x".repeat(100_000)));
        assert_eq!(query.values(Facet::Scope, false).len(), MOST_VALUES);
        assert_eq!((query.open.len(), query.search.len()), (MOST_OPEN, LONGEST_SEARCH));
    }
}
