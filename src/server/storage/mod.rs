//! What is kept on disk: a trait for each concern, and one folder of SQL for each database that can keep it. All SQL of
//! the product is here. What every database has to hold to is in `conformance`.
//!
//! May import: domain, clock, sqlx (and tower-sessions for the trait that its layer wants).

mod audit;
#[cfg(test)]
mod conformance;
mod drafts;
mod error;
mod messages;
mod recent;
mod sessions;
mod sqlite;
mod stores;
mod submissions;

use std::sync::Arc;

use crate::server::clock::Clock;

pub use audit::{AuditStore, OpenObservations};
pub use drafts::{DraftStore, KeptDraft};
pub use error::StorageError;
pub use messages::MessageStore;
pub use sessions::{SessionLimits, SessionStore, Sessions};
pub use sqlite::DatabaseError;
pub use stores::Stores;
pub use submissions::{Submission, SubmissionState, SubmissionStore};

/// Opens the database of a `sqlite:FILE` URL, creates it if need be, and brings it to the present schema.
///
/// # Errors
/// When it cannot be opened or migrated, or does not keep its safety settings.
pub async fn open(url: &str, clock: &Arc<dyn Clock>, limits: SessionLimits) -> Result<Stores, DatabaseError> {
    let pool = sqlite::open(url).await?;
    Ok(sqlite::stores(&pool, clock, limits))
}
