//! Each replica reads its configuration again by itself, and whoever leads later does so for the new connections too.

use partner_dashboard::server::sandbox::{Sandbox, System};

use super::{Shared, create, metrics};
use crate::durability::{HTML, empty_sandbox};
use crate::support::postgres_server::PostgresServer;
use crate::support::program::another_table;
use crate::support::until;

impl Shared {
    /// Adds a connection to the file that all replicas read.
    fn add_connection(&self, name: &str, sandbox: &Sandbox) {
        let description = sandbox.description();
        let described = description.connection(System::OneIdSandbox).unwrap();
        let table = another_table(described, name, &self.configured.directory.path().join("secret-0"));
        self.add_table(&table);
    }
}

/// Whether a replica has read all that there is of a connection.
async fn has_read_all(operations: u16, connection: &str) -> bool {
    let covered = format!("partner_dashboard_index_coverage_ratio{{connection=\"{connection}\"}} 1.0");
    metrics(operations).await.contains(&covered)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_leads_later_reads_the_connection_that_a_reload_has_brought() {
    let (server, sandbox) = (PostgresServer::start(), empty_sandbox().await);
    let shared = Shared::new(&server, &sandbox).await;
    let leads = shared.serve().await;
    let (next, operations) = shared.serve_measured().await;
    next.logs("another replica leads").await;

    shared.add_connection("second", &sandbox);
    next.signal("HUP");
    next.logs("the configuration was reloaded").await;
    assert!(create(&leads, "Meridian").await.location.starts_with("/sandbox/organisations/"));
    let (status, page) = next.get("/second/organisations", HTML).await;
    assert!(status == 200 && page.contains("Meridian"), "{status} {page}");
    leads.signal("TERM");
    leads.ends().await;
    next.logs("this replica leads from now on").await;
    until(async || has_read_all(operations, "second").await).await;
}
