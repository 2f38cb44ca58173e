//! What the readiness rules find about an object, as a person may see it.

use super::audit_log;
use super::reach::Reach;
use crate::domain::audit::{Action, AuditEntry, Outcome, Sighting};
use crate::domain::change::FieldChange;
use crate::domain::facet::Facet;
use crate::domain::field::FieldValue;
use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::domain::organisation::Organisation;
use crate::domain::principal::Permission;
use crate::domain::readiness::{self, Finding, Subject, is_unchanged_since_sandbox};
use crate::server::context::RequestContext;
use crate::server::index::{Connection, Hit, Scope, View};

/// The most organisations above an object that the rules look at.
const MOST_ABOVE: usize = 100;
/// The most objects of the same name that are looked at.
const MOST_NAMESAKES: usize = 50;
/// What stands for an organisation that is not for the person to know.
const OUTSIDE: &str = "an organisation outside yours";

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
    surroundings.judge(context, object)
}

/// What the rules find about an object after a change, with what is new marked. `after` are its values then.
pub(super) async fn findings_after(
    context: &RequestContext,
    connection: &Connection,
    object: Judged<'_>,
    after: &FieldValues,
    changes: &[FieldChange],
) -> Vec<Finding> {
    let before = findings(context, connection, object).await;
    let object = Judged { fields: after, ..object };
    let surroundings = Surroundings::of(context, connection, object, changes).await;
    readiness::judge_change(&before, surroundings.judge(context, object))
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
            is_unchanged_since_sandbox: is_production && is_unchanged(context, connection, object, changes).await,
        }
    }

    fn judge(&self, context: &RequestContext, object: Judged<'_>) -> Vec<Finding> {
        readiness::judge(&Subject {
            kind: object.kind,
            fields: object.fields,
            above: &self.above,
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

/// Whether another client of the same organisation, or another organisation below the same parent, has the same name.
fn has_name_twin(
    context: &RequestContext,
    view: &View,
    object: Judged<'_>,
    reach: Option<&Reach>,
    scope: &Scope,
) -> bool {
    let (Some(name), Some(reach)) = (object.fields.text("name").map(str::trim), reach) else {
        return false;
    };
    let folded = name.to_lowercase();
    let query = ObjectQuery { search: name.to_owned(), ..ObjectQuery::default() };
    let query = match object.above() {
        Some(above) => query.with(Facet::Within, false, above),
        None => query,
    };
    let query = reach.narrowed(&query);
    let (hits, _) = view.first(object.kind, &query, scope, MOST_NAMESAKES, context.clock.now());
    hits.into_iter().any(|hit| is_twin(view, object, &folded, hit))
}

fn is_twin(view: &View, object: Judged<'_>, folded: &str, hit: Hit) -> bool {
    let is_same = |id: &str, name: &str, above: Option<&str>| {
        id != object.id && above == object.above() && name.trim().to_lowercase() == folded
    };
    match object.kind {
        ObjectKind::Organisation => {
            view.organisation_at(hit).is_some_and(|other| is_same(&other.id, other.whole_name(), other.parent_id()))
        }
        ObjectKind::OAuthClient => view
            .client_at(hit)
            .is_some_and(|other| is_same(&other.id, other.whole_name(), other.organisation_id.as_deref())),
    }
}

/// Whether the log says that turning production on was the last thing that was done to a client. A log that cannot be
/// read says nothing.
async fn is_unchanged(
    context: &RequestContext,
    connection: &Connection,
    object: Judged<'_>,
    changes: &[FieldChange],
) -> bool {
    let entries = audit_log::newest_of(context, connection, object.kind, object.id).await;
    let made = entries.iter().filter(|entry| was_made(entry)).map(|entry| entry.intent.changes.as_slice());
    is_unchanged_since_sandbox(std::iter::once(changes).chain(made))
}

/// Whether an entry tells a change that the object has.
fn was_made(entry: &AuditEntry) -> bool {
    let sighting = entry.intent.observation.as_ref().map(|seen| &seen.sighting);
    match entry.intent.action {
        Action::Create | Action::Update => entry.outcome() == Outcome::Applied,
        Action::Observed => matches!(sighting, Some(Sighting::Changed | Sighting::Added)),
        _ => false,
    }
}
