//! A database on a server that was put back from an earlier moment: its log goes on under another name, and contradicts nothing that was
//! signed before.

use std::path::PathBuf;
use std::process::Command;

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _};

use super::{Shared, create, succeeded};
use crate::durability::empty_sandbox;
use crate::support::postgres_server::PostgresServer;
use crate::support::program::Server;
use crate::support::until;

impl Shared {
    /// Where the checkpoints are kept that an auditor has.
    fn checkpoints(&self) -> PathBuf {
        self.configured.directory.path().join("checkpoints.txt")
    }

    /// A command that keeps checkpoints there.
    fn keeping(&self, words: &[&str]) -> Command {
        let mut command = self.command();
        command.env("PARTNER_DASHBOARD_AUDIT__CHECKPOINT_FILE", self.checkpoints());
        command.args(words).arg("--config").arg(&self.configured.path);
        command
    }

    /// Somebody creates an organisation, with a dashboard that then ends.
    async fn record(&self, name: &str) {
        let dashboard = Server::start(self.keeping(&["serve"])).await.read_from_configuration();
        let created = create(&dashboard, name).await;
        assert!(created.location.starts_with("/sandbox/organisations/"), "{created:?}");
        dashboard.signal("TERM");
        assert!(dashboard.ends().await.0.success());
    }

    /// Records two creations. What is returned is a copy of the database from between them.
    async fn copied_before_the_last(&self, server: &PostgresServer) -> String {
        self.record("Meridian Lettings").await;
        let copy = self.copy(server, "restored").await;
        self.record("Meridian Sales").await;
        copy
    }

    /// Records so much that the log grows beyond all that was signed before the copy was put back.
    async fn record_more_than_is_lost(&self) {
        for name in ["Meridian Homes", "Meridian Rooms", "Meridian Yards"] {
            self.record(name).await;
        }
    }

    /// What `audit verify` says of the log and of all checkpoints.
    fn compared(&self) -> (Option<i32>, String) {
        let mut verify = self.command();
        verify.args(["audit", "verify", "--database", &self.url, "--public-key"]).arg(self.public_key());
        let verified = verify.arg("--checkpoint").arg(self.checkpoints()).output().unwrap();
        let said = [verified.stdout, verified.stderr].concat();
        (verified.status.code(), String::from_utf8_lossy(&said).into_owned())
    }

    /// A copy of the database as it is now, which nobody uses.
    async fn copy(&self, server: &PostgresServer, name: &str) -> String {
        let source = self.url.rsplit('/').next().unwrap();
        let mut connection = PgConnection::connect(&server.url("postgres")).await.unwrap();
        // The server takes a moment to see that a program is gone.
        let copy = format!("CREATE DATABASE {name} TEMPLATE {source}");
        until(async || sqlx::query(AssertSqlSafe(copy.as_str())).execute(&mut connection).await.is_ok()).await;
        server.url(name)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_was_put_back_goes_on_under_the_next_name_and_contradicts_no_checkpoint() {
    let (server, sandbox) = (PostgresServer::start(), empty_sandbox().await);
    let mut shared = Shared::new(&server, &sandbox).await;
    let backup = shared.copied_before_the_last(&server).await;
    let runs = Server::start(shared.keeping(&["serve"])).await;
    let refused = shared.keeping(&["audit", "continue"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("a dashboard uses the database"), "{refused:?}");
    runs.stop();

    shared.url = backup;
    let refused = shared.keeping(&["serve"]).output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && said.contains("an old copy") && said.contains("audit continue"), "{said}");
    let said = String::from_utf8(succeeded(&mut shared.keeping(&["audit", "continue"])).stdout).unwrap();
    assert!(said.contains("/audit/2 (before: "), "{said}");
    shared.record_more_than_is_lost().await;
    let (status, said) = shared.compared();
    assert!(status == Some(0) && said.contains("The audit log is whole"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_was_put_back_and_goes_on_under_its_name_is_found_out() {
    let (server, sandbox) = (PostgresServer::start(), empty_sandbox().await);
    let mut shared = Shared::new(&server, &sandbox).await;
    let backup = shared.copied_before_the_last(&server).await;
    let signed = std::fs::read(shared.checkpoints()).unwrap();
    shared.url = backup;
    std::fs::remove_file(shared.checkpoints()).unwrap();
    shared.record_more_than_is_lost().await;
    std::fs::write(shared.checkpoints(), signed).unwrap();
    let (status, said) = shared.compared();
    assert!(status == Some(1) && said.contains("NOT whole"), "{said}");
    let refused = shared.keeping(&["audit", "continue"]).output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(refused.status.code() == Some(1) && said.contains("NOT whole"), "too late: {said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_made_in_a_database_that_has_no_log() {
    let (server, sandbox) = (PostgresServer::start(), empty_sandbox().await);
    let mut shared = Shared::new(&server, &sandbox).await;
    shared.record("Meridian Lettings").await;
    shared.url = server.new_database().await;
    let refused = shared.keeping(&["audit", "continue"]).output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(refused.status.code() == Some(2) && said.contains("the database has no audit log"), "{said}");
    let mut connection = PgConnection::connect(&shared.url).await.unwrap();
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(sqlx::query_scalar::<_, i64>(tables).fetch_one(&mut connection).await.unwrap(), 0);
}
