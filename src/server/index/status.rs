//! How the index of a connection is: how old, how complete, and how fast it is read. For whoever watches the server.

use std::time::Duration;

use time::OffsetDateTime;

use super::connection_index::Index;
use super::search::Scope;
use crate::domain::object::ObjectKind;

/// How the index of a connection is at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct IndexStatus {
    /// How long ago the list of organisations was read; `None` when it never was.
    pub organisations_age: Option<Duration>,
    /// How long ago the oldest list of clients was read; `None` when none was.
    pub clients_age: Option<Duration>,
    /// How many organisations are known.
    pub organisations: u64,
    /// How many clients are known.
    pub clients: u64,
    /// Organisations whose clients were read.
    pub read: u32,
    /// Organisations whose clients are to be read.
    pub of: u32,
    /// How many calls may begin in a second in the background at present.
    pub calls_per_second: f64,
    /// How long no call begins, because the partner is away or asked for it.
    pub pause: Duration,
}

impl IndexStatus {
    /// Which part of the lists of clients was read, from 0 to 1. Of nothing, all was.
    pub fn coverage(&self) -> f64 {
        if self.of == 0 { 1.0 } else { f64::from(self.read) / f64::from(self.of) }
    }
}

impl Index {
    /// How the index is now, without asking the partner.
    pub fn status(&self) -> IndexStatus {
        let (view, now) = (self.view(), self.clock.now());
        let age = |at: OffsetDateTime| Duration::try_from(now - at).unwrap_or_default();
        let mut read_at = view.read_at;
        self.lists.organisations.look([&()], |(), entry, _| {
            let known = entry.and_then(|entry| entry.known()).map(|stored| stored.read_at.wall);
            read_at = known.max(read_at);
        });
        let coverage = self.coverage(&view, None);
        IndexStatus {
            organisations_age: read_at.map(age),
            clients_age: coverage.read_at.map(age),
            organisations: view.count(ObjectKind::Organisation, &Scope::All),
            clients: view.count(ObjectKind::OAuthClient, &Scope::All),
            read: coverage.read,
            of: coverage.of,
            calls_per_second: self.pace.calls_per_second(),
            pause: self.pace.pause().unwrap_or_default(),
        }
    }
}
