//! Creating: check, use the form's one-time id up, record, send once, and keep what was typed when it did not work.

use super::created::{Created, Creation};
use super::drafts::{self, Returned, send_back};
use super::parent::check_parent;
use super::{creation_review, form, lost_form, submission, under_way};
use crate::domain::audit::{Action, AuditEntry, AuditedConnection, AuditedKind, Intent, Outcome, Target};
use crate::domain::change::difference;
use crate::domain::excerpt::{LONGEST_NAME, cut};
use crate::domain::failure::Effect;
use crate::domain::field_values::FieldValues;
use crate::domain::form::FormValues;
use crate::domain::review::{Draft, FormTarget};
use crate::domain::validation::validate;
use crate::server::context::RequestContext;
use crate::server::index::Connection;
use crate::server::oneid::{Answer, RemoteObject};
use crate::server::services::ServiceError;
use crate::server::services::access::edit_permission;
use crate::server::services::messages::tell_of_change;
use crate::server::services::recorded::{Applied, Recorded, audited, to_the_end};
use crate::server::storage::SubmissionState;

impl Applied for RemoteObject {
    fn answer(&self) -> &Answer {
        &self.answer
    }

    fn created_id(&self) -> Option<&str> {
        Some(&self.id)
    }
}

/// Creates an organisation or a client. `form_id` is the one-time id that the form carried: the same form creates once,
/// however often it is sent, and every answer leads to what it created. What concerns live users, or breaks a readiness
/// rule that is an error, is created when `confirmation`, which the review asks for, is its name.
///
/// # Errors
/// When the person may not, the form is not valid, the intent cannot be recorded, or the partner
/// fails or refuses. What was typed is kept in a draft.
#[tracing::instrument(target = "spans", level = "debug", name = "objects::create", skip_all)]
pub async fn create(
    context: &RequestContext,
    target: FormTarget,
    form_id: &str,
    form: FormValues,
    confirmation: Option<String>,
) -> Result<Creation, Returned> {
    let connection = context.connection(&target.connection)?.clone();
    // Where the person may create is checked once the draft is there, because the partner may have to be asked and may
    // not respond.
    context.limits(&connection, edit_permission(&connection))?;
    let draft = Draft::new(target, drafts::form_id(form_id), form::new_object(), form);
    // On the heap: it holds everything that a creation goes through.
    let work = Box::pin(create_once(context.clone(), connection, draft, confirmation));
    to_the_end(context, work).await?
}

async fn create_once(
    context: RequestContext,
    connection: Connection,
    draft: Draft,
    confirmation: Option<String>,
) -> Result<Creation, Returned> {
    // The same form twice at once: the second waits for what becomes of the first.
    let _one_at_a_time = match context.locks.lock(&format!("form {} {}", context.principal.subject, draft.id)).await {
        Ok(locked) => locked,
        Err(error) => return Err(send_back(&context, draft, ServiceError::NotRecorded(error)).await),
    };
    match submission::earlier(&context, &draft).await {
        Ok(None) => {}
        Ok(Some(earlier)) => return submission::answer(&context, earlier, draft).await.map(Creation::Done),
        Err(error) => return Err(send_back(&context, draft, error.into()).await),
    }
    let draft = not_lost(&context, draft).await?;
    let fields = draft.meant();
    let draft = checked(&context, &connection, draft, &fields).await?;
    if !creation_review::is_confirmed(&context, &connection, &draft, &fields, confirmation.as_deref()).await {
        return creation_review::send_to_review(&context, draft, confirmation.is_some()).await;
    }
    match submission::begin(&context, &draft).await {
        Ok(true) => {}
        Ok(false) => return Err(send_back(&context, draft, ServiceError::SentBefore).await),
        Err(error) => {
            context.audit.keep_prevented(&intent(&context, &connection, &draft, &fields).await);
            return Err(send_back(&context, draft, ServiceError::NotRecorded(error)).await);
        }
    }
    match send(&context, &connection, &draft, &fields).await {
        Ok(sent) => Ok(Creation::Done(created(&context, &draft, &fields, sent).await)),
        Err(unsent) => Err(not_created(&context, draft, unsent).await),
    }
}

/// The draft, unless it was sent before and nobody knows yet what became of that: sending it again may create the object
/// twice, and is a decision of its own.
async fn not_lost(context: &RequestContext, draft: Draft) -> Result<Draft, Returned> {
    let (lost, failure) = match drafts::find_for(context, Some(&draft.id), &draft.target()).await {
        Ok(Some(Draft { lost: Some(lost), failure, .. })) => (lost, failure),
        // The draft may be gone: its ID says the same.
        Ok(_) | Err(ServiceError::DraftGone) => match lost_form::entry_before(&draft.id) {
            Some(lost) => (lost, None),
            None => return Ok(draft),
        },
        Err(error) => return Err(send_back(context, draft, error).await),
    };
    let error = match context.audit.find(lost).await {
        Ok(Some(entry)) if !is_creation_of(&entry, context, &draft) => return Ok(draft),
        Ok(Some(entry)) if entry.outcome() == Outcome::Unknown => ServiceError::Undecided,
        Ok(Some(entry)) if entry.outcome() == Outcome::Applied => {
            // Under another name it is meant to be another one.
            if draft.form.gathered(draft.kind).text("name") != Some(entry.intent.target.name.as_str()) {
                return Err(submission::another(context, draft).await);
            }
            ServiceError::SentBefore
        }
        Ok(_) => return Ok(draft),
        Err(error) => ServiceError::AuditUnreadable(error),
    };
    Err(send_back(context, Draft { lost: Some(lost), failure, ..draft }, error).await)
}

