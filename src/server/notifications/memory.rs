//! What is remembered of messages: it leads, and the database follows.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use time::OffsetDateTime;

use super::answer::Settled;
use super::kept::Kept;
use crate::server::storage::{Delivery, DeliveryState, TargetHistory};

/// The target and the id of a message.
pub(super) type DeliveryKey = (String, String);

/// The key of a message.
pub(super) fn key(delivery: &Delivery) -> DeliveryKey {
    (delivery.target.clone(), delivery.notification.id.clone())
}

/// What waits, how the targets are, and what was told.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// What is done leaves when the database knows.
    pub(super) deliveries: BTreeMap<DeliveryKey, Kept<Delivery>>,
    pub(super) histories: BTreeMap<String, Kept<TargetHistory>>,
    pub(super) told: BTreeMap<String, Kept<String>>,
    /// The recipients of a message that need not be tried again. After a restart they get it once more.
    pub(super) settled: BTreeMap<DeliveryKey, Settled>,
    /// Until when targets have asked to be left alone.
    pub(super) resting: BTreeMap<String, OffsetDateTime>,
}

impl Memory {
    pub(super) fn delivery(&self, key: &DeliveryKey) -> Option<Delivery> {
        self.deliveries.get(key).map(|kept| kept.value.clone())
    }

    pub(super) fn history(&self, target: &str) -> TargetHistory {
        self.histories.get(target).map(|kept| kept.value.clone()).unwrap_or_default()
    }

    pub(super) fn told(&self, watched: &str) -> Option<String> {
        self.told.get(watched).map(|kept| kept.value.clone())
    }

    /// Notes that the database has a message, unless it is another one by now. One that is done leaves.
    pub(super) fn note_delivery(&mut self, key: &DeliveryKey, written: &Delivery) {
        let Some(kept) = self.deliveries.get_mut(key).filter(|kept| kept.value == *written) else { return };
        kept.is_kept = true;
        if written.state != DeliveryState::Waiting {
            self.deliveries.remove(key);
            self.settled.remove(key);
        }
    }

    /// Forgets the recipients of messages that are gone.
    pub(super) fn forget_settled(&mut self) {
        let Self { deliveries, settled, .. } = self;
        settled.retain(|key, _| deliveries.contains_key(key));
    }
}

/// The memory of one process. Its clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct SharedMemory(Arc<Mutex<Memory>>);

impl SharedMemory {
    pub(super) fn lock(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
