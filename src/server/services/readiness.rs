//! What the readiness rules find about an object, as a person may see it.

use super::ServiceError;
use super::judging::is_unchanged;
use super::place::OUTSIDE;
use super::reach::Reach;
use crate::domain::change::FieldChange;
use crate::domain::field::FieldValue;
use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
use crate::domain::principal::Permission;
use crate::domain::readiness::{self, Finding, MOST_ABOVE, Report, SilencedRule, Subject};
use crate::server::context::RequestContext;
use crate::server::index::{Connection, Named, Scope, View};

/// An object, with the values that it has or is to have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Judged<'a> {
    pub(super) kind: ObjectKind,
    pub(super) id: &'a str,
    /// The organisation of a client.
    pub(super) organisation: Option<&'a str>,
    pub(super) fields: &'a FieldValues,
}

impl Judged<'_> {
    /// The ID of the organisation directly above.
    fn above(&self) -> Option<&str> {
        self.organisation.or_else(|| self.fields.parent(self.kind))
    }
}

/// What the rules find about an object. What cannot be found out breaks no rule.
pub(super) async fn findings(context: &RequestContext, connection: &Connection, object: Judged<'_>) -> Vec<Finding> {
    let surroundings = Surroundings::of(context, connection, object, &[]).await;
    surroundings.about(context, object, readiness::judge)
}

/// What the rules find about an object that is there, and what of that is silenced.
///
/// # Errors
/// When it cannot be read what is silenced.
pub(super) async fn report(
    context: &RequestContext,
    connection: &Connection,
    object: Judged<'_>,
    may_silence: bool,
) -> Result<Report, ServiceError> {
    let silenced = silenced(context, connection, object).await?;
    let findings = readiness::told(findings(context, connection, object).await, &silenced);
    Ok(Report { findings, silenced, may_silence })
}

async fn silenced(
    context: &RequestContext,
    connection: &Connection,
    object: Judged<'_>,
) -> Result<Vec<SilencedRule>, ServiceError> {
    let silenced = context.audit.silenced_rules(&connection.summary.name, Some((object.kind, object.id))).await;
    silenced.map_err(ServiceError::AuditUnreadable)
}

/// What the rules find about an object after a change, with what is new marked. `after` are its values then. What is
/// silenced is left out, unless it is new.
///
/// # Errors
/// When it cannot be read what is silenced.
pub(super) async fn findings_after(
    context: &RequestContext,
    connection: &Connection,
    object: Judged<'_>,
    after: &FieldValues,
    changes: &[FieldChange],
) -> Result<Vec<Finding>, ServiceError> {
    let silenced = silenced(context, connection, object).await?;
    let edited = Judged { fields: after, ..object };
    let before = Surroundings::of(context, connection, object, &[]).await;
    let after = Surroundings::of(context, connection, edited, changes).await;
    let findings = before
        .about(context, object, |before| after.about(context, edited, |after| readiness::judge_change(before, after)));
    Ok(readiness::told(findings, &silenced))
}

/// What the rules ask beside the object itself.
struct Surroundings {
    above: Vec<Organisation>,
    has_name_twin: bool,
    is_unchanged_since_sandbox: bool,
}

impl Surroundings {
    /// `changes` are those that are about to be made.
    async fn of(
        context: &RequestContext,
        connection: &Connection,
        object: Judged<'_>,
        changes: &[FieldChange],
    ) -> Self {
        let view = connection.index.organisations().await.ok();
        let reach = context.reach(connection, Permission::ViewObjects).await.ok();
        let limits = context.limits(connection, Permission::ViewObjects).ok();
        let scope = limits.map_or(Scope::Below(Vec::new()), |limits| limits.scope());
        let is_known = |id: &str| reach.as_ref().is_some_and(|reach| reach.holds(id));
        let above = view.as_ref().zip(object.above()).map(|(view, id)| above(view, id, &is_known));
        let is_production = object.fields.flag("is_production") == Some(true);
        Self {
            above: above.unwrap_or_default(),
            has_name_twin: view
                .as_ref()
                .is_some_and(|view| has_name_twin(context, view, object, reach.as_ref(), &scope)),
            is_unchanged_since_sandbox: is_production
                && is_unchanged(&context.audit, &connection.summary.name, object.id, changes).await,
        }
    }

    /// What the rules say about an object in these surroundings.
    fn about(
        &self,
        context: &RequestContext,
        object: Judged<'_>,
        say: impl FnOnce(&Subject<'_>) -> Vec<Finding>,
    ) -> Vec<Finding> {
        say(&Subject {
            kind: object.kind,
            fields: object.fields,
            above: &self.above.iter().collect::<Vec<_>>(),
            catalogue: &context.catalogue,
            has_name_twin: self.has_name_twin,
            is_unchanged_since_sandbox: self.is_unchanged_since_sandbox,
        })
    }
}

/// An organisation and those above it, the nearest first. Those that are not for the person to know have no name.
fn above(view: &View, id: &str, is_known: &impl Fn(&str) -> bool) -> Vec<Organisation> {
    let mut above = view.organisations_from(id, MOST_ABOVE);
    for organisation in above.iter_mut().filter(|organisation| !is_known(&organisation.id)) {
        organisation.fields.set("name", Some(FieldValue::Text(OUTSIDE.to_owned())));
    }
    above
}

/// Whether the person can see that another one beside it has its name.
fn has_name_twin(
    context: &RequestContext,
    view: &View,
    object: Judged<'_>,
    reach: Option<&Reach>,
    scope: &Scope,
) -> bool {
    let (Some(name), Some(reach)) = (object.fields.text("name"), reach) else {
        return false;
    };
    let named = Named { kind: object.kind, id: object.id, name, above: object.above() };
    view.has_name_twin(named, |query| reach.narrowed(&query).into_owned(), scope, context.clock.now())
}
