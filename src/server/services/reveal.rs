//! Revealing the secret of a client: it is recorded who asks for it and why, and then one page shows it.

use secrecy::{ExposeSecret as _, SecretString};

use super::ServiceError;
use super::access::require_object;
use super::place::owner_of;
use super::recorded::to_the_end;
use super::send_back::{leave_and_go_on, leave_what_was_typed};
use crate::domain::audit::{Action, REASON, Target};
use crate::domain::connection::Environment;
use crate::domain::excerpt::cut;
use crate::domain::object::ObjectKind;
use crate::domain::principal::Permission;
use crate::domain::readiness::LONGEST_REASON;
use crate::domain::shell::{Flash, Tone};
use crate::domain::views::{OneTimeSecret, Reveal};
use crate::error::AppError;
use crate::paths;
use crate::server::context::{RequestContext, leave_after, redirect};
use crate::server::index::Connection;
use crate::server::oneid::RemoteObject;
use crate::server::storage::StorageError;

const KIND: ObjectKind = ObjectKind::OAuthClient;
/// How long the page shows the secret, in seconds.
const SHOWN_FOR: u32 = 30;

/// What came of the wish to see a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Revealing {
    /// It is recorded. The ticket shows the secret once.
    Permitted(String),
    /// In production, a secret is not revealed without a reason.
    NoReason,
    /// The partner does not give it again.
    NotGiven,
}

/// Whether the person may see the secret of a client, as far as the partner gives it.
pub(super) async fn revealing(context: &RequestContext, connection: &Connection, object: &RemoteObject) -> Reveal {
    if object.secret.is_none() {
        return Reveal::NotGiven;
    }
    let allowed = match context.reach(connection, Permission::RevealSecrets).await {
        Ok(reach) => require_object(&reach, connection, KIND, object).await,
        Err(error) => Err(error),
    };
    match allowed {
        Ok(()) if needs_reason(connection, object) => Reveal::WithReason,
        Ok(()) => Reveal::AtOnce,
        Err(_) => Reveal::Refused,
    }
}

/// Whether somebody has to say why they want to see a secret.
fn needs_reason(connection: &Connection, object: &RemoteObject) -> bool {
    connection.summary.environment == Environment::Production || object.fields.is_production(KIND)
}

/// Records that the person sees the secret of a client, if the partner gives it.
///
/// # Errors
/// When the person may not reveal secrets, the partner does not give the client, or it is not certainly on disk.
#[tracing::instrument(target = "spans", level = "debug", name = "reveal", skip_all)]
pub async fn reveal(
    context: &RequestContext,
    connection: &str,
    id: &str,
    reason: &str,
) -> Result<Revealing, ServiceError> {
    if context.writes.is_closed() {
        return Err(ServiceError::Ending);
    }
    let connection = context.connection(connection)?;
    let object = context.object(connection, KIND, id, Permission::RevealSecrets).await?;
    let reason = cut(reason.trim(), LONGEST_REASON).into_owned();
    if reason.is_empty() && needs_reason(connection, &object) {
        return Ok(Revealing::NoReason);
    }
    if object.secret.is_none() {
        return Ok(Revealing::NotGiven);
    }
    let owner = owner_of(connection, KIND, &object).await.map(|owner| owner.id);
    let role = context.role_at(connection, Permission::RevealSecrets, owner.as_deref()).await;
    let target = Target::of_object(&connection.summary, KIND, object.reference(), owner);
    let entry = context.intent(role, Action::SecretShown, target, Vec::new());
    let entry = if reason.is_empty() { entry } else { entry.with_text(REASON, &reason) };
    let audit = context.audit.clone();
    let recorded = to_the_end(context, async move { audit.record(&entry).await }).await?;
    recorded.map_err(ServiceError::AuditUnavailable)?;
    let now = context.clock.monotonic();
    let owner = [context.principal.subject.as_str(), &connection.summary.name, id];
    let ticket = context.reveals.keep(now, &owner, SecretString::default()).await;
    Ok(Revealing::Permitted(ticket.to_string()))
}

/// What the page of a client shows for a ticket. The page goes on to one without the secret by itself.
pub(super) async fn revealed(
    context: &RequestContext,
    connection: &Connection,
    id: &str,
    secret: Option<&SecretString>,
    ticket: &str,
) -> OneTimeSecret {
    let (now, name) = (context.clock.monotonic(), &connection.summary.name);
    let permitted = match secret {
        Some(secret) => match context.reveals.take(now, &[&context.principal.subject, name, id], ticket).await {
            Ok(permission) => permission.map(|_| secret),
            Err(error) => return unread(context, &error),
        },
        None => None,
    };
    match permitted.filter(|_| leave_after(SHOWN_FOR, &paths::client(name, id))) {
        Some(secret) => OneTimeSecret::Revealed(secret.expose_secret().to_owned()),
        None => OneTimeSecret::NotShown,
    }
}

/// What a page shows that cannot find out whether it may show a secret.
pub(super) fn unread(context: &RequestContext, error: &StorageError) -> OneTimeSecret {
    let request_id = &context.request_id;
    tracing::error!(request_id, error = error as &dyn std::error::Error, "a secret that waits cannot be read");
    OneTimeSecret::Unread
}

/// Answers the wish: on to the page that shows the secret, or back to the page of the client.
///
/// # Errors
/// To a caller that does not accept HTML: why it is not shown.
pub async fn after(
    context: &RequestContext,
    connection: &str,
    id: &str,
    done: Result<Revealing, ServiceError>,
) -> Result<(), AppError> {
    let is_ours = context.connections.find(connection).is_some();
    let page = if is_ours { paths::client(connection, id) } else { paths::OVERVIEW.to_owned() };
    let message = match done {
        Ok(Revealing::Permitted(ticket)) => {
            redirect(&paths::with_query(&page, [("revealed", ticket.as_str())]));
            return Ok(());
        }
        Ok(Revealing::NoReason) => "The secret was not revealed. In production, say why you need it.",
        Ok(Revealing::NotGiven) => {
            "OneID does not give the secret of this client again. If you have access to OneID’s own console, look for it \
             there. Otherwise, create a new client."
        }
        Err(error) => return leave_what_was_typed(context, error, page),
    };
    leave_and_go_on(context, Flash { tone: Tone::Warning, message: message.to_owned() }, page).await;
    Ok(())
}
