//! One replica leads, locks are had by one, and nothing is had by one that is gone.

use std::time::Duration;

use time::OffsetDateTime;

use super::*;
use crate::server::clock::ManualClock;
use crate::server::storage::postgres::PostgresStore;
use crate::server::storage::postgres::test_server::PostgresServer;
use crate::server::storage::{IndexSnapshotStore as _, JournalPosition, SharedLock, SnapshotWriter, postgres};

async fn is(replica: &Replica, leadership: Leadership) {
    let mut now = replica.leadership();
    now.wait_for(|now| *now == leadership).await.unwrap();
}

#[tokio::test]
async fn one_replica_leads_and_the_next_when_it_is_gone() {
    let server = PostgresServer::start();
    let url = server.url("postgres");
    let first = Replica::join(&url, "key").await.unwrap();
    is(&first, Leadership::Leads).await;
    let second = Replica::join(&url, "key").await.unwrap();
    assert_eq!(*second.leadership().borrow(), Leadership::Follows);
    assert!(Alone::on(&url).await.unwrap().is_none());
    drop(first);
    is(&second, Leadership::Leads).await;
    // The server ends every connection, as it does when it starts anew.
    let mut operator = PgConnection::connect(&url).await.unwrap();
    let all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '%replica %'";
    sqlx::query(all).execute(&mut operator).await.unwrap();
    is(&second, Leadership::Lost).await;
    assert!(second.try_lock("a").await.is_err());
}

#[tokio::test]
async fn nobody_joins_who_seals_with_another_key_than_a_replica_that_runs() {
    let server = PostgresServer::start();
    let url = server.url("postgres");
    let first = Replica::join(&url, "key").await.unwrap();
    let _second = Replica::join(&url, "key").await.unwrap();
    let other = Replica::join(&url, "another").await;
    assert!(matches!(other, Err(DatabaseError::OtherSealingKey)), "{other:?}");
    // One that was refused leaves nothing behind.
    drop(first);
    Replica::join(&url, "key").await.unwrap();
}

#[tokio::test]
async fn a_standby_is_joined_when_it_is_promoted() {
    let server = PostgresServer::start();
    server.become_standby();
    let url = server.url("postgres");
    let mut operator = PgConnection::connect(&url).await.unwrap();
    let mut joining = std::pin::pin!(Replica::join(&url, "key"));
    // It tries more than once.
    let tried = async {
        let tries = "SELECT sessions FROM pg_stat_database WHERE datname = 'postgres'";
        while sqlx::query_scalar::<_, i64>(tries).fetch_one(&mut operator).await.unwrap() < 3 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        joined = &mut joining => panic!("a server that cannot be written to was joined: {joined:?}"),
        () = tried => {}
    }
    sqlx::query("SELECT pg_promote()").execute(&mut operator).await.unwrap();
    is(&joining.await.unwrap(), Leadership::Leads).await;
}

#[tokio::test]
async fn the_server_asks_a_machine_that_may_have_vanished_and_gives_up_later_than_a_replica_does_by_itself() {
    let server = PostgresServer::start_on_loopback();
    let url = server.url_on_loopback("postgres");
    let mut connection = options(&url).unwrap().connect().await.unwrap();
    let mut seconds = Vec::new();
    for (setting, _) in VANISHED {
        let found = sqlx::query_scalar("SELECT setting::bigint FROM pg_settings WHERE name = $1").bind(setting);
        seconds.push(found.fetch_one(&mut connection).await.unwrap());
    }
    let [idle, interval, count, unanswered_ms]: [i64; 4] = seconds.try_into().unwrap();
    let gives_up = Duration::from_secs((idle + interval * count).try_into().unwrap());
    assert!(gives_up > ANSWER + INTERVAL && gives_up < Duration::from_mins(1), "{gives_up:?}");
    assert_eq!(Duration::from_millis(unanswered_ms.try_into().unwrap()), gives_up);
    enter(&mut connection, NAME).await.unwrap();
    let frozen = sqlx::query_scalar("SELECT setting::bigint FROM pg_settings WHERE name = 'idle_session_timeout'");
    let frozen: i64 = frozen.fetch_one(&mut connection).await.unwrap();
    let frozen = Duration::from_millis(frozen.try_into().unwrap());
    assert!(frozen > ANSWER + INTERVAL && frozen < gives_up, "{frozen:?}");
    drop(connection);
    // Whoever fills a database says nothing on this connection meanwhile, however long that takes, and whatever the role is set to.
    let mut operator = PgConnection::connect(&url).await.unwrap();
    sqlx::query("ALTER ROLE dashboard SET idle_session_timeout = '1min'").execute(&mut operator).await.unwrap();
    let mut alone = None;
    while alone.is_none() {
        alone = Alone::on(&url).await.unwrap();
    }
    let patience = sqlx::query_scalar::<_, String>("SELECT current_setting('idle_session_timeout')");
    assert_eq!(patience.fetch_one(&mut alone.unwrap().connection).await.unwrap(), "0");
}

