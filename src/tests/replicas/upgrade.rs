//! A later version migrates the database while replicas of this one run: they go on, and none of this version starts any more.

use std::net::Ipv4Addr;

use sqlx::AssertSqlSafe;
use sqlx::postgres::PgPool;
use tokio::net::TcpStream;

use super::together::submit;
use super::{Shared, create, id_of};
use crate::durability::{HTML, empty_sandbox};
use crate::support::postgres_server::{PostgresServer, free_port};
use crate::support::program::Server;
use crate::support::{get, until};

/// What a later version does to a database: every table has a column more, and a migration is recorded that is not known here.
async fn migrate_further(url: &str) {
    let database = PgPool::connect(url).await.unwrap();
    let tables =
        "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_sqlx_migrations'";
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&database).await.unwrap();
    assert!(tables.len() > 20, "{tables:?}");
    for table in tables {
        let added = format!("ALTER TABLE {table} ADD COLUMN of_a_later_version TEXT");
        sqlx::query(AssertSqlSafe(added)).execute(&database).await.unwrap();
    }
    let recorded = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'later', true, '', 0)";
    sqlx::query(recorded).execute(&database).await.unwrap();
}

/// Opens what reads each part of the database, and saves an organisation.
async fn use_everything(dashboard: &Server, name: &str) {
    let created = create(dashboard, name).await;
    assert!(created.location.starts_with("/sandbox/organisations/"), "{created:?}");
    let id = id_of(&created.location);
    let object = created.location.split('?').next().unwrap();
    let edited = submit(dashboard, &format!("{object}/edit"), "name", &format!("{name}-renamed")).await;
    let saved = submit(dashboard, &edited, "confirmation", "").await;
    assert!(saved.starts_with(object) && !saved.contains("draft="), "{saved}");
    for path in [
        object.to_owned(),
        format!("{object}/edit"),
        format!("/audit?object={id}"),
        format!("/audit?q={name}"),
        "/audit/1".to_owned(),
        "/audit.jsonl".to_owned(),
        "/".to_owned(),
        "/connections".to_owned(),
        "/account".to_owned(),
        "/notifications".to_owned(),
        "/sandbox/organisations".to_owned(),
        "/sandbox/clients".to_owned(),
    ] {
        let (status, page) = dashboard.get(&path, HTML).await;
        assert_eq!(status, 200, "{path}: {page}");
    }
}

/// Whether somebody takes connections at a port.
async fn is_listened_on(port: u16) -> bool {
    TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_waits_for_the_schema_takes_no_connection_that_another_one_could_answer() {
    let (server, sandbox) = (PostgresServer::start(), empty_sandbox().await);
    let shared = Shared::new(&server, &sandbox).await;
    let _leads = shared.serve().await;
    let pool = PgPool::connect(&shared.url).await.unwrap();
    let mut migrating = pool.begin().await.unwrap();
    sqlx::query("LOCK TABLE _sqlx_migrations").execute(&mut *migrating).await.unwrap();

    let (port, operations) = (free_port(), free_port());
    let waits = "SELECT count(*) > 0 FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%_sqlx_migrations%'";
    let readyz = format!("http://127.0.0.1:{operations}/readyz");
    let meanwhile = async {
        until(async || sqlx::query_scalar(waits).fetch_one(&pool).await.unwrap()).await;
        assert_eq!(get(&readyz).await.status(), 503);
        assert!(!is_listened_on(port).await);
        migrating.rollback().await.unwrap();
    };
    let (_follows, ()) = tokio::join!(shared.serve_at((port, operations), &[]), meanwhile);
    assert!(is_listened_on(port).await);
    assert_eq!(get(&readyz).await.status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn replicas_go_on_while_a_later_version_migrates_the_database_and_none_starts_after_it() {
    let (server, sandbox) = (PostgresServer::start(), empty_sandbox().await);
    let shared = Shared::new(&server, &sandbox).await;
    let (leads, follows) = (shared.serve().await, shared.serve().await);
    // PostgreSQL has prepared the statements of both by then.
    for round in ["first", "second"] {
        use_everything(&leads, &format!("leads-{round}")).await;
        use_everything(&follows, &format!("follows-{round}")).await;
    }
    migrate_further(&shared.url).await;
    use_everything(&leads, "leads-later").await;
    use_everything(&follows, "follows-later").await;

    let refused = shared.serving().output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(1), "{said}");
    assert!(
        said.contains(
            "a newer version of the dashboard has migrated the database (this version does not know migration 9999"
        ),
        "{said}"
    );
    use_everything(&leads, "leads-still").await;
    for replica in [leads, follows] {
        let log = replica.log();
        assert!(!log.contains("cached plan"), "{log}");
        replica.signal("TERM");
        let (status, _, log) = replica.ends().await;
        assert!(status.success() && log.contains("the outcome of every save is in the audit log"), "{log}");
    }
}
