//! All stores of one database.

use std::sync::Arc;

use super::{
    AuditStore, CheckStore, ConfigurationStore, Connections, DraftStore, EndedSession, IndexJournal,
    IndexSnapshotStore, MessageStore, NotificationStore, OneTimeStore, SavedViewStore, Sessions, SizeStore,
    StorageError, SubmissionStore, Writer,
};

/// Everything that one database keeps, each concern behind its trait. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Stores {
    /// The records of the audit log.
    pub audit: Arc<dyn AuditStore>,
    /// Everybody's sessions.
    pub sessions: Sessions,
    /// The history of the checks of connections.
    pub checks: Arc<dyn CheckStore>,
    /// Drafts of forms.
    pub drafts: Arc<dyn DraftStore>,
    /// Messages for the next page.
    pub messages: Arc<dyn MessageStore>,
    /// Messages to the targets of notifications.
    pub notifications: Arc<dyn NotificationStore>,
    /// What became of forms that create something.
    pub submissions: Arc<dyn SubmissionStore>,
    /// Snapshots of the index of each connection.
    pub index_snapshots: Arc<dyn IndexSnapshotStore>,
    /// Own changes since the last snapshot.
    pub index_journal: Arc<dyn IndexJournal>,
    /// What the configuration was when it was last loaded.
    pub configuration: Arc<dyn ConfigurationStore>,
    /// Values that wait for one page, where several replicas may make it. Otherwise they are in memory alone.
    pub one_time: Option<Arc<dyn OneTimeStore>>,
    /// Views of lists that people saved.
    pub saved_views: Arc<dyn SavedViewStore>,
    /// How much room all of it takes.
    pub size: Arc<dyn SizeStore>,
    /// What all of them are reached by.
    pub connections: Arc<dyn Connections>,
    /// By which is written what must not wait for a database that hangs.
    pub writer: Writer,
}

impl Stores {
    /// Removes what is too old. What cannot be removed does not keep the rest. Names the sessions that ended with that, whatever else
    /// failed: nobody could name them later.
    pub async fn remove_old(&self) -> (Vec<EndedSession>, Result<(), StorageError>) {
        let drafts = self.drafts.remove_old().await;
        let messages = self.messages.remove_old().await;
        let submissions = self.submissions.remove_old().await;
        let checks = self.checks.remove_old().await;
        let notifications = self.notifications.remove_old().await;
        let one_time = match &self.one_time {
            Some(one_time) => one_time.remove_old().await,
            None => Ok(()),
        };
        let (ended, sessions) = match self.sessions.remove_old().await {
            Ok(ended) => (ended, Ok(())),
            Err(error) => (Vec::new(), Err(error)),
        };
        (ended, sessions.and(drafts).and(messages).and(submissions).and(checks).and(notifications).and(one_time))
    }
}
