//! How much of the clients of a connection was read, and how old that is.

use std::ops::RangeInclusive;
use std::time::Duration;

use time::OffsetDateTime;

use super::cache::{Accepted as _, Cache};
use super::entry::Entry;
use super::read_list::ReadList;
use super::stored::Stored;
use super::view::View;
use crate::domain::failure::PartnerFailure;
use crate::domain::staleness::Staleness;
use crate::server::clock::Moment;

/// How long an organisation's clients are good for a list of all.
pub(super) const FRESH_FOR: Duration = Duration::from_mins(1);

/// How much of the clients of organisations was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Organisations whose clients were read.
    pub read: u32,
    /// Organisations whose clients the partner would not give.
    pub failed: u32,
    /// All organisations.
    pub of: u32,
    /// Seconds until everything is read, at the present pace; `None` while that is not known.
    pub seconds_left: Option<u32>,
    /// When the oldest of them was read.
    pub read_at: Option<OffsetDateTime>,
    /// How old they are and why, when some are not what the partner has now.
    pub stale: Option<Staleness>,
}

/// The organisations whose clients have to be read.
#[derive(Debug, Default)]
pub(super) struct Missing {
    pub(super) ids: Vec<String>,
    /// Whether nothing at all is known of some.
    pub(super) is_any_unknown: bool,
}

impl Coverage {
    /// Whether nothing is missing.
    pub fn is_whole(&self) -> bool {
        self.read == self.of
    }

    /// What is known of the organisations of a view, or of those below some, without asking. Walks through them. When
    /// nothing is missing and nothing is old, also until when that is so if nothing changes.
    pub(super) fn of(cache: &Cache<String, ReadList>, view: &View, tops: Option<&[String]>) -> (Self, Option<Moment>) {
        let organisations = view.organisations_read(tops);
        let mut coverage = Self::default();
        let (mut is_stale, mut last_failure) = (false, None::<PartnerFailure>);
        let mut until = None::<Moment>;
        let mut read_at = organisations.iter().map(|(_, read_at)| *read_at);
        cache.look(organisations.iter().map(|(id, _)| id), |_, entry, now| {
            coverage.of += 1;
            let failure = entry.and_then(|entry| entry.last_failure());
            // What was read before a restart is known to the view alone.
            let before =
                read_at.next().filter(|at| *at > 0).and_then(|at| OffsetDateTime::from_unix_timestamp(at.into()).ok());
            let known = entry.and_then(known_to_the_view);
            if let Some(read_at) = known.map(|stored| stored.read_at.wall).max(before) {
                coverage.read += 1;
                coverage.read_at = Some(coverage.read_at.map_or(read_at, |oldest| oldest.min(read_at)));
                if let Some(fresh) = entry.and_then(|entry| entry.fresh(now, FRESH_FOR)) {
                    let old_at = fresh.read_at.after(FRESH_FOR);
                    until = Some(until.map_or(old_at, |until| until.min(old_at)));
                } else {
                    is_stale = true;
                    last_failure = last_failure.take().or_else(|| failure.cloned());
                }
            } else if failure.is_some() {
                coverage.failed += 1;
            }
        });
        let read_at = coverage.read_at.filter(|_| is_stale);
        coverage.stale = read_at.map(|read_at| Staleness { read_at, failure: last_failure });
        let is_good = coverage.is_whole() && !is_stale;
        (coverage, until.filter(|_| is_good))
    }

    /// The same of a large partner: what the view says of it, and which organisations the partner refused last. Those that were not
    /// read in a time, in seconds since 1970, are old: a clock that was set back may have said when.
    pub(super) fn of_large(
        view: &View,
        tops: Option<&[String]>,
        failures: &[(String, PartnerFailure)],
        recent: &RangeInclusive<u32>,
    ) -> Self {
        let mut coverage = Self::default();
        let (mut first, mut last) = (u32::MAX, 0);
        for read_at in view.read_times(tops) {
            coverage.of += 1;
            if read_at > 0 {
                coverage.read += 1;
                (first, last) = (first.min(read_at), last.max(read_at));
            }
        }
        let is_within = |id: &String| tops.is_none_or(|tops| view.is_within(id, tops));
        let within: Vec<_> = failures.iter().filter(|(id, _)| is_within(id)).collect();
        let is_unknown = |id: &str| view.clients_read_at(id).is_none() && view.has_organisation(id);
        coverage.failed = u32::try_from(within.iter().filter(|(id, _)| is_unknown(id)).count()).unwrap_or(u32::MAX);
        coverage.read_at =
            (coverage.read > 0).then(|| OffsetDateTime::from_unix_timestamp(first.into()).ok()).flatten();
        let read_at = coverage.read_at.filter(|_| !recent.contains(&first) || !recent.contains(&last));
        let failure = within.first().map(|(_, failure)| failure.clone());
        coverage.stale = read_at.map(|read_at| Staleness { read_at, failure });
        coverage
    }

    /// Those of these organisations whose clients are not known well enough, and for which the partner may be asked.
    pub(super) fn missing(cache: &Cache<String, ReadList>, view: &View, tops: Option<&[String]>) -> Missing {
        let organisations = view.organisations_read(tops);
        let mut missing = Missing::default();
        let mut read_at = organisations.iter().map(|(_, read_at)| *read_at);
        cache.look(organisations.iter().map(|(id, _)| id), |id, entry, now| {
            let is_known_before = read_at.next().is_some_and(|at| at > 0);
            if entry.is_some_and(|entry| entry.fresh(now, FRESH_FOR).is_some() || entry.has_just_failed(now)) {
                return;
            }
            let known = entry.and_then(known_to_the_view);
            missing.is_any_unknown |= known.map_or(!is_known_before, |stored| !stored.may_stand_in());
            missing.ids.push(id.clone());
        });
        missing
    }
}

/// A list that was read, unless its organisation was not listed then: no view has its clients.
fn known_to_the_view(entry: &Entry<ReadList>) -> Option<&Stored<ReadList>> {
    entry.known().filter(|stored| stored.list.is_taken_in())
}
