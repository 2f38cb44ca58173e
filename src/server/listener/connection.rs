//! The shared state of one connection, for its task, the accept loop and the bodies of its requests.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;

use super::activity::{Activity, EvictionCost};
use super::deadlines::Deadlines;
use crate::server::auth::PeerAddress;

/// The state of an open connection.
#[derive(Debug)]
pub(super) struct Connection {
    network: Option<IpAddr>,
    deadlines: Deadlines,
    activity: Mutex<Activity>,
    /// Set during shutdown: the connection closes soon when it is unused.
    draining_since: OnceLock<Instant>,
    /// Notifies the task of the connection that it may have to close.
    woken: Notify,
    /// Notifies the accept loop that there may be capacity.
    changed: Arc<Notify>,
}

impl Connection {
    pub(super) fn new(peer: &PeerAddress, deadlines: Deadlines, changed: Arc<Notify>) -> Self {
        Self {
            network: network(peer),
            deadlines,
            activity: Mutex::new(Activity::new(Instant::now())),
            draining_since: OnceLock::new(),
            woken: Notify::new(),
            changed,
        }
    }

    /// The network of the peer. `None` for UNIX sockets.
    pub(super) fn network(&self) -> Option<IpAddr> {
        self.network
    }

    /// Records an event, and notifies the tasks that it may concern.
    pub(super) fn note<T>(&self, event: impl FnOnce(&mut Activity, Instant) -> T) -> T {
        let mut activity = self.lock();
        let noted = event(&mut activity, Instant::now());
        if activity.is_flood() {
            activity.close();
        }
        let (is_unused, is_closing) = (activity.is_unused(), activity.is_closing());
        drop(activity);
        if is_closing || self.draining_since.get().is_some() {
            self.woken.notify_one();
        }
        if is_unused {
            self.changed.notify_one();
        }
        noted
    }

    /// What is lost when this connection is closed for another, and when it last made progress.
    pub(super) fn eviction_cost(&self, now: Instant) -> Option<(EvictionCost, Instant)> {
        let activity = self.lock();
        activity.eviction_cost(now, &self.deadlines).map(|cost| (cost, activity.since()))
    }

    /// Closes the connection, unless it has been used in the meantime. Returns whether it closes.
    pub(super) fn evict(&self, now: Instant) -> bool {
        let mut activity = self.lock();
        let may_close = activity.eviction_cost(now, &self.deadlines).is_some();
        if may_close {
            activity.close();
            self.woken.notify_one();
        }
        may_close
    }

    /// From now on, the connection closes soon when it is unused. A request that is on its way is still answered.
    pub(super) fn start_draining(&self) {
        // The first time counts.
        let _ = self.draining_since.set(Instant::now());
    }

    /// Whether there is no request.
    pub(super) fn is_unused(&self) -> bool {
        self.lock().is_unused()
    }

    /// The number of requests in flight.
    pub(super) fn requests(&self) -> usize {
        self.lock().requests()
    }

    /// Waits until there may be a reason to close.
    pub(super) async fn woken(&self) {
        self.woken.notified().await;
    }

    /// When to check the deadline again. `None` when it has passed: then the connection answers no more requests.
    pub(super) fn next_check(&self, now: Instant) -> Option<Instant> {
        let mut activity = self.lock();
        let draining_since = self.draining_since.get();
        let mut deadline = activity.deadline(&self.deadlines, draining_since.is_some());
        if let (Some(since), true) = (draining_since, activity.is_unused()) {
            deadline = deadline.map(|deadline| deadline.max(*since + self.deadlines.linger));
        }
        if activity.is_closing() || deadline.is_some_and(|deadline| deadline <= now) {
            activity.close();
            return None;
        }
        // A state that begins later may have an earlier deadline.
        let soonest = now + self.deadlines.soonest();
        Some(deadline.map_or(soonest, |deadline| deadline.min(soonest)))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Activity> {
        self.activity.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The network that connections are grouped by: an IPv4 address, or the IPv6 /64 that is assigned to one customer.
fn network(peer: &PeerAddress) -> Option<IpAddr> {
    match peer {
        PeerAddress::UnixSocket => None,
        PeerAddress::Network(address) => Some(match address.ip().to_canonical() {
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
            address @ IpAddr::V4(_) => address,
        }),
    }
}
