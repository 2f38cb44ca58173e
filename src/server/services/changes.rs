//! Creating: check, record, send once, and keep what was typed when it did not work.

use super::audited::{Applied, audited};
use super::drafts::{FormTarget, refused_fields};
use super::messages::tell_of_change;
use super::{ServiceError, forms};
use crate::domain::audit::{Action, Target};
use crate::domain::change::{difference, meaning_of_form};
use crate::domain::field::{FieldValues, ObjectKind};
use crate::domain::form::FormValues;
use crate::domain::organisation::{Organisation, subtree};
use crate::domain::review::Draft;
use crate::domain::validation::{FieldError, FieldProblem, validate};
use crate::server::context::Connection;
use crate::server::context::RequestContext;
use crate::server::index::off_the_workers;
use crate::server::oneid::{Answer, RemoteObject};

/// A created object.
#[derive(Debug)]
pub struct Created {
    /// Its id.
    pub id: String,
    /// For a client with a secret: the ticket for the one page that shows it.
    pub ticket: Option<String>,
}

/// A form that came back: what was typed is in the draft, the error says why.
#[derive(Debug)]
pub struct Returned {
    /// What was typed, when it could be kept.
    pub draft: Option<Draft>,
    /// Why.
    pub error: ServiceError,
}

impl From<ServiceError> for Returned {
    fn from(error: ServiceError) -> Self {
        Self { draft: None, error }
    }
}

impl Applied for RemoteObject {
    fn answer(&self) -> &Answer {
        &self.answer
    }

    fn created_id(&self) -> Option<&str> {
        Some(&self.id)
    }
}

/// Creates an organisation or a client.
///
/// # Errors
/// When the person may not, the form is not valid, the intent cannot be recorded, or the partner
/// fails or refuses. What was typed is kept in a draft.
pub async fn create(context: &RequestContext, target: FormTarget, form: FormValues) -> Result<Created, Returned> {
    let connection = context.connection(&target.connection)?;
    context.authorize_edit(connection).await?;
    let shown = forms::new_object();
    let mut draft = target.draft(shown.clone(), form);
    let fields = meaning_of_form(target.kind.fields(), &shown, &draft.form.gathered(target.kind));
    if let Err(error) = context.authorize_create(connection, target.organisation_id.as_deref(), &fields).await {
        return Err(keep(context, draft, error).await);
    }
    draft.errors = draft.form.place_errors(validate(&FieldValues::default(), &fields));
    draft.errors.extend(check_parent(connection, target.kind, None, &fields).await);
    if !draft.errors.is_empty() {
        let error = ServiceError::Invalid(draft.errors.clone());
        return Err(keep(context, draft, error).await);
    }
    match send(context, connection, &target, fields).await {
        Ok(created) => Ok(created),
        Err(ServiceError::Partner(failure)) => {
            draft.errors = refused_fields(target.kind, &failure);
            draft.failure = Some(failure.clone());
            Err(keep(context, draft, ServiceError::Partner(failure)).await)
        }
        Err(error) => Err(keep(context, draft, error).await),
    }
}

async fn send(
    context: &RequestContext,
    connection: &Connection,
    target: &FormTarget,
    fields: FieldValues,
) -> Result<Created, ServiceError> {
    let kind = target.kind;
    let name = fields.text("name").unwrap_or_default().to_owned();
    let intent = context.intent(
        Action::Create,
        Target {
            connection: connection.summary.name.clone(),
            environment: connection.summary.environment,
            kind: kind.into(),
            id: None,
            name: name.clone(),
            organisation_id: target.organisation_id.clone(),
        },
        difference(kind.fields(), &FieldValues::default(), &fields),
    );
    let (api, organisation_id) = (connection.api.clone(), target.organisation_id.clone());
    let recorded =
        audited(context, intent, async move { api.create(kind, organisation_id.as_deref(), &fields).await }).await?;
    forget(connection, kind, target.organisation_id.as_deref());
    let created = recorded.result.map_err(ServiceError::Partner)?;
    tell_of_change(context, recorded.is_recorded, format!("“{name}” has been created.")).await;
    let ticket = created.secret.map(|secret| {
        let now = context.state.clock.monotonic();
        context.state.secrets.keep(now, &context.principal.subject, &created.id, secret).to_string()
    });
    Ok(Created { id: created.id, ticket })
}

/// Forgets what a change has made old.
pub(super) fn forget(connection: &Connection, kind: ObjectKind, organisation_id: Option<&str>) {
    match kind {
        ObjectKind::Organisation => connection.directory.forget_organisations(),
        ObjectKind::OAuthClient => connection.directory.forget_clients(organisation_id),
    }
}

/// Keeps a draft for the page that shows why it came back.
pub(super) async fn keep(context: &RequestContext, draft: Draft, error: ServiceError) -> Returned {
    match context.session.keep_draft(draft.clone()).await {
        Ok(()) => Returned { draft: Some(draft), error },
        Err(problem) => {
            tracing::error!(request_id = context.request_id, error = %problem, "draft not kept");
            Returned { draft: None, error }
        }
    }
}

/// Whether the chosen parent exists now and does not hang below the organisation itself. A parent that cannot be
/// looked up, because the partner does not give its organisations, is refused: an older list may be wrong.
pub(super) async fn check_parent(
    connection: &Connection,
    kind: ObjectKind,
    object_id: Option<&str>,
    fields: &FieldValues,
) -> Option<FieldError> {
    if kind != ObjectKind::Organisation {
        return None;
    }
    let parent = fields.text("parent_id").filter(|id| !id.is_empty())?.to_owned();
    let snapshot = match connection.directory.fresh_organisations().await {
        Ok(snapshot) => snapshot,
        Err(failure) => {
            let problem = FieldProblem::ParentNotChecked { reason: failure.title().to_owned() };
            return Some(FieldError::new("parent_id", problem));
        }
    };
    let (count, object_id) = (snapshot.organisations.len(), object_id.map(str::to_owned));
    let look = move || parent_problem(&snapshot.organisations, object_id.as_deref(), &parent);
    let problem = off_the_workers(count, look).await;
    problem.map(|problem| FieldError::new("parent_id", problem))
}

fn parent_problem(all: &[Organisation], object_id: Option<&str>, parent: &str) -> Option<FieldProblem> {
    if !all.iter().any(|organisation| organisation.id == parent) {
        return Some(FieldProblem::NoSuchParent);
    }
    object_id.is_some_and(|id| subtree(all, id).contains(parent)).then_some(FieldProblem::ParentBelow)
}
