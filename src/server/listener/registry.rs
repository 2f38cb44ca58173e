//! All connections of a listener: how many there may be, and which one is closed when there is one too many.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

use super::activity::Loss;
use super::connection::Connection;
use super::deadlines::Deadlines;
use crate::server::auth::PeerAddress;

/// Connections that may still be about to close while those that they made room for are let in.
const MOST_LEAVING: usize = 32;

/// The connections that are open.
#[derive(Debug)]
pub(super) struct Registry {
    most: usize,
    most_leaving: usize,
    deadlines: Deadlines,
    open: Mutex<Open>,
    changed: Arc<Notify>,
}

#[derive(Debug, Default)]
struct Open {
    last_number: u64,
    connections: BTreeMap<u64, Arc<Connection>>,
    /// Those that have been told to make room.
    leaving: BTreeSet<u64>,
}

/// A place in the registry, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    registry: Arc<Registry>,
    number: u64,
}

/// A connection that may be closed to make room.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) number: u64,
    pub(super) network: Option<IpAddr>,
    pub(super) loss: Loss,
    pub(super) since: Instant,
}

impl Registry {
    /// Room for so many connections; at least one.
    pub(super) fn new(most: usize, deadlines: Deadlines) -> Self {
        let most_leaving = MOST_LEAVING.min(most / 8);
        Self { most: most.max(1), most_leaving, deadlines, open: Mutex::default(), changed: Arc::default() }
    }

    /// Waits until there is room for one more, and makes some where nobody loses much by it.
    pub(super) async fn room(&self) {
        while !self.has_room() {
            // Time alone makes the slow ones close: look again when nothing changes.
            tokio::select! {
                () = self.changed.notified() => {}
                () = sleep(self.deadlines.patience) => {}
            }
        }
    }

    /// Whether there is room for one more. If not, one connection is told to make some, if one can.
    fn has_room(&self) -> bool {
        let mut open = self.lock();
        if open.staying() >= self.most && open.leaving.len() <= self.most_leaving {
            open.close_one();
        }
        open.staying() < self.most && open.leaving.len() <= self.most_leaving
    }

    /// Closes one connection, if one can be closed: for when files have run out all the same.
    pub(super) fn relieve(&self) {
        self.lock().close_one();
    }

    /// Enters a new connection.
    pub(super) fn enter(self: &Arc<Self>, peer: &PeerAddress) -> (Arc<Connection>, Place) {
        let connection = Arc::new(Connection::new(peer, self.deadlines, Arc::clone(&self.changed)));
        let mut open = self.lock();
        open.last_number += 1;
        let number = open.last_number;
        open.connections.insert(number, Arc::clone(&connection));
        (connection, Place { registry: Arc::clone(self), number })
    }

    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.lock().connections.len()
    }

    /// How many requests are under way.
    pub(super) fn requests(&self) -> usize {
        self.lock().connections.values().map(|connection| connection.requests()).sum()
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn staying(&self) -> usize {
        self.connections.len() - self.leaving.len()
    }

    /// Tells one connection to go; another when the first has been put to use meanwhile.
    fn close_one(&mut self) {
        let now = Instant::now();
        while let Some(number) = self.first_to_close(now) {
            if self.connections.get(&number).is_some_and(|connection| connection.make_room(now)) {
                self.leaving.insert(number);
                return;
            }
        }
    }

    fn first_to_close(&self, now: Instant) -> Option<u64> {
        let candidates = self.connections.iter().filter_map(|(number, connection)| {
            let (loss, since) = connection.loss(now)?;
            Some(Candidate { number: *number, network: connection.network(), loss, since })
        });
        first_to_close(&candidates.collect::<Vec<_>>())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.registry.lock();
        open.connections.remove(&self.number);
        open.leaving.remove(&self.number);
        drop(open);
        self.registry.changed.notify_one();
    }
}

/// Of those with the least to lose, the one that has waited longest in the network that has the most of them: so
/// silent crowds lose to people, and one crowd does not push out another.
pub(super) fn first_to_close(candidates: &[Candidate]) -> Option<u64> {
    let least = candidates.iter().map(|candidate| candidate.loss).min()?;
    // For each network: how many there are, and which of them has waited longest.
    let mut crowds: HashMap<Option<IpAddr>, (usize, &Candidate)> = HashMap::new();
    for candidate in candidates.iter().filter(|candidate| candidate.loss == least) {
        let (count, longest) = crowds.entry(candidate.network).or_insert((0, candidate));
        *count += 1;
        if candidate.since < longest.since {
            *longest = candidate;
        }
    }
    let biggest = crowds.into_values().max_by_key(|(count, longest)| (*count, Reverse(longest.since)));
    biggest.map(|(_, longest)| longest.number)
}

#[cfg(test)]
#[path = "registry_test.rs"]
mod tests;
