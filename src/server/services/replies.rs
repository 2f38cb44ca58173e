//! Where a browser goes after a form: to what was made, or back with everything that was typed.
//!
//! A caller that does not accept HTML gets the error itself; a browser is always sent to a page. What cannot be left
//! for that page, because the database does not take it, is in the answer itself.

use super::ServiceError;
use super::objects::created::Creation;
use super::objects::drafts::{self, Returned};
use super::objects::review::belongs_into_the_form;
use super::objects::save::Saved;
use super::reveal::unread;
use super::send_back::{leave_and_go_on, say_that_nothing_is_kept, send_back, send_back_to_draft};
use crate::domain::audit::{Action, Target};
use crate::domain::field_error::NOT_JSON;
use crate::domain::reference::ObjectReference;
use crate::domain::review::{Draft, FormTarget};
use crate::domain::shell::{Flash, Tone};
use crate::error::AppError;
use crate::paths;
use crate::server::context::{DirectPage, RequestContext, redirect};

/// The longest address of a form that is gone back to, in bytes: what is longer was not made here.
const LONGEST_PATH: usize = 1_000;

/// What is said where the secret of a new client would stand.
const NOT_READ: &str = "The client secret could not be read. It has not been shown: go to the new object to see it.";

/// Answers a form that creates something: on to what it created, to its review, or back to the form.
///
/// # Errors
/// To a caller that does not accept HTML: why it came back.
pub async fn after_create(
    context: &RequestContext,
    target: &FormTarget,
    created: Result<Creation, Returned>,
) -> Result<(), AppError> {
    let created = match created {
        Ok(Creation::Done(created)) => created,
        Ok(Creation::ToReview(draft)) => {
            let review = paths::review(&paths::form(target), &draft.id);
            return send_back_to_draft(context, ServiceError::NotReady, &review).await;
        }
        Err(returned) => return to_form(context, target, Err(returned)).await,
    };
    let path = paths::object(&target.connection, target.kind, &created.id);
    let ticket = created.ticket.as_deref().unwrap_or_default();
    if created.untold.is_empty() || !context.wants_html {
        redirect(&paths::with_query(&path, [("created", ticket)]));
        return Ok(());
    }
    // Not taken: the browser may be gone, and the second click is to find it still.
    let now = context.clock.monotonic();
    let mut sentences: Vec<String> = created.untold.into_iter().map(|flash| flash.message).collect();
    let (secret, path) = match context.secrets.peek(now, &[&context.principal.subject, &created.id], ticket).await {
        Ok(secret) => (secret, path),
        Err(error) => {
            unread(context, &error);
            sentences.push(NOT_READ.to_owned());
            (None, paths::with_query(&path, [("created", ticket)]))
        }
    };
    if let (Some(_), Ok(connection)) = (&secret, context.connection(&target.connection)) {
        let object = ObjectReference { id: created.id.clone(), name: created.name.clone() };
        let target = Target::of_object(&connection.summary, target.kind, object, target.organisation_id.clone());
        // What could not be recorded is why this page is shown: this waits with it.
        context.audit.keep_observed(vec![context.event(Action::SecretShown, target)]);
    }
    let link = (path, "Go to the new object");
    let title = "Created, but not recorded".to_owned();
    context.direct_answer.put(DirectPage { status: 200, title, sentences, secret, link });
    Ok(())
}

/// Answers a form: on to a page, or back to the form with the draft.
///
/// # Errors
/// To a caller that does not accept HTML: why it came back.
pub async fn to_form(
    context: &RequestContext,
    target: &FormTarget,
    reply: Result<String, Returned>,
) -> Result<(), AppError> {
    let form = form_of(context, target);
    match reply {
        Ok(path) => {
            redirect(&path);
            Ok(())
        }
        Err(returned) if returned.is_unkept && context.wants_html => {
            say_that_nothing_is_kept(context, returned.error, form);
            Ok(())
        }
        Err(Returned { draft: Some(draft), error, .. }) => {
            send_back_to_draft(context, error, &paths::draft(&form, &draft.id)).await
        }
        Err(Returned { draft: None, error, .. }) => send_back(context, error, &form).await,
    }
}

/// Answers the button that refreshes a list: on to the list, or to the overview with a message.
///
/// # Errors
/// To a caller that does not accept HTML: why not.
pub async fn to_list(context: &RequestContext, list: Result<String, ServiceError>) -> Result<(), AppError> {
    match list {
        Ok(path) => {
            redirect(&path);
            Ok(())
        }
        Err(error @ ServiceError::Unreadable(_)) => context.answer(Err(error)),
        Err(error) => send_back(context, error, paths::OVERVIEW).await,
    }
}

/// The address of the form about this; the overview when it names no connection of ours.
fn form_of(context: &RequestContext, target: &FormTarget) -> String {
    let path = paths::form(target);
    let is_ours = context.connections.find(&target.connection).is_some() && path.len() <= LONGEST_PATH;
    if is_ours { path } else { paths::OVERVIEW.to_owned() }
}

