//! What replicas on one database tell each other when it is kept: the others then read it from there.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::index_snapshots::ReadAgain;

/// What was kept, and of what: of the connection of this name, unless it says otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Announcement {
    /// An own change is in the journal of its index.
    Change(String),
    /// The snapshot of its index is another one.
    Snapshot(String),
    /// The lists in the snapshot were read again, and nothing in them has changed.
    ReadAgain(String, ReadAgain),
    /// Somebody wants it to be read again by the replica that leads.
    Refresh(String),
    /// A check of it is in its history.
    Check(String),
    /// Other rules are silenced there.
    SilencedRules(String),
    /// A message waits for the next page of the session with this handle.
    Message(String),
    /// The person with this subject has saved a view.
    SavedViews(String),
}

/// Hears what replicas announce, this one among them.
#[async_trait]
pub trait Announcements: Send + std::fmt::Debug {
    /// Waits for the next one; `None` when some may have been missed, so that everything is to be read anew. A server that
    /// cannot be reached is tried again.
    async fn next(&mut self) -> Option<Announcement>;
}
