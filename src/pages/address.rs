//! What the address of a page says: its parts and its query.

use crate::domain::object_query::ObjectQuery;

/// The address of a page, with its parts and values decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    parts: Vec<(String, String)>,
    query: Vec<(String, String)>,
}

impl Address {
    /// The parts of the path by the names that the route gives them, and the pairs of the query.
    pub fn new(parts: Vec<(String, String)>, query: Vec<(String, String)>) -> Self {
        Self { parts, query }
    }

    /// A part of the path; empty when the route has none of this name.
    pub fn part(&self, name: &str) -> String {
        value(&self.parts, name).unwrap_or_default().to_owned()
    }

    /// The connection's name, for pages of one.
    pub fn connection(&self) -> Option<&str> {
        value(&self.parts, "connection")
    }

    /// What the query asks of objects.
    pub fn object_query(&self) -> ObjectQuery {
        ObjectQuery::from_pairs(self.query.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }

    /// A value of the query; empty when it is not there. Of several values of the same name the last one counts.
    pub fn query(&self, name: &str) -> String {
        value(&self.query, name).unwrap_or_default().to_owned()
    }

    /// All pairs of the query, in their order.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.query.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// A value of the query, when it is there and not empty.
    pub fn query_if_any(&self, name: &str) -> Option<String> {
        Some(self.query(name)).filter(|value| !value.is_empty())
    }

    /// The number of the page; the first when the query says none, or nonsense.
    pub fn page_number(&self) -> u32 {
        self.query("page").parse().unwrap_or(1)
    }
}

fn value<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().rev().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
}
