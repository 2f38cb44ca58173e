//! A part of the audit log as lists show it: where it begins, and what is known of the rest.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::AuditEntry;

/// Matching entries are counted up to this number.
pub const COUNTED: u64 = 1_000;

/// Where a part of the log begins. It is the number of an entry and not of a page: what is added meanwhile moves nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// With the newest entry.
    #[default]
    Newest,
    /// With the newest one before this entry.
    Before(i64),
    /// With the oldest one after this entry.
    After(i64),
}

impl Place {
    /// Reads the parameters of an address. What means nothing is left out.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        pairs.into_iter().fold(Self::Newest, |place, (name, value)| match (name, value.trim().parse()) {
            ("before", Ok(id)) => Self::Before(id),
            ("after", Ok(id)) => Self::After(id),
            _ => place,
        })
    }

    /// The parameter of its address.
    pub fn pair(self) -> Option<(&'static str, i64)> {
        match self {
            Self::Newest => None,
            Self::Before(id) => Some(("before", id)),
            Self::After(id) => Some(("after", id)),
        }
    }
}

/// How many there are, as far as they were counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// How many were counted.
    pub number: u64,
    /// Whether there may be more.
    pub is_least: bool,
}

impl Count {
    /// Whether it is certain that there is none.
    pub fn is_none(self) -> bool {
        self == Self::default()
    }

    /// Whether it is certain that there is exactly one.
    pub fn is_one(self) -> bool {
        self == Self { number: 1, is_least: false }
    }
}

/// How far a search came before its time was up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stopped {
    /// Where it goes on.
    pub at: Place,
    /// When the last entry that it looked at was recorded.
    #[serde(with = "time::serde::rfc3339::option")]
    pub until: Option<OffsetDateTime>,
}

/// A part of the log, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entries {
    /// The entries.
    pub items: Vec<AuditEntry>,
    /// How many entries the filter lets through, in the whole log.
    pub count: Count,
    /// The part with newer entries, where there may be some.
    pub newer: Option<Place>,
    /// The part with older entries, where there may be some.
    pub older: Option<Place>,
    /// Set when the search was stopped before the part was full.
    pub stopped: Option<Stopped>,
    /// How many records the search index has not read yet, where that makes searches slow.
    pub behind: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_where_a_part_begins() {
        for place in [Place::Newest, Place::Before(17), Place::After(4)] {
            let value = place.pair().map(|(name, id)| (name, id.to_string()));
            let pairs = value.iter().map(|(name, id)| (*name, id.as_str()));
            assert_eq!(Place::from_pairs(pairs), place);
        }
        assert_eq!(Place::from_pairs([("before", "x"), ("page", "2")]), Place::Newest);
    }
}
