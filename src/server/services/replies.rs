//! Where a browser goes after a form: to what was made, or back with everything that was typed.
//!
//! An island gets the error itself; a browser without JavaScript is always sent to a page.

use super::changes::Returned;
use super::edits::belongs_into_the_form;
use super::messages::leave;
use super::saves::Saved;
use super::{ServiceError, drafts};
use crate::domain::review::Draft;
use crate::domain::shell::{Flash, Tone};
use crate::domain::validation::NOT_JSON;
use crate::error::{AppError, AppErrorCode};
use crate::paths;
use crate::server::context::{RequestContext, redirect, set_status};

/// Answers a form: on to a page, or back to `form_path` with the draft.
///
/// # Errors
/// To an island: why it came back.
pub async fn to_form(
    context: &RequestContext,
    reply: Result<String, Returned>,
    form_path: &str,
) -> Result<(), AppError> {
    match reply {
        Ok(path) => {
            redirect(&path);
            Ok(())
        }
        Err(Returned { draft, error }) => {
            let path = draft.map_or_else(|| form_path.to_owned(), |draft| paths::draft(form_path, &draft.id));
            send_back(context, error, &path).await
        }
    }
}

/// Answers a save: on to the object, or back to the review or the form.
///
/// # Errors
/// To an island: why it came back.
pub async fn to_review(context: &RequestContext, saved: Result<Saved, Returned>) -> Result<(), AppError> {
    match saved {
        Ok(Saved::Done(draft)) => {
            redirect(&object_path(&draft));
            Ok(())
        }
        Ok(Saved::BackToReview(draft)) => {
            send_back(context, ServiceError::NotReady, &paths::review(&form_path(&draft), &draft.id)).await
        }
        Err(Returned { draft: None, error }) => send_back(context, error, paths::OVERVIEW).await,
        Err(Returned { draft: Some(draft), error }) => {
            let form = form_path(&draft);
            let path = if belongs_into_the_form(&draft) {
                paths::draft(&form, &draft.id)
            } else {
                paths::review(&form, &draft.id)
            };
            send_back(context, error, &path).await
        }
    }
}

/// Gives a draft up and goes to the object, or to the overview when the draft is gone already.
///
/// # Errors
/// To an island: why it could not be given up.
pub async fn to_discard(context: &RequestContext, id: &str) -> Result<(), AppError> {
    let discarded = match drafts::find(context, id).await {
        Ok(draft) => drafts::discard(context, id).await.map(|()| draft),
        Err(error) => Err(error),
    };
    match discarded {
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
/// To an island: why it was not done.
pub async fn to_connections(
    context: &RequestContext,
    done: Result<Flash, ServiceError>,
    name: Option<&String>,
) -> Result<(), AppError> {
    let path = name.map_or_else(|| paths::CONNECTIONS.to_owned(), |name| paths::connection(name));
    match done {
        Ok(flash) if context.wants_html => {
            leave(context, flash.tone, flash.words).await;
            redirect(&path);
            Ok(())
        }
        // An island shows the result itself.
        Ok(_) => Ok(()),
        Err(ServiceError::Invalid(_)) if context.wants_html => {
            leave(context, Tone::Bad, NOT_JSON.to_owned()).await;
            redirect(&path);
            Ok(())
        }
        Err(ServiceError::NotFound) => send_back(context, ServiceError::NotFound, paths::CONNECTIONS).await,
        Err(error) => send_back(context, error, &path).await,
    }
}

/// Answers the end of a session: a browser goes on to the account page, with what came of it.
///
/// # Errors
/// To an island: why it was not done.
pub async fn to_account(context: &RequestContext, done: Result<Flash, ServiceError>) -> Result<(), AppError> {
    match done {
        Ok(flash) => {
            leave(context, flash.tone, flash.words).await;
            redirect(paths::ACCOUNT);
            Ok(())
        }
        Err(error) => send_back(context, error, paths::ACCOUNT).await,
    }
}

fn object_path(draft: &Draft) -> String {
    paths::object(&draft.connection, draft.kind, draft.object_id.as_deref().unwrap_or_default())
}

fn form_path(draft: &Draft) -> String {
    paths::edit_object(&draft.connection, draft.kind, draft.object_id.as_deref().unwrap_or_default())
}

/// Sends a browser to a page that shows the draft, with a message when the draft does not say
/// itself what is wrong.
async fn send_back(context: &RequestContext, error: ServiceError, path: &str) -> Result<(), AppError> {
    let error = error.into_app_error(context);
    if !context.wants_html {
        set_status(&error);
        return Err(error);
    }
    if !matches!(error.code, AppErrorCode::Invalid(_) | AppErrorCode::Partner(_) | AppErrorCode::NotReady) {
        let words = format!("{}. {} {}", error.title(), error.sentence(), error.advice());
        leave(context, Tone::Bad, words).await;
    }
    redirect(path);
    Ok(())
}
