//! The other programs on the same database: none beside a file, and replicas on a server.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::duties::Now;
use super::locked_file::lock;
use super::{Failure, with_causes};
use crate::server::backup::give_to_owner;
use crate::server::config::Config;
use crate::server::sealing::SealingKey;
use crate::server::services::replicas::Listening;
use crate::server::state::AppState;
use crate::server::storage::{DatabaseUrl, Leadership, Replica, announcements};

/// How long it is waited before the snapshots of the replica that led are read again.
const NEXT_ATTEMPT: Duration = Duration::from_secs(1);
/// How often it is tried to read them.
const MOST_ATTEMPTS: u32 = 30;

/// Makes sure that no other dashboard uses the file of the database: each would know half of what the other one does.
pub(super) fn alone(database: &DatabaseUrl) -> Result<Option<File>, Failure> {
    let Ok(database) = database.file("") else {
        return Ok(None);
    };
    let locked = lock_of_dashboard(&database)?.ok_or_else(|| {
        let database = database.display();
        Failure::new(format_args!(
            "another dashboard uses the database {database}. For several replicas, set database to postgres://…"
        ))
    })?;
    Ok(Some(locked))
}

/// What a dashboard holds as long as it uses a file; `None` when one does. No dashboard starts on the file while this is kept.
pub(super) fn lock_of_dashboard(database: &Path) -> Result<Option<File>, Failure> {
    let mut name = database.as_os_str().to_owned();
    name.push(".lock");
    let name = Path::new(&name);
    let locked = lock(name).map_err(|error| Failure::new(format_args!("{}: {error}", name.display())))?;
    // Where root carries a database over, the account of the service can lock it afterwards.
    if let Some(locked) = &locked {
        give_to_owner(locked, database);
    }
    Ok(locked)
}

/// Joins the other replicas, where there can be any.
pub(super) async fn join(config: &Config) -> Result<Option<Arc<Replica>>, Failure> {
    if !config.database.is_postgres() {
        return Ok(None);
    }
    let key = SealingKey::of(config.sealing_key.as_ref(), "replicas");
    let replica = Replica::join(config.database.expose(), &key.fingerprint()).await;
    replica.map(Some).map_err(|error| Failure::new(with_causes(&error)))
}

/// Listens to the other replicas.
pub(super) fn listen(replica: &Replica, config: &Config, state: &AppState, now: Now) {
    let Now { connections, monitor } = now;
    let listening = Listening {
        connections,
        monitor,
        audit: state.audit.clone(),
        messages: Arc::clone(&state.stores.messages),
        saved_views: Arc::clone(&state.stores.saved_views),
        leadership: replica.leadership(),
    };
    tokio::spawn(listening.run(announcements(config.database.expose())));
}

/// Leaves to another replica what is done once for all.
pub(super) async fn follow(state: &AppState) {
    tracing::info!(
        "another replica leads: it refreshes, checks and settles for all. This one takes over when that ends"
    );
    state.connections.in_order().for_each(|connection| connection.index.set_read_by_another(true));
    state.notifications.set_sent_by_another(true).await;
}

/// Takes over from the replica that led before.
pub(super) async fn take_over(state: &AppState) {
    tracing::info!("this replica leads from now on");
    for connection in state.connections.in_order() {
        // First what the one before knew: what is read from then on is compared with that. A database that is away for a moment is
        // asked again; one that stays so keeps nobody from leading.
        for _ in 0..MOST_ATTEMPTS {
            if connection.index.take_up_again(true).await.is_ok() {
                break;
            }
            tokio::time::sleep(NEXT_ATTEMPT).await;
        }
        // Also where nothing was kept, or nothing of it can be read.
        connection.index.set_read_by_another(false);
    }
    state.notifications.set_sent_by_another(false).await;
}

/// Waits until this replica leads; for ever where there are no others, and once the connection to them is lost.
pub(super) async fn leads(replica: Option<&Replica>) {
    match replica {
        Some(replica) => has_the_lead(replica.leadership()).await,
        None => std::future::pending().await,
    }
}

/// Waits until the connection to the other replicas is lost; for ever where there are none.
pub(super) async fn lost(replica: Option<&Replica>) {
    match replica {
        // With the task that has the connection, the connection is gone too.
        Some(replica) => drop(replica.leadership().wait_for(|now| *now == Leadership::Lost).await),
        None => std::future::pending().await,
    }
}

async fn has_the_lead(mut leadership: watch::Receiver<Leadership>) {
    // The task that has the connection is gone: nobody leads without it.
    if leadership.wait_for(|now| *now == Leadership::Leads).await.is_err() {
        std::future::pending::<()>().await;
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[test]
    fn a_replica_that_has_lost_its_connection_does_not_take_the_lead() {
        let (leadership, seen) = watch::channel(Leadership::Follows);
        let (mut waits, mut waits_longer) = (Box::pin(has_the_lead(seen.clone())), Box::pin(has_the_lead(seen)));
        assert_eq!(waits.as_mut().now_or_never(), None);
        leadership.send_replace(Leadership::Leads);
        assert_eq!(waits.now_or_never(), Some(()));
        leadership.send_replace(Leadership::Lost);
        drop(leadership);
        assert_eq!(waits_longer.as_mut().now_or_never(), None);
    }
}
