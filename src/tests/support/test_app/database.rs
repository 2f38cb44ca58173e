//! The application's database, beside it: what is in it, and other applications on copies of it.

use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;

use partner_dashboard::server::audit::{AuditLog, VerifyingKey, signing_key};
use partner_dashboard::server::clock::SystemClock;
use partner_dashboard::server::config::AuditSettings;
use partner_dashboard::server::sandbox::Sandbox;
use partner_dashboard::server::wiring::assemble;
use sqlx::sqlite::SqlitePool;
use tempfile::TempDir;

use super::TestApp;
use crate::support::test_options::{TestOptions, config, outside};
use crate::support::until;

/// The signing key of the audit log, beside the database.
const KEY: &str = "test.audit-key.pem";

impl TestApp {
    /// The log as the next start of the server opens it: nothing is under way there.
    pub fn audit_of_the_next_start(&self) -> AuditLog {
        AuditLog::new(Arc::clone(&self.stores.audit), Arc::new(SystemClock))
    }

    /// Waits until all that was observed is in the log.
    pub async fn observed_recorded(&self) {
        for connection in self.connections.in_order() {
            until(async || connection.observer.is_all_recorded()).await;
        }
    }

    /// Runs SQL beside the application.
    pub async fn sql(&self, statement: &'static str) {
        sqlx::query(statement).execute(&self.pool).await.unwrap();
    }

    pub fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    /// The snapshot of the index of a connection, as it is kept.
    pub async fn snapshot(&self, connection: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.stores.index_snapshots.read(connection, &mut bytes).await.unwrap().unwrap();
        bytes
    }

    /// The public key of the audit log.
    pub fn audit_key(&self) -> String {
        self.verifying_key().to_string()
    }

    /// The same as a key.
    pub fn verifying_key(&self) -> VerifyingKey {
        signing_key(&self.directory.path().join(KEY), &self.settings().origin).unwrap().verifying().clone()
    }

    fn settings(&self) -> AuditSettings {
        AuditSettings::of("sqlite:test.db", &self.options.public_url)
    }

    /// Another application, on a copy of a database and with the same key.
    pub async fn with_database_of(&self, file: &Path) -> Self {
        let (directory, options) = (self.copied(file), TestOptions::empty());
        let sandbox = Sandbox::start((Ipv4Addr::LOCALHOST, 0).into(), options.sandbox.clone()).await.unwrap();
        Self::over(directory, sandbox, options).await
    }

    /// Whether the application starts on a copy of a database; why not.
    pub async fn start_with_database_of(&self, file: &Path) -> Result<(), String> {
        let (directory, options) = (self.copied(file), TestOptions::empty());
        let started =
            assemble(&config(&options, &self.sandbox, &directory.path().join("test.db")), &outside(&options)).await;
        started.map(drop).map_err(|error| error.to_string())
    }

    /// A folder with a database, and the key beside it.
    fn copied(&self, file: &Path) -> TempDir {
        let directory = tempfile::tempdir().unwrap();
        std::fs::copy(file, directory.path().join("test.db")).unwrap();
        std::fs::copy(self.directory.path().join(KEY), directory.path().join(KEY)).unwrap();
        directory
    }

    /// Where the database lies, with its WAL.
    pub fn files(&self) -> &Path {
        self.directory.path()
    }
}
