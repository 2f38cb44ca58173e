//! A PostgreSQL server that is reached by TLS: a server with the wrong certificate is told nothing.

use std::error::Error as _;
use std::fs;
use std::path::{Path, PathBuf};

use partner_dashboard::server::storage::DatabaseUrl;
use sqlx::AssertSqlSafe;
use sqlx::postgres::PgPool;

use super::{Shared, create};
use crate::durability::empty_sandbox;
use crate::support::certificates::Certificates;
use crate::support::postgres_server::PostgresServer;
use crate::support::program::Server;
use crate::support::until;

/// Has the server offer TLS. It takes connections without it too, so that one which is not encrypted would be noticed.
async fn encrypt(server: &PgPool, certificates: &Certificates) {
    for (name, text) in [
        ("own.pem", certificates.own.as_str()),
        ("own.key", &certificates.key),
        ("pg_hba.conf", "local all all trust\nhost all all 127.0.0.1/32 trust\n"),
    ] {
        // The server writes its files itself: nobody else may read its key, and it has an account of its own.
        let write = format!("COPY (SELECT regexp_split_to_table('{text}', '\n')) TO PROGRAM 'umask 077; cat > {name}'");
        sqlx::query(AssertSqlSafe(write)).execute(server).await.unwrap();
    }
    for setting in ["ssl_cert_file = 'own.pem'", "ssl_key_file = 'own.key'", "ssl = on"] {
        sqlx::query(AssertSqlSafe(format!("ALTER SYSTEM SET {setting}"))).execute(server).await.unwrap();
    }
    sqlx::query("SELECT pg_reload_conf()").execute(server).await.unwrap();
    until(async || sqlx::query_scalar::<_, String>("SHOW ssl").fetch_one(server).await.unwrap() == "on").await;
}

/// The database as a replica elsewhere names it.
fn by_network(server: &PostgresServer, url: &str, host: &str, root: &Path) -> String {
    let database = url.rsplit('/').next().unwrap();
    let url = server.url_on_loopback(database).replace("127.0.0.1", host);
    format!("{url}?sslmode=verify-full&sslrootcert={}", root.display())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_connection_to_a_server_elsewhere_is_encrypted_and_none_is_made_to_another_one() {
    let (server, sandbox) = (PostgresServer::start_on_loopback(), empty_sandbox().await);
    let mut shared = Shared::new(&server, &sandbox).await;
    let (own, other) = (Certificates::for_host("localhost"), Certificates::for_host("localhost"));
    let root = |name: &str, text: &str| -> PathBuf {
        let file = shared.configured.directory.path().join(name);
        fs::write(&file, text).unwrap();
        file
    };
    let (right, wrong) = (root("right.pem", &own.root), root("wrong.pem", &other.root));
    let socket = shared.url.clone();
    let database = PgPool::connect(&socket).await.unwrap();
    encrypt(&database, &own).await;

    for (host, root) in [("localhost", &wrong), ("127.0.0.1", &right)] {
        let wrong = DatabaseUrl::from(by_network(&server, &socket, host, root));
        let refused = wrong.ask().await.unwrap().unwrap_err();
        let said = refused.source().unwrap().to_string();
        assert!(said.contains("certificate"), "{host}: {said}");
    }
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(sqlx::query_scalar::<_, i64>(tables).fetch_one(&database).await.unwrap(), 0);

    shared.url = by_network(&server, &socket, "localhost", &right);
    let dashboard: Server = shared.serve().await;
    assert!(create(&dashboard, "Meridian Lettings").await.location.starts_with("/sandbox/organisations/"));
    let connections: Vec<(bool, String)> = sqlx::query_as(
        "SELECT ssl, coalesce(application_name, '') FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
         WHERE client_addr IS NOT NULL",
    )
    .fetch_all(&database)
    .await
    .unwrap();
    // That of the locks, the one that listens, and those of the pool.
    assert!(connections.len() >= 3 && connections.iter().all(|(is_encrypted, _)| *is_encrypted), "{connections:?}");
}
