//! Tables that are written anew keep nobody waiting while somebody reads them.

use std::time::Duration;

use super::super::test_log::{AT, TestLog, intent};
use crate::domain::audit::Action;
use crate::server::storage::AuditStore as _;

#[tokio::test]
async fn saves_go_on_while_the_tables_are_to_be_written_anew_and_somebody_reads_them() {
    let TestLog { server: _server, pool, log, .. } = TestLog::begin().await;
    let intent = intent(Action::SignIn);
    log.append_intent(&intent, AT).await.unwrap();
    // As `pg_dump` does.
    let mut reading = pool.begin().await.unwrap();
    sqlx::query("SELECT count(*) FROM audit_intents").execute(&mut *reading).await.unwrap();
    let wiping = tokio::spawn({
        let pool = pool.clone();
        async move { super::wipe(&pool).await }
    });
    for _ in 0..2 {
        let waits = "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'VACUUM%'";
        let waiting = async { while !sqlx::query_scalar::<_, bool>(waits).fetch_one(&pool).await.unwrap() {} };
        tokio::time::timeout(Duration::from_secs(30), waiting).await.expect("it waits for the table");
        // A save waits no longer than this.
        let added = tokio::time::timeout(Duration::from_secs(2), log.append_intent(&intent, AT)).await;
        added.unwrap().unwrap();
    }
    assert!(!wiping.is_finished());
    reading.rollback().await.unwrap();
    wiping.await.unwrap().unwrap();
}
