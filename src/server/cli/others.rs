//! The other programs on the same database: none beside a file, and replicas on a server.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use super::duties::Duties;
use super::locked_file::lock;
use super::{Failure, with_causes};
use crate::server::config::Config;
use crate::server::services::replicas::Listening;
use crate::server::state::AppState;
use crate::server::storage::{DatabaseUrl, Replica, Standing, announcements};

/// Makes sure that no other dashboard uses the file of the database: each would know half of what the other one does.
pub(super) fn alone(database: &DatabaseUrl) -> Result<Option<File>, Failure> {
    let Ok(database) = database.file("") else {
        return Ok(None);
    };
    let mut name = database.clone().into_os_string();
    name.push(".lock");
    match lock(Path::new(&name)) {
        Ok(Some(locked)) => Ok(Some(locked)),
        Ok(None) => Err(Failure::new(format_args!(
            "another dashboard uses the database {}. For several replicas, set database to postgres://…",
            database.display()
        ))),
        Err(error) => Err(Failure::new(format_args!("{}: {error}", Path::new(&name).display()))),
    }
}

/// Joins the other replicas, where there can be any.
pub(super) async fn join(config: &Config) -> Result<Option<Arc<Replica>>, Failure> {
    if !config.database.is_postgres() {
        return Ok(None);
    }
    let replica = Replica::join(config.database.expose()).await;
    replica.map(Some).map_err(|error| Failure::new(with_causes(&error)))
}

/// Listens to the other replicas, and begins the duties once this one leads.
pub(super) async fn among_others(replica: &Arc<Replica>, config: &Config, state: &AppState, duties: Duties) {
    let mut standing = replica.standing();
    let listening = Listening {
        connections: state.connections.clone(),
        monitor: state.monitor.clone(),
        audit: state.audit.clone(),
        messages: Arc::clone(&state.stores.messages),
        saved_views: Arc::clone(&state.stores.saved_views),
        standing: standing.clone(),
    };
    tokio::spawn(listening.run(announcements(config.database.expose())));
    if *standing.borrow() == Standing::Leads {
        return duties.begin().await;
    }
    tracing::info!(
        "another replica leads: it refreshes, checks and settles for all. This one takes over when that ends"
    );
    state.connections.in_order().for_each(|connection| connection.index.follows(true));
    state.notifications.follow(true).await;
    let state = state.clone();
    tokio::spawn(async move {
        if standing.wait_for(|now| *now == Standing::Leads).await.is_err() {
            return;
        }
        tracing::info!("this replica leads from now on");
        for connection in state.connections.in_order() {
            // First what the one before knew: what is read from then on is compared with that.
            connection.index.take_up_again(true).await;
            connection.index.follows(false);
        }
        state.notifications.follow(false).await;
        duties.begin().await;
    });
}

/// Waits until the connection to the other replicas is lost; for ever where there are none.
pub(super) async fn lost(replica: Option<&Replica>) {
    let Some(replica) = replica else {
        return std::future::pending().await;
    };
    // The replica lives as long as this.
    let _ = replica.standing().wait_for(|now| *now == Standing::Lost).await;
}