/// Answers a save: on to the object, or back to the review or the form.
///
/// # Errors
/// To a caller that does not accept HTML: why it came back.
pub async fn after_save(context: &RequestContext, saved: Result<Saved, Returned>) -> Result<(), AppError> {
    match saved {
        Ok(Saved::Done(draft, untold)) if untold.is_empty() || !context.wants_html => {
            redirect(&object_path(&draft));
            Ok(())
        }
        Ok(Saved::Done(draft, untold)) => {
            say_what_was_saved(context, &draft, untold);
            Ok(())
        }
        Ok(Saved::BackToReview(draft)) => {
            let review = paths::review(&paths::form(&draft.target()), &draft.id);
            send_back_to_draft(context, ServiceError::NotReady, &review).await
        }
        Err(returned) if returned.is_unkept && context.wants_html => {
            say_that_nothing_is_kept(context, returned.error, paths::OVERVIEW.to_owned());
            Ok(())
        }
        Err(Returned { draft: None, error, .. }) => send_back(context, error, paths::OVERVIEW).await,
        Err(Returned { draft: Some(draft), error, .. }) => {
            let form = paths::form(&draft.target());
            let path = if belongs_into_the_form(&draft) {
                paths::draft(&form, &draft.id)
            } else {
                paths::review(&form, &draft.id)
            };
            send_back_to_draft(context, error, &path).await
        }
    }
}

fn say_what_was_saved(context: &RequestContext, draft: &Draft, untold: Vec<Flash>) {
    let sentences = untold.into_iter().map(|flash| flash.message).collect();
    let title = "Saved, but not recorded".to_owned();
    let link = (object_path(draft), "Go to the saved object");
    context.direct_answer.put(DirectPage { status: 200, title, sentences, secret: None, link });
}

/// Gives a draft up and goes to the object, or back to the account page; to the overview when the draft is gone already.
///
/// # Errors
/// To a caller that does not accept HTML: why it could not be given up.
pub async fn after_discard(context: &RequestContext, id: &str, is_from_account: bool) -> Result<(), AppError> {
    let discarded = match drafts::find(context, id).await {
        Ok(draft) => drafts::discard(context, id).await.map(|()| draft),
        Err(error) => Err(error),
    };
    match discarded {
        Ok(_) if is_from_account => {
            redirect(paths::ACCOUNT);
            Ok(())
        }
        Ok(draft) => {
            redirect(&object_path(&draft));
            Ok(())
        }
        Err(error) => send_back(context, error, paths::OVERVIEW).await,
    }
}

/// Answers a check or a test message: a browser goes on to the connection's page, or to the list, with what came
/// of it.
///
/// # Errors
/// To a caller that does not accept HTML: why it was not done.
pub async fn to_connections(
    context: &RequestContext,
    done: Result<Flash, ServiceError>,
    name: Option<&String>,
) -> Result<(), AppError> {
    let path = name.map_or_else(|| paths::CONNECTIONS.to_owned(), |name| paths::connection(name));
    match done {
        Ok(flash) if context.wants_html => {
            leave_and_go_on(context, flash, path).await;
            Ok(())
        }
        // To a caller that does not accept HTML, the status says it.
        Ok(_) => Ok(()),
        Err(ServiceError::Invalid(_)) if context.wants_html => {
            leave_and_go_on(context, Flash { tone: Tone::Bad, message: NOT_JSON.to_owned() }, path).await;
            Ok(())
        }
        Err(ServiceError::NotFound) => send_back(context, ServiceError::NotFound, paths::CONNECTIONS).await,
        Err(error) => send_back(context, error, &path).await,
    }
}

/// Answers the end of a session, or a form about saved views: a browser goes on to the account page, with what came of
/// it.
///
/// # Errors
/// To a caller that does not accept HTML: why it was not done.
pub async fn to_account(context: &RequestContext, done: Result<Flash, ServiceError>) -> Result<(), AppError> {
    to_page(context, done, paths::ACCOUNT.to_owned()).await
}

/// Answers a form that leaves the browser where it was: it goes on to that page, with what came of it.
///
/// # Errors
/// To a caller that does not accept HTML: why it was not done.
pub async fn to_page(
    context: &RequestContext,
    done: Result<Flash, ServiceError>,
    path: String,
) -> Result<(), AppError> {
    match done {
        Ok(flash) => {
            leave_and_go_on(context, flash, path).await;
            Ok(())
        }
        Err(error) => send_back(context, error, &path).await,
    }
}

/// Where the object of a draft is shown; for one that does not exist yet, where it would be listed.
fn object_path(draft: &Draft) -> String {
    match (&draft.object_id, &draft.organisation_id) {
        (Some(id), _) => paths::object(&draft.connection, draft.kind, id),
        (None, Some(organisation)) => paths::organisation(&draft.connection, organisation),
        (None, None) => paths::organisations(&draft.connection),
    }
}
