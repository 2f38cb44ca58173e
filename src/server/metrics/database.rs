//! How much room the database takes, and how much is left.

use prometheus_client::registry::{Registry, Unit};
use tokio::time::timeout;

use super::audit::PATIENCE;
use super::series::Series;
use crate::server::state::AppState;
use crate::server::storage::DatabaseSize;

/// Asks the database; `None` and a line in the log when it does not say.
pub(super) async fn size(state: &AppState) -> Option<DatabaseSize> {
    match timeout(PATIENCE, state.stores.size.size()).await {
        Ok(Ok(size)) => Some(size),
        Ok(Err(error)) => {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "/metrics does not say how large the database is");
            None
        }
        Err(_) => {
            tracing::warn!("/metrics does not say how large the database is: it does not answer in time");
            None
        }
    }
}

/// Puts it into the answer.
pub(super) fn register(size: Option<DatabaseSize>, registry: &mut Registry) {
    let Some(DatabaseSize { parts, free }) = size else {
        return;
    };
    let bytes = |name, help| Series::gauge(name, help).in_unit(Unit::Bytes);
    let mut series = bytes("database_size", "How much room each part of the database takes");
    for (part, size) in parts {
        series.add_count(vec![("part", part.to_owned())], size);
    }
    series.register(registry);
    if let Some(free) = free {
        bytes("database_free", "How much may still be written where the database is").count(free).register(registry);
    }
}
