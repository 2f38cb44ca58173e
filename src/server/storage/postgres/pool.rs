//! Opens the database, and refuses a server that would lose what it said is kept.

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _};

use crate::server::storage::DatabaseError;

/// The oldest PostgreSQL that is tested, as `server_version_num` has it.
const OLDEST: i64 = 150_000;
/// Connections of one replica. A request needs one for a moment.
const CONNECTIONS: u32 = 10;
/// What a server must be set to, or an answer that something is kept may be wrong after a loss of power.
const SAFE: [(&str, &str); 3] = [("fsync", "on"), ("full_page_writes", "on"), ("server_encoding", "UTF8")];

/// Whether a `database` setting names a PostgreSQL server.
pub fn is_url(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

/// Opens the database of a `postgres://…` URL, and brings it to the present schema. Of several replicas that start at once, one
/// does that and the others wait for it.
///
/// # Errors
/// When the server cannot be reached, is not safe, or the schema cannot be migrated.
pub async fn open(url: &str) -> Result<PgPool, DatabaseError> {
    let options = options(url)?;
    let server = connect_safely(&options).await?;
    let pool = pool(options);
    // Opened while the migrations run: a new connection takes the server some milliseconds. A start that cannot have them yet goes
    // on, and its first query fails if it cannot either.
    let ahead = async { drop(tokio::join!(pool.acquire(), pool.acquire())) };
    let (migrated, ()) = tokio::join!(migrate(server), ahead);
    migrated?;
    Ok(pool)
}

async fn migrate(mut server: PgConnection) -> Result<(), DatabaseError> {
    // Another replica may take its time with them.
    sqlx::query("SET lock_timeout = 0").execute(&mut server).await?;
    // They need not be on disk one by one: the next commit that waits for the disk puts all that came before it there.
    sqlx::query("SET synchronous_commit = off").execute(&mut server).await?;
    sqlx::migrate!("migrations/postgres").run(&mut server).await?;
    Ok(server.close().await?)
}

/// Opens a database as it is.
///
/// # Errors
/// When the server cannot be reached, or is not safe.
pub async fn connect(url: &str) -> Result<PgPool, DatabaseError> {
    let options = options(url)?;
    connect_safely(&options).await?.close().await?;
    Ok(pool(options))
}

/// Opens a database that is only read: it may be a standby of the server that is written to.
///
/// # Errors
/// When the server cannot be reached.
pub async fn connect_to_read(url: &str) -> Result<PgPool, DatabaseError> {
    let options = options(url)?;
    options.connect().await?.close().await?;
    Ok(pool(options))
}

/// A connection to a server that is safe. It does not come from the pool, which would try for as long as somebody may wait for one.
async fn connect_safely(options: &PgConnectOptions) -> Result<PgConnection, DatabaseError> {
    let mut server = options.connect().await?;
    check(&mut server).await?;
    Ok(server)
}

fn options(url: &str) -> Result<PgConnectOptions, DatabaseError> {
    let options = PgConnectOptions::from_str(url).map_err(|_| DatabaseError::PostgresUrl)?;
    Ok(options.application_name("partner-dashboard").options([
        // How long one waits for another, and how long one may keep the others waiting without doing anything.
        ("lock_timeout", "5s"),
        ("idle_in_transaction_session_timeout", "15s"),
        // Whatever the role is set to.
        ("default_transaction_isolation", "read committed"),
        ("default_transaction_read_only", "off"),
    ]))
}

fn pool(options: PgConnectOptions) -> PgPool {
    let pool = PgPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(Duration::from_secs(5));
    pool.connect_lazy_with(options)
}

/// Asks whether a database could be begun, and changes nothing. It does not look at tables that are there.
///
/// # Errors
/// When the server cannot be reached, is not safe, or does not let its user make tables.
pub async fn ask(url: &str) -> Result<(), DatabaseError> {
    let pool = connect(url).await?;
    // Since PostgreSQL 15 the public schema is not everybody's.
    let permission = "SELECT quote_ident(current_user), quote_ident(current_schema()),
         has_schema_privilege(current_schema(), 'CREATE')";
    let permission: (String, Option<String>, Option<bool>) = sqlx::query_as(permission).fetch_one(&pool).await?;
    pool.close().await;
    match permission {
        (_, Some(_), Some(true)) => Ok(()),
        (user, Some(schema), _) => Err(DatabaseError::NoTables { user, schema }),
        (user, None, _) => Err(DatabaseError::NoSchema { user }),
    }
}

/// Whether a URL names the socket of a server on this machine, which knows users by their accounts there.
pub fn is_socket(url: &str) -> bool {
    let options = PgConnectOptions::from_str(url);
    options.is_ok_and(|options| options.get_socket().is_some() || options.get_host().starts_with('/'))
}

async fn check(server: &mut PgConnection) -> Result<(), DatabaseError> {
    let version: i64 =
        sqlx::query_scalar("SELECT current_setting('server_version_num')::bigint").fetch_one(&mut *server).await?;
    if version < OLDEST {
        return Err(DatabaseError::Setting {
            setting: "server_version_num",
            needed: "150000 or later",
            found: version.to_string(),
        });
    }
    for (setting, needed) in SAFE {
        let found: String =
            sqlx::query_scalar("SELECT current_setting($1)").bind(setting).fetch_one(&mut *server).await?;
        if found != needed {
            return Err(DatabaseError::Setting { setting, needed, found });
        }
    }
    // Whoever waits for a standby of the server too, by `remote_apply` say, goes on to do so.
    let commit: String =
        sqlx::query_scalar("SELECT current_setting('synchronous_commit')").fetch_one(&mut *server).await?;
    if commit == "off" {
        return Err(DatabaseError::Setting { setting: "synchronous_commit", needed: "on", found: commit });
    }
    if sqlx::query_scalar("SELECT pg_is_in_recovery()").fetch_one(&mut *server).await? {
        return Err(DatabaseError::Standby);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::storage::postgres::test_server::PostgresServer;

    #[tokio::test]
    async fn a_server_that_could_lose_what_it_said_is_kept_is_refused() {
        let server = PostgresServer::start();
        let url = server.new_database().await;
        let pool = connect(&url).await.unwrap();
        for statement in
            ["ALTER ROLE dashboard SET synchronous_commit = off", "ALTER SYSTEM SET full_page_writes = off"]
        {
            sqlx::query(statement).execute(&pool).await.unwrap();
        }
        for refused in [connect(&url).await.unwrap_err(), open(&url).await.unwrap_err()] {
            assert!(matches!(refused, DatabaseError::Setting { setting: "synchronous_commit", .. }), "{refused}");
        }
        let written = sqlx::query_scalar::<_, bool>("SELECT to_regclass('_sqlx_migrations') IS NOT NULL");
        assert!(!written.fetch_one(&pool).await.unwrap(), "nothing is written before the server is known to be safe");
        sqlx::query("ALTER ROLE dashboard RESET synchronous_commit").execute(&pool).await.unwrap();
        sqlx::query("SELECT pg_reload_conf()").execute(&pool).await.unwrap();
        let is_refused = async {
            while !matches!(connect(&url).await, Err(DatabaseError::Setting { setting: "full_page_writes", .. })) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), is_refused).await.unwrap();
    }

    #[tokio::test]
    async fn whatever_is_kept_after_the_migrations_is_on_disk_when_it_is_said_to_be() {
        let server = PostgresServer::start();
        let pool = open(&server.new_database().await).await.unwrap();
        let mut connections = Vec::new();
        for _ in 0..CONNECTIONS {
            let mut connection = pool.acquire().await.unwrap();
            let commit = sqlx::query_scalar::<_, String>("SELECT current_setting('synchronous_commit')");
            assert_eq!(commit.fetch_one(&mut *connection).await.unwrap(), "on");
            connections.push(connection);
        }
    }

    #[test]
    fn a_socket_is_told_from_a_host() {
        assert!(is_socket("postgres://dashboard@%2Frun%2Fpostgresql/dashboard"));
        assert!(is_socket("postgres:///dashboard?host=/run/postgresql"));
        assert!(!is_socket("postgres://dashboard@db.example.com/dashboard"));
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_is_an_error_that_does_not_tell_the_password() {
        let error = connect("postgres://ada:s3cret@127.0.0.1:1/x").await.unwrap_err();
        assert!(!format!("{error:?} {error}").contains("s3cret"), "{error:?}");
        assert!(matches!(connect("postgres://[").await, Err(DatabaseError::PostgresUrl)));
    }
}
