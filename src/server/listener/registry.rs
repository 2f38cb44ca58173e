//! The registry of all connections of a listener: how many there may be, and which one is closed for a new one.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

use super::activity::EvictionCost;
use super::connection::Connection;
use super::deadlines::Deadlines;
use crate::server::auth::PeerAddress;

/// How many connections may still be closing while new ones are accepted in their place.
const MOST_EVICTED: usize = 32;

/// The open connections.
#[derive(Debug)]
pub(super) struct Registry {
    most: usize,
    most_evicted: usize,
    deadlines: Deadlines,
    open: Mutex<Open>,
    changed: Arc<Notify>,
}

#[derive(Debug, Default)]
struct Open {
    last_number: u64,
    connections: BTreeMap<u64, Arc<Connection>>,
    /// Those that have been told to close.
    evicted: BTreeSet<u64>,
}

/// An entry of the registry, which is removed when this is dropped.
#[derive(Debug)]
pub(super) struct Registration {
    registry: Arc<Registry>,
    number: u64,
}

/// A connection that may be closed for a new one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) number: u64,
    pub(super) network: Option<IpAddr>,
    pub(super) cost: EvictionCost,
    pub(super) since: Instant,
}

impl Registry {
    /// A registry for `most` connections, at least one.
    pub(super) fn new(most: usize, deadlines: Deadlines) -> Self {
        let most_evicted = MOST_EVICTED.min(most / 8);
        Self { most: most.max(1), most_evicted, deadlines, open: Mutex::default(), changed: Arc::default() }
    }

    /// Waits until there is capacity for one more connection. Closes another one if that costs little.
    pub(super) async fn wait_for_capacity(&self) {
        while !self.has_capacity() {
            // A slow connection becomes evictable by time alone, so check again even if nothing changes.
            tokio::select! {
                () = self.changed.notified() => {}
                () = sleep(self.deadlines.eviction) => {}
            }
        }
    }

    /// Whether there is capacity for one more connection. If not, one is told to close, if there is one that may.
    fn has_capacity(&self) -> bool {
        let mut open = self.lock();
        if open.remaining() >= self.most && open.evicted.len() <= self.most_evicted {
            open.evict_one();
        }
        open.remaining() < self.most && open.evicted.len() <= self.most_evicted
    }

    /// Closes one connection, if there is one that may close: for when open files have run out nevertheless.
    pub(super) fn evict_one(&self) {
        self.lock().evict_one();
    }

    /// Adds a new connection.
    pub(super) fn register(self: &Arc<Self>, peer: &PeerAddress) -> (Arc<Connection>, Registration) {
        let connection = Arc::new(Connection::new(peer, self.deadlines, Arc::clone(&self.changed)));
        let mut open = self.lock();
        open.last_number += 1;
        let number = open.last_number;
        open.connections.insert(number, Arc::clone(&connection));
        (connection, Registration { registry: Arc::clone(self), number })
    }

    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.lock().connections.len()
    }

    /// The number of requests in flight.
    pub(super) fn requests(&self) -> usize {
        self.lock().connections.values().map(|connection| connection.requests()).sum()
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn remaining(&self) -> usize {
        self.connections.len() - self.evicted.len()
    }

    /// Tells one connection to close, or another one if the first has been used in the meantime.
    fn evict_one(&mut self) {
        let now = Instant::now();
        while let Some(number) = self.first_to_evict(now) {
            if self.connections.get(&number).is_some_and(|connection| connection.evict(now)) {
                self.evicted.insert(number);
                return;
            }
        }
    }

    fn first_to_evict(&self, now: Instant) -> Option<u64> {
        let candidates = self.connections.iter().filter_map(|(number, connection)| {
            let (cost, since) = connection.eviction_cost(now)?;
            Some(Candidate { number: *number, network: connection.network(), cost, since })
        });
        first_to_evict(&candidates.collect::<Vec<_>>())
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        let mut open = self.registry.lock();
        open.connections.remove(&self.number);
        open.evicted.remove(&self.number);
        drop(open);
        self.registry.changed.notify_one();
    }
}

/// Of the connections with the lowest cost, the one that has been waiting longest in the network with the most of them.
/// So a flood from one network does not displace connections of others.
pub(super) fn first_to_evict(candidates: &[Candidate]) -> Option<u64> {
    let least = candidates.iter().map(|candidate| candidate.cost).min()?;
    // For each network: the number of connections, and the one that has been waiting longest.
    let mut networks: HashMap<Option<IpAddr>, (usize, &Candidate)> = HashMap::new();
    for candidate in candidates.iter().filter(|candidate| candidate.cost == least) {
        let (count, longest) = networks.entry(candidate.network).or_insert((0, candidate));
        *count += 1;
        if candidate.since < longest.since {
            *longest = candidate;
        }
    }
    let biggest = networks.into_values().max_by_key(|(count, longest)| (*count, Reverse(longest.since)));
    biggest.map(|(_, longest)| longest.number)
}

#[cfg(test)]
#[path = "registry_test.rs"]
mod tests;
