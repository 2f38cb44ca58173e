//! What a search over everything finds, and what choosing one object out of very many takes.

use serde::{Deserialize, Serialize};

use super::audit::AuditEntry;
use super::failure::PartnerFailure;
use super::listing::{FacetCounts, IndexAge};
use super::object::ObjectKind;
use super::object_query::ObjectQuery;
use super::reference::ObjectReference;

/// The most rows of one group on the page of everything.
pub const ROWS_PER_GROUP: usize = 10;
/// The most rows of one group in the command palette.
pub const ROWS_IN_PALETTE: usize = 5;
/// The most objects that are suggested to choose from.
pub const MOST_SUGGESTED: usize = 20;
/// The most objects that are remembered as opened last.
pub const MOST_RECENT: usize = 10;

/// Who asks for everything, and from where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FindRequest {
    /// The search and the filters. Order, cursor and tree do not matter.
    pub query: ObjectQuery,
    /// The path of the page that it is asked on; empty when that does not matter.
    pub here: String,
    /// Whether the command palette asks: with fewer rows, and without waiting for a partner.
    pub is_palette: bool,
}

/// Everything that was found, in groups, as far as the person may see it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindPage {
    /// What was asked for.
    pub query: ObjectQuery,
    /// What the person opened last, the newest first, at most [`MOST_RECENT`].
    pub recent: Vec<FoundObject>,
    /// What can be done.
    pub actions: Vec<Destination>,
    /// Objects: one group for each kind on each connection that has any, or that failed.
    pub groups: Vec<FoundGroup>,
    /// Entries of the audit log, the newest first.
    pub entries: Vec<AuditEntry>,
    /// Connections of every kind.
    pub connections: Vec<Destination>,
    /// Pages.
    pub pages: Vec<Destination>,
    /// What objects can be narrowed by, with how many of all connections have each value; empty in the palette. The names of
    /// organisations say their connection, where there are several.
    pub filters: Vec<FacetCounts>,
}

impl FindPage {
    /// Whether there is nothing at all to show.
    pub fn is_empty(&self) -> bool {
        self.recent.is_empty()
            && self.actions.is_empty()
            && self.groups.is_empty()
            && self.entries.is_empty()
            && self.connections.is_empty()
            && self.pages.is_empty()
    }
}

/// The objects of one kind on one connection that were found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundGroup {
    /// The connection's name.
    pub connection: String,
    /// Organisations or clients.
    pub kind: ObjectKind,
    /// The best of them.
    pub rows: Vec<FoundObject>,
    /// How many match.
    pub matching: u64,
    /// The path of the list of all that match.
    pub list: String,
    /// How complete and how old the answer is.
    pub age: IndexAge,
    /// Why nothing is known of them; `None` when something is.
    pub failure: Option<PartnerFailure>,
}

/// One object that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundObject {
    /// The connection's name.
    pub connection: String,
    /// Organisation or client.
    pub kind: ObjectKind,
    /// Its ID and name.
    pub object: ObjectReference,
    /// The names of what it is in or below, the root first, as far as the person may see them.
    pub path: Vec<String>,
}

/// A page or an action of this dashboard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destination {
    /// What it is called.
    pub title: String,
    /// What tells it from others of the same title; empty when there are none.
    pub note: String,
    /// Its address inside this dashboard.
    pub path: String,
}

/// What is looked for when one object is to be chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sought {
    /// The connection; `None` for all of them.
    pub connection: Option<String>,
    /// The kind; `None` for all kinds.
    pub kind: Option<ObjectKind>,
    /// Part of a name, or a whole ID.
    pub text: String,
    /// An organisation that is not offered, nor anything below it: nothing can be put below itself.
    pub except: Option<String>,
    /// Whether it is chosen for a change, so that only what the person may edit is offered.
    pub is_to_edit: bool,
}

/// A choice of one object out of very many, as its control shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choosing {
    /// What is chosen; `None` for nothing.
    pub chosen: Option<ObjectReference>,
    /// What was typed to find another; empty when nothing was.
    pub search: String,
    /// What that finds, at most [`MOST_SUGGESTED`].
    pub matches: Vec<FoundObject>,
}
