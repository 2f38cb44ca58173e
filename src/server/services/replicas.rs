//! What this replica takes in of what the others announce.

use std::sync::Arc;

use tokio::sync::watch;

use super::judging::{judge_silenced, judge_unchanged};
use crate::server::audit::AuditLog;
use crate::server::connections::Monitor;
use crate::server::index::{Connection, Connections};
use crate::server::storage::{Announcement, Announcements, Leadership, MessageStore, SavedViewStore};

/// Takes in what other replicas announce.
#[derive(Debug)]
pub struct Listening {
    /// The connections to OneID.
    pub connections: watch::Receiver<Connections>,
    /// All connections.
    pub monitor: watch::Receiver<Monitor>,
    /// The log that all replicas write.
    pub audit: AuditLog,
    /// Messages for the next page of a session.
    pub messages: Arc<dyn MessageStore>,
    /// What people saved of lists.
    pub saved_views: Arc<dyn SavedViewStore>,
    /// Whether this replica leads: then it takes no snapshots, because it makes them.
    pub leadership: watch::Receiver<Leadership>,
}

impl Listening {
    /// Does so until the program ends.
    pub async fn run(self, mut announcements: Box<dyn Announcements>) {
        loop {
            match announcements.next().await {
                Some(announcement) => self.take_in(announcement).await,
                None => self.take_in_all().await,
            }
        }
    }

    async fn take_in(&self, announcement: Announcement) {
        match announcement {
            Announcement::Change(name) => {
                if let Some(connection) = self.find(&name) {
                    self.take_in_changes(&connection).await;
                }
            }
            Announcement::Snapshot(name) => {
                if let Some(connection) = self.find(&name) {
                    self.take_in_snapshot(&connection).await;
                }
            }
            Announcement::ReadAgain(name, read) => {
                if let Some(connection) = self.find(&name).filter(|_| !self.leads()) {
                    connection.index.note_read_again(read).await;
                }
            }
            Announcement::Refresh(name) => {
                if let Some(connection) = self.find(&name).filter(|_| self.leads()) {
                    connection.index.refresh();
                }
            }
            Announcement::Check(name) => {
                let connection = self.monitor.borrow().find(&name).cloned();
                if let Some(connection) = connection {
                    connection.take_up().await;
                }
            }
            Announcement::SilencedRules(name) => {
                if let Some(connection) = self.find(&name) {
                    judge_silenced(&connection, &self.audit).await;
                }
            }
            Announcement::Message(handle) => self.messages.forget(Some(&handle)),
            Announcement::SavedViews(subject) => self.saved_views.forget(Some(&subject)),
        }
    }

    /// The connection of this name, if it is one of OneID.
    fn find(&self, name: &str) -> Option<Connection> {
        self.connections.borrow().find(name).cloned()
    }

    /// Reads everything anew: some of what was announced may have been missed.
    async fn take_in_all(&self) {
        self.messages.forget(None);
        self.saved_views.forget(None);
        let (connections, monitor) = (self.connections.borrow().clone(), self.monitor.borrow().clone());
        // Checks first: a large index takes longer to read.
        monitor.take_up().await;
        for connection in connections.in_order() {
            self.take_in_snapshot(connection).await;
            self.take_in_changes(connection).await;
            judge_silenced(connection, &self.audit).await;
        }
    }

    async fn take_in_changes(&self, connection: &Connection) {
        // What cannot be read comes with the next announcement, or with the next snapshot.
        if let Ok(true) = connection.index.take_in_changes().await {
            judge_unchanged(connection, &self.audit).await;
        }
    }

    fn leads(&self) -> bool {
        Leadership::leads(Some(&self.leadership))
    }

    async fn take_in_snapshot(&self, connection: &Connection) {
        if !self.leads() {
            // What cannot be read comes with the next announcement.
            let _ = connection.index.take_up_again(false).await;
        }
    }
}
