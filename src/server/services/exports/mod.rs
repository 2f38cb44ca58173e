//! Lists as files: what a list shows with its filters and in its order, whole, and a piece at a time.
//!
//! A file is of one moment: what changes while it is being written is not in it. Of a million clients, a few hundred
//! lines are in memory at once.

mod columns;
mod file;
mod lines;
mod writing;

pub use file::ExportFile;
use lines::Lines;

use super::ServiceError;
use super::listing::age_of_clients;
use crate::domain::audit::{Action, FILTER, FORMAT, LIST, Target};
use crate::domain::export::ExportFormat;
use crate::domain::listing::IndexAge;
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::domain::principal::Permission;
use crate::server::context::RequestContext;

/// A list as a file, as far as the person may see it. Of the query, neither page nor branches count. Where the partner
/// does not answer, it holds what is known and says how old that is.
///
/// # Errors
/// When the connection is not known, the person may not see its objects, the partner does not give its organisations and
/// none are known, or it cannot be recorded.
#[tracing::instrument(target = "spans", level = "debug", name = "exports::begin", skip_all)]
pub async fn begin(
    context: &RequestContext,
    connection: &str,
    kind: ObjectKind,
    format: ExportFormat,
    query: ObjectQuery,
) -> Result<ExportFile, ServiceError> {
    let connection = context.connection(connection)?;
    let limits = context.limits(connection, Permission::ViewObjects)?;
    let summary = &connection.summary;
    let entry = context
        .event(Action::Export, Target::of_connection(&summary.name, summary.environment))
        .with_text(LIST, kind.collection())
        .with_text(FORMAT, format.extension())
        .with_text(FILTER, &query.to_string());
    let served = context.organisations(connection, &limits).await?;
    let (view, age) = match kind {
        ObjectKind::Organisation => {
            (served.list(), IndexAge { read_at: served.read_at, filling: None, stale: served.stale.clone() })
        }
        ObjectKind::OAuthClient => {
            let (view, coverage) = connection.index.clients(&served, limits.tops()).await;
            (view, age_of_clients(&coverage, served.stale.clone()))
        }
    };
    // On disk before the first byte of the file leaves.
    context.audit.record(&entry).await.map_err(ServiceError::AuditUnavailable)?;
    let now = context.clock.now();
    let reach = limits.among(&view);
    let query = reach.narrowed(&query.without_place()).into_owned();
    let lines = Lines::new(reach, limits.scope(), view, kind, format, query, now);
    Ok(ExportFile::new(&connection.summary.name, kind, format, &age, now, lines))
}
