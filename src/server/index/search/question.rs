//! A question to the index.

use time::OffsetDateTime;

use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::server::index::readiness::Readiness;

/// What a person may see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// Everything.
    #[default]
    All,
    /// The organisations with these IDs, what is below them, and their clients.
    Below(Vec<String>),
}

/// What is asked of the index. A filter by connection is left to those who ask several indexes.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The kind of the objects.
    pub kind: ObjectKind,
    /// The search, the filters, the order and the page.
    pub query: &'a ObjectQuery,
    /// The reach of who asks.
    pub scope: &'a Scope,
    /// The time, for filters by age.
    pub now: OffsetDateTime,
    /// What the readiness rules find of the documents.
    pub readiness: &'a Readiness,
}
