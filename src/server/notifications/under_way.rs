//! What is being sent, at most one thing to each target.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use tokio::task::{AbortHandle, JoinSet};

/// Tasks that send. Those that are under way end with this.
#[derive(Debug, Default)]
pub(super) struct UnderWay {
    tasks: JoinSet<()>,
    /// The task of each target.
    targets: BTreeMap<String, AbortHandle>,
}

impl UnderWay {
    /// Begins, unless something is under way to that target.
    pub(super) fn begin(&mut self, target: String, sending: impl Future<Output = ()> + Send + 'static) {
        while self.tasks.try_join_next().is_some() {}
        self.targets.retain(|_, task| !task.is_finished());
        if let Entry::Vacant(vacant) = self.targets.entry(target) {
            vacant.insert(self.tasks.spawn(sending));
        }
    }

    /// Waits for all of it.
    pub(super) async fn end(self) {
        self.tasks.join_all().await;
    }
}
