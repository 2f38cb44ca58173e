//! PostgreSQL holds to every promise of the traits.

use std::sync::Arc;

use super::test_server::PostgresServer;
use crate::server::clock::{Clock, ManualClock};
use crate::server::storage::conformance::{Fresh, LIMITS, NOW, conformance_tests};
use crate::server::storage::{NumberingSealer, postgres};

/// A server whose new databases have the schema.
async fn server() -> PostgresServer {
    let server = PostgresServer::start();
    postgres::open(&server.url("template1")).await.unwrap().close().await;
    server
}

/// The stores of a new database.
async fn fresh(server: &PostgresServer) -> Fresh {
    let url = server.new_database().await;
    let clock = Arc::new(ManualClock::new(NOW));
    let told: Arc<dyn Clock> = clock.clone();
    let pool = postgres::connect(&url).await.unwrap();
    Fresh::new(postgres::stores(&pool, &told, LIMITS, Arc::new(NumberingSealer)).await.unwrap(), clock, pool)
}

conformance_tests!(together server, fresh);
