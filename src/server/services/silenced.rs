//! Silencing readiness rules for one object, and stopping that.

use super::ServiceError;
use super::access::edit_permission;
use super::judging::judge_silenced;
use super::place::owner_of;
use super::recorded::to_the_end;
use super::send_back::{leave_and_go_on, leave_what_was_typed};
use crate::domain::audit::{Action, Intent, REASON, RULE, Target};
use crate::domain::excerpt::cut;
use crate::domain::object::ObjectKind;
use crate::domain::posted::UnreadableControl;
use crate::domain::readiness::{LONGEST_REASON, RULES};
use crate::domain::reference::ObjectReference;
use crate::domain::shell::{Flash, Tone};
use crate::error::AppError;
use crate::paths;
use crate::server::context::RequestContext;
use crate::server::index::Connection;

/// A rule, and the object for which it is silenced or reported again.
#[derive(Clone, Debug)]
pub struct SilencedTarget {
    /// The name of the connection.
    pub connection: String,
    /// The kind of the object.
    pub kind: ObjectKind,
    /// The ID of the object.
    pub id: String,
    /// The code of the rule.
    pub rule: String,
}

/// What the fields of a form name.
///
/// # Errors
/// When `kind` is the code of none.
pub fn target(connection: String, kind: &str, id: String, rule: String) -> Result<SilencedTarget, ServiceError> {
    let kind = ObjectKind::from_code(kind).ok_or_else(|| UnreadableControl("kind".to_owned()))?;
    Ok(SilencedTarget { connection, kind, id, rule })
}

/// What came of the wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silencing {
    /// It is recorded.
    Recorded,
    /// It was like that before.
    AsBefore,
    /// A rule is not silenced without a reason.
    NoReason,
}

/// Silences a rule for an object from now on. A rule that is silenced already gets another reason.
///
/// # Errors
/// When the person may not edit the object, there is no such rule, or it is not certainly on disk.
#[tracing::instrument(target = "spans", level = "debug", name = "silenced::silence", skip_all)]
pub async fn silence(
    context: &RequestContext,
    target: SilencedTarget,
    reason: &str,
) -> Result<Silencing, ServiceError> {
    let reason = cut(reason.trim(), LONGEST_REASON).into_owned();
    change(context, target, Some(reason)).await
}

/// Stops silencing a rule for an object.
///
/// # Errors
/// When the person may not edit the object, there is no such rule, or it is not certainly on disk.
#[tracing::instrument(target = "spans", level = "debug", name = "silenced::unsilence", skip_all)]
pub async fn unsilence(context: &RequestContext, target: SilencedTarget) -> Result<Silencing, ServiceError> {
    change(context, target, None).await
}

/// `reason` is why the rule is silenced; `None` to report it again.
async fn change(
    context: &RequestContext,
    target: SilencedTarget,
    reason: Option<String>,
) -> Result<Silencing, ServiceError> {
    if context.writes.is_closed() {
        return Err(ServiceError::Ending);
    }
    let connection = context.connection(&target.connection)?.clone();
    let entry = entry(context, &connection, &target, reason.as_deref()).await?;
    if reason.as_ref().is_some_and(String::is_empty) {
        return Ok(Silencing::NoReason);
    }
    to_the_end(context, record(context.clone(), connection, target, reason, entry)).await?
}

async fn record(
    context: RequestContext,
    connection: Connection,
    target: SilencedTarget,
    reason: Option<String>,
    entry: Intent,
) -> Result<Silencing, ServiceError> {
    let locked = context.locks.lock(&format!("silenced rules of {}", target.connection)).await;
    let _one_at_a_time = locked.map_err(ServiceError::NotRecorded)?;
    let audit = &context.audit;
    let known = audit.silenced_rules(&target.connection, Some((target.kind, &target.id))).await;
    let mut known = known.map_err(ServiceError::AuditUnreadable)?.into_iter();
    if known.find(|known| known.rule == target.rule).map(|known| known.reason) == reason {
        return Ok(Silencing::AsBefore);
    }
    audit.record(&entry).await.map_err(ServiceError::AuditUnavailable)?;
    judge_silenced(&connection, audit).await;
    Ok(Silencing::Recorded)
}

/// What is recorded, if the person may edit the object.
async fn entry(
    context: &RequestContext,
    connection: &Connection,
    target: &SilencedTarget,
    reason: Option<&str>,
) -> Result<Intent, ServiceError> {
    let SilencedTarget { kind, id, rule, .. } = target;
    let object = context.object(connection, *kind, id, edit_permission(connection)).await?;
    // One that an earlier version had can still be unsilenced.
    if reason.is_some() && RULES.iter().all(|known| known.code != rule) {
        return Err(ServiceError::NotFound);
    }
    let owner = owner_of(connection, *kind, &object).await.map(|owner| owner.id);
    let place = owner.as_deref().or_else(|| kind.owner().is_none().then_some(id));
    let role = context.role_at(connection, edit_permission(connection), place).await;
    let audited = Target::of_object(&connection.summary, *kind, ObjectReference::of(id, &object.fields), owner);
    let action = if reason.is_some() { Action::RuleSilenced } else { Action::RuleUnsilenced };
    let entry = context.intent(role, action, audited, Vec::new()).with_text(RULE, rule);
    Ok(match reason {
        Some(reason) => entry.with_text(REASON, reason),
        None => entry,
    })
}

/// Answers the wish: back to the page of the object, with what came of it.
///
/// # Errors
/// To a caller that does not accept HTML: why it was not recorded.
pub async fn after(
    context: &RequestContext,
    target: &SilencedTarget,
    is_silenced: bool,
    done: Result<Silencing, ServiceError>,
) -> Result<(), AppError> {
    let is_ours = context.connections.find(&target.connection).is_some();
    let page =
        if is_ours { paths::object(&target.connection, target.kind, &target.id) } else { paths::OVERVIEW.to_owned() };
    let (tone, message) = match (done, is_silenced) {
        (Ok(Silencing::Recorded), true) => (Tone::Good, "The rule is silenced for this object."),
        (Ok(Silencing::Recorded), false) => (Tone::Good, "The rule is no longer silenced for this object."),
        (Ok(Silencing::AsBefore), true) => (Tone::Warning, "The rule is already silenced. Nothing was recorded."),
        (Ok(Silencing::AsBefore), false) => (Tone::Warning, "The rule is not silenced. Nothing was recorded."),
        (Ok(Silencing::NoReason), _) => {
            (Tone::Bad, "The rule was not silenced. Say why it does not matter for this object.")
        }
        (Err(error), _) => return leave_what_was_typed(context, error, page),
    };
    leave_and_go_on(context, Flash { tone, message: message.to_owned() }, page).await;
    Ok(())
}
