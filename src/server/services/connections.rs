//! The connections: what is known of them, checks by hand, and the test message; both are in the audit log.

use std::sync::Arc;

use futures::future::join_all;
use serde_json::Value;

use super::ServiceError;
use super::messages::unrecorded;
use super::recorded::{Recorded, recorded, to_the_end};
use crate::domain::audit::{Action, Completion, DOCUMENT, Intent, Outcome, Target};
use crate::domain::change::FieldChange;
use crate::domain::check::{Check, ConnectionCard, ConnectionDetail, ConnectionState};
use crate::domain::field::FieldValue;
use crate::domain::field_error::{FieldError, FieldProblem};
use crate::domain::principal::Permission;
use crate::domain::shell::{Flash, Tone};
use crate::server::connections::{MessageResult, MonitoredConnection};
use crate::server::context::RequestContext;

/// The longest test message, in bytes: all of it goes into the audit log.
const LONGEST_DOCUMENT: usize = 16 * 1024;

/// Every connection as it was found last.
///
/// # Errors
/// When the person may not see connections.
pub fn list(context: &RequestContext) -> Result<Vec<ConnectionCard>, ServiceError> {
    context.authorize_somewhere(Permission::ViewObjects)?;
    let now = context.clock.now();
    Ok(context.monitor.all().iter().map(|connection| connection.card(now)).collect())
}

/// One connection with everything that is known of it.
///
/// # Errors
/// When the person may not see connections, or there is none of this name.
pub async fn detail(context: &RequestContext, name: &str) -> Result<ConnectionDetail, ServiceError> {
    context.authorize_somewhere(Permission::ViewObjects)?;
    let connection = find(context, name)?;
    // The page is there to say what is wrong: a database that cannot be read must not take it away.
    let days = context.checks.days(name).await.unwrap_or_else(|error| {
        tracing::error!(error = &error as &dyn std::error::Error, "the history of checks could not be read");
        Vec::new()
    });
    Ok(connection.detail(context.clock.now(), days))
}

/// Checks one connection now.
///
/// # Errors
/// When the person may not, there is none of this name, or the check cannot be recorded.
#[tracing::instrument(target = "spans", level = "debug", name = "connections::check", skip_all)]
pub async fn check(context: &RequestContext, name: &str) -> Result<Flash, ServiceError> {
    context.authorize(Permission::CheckConnections)?;
    let Recorded { result: check, is_recorded, .. } = checked(context, Arc::clone(find(context, name)?)).await?;
    let tone = match check.state {
        ConnectionState::Works => Tone::Good,
        ConnectionState::Expiring => Tone::Warning,
        ConnectionState::Expired | ConnectionState::Failing | ConnectionState::NotConfigured => Tone::Bad,
    };
    Ok(flash(tone, format!("{name}: {}. {}", check.state.word(), check.detail), is_recorded))
}

/// Checks every connection now, all at the same time. Each has an entry of its own.
///
/// # Errors
/// When the person may not, or a check cannot be recorded.
#[tracing::instrument(target = "spans", level = "debug", name = "connections::check_all", skip_all)]
pub async fn check_all(context: &RequestContext) -> Result<Flash, ServiceError> {
    context.authorize(Permission::CheckConnections)?;
    let all = context.monitor.all();
    let results = join_all(all.iter().map(|connection| checked(context, Arc::clone(connection)))).await;
    let checks = results.into_iter().collect::<Result<Vec<_>, _>>()?;
    let is_recorded = checks.iter().all(|check| check.is_recorded);
    let bad: Vec<&str> = all
        .iter()
        .zip(&checks)
        .filter(|(_, check)| !check.result.state.is_working())
        .map(|(connection, _)| connection.settings().name.as_str())
        .collect();
    Ok(if bad.is_empty() {
        flash(Tone::Good, "All connections are healthy.".to_owned(), is_recorded)
    } else {
        flash(Tone::Warning, format!("These connections need attention: {}.", bad.join(", ")), is_recorded)
    })
}

