//! What is under way at one replica is nothing to settle at another.

use std::sync::Arc;

use partner_dashboard::domain::audit::{Action, Actor, Completion, Intent, Outcome, Target};
use partner_dashboard::domain::connection::Environment;
use partner_dashboard::server::audit::{AuditLog, LogSealer, SigningKey};
use partner_dashboard::server::clock::{Clock, SystemClock};
use partner_dashboard::server::storage::{self, Replica, SessionLimits};

use crate::support::postgres_server::PostgresServer;
use crate::support::until;

fn check() -> Intent {
    let target = Target::of_connection("sandbox", Environment::Sandbox);
    Intent::event(Action::Check, Actor::nobody("Ada"), target, "r-1")
}

fn done() -> Completion {
    Completion {
        outcome: Outcome::Applied,
        http_status: Some(200),
        partner_request_id: None,
        object_id: None,
        detail: None,
        duration_ms: 1,
    }
}

#[tokio::test]
async fn what_a_replica_has_begun_is_open_at_the_others_until_it_is_complete_or_the_replica_is_gone() {
    let server = PostgresServer::start();
    let url = server.new_database().await;
    let sealer = Arc::new(LogSealer::new(SigningKey::new("partners.example/audit").unwrap(), None));
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let log = async || {
        let stores = storage::open(&url, &clock, SessionLimits::default(), sealer.clone()).await.unwrap();
        let replica = Replica::join(&url, "key").await.unwrap();
        AuditLog::new(stores.audit, Arc::clone(&clock)).among(replica)
    };
    let (here, there) = (log().await, log().await);
    let is_open = async |id: i64| there.is_open(&there.find(id).await.unwrap().unwrap()).await;
    let open = here.begin(&check()).await.unwrap();
    let id = open.id;
    assert!(is_open(id).await);
    here.complete(open, done()).await.unwrap();
    // A lock is given back without waiting for it.
    until(async || !is_open(id).await).await;

    let id = here.begin(&check()).await.unwrap().id;
    assert!(is_open(id).await);
    drop(here);
    until(async || !is_open(id).await).await;
}
