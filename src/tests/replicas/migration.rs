//! A database is carried over from SQLite to PostgreSQL, by the command that an operator runs.

use std::process::{Command, Stdio};

use sqlx::postgres::PgPool;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

use super::{Shared, create, succeeded};
use crate::durability::{HTML, empty_sandbox};
use crate::support::postgres_server::PostgresServer;
use crate::support::program::{Server, command};
use crate::support::until;

impl Shared {
    /// The same dashboard on its file of before, with the same key.
    fn on_its_file(&self) -> Command {
        let mut command = command();
        command.env("PARTNER_DASHBOARD_AUDIT__SIGNING_KEY_FILE", self.key_file());
        command.arg("serve").arg("--config").arg(&self.configured.path);
        command
    }

    fn migrate(&self) -> Command {
        let mut command = command();
        let file = self.configured.directory.path().join("test.db");
        command.args(["migrate-database", "--from", &format!("sqlite:{}", file.display()), "--to", &self.url]);
        command
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dashboard_goes_on_where_it_was_and_its_log_is_proved_by_the_same_key() {
    let (server, sandbox) = (PostgresServer::start(), empty_sandbox().await);
    let shared = Shared::new(&server, &sandbox).await;
    let before = Server::start(shared.on_its_file()).await.read_from_configuration();
    let created = create(&before, "Meridian Lettings").await;
    let used = shared.migrate().output().unwrap();
    assert_eq!(used.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&used.stderr).contains("stop the dashboard first"), "{used:?}");
    before.stop();

    let said = String::from_utf8(succeeded(&mut shared.migrate()).stdout).unwrap();
    assert!(
        said.contains("each as it was signed") && said.contains("Next: set database and sealing_key_file"),
        "{said}"
    );
    let again = shared.migrate().output().unwrap();
    assert!(String::from_utf8_lossy(&again.stderr).contains("has an audit log already"), "{again:?}");
    let after = shared.serve().await;
    for path in [created.location.as_str(), "/audit?q=meridian"] {
        let (status, page) = after.get(path, HTML).await;
        assert!(status == 200 && page.contains("Meridian Lettings"), "{path}: {page}");
    }
    assert!(create(&after, "Meridian Sales").await.location.starts_with("/sandbox/organisations/"));
    assert!(shared.verified().contains("The audit log is whole"));
    let active = shared.migrate().output().unwrap();
    assert!(String::from_utf8_lossy(&active.stderr).contains("a dashboard uses the PostgreSQL database"), "{active:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_dashboard_starts_on_the_file_while_it_is_carried_over() {
    let (server, sandbox) = (PostgresServer::start(), empty_sandbox().await);
    let shared = Shared::new(&server, &sandbox).await;
    Server::start(shared.on_its_file()).await.stop();
    let pool = PgPool::connect(&shared.url).await.unwrap();
    let mut held = pool.begin().await.unwrap();
    sqlx::query("CREATE TABLE audit_head (held INTEGER)").execute(&mut *held).await.unwrap();
    let mut carrying = shared.migrate().stdout(Stdio::null()).spawn().unwrap();
    let waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    until(async || sqlx::query_scalar::<_, i64>(waiting).fetch_one(&pool).await.unwrap() > 0).await;
    let refused = shared.on_its_file().output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && said.contains("another dashboard uses the database"), "{said}");
    held.rollback().await.unwrap();
    assert!(carrying.wait().unwrap().success());
}

#[tokio::test]
async fn a_log_that_is_not_whole_is_not_carried_over() {
    let (server, sandbox) = (PostgresServer::start(), empty_sandbox().await);
    let shared = Shared::new(&server, &sandbox).await;
    let before = Server::start(shared.on_its_file()).await;
    assert_eq!(before.get("/", HTML).await.0, 200);
    before.stop();
    let file = shared.configured.directory.path().join("test.db");
    let database = SqlitePool::connect_with(SqliteConnectOptions::new().filename(file)).await.unwrap();
    for statement in ["DROP TRIGGER audit_intents_are_never_changed", "UPDATE audit_intents SET request_id = 'x'"] {
        sqlx::query(statement).execute(&database).await.unwrap();
    }
    database.close().await;
    let refused = shared.migrate().output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(
        refused.status.code() == Some(1) && said.contains("NOT whole") && said.contains("Nothing was carried over"),
        "{said}"
    );
}