#[tokio::test]
async fn a_lock_is_had_by_one_replica_until_it_gives_it_back_or_ends() {
    let server = PostgresServer::start();
    let url = server.url("postgres");
    let (first, second) = (Replica::join(&url, "key").await.unwrap(), Replica::join(&url, "key").await.unwrap());
    assert!(first.try_lock("sandbox organisation o-1").await.unwrap());
    assert!(first.try_lock("sandbox organisation o-1").await.unwrap());
    assert!(!second.try_lock("sandbox organisation o-1").await.unwrap());
    assert!(second.try_lock("sandbox organisation o-2\0").await.unwrap());
    assert!(second.is_locked("sandbox organisation o-1").await.unwrap());
    assert!(!second.is_locked("sandbox organisation o-3").await.unwrap());
    for is_free in [false, true] {
        first.unlock("sandbox organisation o-1");
        // Asked behind it: it is given back by then.
        first.is_locked("o-4").await.unwrap();
        let deadline = tokio::time::Instant::now() + Duration::from_secs(5);
        while is_free && !second.try_lock("sandbox organisation o-1").await.unwrap() {
            assert!(tokio::time::Instant::now() < deadline, "it is never given back");
        }
    }
    second.unlock("sandbox organisation o-1");
    drop(second);
    let deadline = tokio::time::Instant::now() + Duration::from_secs(5);
    while !first.try_lock("sandbox organisation o-2\0").await.unwrap() {
        assert!(tokio::time::Instant::now() < deadline, "it is never given back");
    }
}

#[tokio::test]
async fn a_replica_that_has_lost_the_lead_keeps_no_snapshot() {
    let server = PostgresServer::start();
    let url = server.new_database().await;
    let pool = postgres::open(&url).await.unwrap();
    let snapshots = || PostgresStore::new(pool.clone(), Arc::new(ManualClock::new(OffsetDateTime::UNIX_EPOCH)));
    let (first, second) = (snapshots(), snapshots());
    let leads = Replica::join(&url, "key").await.unwrap();
    let follows = Replica::join(&url, "key").await.unwrap();
    first.only_while_it_leads(leads.process());
    second.only_while_it_leads(follows.process());
    let keep = async |store: PostgresStore, bytes: &[u8]| {
        let mut writer = SnapshotWriter::begin(Arc::new(store), "sandbox").await?;
        writer.write(bytes).await?;
        writer.finish(JournalPosition::default()).await
    };
    let another = || {
        let store = snapshots();
        store.only_while_it_leads(leads.process());
        store
    };
    keep(first, b"of the one that leads").await.unwrap();
    assert!(keep(second, b"of one that follows").await.is_err());
    sqlx::query("SELECT pg_terminate_backend($1)").bind(leads.process()).execute(&pool).await.unwrap();
    is(&follows, Leadership::Leads).await;
    assert!(keep(another(), b"of one that led").await.is_err());
    let mut kept = Vec::new();
    snapshots().read("sandbox", &mut kept).await.unwrap();
    assert_eq!(kept, b"of the one that leads");
}

#[tokio::test]
async fn a_replica_that_cannot_give_a_lock_back_ends_so_that_nobody_waits_for_it_for_ever() {
    let server = PostgresServer::start();
    let url = server.url("postgres");
    let mut operator = PgConnection::connect(&url).await.unwrap();
    for statement in [
        "CREATE FUNCTION public.pg_advisory_unlock(bigint) RETURNS boolean LANGUAGE plpgsql AS $$
             BEGIN IF $1 = hashtextextended('o-1', 1) THEN RAISE 'it is cancelled'; END IF;
             RETURN pg_catalog.pg_advisory_unlock($1); END $$",
        "ALTER DATABASE postgres SET search_path = public, pg_catalog",
    ] {
        sqlx::query(statement).execute(&mut operator).await.unwrap();
    }
    let (first, second) = (Replica::join(&url, "key").await.unwrap(), Replica::join(&url, "key").await.unwrap());
    assert!(first.try_lock("o-1").await.unwrap());
    first.unlock("o-1");
    is(&first, Leadership::Lost).await;
    let deadline = tokio::time::Instant::now() + Duration::from_secs(5);
    while !second.try_lock("o-1").await.unwrap() {
        assert!(tokio::time::Instant::now() < deadline, "it is never given back");
    }
}

#[tokio::test]
async fn a_lock_that_nobody_waits_for_any_more_is_given_back() {
    let server = PostgresServer::start();
    let url = server.url("postgres");
    let (first, second) = (Replica::join(&url, "key").await.unwrap(), Replica::join(&url, "key").await.unwrap());
    let locks: Arc<dyn SharedLocks> = first.clone();
    let held = SharedLock::try_take(&locks, "o-1").await.unwrap().unwrap();
    {
        let mut asked = std::pin::pin!(SharedLock::try_take(&locks, "o-1"));
        assert!(futures::poll!(asked.as_mut()).is_pending());
        // The answer is there, and nobody takes it.
        first.is_locked("o-2").await.unwrap();
    }
    first.is_locked("o-2").await.unwrap();
    assert!(!second.try_lock("o-1").await.unwrap(), "what another holds here is still held");
    assert!(SharedLock::try_take(&(second.clone() as _), "o-1").await.unwrap().is_none());
    drop(held);
    first.is_locked("o-2").await.unwrap();
    assert!(second.try_lock("o-1").await.unwrap());
}