/// Whether an entry is that of a creation by the person, of what a draft is about. An ID that somebody makes up may name any
/// entry.
fn is_creation_of(entry: &AuditEntry, context: &RequestContext, draft: &Draft) -> bool {
    let AuditEntry { intent, .. } = entry;
    intent.action == Action::Create
        && intent.actor.subject == context.principal.subject
        && intent.target.connection_name() == draft.connection
        && intent.target.kind == AuditedKind::Object(draft.kind)
}

/// Keeps the secret for its page, and stores the rest concurrently, so that a database that hangs delays it only once.
async fn created(
    context: &RequestContext,
    draft: &Draft,
    fields: &FieldValues,
    Recorded { result: object, is_recorded, .. }: Recorded<RemoteObject>,
) -> Created {
    let ticket = match object.secret {
        Some(secret) => {
            let now = context.clock.monotonic();
            Some(context.secrets.keep(now, &[&context.principal.subject, &object.id], secret).await.to_string())
        }
        None => None,
    };
    let name = cut(fields.text("name").unwrap_or_default(), LONGEST_NAME);
    let text = format!("“{name}” has been created.");
    let name = name.into_owned();
    let ((), (), untold) = futures::join!(
        submission::end(context, &draft.id, SubmissionState::Created { object_id: object.id.clone() }),
        drafts::let_go(context, &draft.id),
        tell_of_change(context, is_recorded, text),
    );
    Created { id: object.id, name, ticket, untold: untold.into_iter().collect() }
}

/// The draft, when what it means may be sent.
async fn checked(
    context: &RequestContext,
    connection: &Connection,
    mut draft: Draft,
    fields: &FieldValues,
) -> Result<Draft, Returned> {
    if let Err(error) = context.authorize_create(connection, draft.kind, draft.organisation_id.as_deref(), fields).await
    {
        return Err(send_back(context, draft, error).await);
    }
    draft.errors = draft.form.place_errors(draft.kind, validate(&FieldValues::default(), fields));
    draft.errors.extend(check_parent(connection, draft.kind, None, fields).await);
    if draft.errors.is_empty() {
        return Ok(draft);
    }
    let error = ServiceError::Invalid(draft.errors.clone());
    Err(send_back(context, draft, error).await)
}

/// Keeps what was typed. After a lost answer it is kept under another id: this form has been sent, and sending the
/// next one is a decision of its own.
async fn not_created(context: &RequestContext, mut draft: Draft, Unsent { error, entry }: Unsent) -> Returned {
    let is_unknown = matches!(&error, ServiceError::Partner(failure) if failure.effect == Effect::Unknown);
    let form_id = draft.id.clone();
    if is_unknown {
        draft.id = entry.map_or_else(drafts::new_id, lost_form::id_after);
        draft.lost = entry;
        let unknown = SubmissionState::Unknown { draft_id: draft.id.clone() };
        let returned = send_back(context, draft, error).await;
        submission::end(context, &form_id, unknown).await;
        if !returned.is_unkept {
            drafts::let_go(context, &form_id).await;
        }
        return returned;
    }
    submission::release(context, &form_id).await;
    send_back(context, draft, error).await
}

/// Why nothing is known to be created.
struct Unsent {
    error: ServiceError,
    /// The number of the entry, when the intent is in the log.
    entry: Option<i64>,
}

async fn intent(context: &RequestContext, connection: &Connection, draft: &Draft, fields: &FieldValues) -> Intent {
    let kind = draft.kind;
    let place = draft.organisation_id.as_deref().or_else(|| fields.parent(kind));
    let role = context.role_at(connection, edit_permission(connection), place).await;
    let target = Target {
        connection: Some(AuditedConnection::from(&connection.summary)),
        kind: kind.into(),
        id: None,
        name: fields.text("name").unwrap_or_default().to_owned(),
        organisation_id: draft.organisation_id.clone(),
    };
    let changes = difference(kind.fields(), &FieldValues::default(), fields);
    context.intent(role, Action::Create, target, changes)
}

async fn send(
    context: &RequestContext,
    connection: &Connection,
    draft: &Draft,
    fields: &FieldValues,
) -> Result<Recorded<RemoteObject>, Unsent> {
    let kind = draft.kind;
    let intent = intent(context, connection, draft, fields).await;
    let sending = connection.index.sending(kind, None, fields);
    let call = connection.api.create(kind, draft.organisation_id.as_deref(), fields);
    let recorded = audited(context, intent, call).await.map_err(|error| Unsent { error, entry: None })?;
    let Recorded { result, entry, is_recorded } = recorded;
    let object = match result {
        Ok(object) => object,
        Err(failure) => {
            connection.forget(kind, draft.organisation_id.as_deref());
            under_way::expect_late(sending, &failure);
            return Err(Unsent { error: ServiceError::Partner(failure), entry: Some(entry) });
        }
    };
    let organisation_id = object.organisation_id.clone().or_else(|| draft.organisation_id.clone());
    connection.changed(kind, (&object.id, organisation_id), object.fields.clone(), is_recorded).await;
    Ok(Recorded { result: object, entry, is_recorded })
}
