//! Reads the clients of many organisations: one queue for all visitors of a connection, a few calls at once.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::coverage::FRESH_FOR;
use super::lists::Lists;
use crate::domain::failure::PartnerFailure;

/// Calls at once while the clients of many organisations are read.
const CALLS_AT_ONCE: usize = 8;

/// What one visitor waits for.
#[derive(Debug)]
pub(super) struct Batch {
    left: AtomicUsize,
    is_done: Notify,
}

impl Batch {
    /// Waits until each of its organisations was read, or could not be.
    pub(super) async fn done(&self) {
        self.is_done.notified().await;
    }

    fn one_less(&self) {
        if self.left.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.is_done.notify_one();
        }
    }
}

/// The organisations whose clients are still to be read.
#[derive(Debug, Default)]
pub(super) struct Sweep(Mutex<Queue>);

#[derive(Debug, Default)]
struct Queue {
    waiting: VecDeque<String>,
    /// Who waits for an organisation, from its entry into the queue until its clients were read.
    batches: HashMap<String, Vec<Arc<Batch>>>,
    workers: usize,
}

impl Sweep {
    /// Puts organisations into the queue, unless they are in it, and sees that it is worked on. `None` when there is
    /// nothing to wait for.
    pub(super) fn want(self: &Arc<Self>, lists: &Lists, ids: Vec<String>) -> Option<Arc<Batch>> {
        if ids.is_empty() {
            return None;
        }
        let batch = Arc::new(Batch { left: AtomicUsize::new(ids.len()), is_done: Notify::new() });
        let mut queue = self.queue();
        for id in ids {
            queue.enter(id, Arc::clone(&batch));
        }
        queue.employ(self, lists);
        Some(batch)
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    fn enter(&mut self, id: String, batch: Arc<Batch>) {
        if let Some(batches) = self.batches.get_mut(&id) {
            batches.push(batch);
        } else {
            self.batches.insert(id.clone(), vec![batch]);
            self.waiting.push_back(id);
        }
    }

    /// Starts as many workers as there is work for.
    fn employ(&mut self, sweep: &Arc<Sweep>, lists: &Lists) {
        let more = self.waiting.len().min(CALLS_AT_ONCE.saturating_sub(self.workers));
        self.workers += more;
        for _ in 0..more {
            tokio::spawn(work(Arc::clone(sweep), lists.clone()));
        }
    }

    /// The next organisation. A worker that gets none is gone.
    fn next(&mut self) -> Option<String> {
        let next = self.waiting.pop_front();
        if next.is_none() {
            self.workers -= 1;
            self.waiting.shrink_to_fit();
        }
        next
    }

    /// A worker found the partner away and is gone. After the last of them the others in the queue are not worth
    /// trying; these are given back.
    fn leave(&mut self) -> Vec<String> {
        self.workers -= 1;
        if self.workers > 0 { Vec::new() } else { std::mem::take(&mut self.waiting).into() }
    }

    /// Tells those who wait for an organisation.
    fn settle(&mut self, id: &str) {
        self.batches.remove(id).unwrap_or_default().iter().for_each(|batch| batch.one_less());
    }
}

/// Takes organisations out of the queue until there are none, or the partner is away.
async fn work(sweep: Arc<Sweep>, lists: Lists) {
    loop {
        let Some(id) = sweep.queue().next() else {
            return;
        };
        let outcome = read(&lists, &id).await;
        let mut queue = sweep.queue();
        queue.settle(&id);
        if let Err(failure) = &outcome
            && failure.kind.is_outage()
        {
            let given_up = queue.leave();
            lists.clients.fail(given_up.iter().cloned(), failure);
            for id in &given_up {
                queue.settle(id);
            }
            return;
        }
        // The partner answers: those who left are replaced.
        queue.employ(&sweep, &lists);
    }
}

/// Reads the clients of one organisation; once more when they were changed from here meanwhile.
async fn read(lists: &Lists, id: &str) -> Result<(), PartnerFailure> {
    lists.find_clients(id, FRESH_FOR).fresh().await?;
    lists.find_clients(id, FRESH_FOR).fresh().await.map(drop)
}
