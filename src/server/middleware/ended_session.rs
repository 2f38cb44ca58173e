//! The page for a form that comes after the end of its session. It holds the form, because nothing else does: a draft
//! belongs to a person, and browsers keep no page that must not be stored.

use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use leptos::prelude::*;

use super::document::{Message, document};
use super::form::{FORMS, posted_pairs};
use crate::paths;

const WITH_FORM: &str = "Sign in again in a new tab, then come back to this page and press “Send it again”. This page \
                         holds everything in your form: if you close it, what you typed is lost.";
const WITHOUT_FORM: &str = "Sign in again in a new tab, then open the form again. This page could not hold your form. \
                            If you go back, your browser may still show what you typed: copy it from there first.";

/// A form as it was posted, and the path that it was posted to.
struct Unsent {
    action: String,
    pairs: Vec<(String, String)>,
}

/// Answers such a form. It comes from a page of this dashboard: the guard refuses what other sites send, before anybody is
/// asked who they are.
pub(super) async fn session_ended(request: &mut Request, request_id: &str) -> Response {
    let unsent = unsent(request).await;
    let advice = if unsent.is_some() { WITH_FORM } else { WITHOUT_FORM };
    let message = Message { title: "Your session has ended", sentence: "Nothing has been sent.", advice };
    let actions = view! {
        <a class="button button-primary" href=paths::sign_in(paths::OVERVIEW) target="_blank" rel="noopener">
            "Sign in (opens in a new tab)"
        </a>
        {unsent.map(send_again)}
    };
    document(StatusCode::UNAUTHORIZED, &message, request_id, Some(actions.into_any()))
}

/// The form of a request; `None` when it cannot be read, or is sent where no form leads: a path that begins with two slashes
/// would name another host.
async fn unsent(request: &mut Request) -> Option<Unsent> {
    if request.method() != Method::POST || !request.uri().path().starts_with(FORMS) {
        return None;
    }
    let action = request.uri().path_and_query()?.as_str().to_owned();
    let pairs = posted_pairs(request).await?;
    Some(Unsent { action, pairs })
}

/// The same form, with the same action and method. Attributes hold values with their line breaks.
fn send_again(Unsent { action, pairs }: Unsent) -> impl IntoView {
    let controls = pairs.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    view! {
        <form method="post" action=action>
            {controls.collect_view()}
            <button class="button" type="submit">
                "Send it again"
            </button>
        </form>
    }
}
