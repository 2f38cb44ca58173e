//! Reading a connection in the background: everything once, then whatever has become old, at the configured pace.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use tokio::time::sleep;

use super::connection_index::Index;
use super::model::Model;
use super::staged::seconds;
use crate::domain::failure::PartnerFailure;

/// How often it is looked for what has become old.
const ROUND: Duration = Duration::from_secs(1);
/// How many organisations' clients are read before it is looked again.
const AT_ONCE: usize = 256;
/// How often a changed view is kept.
const KEPT_EVERY: Duration = Duration::from_mins(1);

/// What the background reading remembers between rounds.
#[derive(Debug, Default)]
struct Memory {
    /// Organisations whose clients the partner would not give, with when that was.
    refused: HashMap<String, u32>,
}

impl Index {
    /// Reads the connection in the background until the server ends or [`Self::end`] is called.
    pub async fn run(self: Arc<Self>) {
        self.ended.run_until_cancelled(self.read_on()).await;
    }

    /// Ends reading in the background: the connection is no longer configured.
    pub fn end(&self) {
        self.ended.cancel();
    }

    async fn read_on(&self) {
        let mut memory = Memory::default();
        loop {
            let is_all = self.round(&mut memory).await;
            self.keep_after(KEPT_EVERY).await;
            self.tell_read_again().await;
            if is_all {
                sleep(ROUND).await;
            }
        }
    }

    /// Reads what is old. Whether nothing more is, or the partner is away.
    async fn round(&self, memory: &mut Memory) -> bool {
        let age = self.settings.age;
        if self.lists.organisations.is_due(&(), age) {
            let turn = self.pace.turn().await;
            if turn.end(self.lists.find_organisations(Duration::ZERO).fresh().await).is_err() {
                return true;
            }
        }
        let view = self.lists.model.latest().await;
        let now = seconds(self.clock.now());
        let oldest = now.saturating_sub(u32::try_from(age.as_secs()).unwrap_or(u32::MAX));
        // What is in the future was before the clock was set back. What was read before that is old, so nothing is lost of the wish.
        let refreshed_at = Some(self.refreshed_at()).filter(|at| *at <= now).unwrap_or_default();
        let recent = oldest.max(refreshed_at)..=now;
        memory.refused.retain(|_, at| *at > *recent.start() && *at <= now);
        let due = view.organisations_read_outside(&recent, AT_ONCE, |id| {
            memory.refused.contains_key(id) || self.lists.model.is_waiting(id)
        });
        if due.is_empty() {
            return true;
        }
        let read = futures::stream::iter(due).map(|id| async {
            let turn = self.pace.turn().await;
            let result = turn.end(self.lists.find_clients(&id, Duration::ZERO).fresh().await);
            (id, result.err())
        });
        let at_once = usize::try_from(self.settings.calls_at_once.get()).unwrap_or(usize::MAX);
        let results: Vec<(String, Option<PartnerFailure>)> = read.buffer_unordered(at_once).collect().await;
        let mut is_away = false;
        for (id, failure) in results {
            is_away |= failure.as_ref().is_some_and(|failure| failure.kind.is_outage());
            memory.refused.extend(failure.map(|_| (id, now)));
        }
        Model::latest(&self.lists.model).await;
        is_away
    }
}