/// The message about an act, with what the log does not have of it.
fn flash(tone: Tone, message: String, is_recorded: bool) -> Flash {
    if is_recorded { Flash { tone, message } } else { Flash { tone: Tone::Warning, message: unrecorded(&message) } }
}

/// Sends a test message: the document that the person has seen, once.
///
/// # Errors
/// When the person may not, the connection takes none, the document is not JSON, or it cannot be recorded.
#[tracing::instrument(target = "spans", level = "debug", name = "connections::send_message", skip_all)]
pub async fn send_message(context: &RequestContext, name: &str, document: &str) -> Result<Flash, ServiceError> {
    context.authorize(Permission::CheckConnections)?;
    let connection = Arc::clone(find(context, name)?);
    if !connection.takes_messages() {
        return Err(ServiceError::NotFound);
    }
    let parsed: Option<Value> = Some(document)
        .filter(|document| document.len() <= LONGEST_DOCUMENT)
        .and_then(|document| serde_json::from_str(document).ok());
    let Some(parsed) = parsed else {
        return Err(ServiceError::Invalid(vec![FieldError::new(DOCUMENT, FieldProblem::NotJson)]));
    };
    let shown =
        FieldChange { field: DOCUMENT.to_owned(), before: None, after: Some(FieldValue::Text(parsed.to_string())) };
    let intent = intent(context, Action::SendMessage, &connection, vec![shown]);
    let owned = context.clone();
    let work = async move { recorded(&owned, intent, connection.send_message(&parsed), message_completion).await };
    let Recorded { result, is_recorded, .. } = to_the_end(context, work).await??;
    let (tone, begin) = match result.outcome {
        Outcome::Applied => (Tone::Good, "The test message was accepted."),
        Outcome::Refused => (Tone::Bad, "The test message was refused."),
        Outcome::NotSent | Outcome::NotApplied => (Tone::Bad, "The test message was not sent."),
        Outcome::Unknown => (Tone::Warning, "The partner may or may not have received the test message."),
    };
    Ok(flash(tone, format!("{begin} {}", result.detail), is_recorded))
}

fn find<'a>(context: &'a RequestContext, name: &str) -> Result<&'a Arc<MonitoredConnection>, ServiceError> {
    context.monitor.find(name).ok_or(ServiceError::NotFound)
}

async fn checked(
    context: &RequestContext,
    connection: Arc<MonitoredConnection>,
) -> Result<Recorded<Check>, ServiceError> {
    let intent = intent(context, Action::Check, &connection, Vec::new());
    let owned = context.clone();
    let work = async move { recorded(&owned, intent, connection.check_now(), check_completion).await };
    to_the_end(context, work).await?
}

fn intent(
    context: &RequestContext,
    action: Action,
    connection: &MonitoredConnection,
    changes: Vec<FieldChange>,
) -> Intent {
    let settings = connection.settings();
    let target = Target::of_connection(&settings.name, settings.environment);
    // Checks and messages have no place in the tree: only a role without a limit allows them.
    let grants = context.principal.grants.iter().filter(|grant| grant.within.is_none());
    let role = grants.map(|grant| grant.role).max().unwrap_or_else(|| context.principal.role());
    context.intent(role, action, target, changes)
}

/// What a check found: a connection that does not work failed the check.
fn check_completion(check: &Check, duration_ms: u32) -> Completion {
    Completion {
        outcome: if check.state.is_working() { Outcome::Applied } else { Outcome::Refused },
        http_status: check.http_status,
        partner_request_id: check.request_id.clone(),
        object_id: None,
        detail: Some(format!("{}: {}", check.state.word(), check.detail)),
        duration_ms,
    }
}

fn message_completion(result: &MessageResult, duration_ms: u32) -> Completion {
    Completion {
        outcome: result.outcome,
        http_status: result.http_status,
        partner_request_id: result.request_id.clone(),
        object_id: None,
        detail: Some(result.detail.clone()),
        duration_ms,
    }
}
