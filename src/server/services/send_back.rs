//! Sending a browser back with a message, or with a page of its own where the message cannot be left for the next page.

use super::ServiceError;
use super::messages::leave;
use crate::domain::failure::Effect;
use crate::domain::shell::{Flash, Tone};
use crate::error::{AppError, AppErrorCode};
use crate::server::context::{DirectPage, RequestContext, redirect, set_status};

/// No page may be stored, so that not every browser has what was typed when somebody goes back to it.
const GO_BACK: &str = "Go back: your browser may still show what you typed. Copy it before you leave the form.";

/// The browser's copy of what was typed is the only one, if it has one: it must not be sent away from its page.
pub(super) fn say_that_nothing_is_kept(context: &RequestContext, error: ServiceError, form: String) {
    let error = error.into_app_error(context);
    let unkept = format!("What you typed could not be kept as a draft. {GO_BACK}");
    let sentences = vec![effect_of(&error), unkept, error.advice().into_owned()];
    say(context, &error, sentences, (form, "Open an empty form"));
}

/// Answers a small form that could not be taken: with a page of its own, which says where what was typed may still be.
///
/// # Errors
/// To a caller that does not accept HTML: why.
pub(super) fn leave_what_was_typed(
    context: &RequestContext,
    error: ServiceError,
    path: String,
) -> Result<(), AppError> {
    let error = error.into_app_error(context);
    if !context.wants_html {
        set_status(&error);
        return Err(error);
    }
    let sentences = vec![effect_of(&error), GO_BACK.to_owned(), error.advice().into_owned()];
    say(context, &error, sentences, (path, "Continue without it"));
    Ok(())
}

/// What happened, with what is known of its effect.
fn effect_of(error: &AppError) -> String {
    match &error.code {
        AppErrorCode::Partner(failure) if failure.effect == Effect::Unknown => {
            format!(
                "{} The outcome is unknown: OneID may have applied the change. The audit log shows it as unknown.",
                error.sentence()
            )
        }
        AppErrorCode::Partner(_) => format!("{} Nothing has been changed.", error.sentence()),
        _ => error.sentence().to_owned(),
    }
}

/// Answers with a page of its own.
fn say(context: &RequestContext, error: &AppError, sentences: Vec<String>, link: (String, &'static str)) {
    let title = error.title().to_owned();
    context.direct_answer.put(DirectPage { status: error.status(), title, sentences, secret: None, link });
}

/// Sends a browser on with a message, which is the answer itself where it cannot be left.
pub(super) async fn leave_and_go_on(context: &RequestContext, flash: Flash, path: String) {
    match leave(context, flash.tone, flash.message).await {
        None => redirect(&path),
        Some(Flash { message, .. }) => {
            let title = "Result".to_owned();
            let told =
                DirectPage { status: 200, title, sentences: vec![message], secret: None, link: (path, "Continue") };
            context.direct_answer.put(told);
        }
    }
}

/// Sends a browser to a page that shows the draft, with a message when the draft does not say itself what is wrong.
pub(super) async fn send_back_to_draft(
    context: &RequestContext,
    error: ServiceError,
    path: &str,
) -> Result<(), AppError> {
    match &error {
        ServiceError::Invalid(_) | ServiceError::Partner(_) | ServiceError::NotReady if context.wants_html => {
            // Logged like every other.
            let _ = error.into_app_error(context);
            redirect(path);
            Ok(())
        }
        _ => send_back(context, error, path).await,
    }
}

/// Sends a browser to a page with a message that says why, which is the answer itself where it cannot be left.
pub(super) async fn send_back(context: &RequestContext, error: ServiceError, path: &str) -> Result<(), AppError> {
    let error = error.into_app_error(context);
    if !context.wants_html {
        set_status(&error);
        return Err(error);
    }
    // The page that shows the message has a request ID of its own.
    let advice = error.advice().replace("the request ID below", &format!("the request ID {}", context.request_id));
    let text = format!("{}. {} {advice}", error.title(), effect_of(&error));
    if leave(context, Tone::Bad, text).await.is_none() {
        redirect(path);
    } else {
        let sentences = vec![effect_of(&error), error.advice().into_owned()];
        say(context, &error, sentences, (path.to_owned(), "Go back"));
    }
    Ok(())
}
