//! Lists that were read and differ from what is known, until the next view takes them in.

use std::collections::HashMap;
use std::sync::Arc;

use time::OffsetDateTime;

use super::arrivals::Arrival;
use super::objects::{ChangedAt, PackedList};
use super::observer::{NewFields, ObservedChange};
use super::sent_fields::SentFields;
use crate::server::oneid::Share;

/// One list as it was read.
#[derive(Debug)]
pub(super) struct ReadObjects {
    /// The organisation whose clients they are; `None` for the organisations themselves.
    pub(super) owner: Option<String>,
    /// When the partner was asked.
    pub(super) read_at: OffsetDateTime,
    /// The list with the memory that it takes, unless it is what the view has already.
    pub(super) changed: Option<(PackedList, Share)>,
    /// The objects in it that somebody else changed since they were last read.
    pub(super) changed_at: Vec<ChangedAt>,
    /// What they changed.
    pub(super) observed: Observed,
}

/// What others changed.
#[derive(Debug, Default)]
pub(super) struct Observed {
    /// The objects before and after.
    pub(super) changes: Vec<ObservedChange>,
    /// Fields that the partner has newly begun to send.
    pub(super) new_fields: Option<NewFields>,
    /// All fields that it was ever seen to send.
    pub(super) sent: SentFields,
    /// The clients that came into the list while another organisation has them.
    pub(super) arrivals: Vec<Arrival>,
}

/// Lists that the next view takes in.
#[derive(Debug, Default)]
pub(super) struct Staged {
    /// All organisations, with when they were read.
    pub(super) organisations: Option<(Arc<PackedList>, OffsetDateTime)>,
    /// The clients of organisations, with when they were read.
    pub(super) clients: HashMap<String, (Arc<PackedList>, OffsetDateTime)>,
    /// The objects in them that somebody else changed.
    pub(super) changed_at: Vec<ChangedAt>,
    /// How many objects there are in all of them.
    pub(super) objects: usize,
    /// The memory that they take.
    pub(super) shares: Vec<Share>,
}

impl Staged {
    /// Adds a list, in place of an earlier one.
    pub(super) fn put(&mut self, owner: Option<String>, list: PackedList, share: Share, read_at: OffsetDateTime) {
        self.shares.push(share);
        self.objects += list.len() as usize;
        match owner {
            None => self.organisations = Some((Arc::new(list), read_at)),
            Some(owner) => drop(self.clients.insert(owner, (Arc::new(list), read_at))),
        }
    }

    /// The list of an owner that is to be taken in.
    pub(super) fn list(&self, owner: Option<&str>) -> Option<&Arc<PackedList>> {
        match owner {
            None => self.organisations.as_ref().map(|(list, _)| list),
            Some(owner) => self.clients.get(owner).map(|(list, _)| list),
        }
    }

    /// The same lists, without the memory that they are accounted for.
    pub(super) fn lists(&self) -> Self {
        Self {
            organisations: self.organisations.clone(),
            clients: self.clients.clone(),
            changed_at: self.changed_at.clone(),
            objects: self.objects,
            shares: Vec::new(),
        }
    }

    /// Puts earlier lists back, where there is no later one.
    pub(super) fn put_back(&mut self, earlier: Self) {
        self.organisations = self.organisations.take().or(earlier.organisations);
        for (owner, list) in earlier.clients {
            self.clients.entry(owner).or_insert(list);
        }
        self.changed_at.splice(0..0, earlier.changed_at);
        self.objects += earlier.objects;
    }

    /// When a list that is to be taken in was read.
    pub(super) fn read_at(&self, owner: Option<&str>) -> Option<OffsetDateTime> {
        match owner {
            None => self.organisations.as_ref().map(|(_, read_at)| *read_at),
            Some(owner) => self.clients.get(owner).map(|(_, read_at)| *read_at),
        }
    }

    /// Whether there is nothing to take in.
    pub(super) fn is_empty(&self) -> bool {
        self.organisations.is_none() && self.clients.is_empty()
    }
}

/// Seconds since 1970, from 1 on: 0 means never.
pub(super) fn seconds(at: OffsetDateTime) -> u32 {
    u32::try_from(at.unix_timestamp().max(1)).unwrap_or(u32::MAX)
}
