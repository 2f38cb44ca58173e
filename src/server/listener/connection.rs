//! One connection, as its own task, the accept loop and the bodies of its requests see it.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;

use super::activity::{Activity, Loss};
use super::deadlines::Deadlines;
use crate::server::auth::PeerAddress;

/// What is known of a connection while it is open.
#[derive(Debug)]
pub(super) struct Connection {
    network: Option<IpAddr>,
    deadlines: Deadlines,
    activity: Mutex<Activity>,
    /// Set once the server ends: from then on the connection closes as soon as it is unused.
    is_last: AtomicBool,
    /// Tells the connection's own task that it may have to close.
    woken: Notify,
    /// Tells the accept loop that there may be room.
    changed: Arc<Notify>,
}

impl Connection {
    pub(super) fn new(peer: &PeerAddress, deadlines: Deadlines, changed: Arc<Notify>) -> Self {
        Self {
            network: network(peer),
            deadlines,
            activity: Mutex::new(Activity::new(Instant::now())),
            is_last: AtomicBool::new(false),
            woken: Notify::new(),
            changed,
        }
    }

    /// The network that the peer belongs to; none for UNIX sockets.
    pub(super) fn network(&self) -> Option<IpAddr> {
        self.network
    }

    /// Notes something that happened, and wakes whom it may concern.
    pub(super) fn note<T>(&self, event: impl FnOnce(&mut Activity, Instant) -> T) -> T {
        let mut activity = self.lock();
        let noted = event(&mut activity, Instant::now());
        if activity.is_flood() {
            activity.close();
        }
        let (is_unused, is_closing) = (activity.is_unused(), activity.is_closing());
        drop(activity);
        if is_closing || (is_unused && self.is_last.load(Ordering::Relaxed)) {
            self.woken.notify_one();
        }
        if is_unused {
            self.changed.notify_one();
        }
        noted
    }

    /// What is lost when this connection makes room for another, and since when it has waited.
    pub(super) fn loss(&self, now: Instant) -> Option<(Loss, Instant)> {
        let activity = self.lock();
        activity.loss(now, &self.deadlines).map(|loss| (loss, activity.since()))
    }

    /// Closes the connection, unless it has been put to use meanwhile.
    pub(super) fn make_room(&self, now: Instant) -> bool {
        let mut activity = self.lock();
        let may_close = activity.loss(now, &self.deadlines).is_some();
        if may_close {
            activity.close();
            self.woken.notify_one();
        }
        may_close
    }

    /// From now on the connection closes as soon as it is unused.
    pub(super) fn is_last(&self) {
        self.is_last.store(true, Ordering::Relaxed);
    }

    /// The requests under way.
    pub(super) fn requests(&self) -> usize {
        self.lock().requests()
    }

    /// Waits until there may be a reason to close.
    pub(super) async fn woken(&self) {
        self.woken.notified().await;
    }

    /// When to look at the deadline again, or nothing when it has passed: then the connection answers no more.
    pub(super) fn next_look(&self, now: Instant) -> Option<Instant> {
        let mut activity = self.lock();
        let deadline = activity.deadline(&self.deadlines, self.is_last.load(Ordering::Relaxed));
        if activity.is_closing() || deadline.is_some_and(|deadline| deadline <= now) {
            activity.close();
            return None;
        }
        // What begins after this moment may have a sooner deadline.
        let soonest = now + self.deadlines.soonest();
        Some(deadline.map_or(soonest, |deadline| deadline.min(soonest)))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Activity> {
        self.activity.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who shares a fate: an IPv4 address, and in IPv6 the /64 that one customer has whole.
fn network(peer: &PeerAddress) -> Option<IpAddr> {
    match peer {
        PeerAddress::UnixSocket => None,
        PeerAddress::Network(address) => Some(match address.ip().to_canonical() {
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
            address @ IpAddr::V4(_) => address,
        }),
    }
}
