//! `/auth/logout` and `/auth/backchannel-logout`: the end of a session, by the person or by the identity provider.

use axum::extract::rejection::FormRejection;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Form};
use leptos::prelude::*;
use serde::Deserialize;
use serde_json::json;
use tower_sessions::SessionStore;
use url::Url;

use super::add_cookie;
use crate::domain::audit::{Action, Intent, Target};
use crate::paths;
use crate::server::auth::{Authenticator, EndedSession, TokenFault, VisitorSession};
use crate::server::context::RequestId;
use crate::server::middleware::{Message, departure, document, peer, request_id_of, visitor_session};
use crate::server::session_handle::handle_of;
use crate::server::state::AppState;

const TITLE: &str = "You are signed out";

/// Ends the session here, then sends the browser to the sign-out of the identity provider or the proxy.
pub(super) async fn sign_out(State(state): State<AppState>, request: Request) -> Response {
    let request_id = request_id_of(&request);
    let session = visitor_session(&request);
    let id = session.as_ref().and_then(VisitorSession::id);
    let mut id_token = None;
    if let (Some(id), Some(session)) = (id, session) {
        id_token = state.id_tokens.take(id).await;
        // Whose it is can be read as long as it is there. That it cannot be read keeps nobody signed in.
        let actor = session.actor(peer(&request).map(|peer| peer.to_string())).await.ok().flatten();
        if let Err(error) = state.sessions.delete(&id).await {
            tracing::error!(request_id, error = &error as &dyn std::error::Error, "the session could not be ended");
            return not_signed_out(&request_id);
        }
        if let Some(actor) = actor {
            let target = Target::of_dashboard(Some(handle_of(id)));
            state.audit.note(Intent::event(Action::SignOut, actor, target, &request_id)).await;
        }
    }
    let elsewhere = match &state.access.authenticator {
        Authenticator::Oidc(provider, _) => provider.end_session_url(id_token.as_ref()).await,
        _ => state.access.sign_out_url.clone(),
    };
    let mut response = match elsewhere {
        Some(url) => continue_to(&url, &request_id),
        None => signed_out_page(&state, &request_id),
    };
    add_cookie(&mut response, &state.session_cookie.removal());
    // Not "cookies": that would sign the browser out of every application on this domain.
    response.headers_mut().insert("clear-site-data", HeaderValue::from_static("\"cache\", \"storage\""));
    response
}

/// `GET`: the page after sign-out. It changes nothing, because a link must not sign anybody out.
pub(super) async fn signed_out(State(state): State<AppState>, request: Request) -> Response {
    signed_out_page(&state, &request_id_of(&request))
}

fn signed_out_page(state: &AppState, request_id: &str) -> Response {
    let (advice, label, path) = if state.access.authenticator.signs_in_here() {
        ("Close the browser if other people use this machine.", "Sign in again", paths::sign_in(paths::OVERVIEW))
    } else {
        (
            "You are still signed in at the proxy in front of this dashboard. Sign out there too if other people use this \
             machine.",
            "Open the dashboard",
            paths::OVERVIEW.to_owned(),
        )
    };
    let message = Message { title: TITLE, sentence: "Your session in this dashboard has ended.", advice };
    let link = view! {
        <a class="button button-primary" href=path>
            {label}
        </a>
    };
    document(StatusCode::OK, &message, request_id, Some(link.into_any()))
}

/// The Content Security Policy lets forms lead to this dashboard only, and browsers apply it to redirects after a form.
/// So the answer is a page that leads to the other site.
fn continue_to(url: &Url, request_id: &str) -> Response {
    let message = Message {
        title: TITLE,
        sentence: "Your session in this dashboard has ended.",
        advice: "You are now being signed out at your identity provider too.",
    };
    departure(&message, request_id, url.as_str())
}

fn not_signed_out(request_id: &str) -> Response {
    let message = Message {
        title: "You could not be signed out",
        sentence: "Your session could not be ended, because the database cannot be written to.",
        advice: "Try again. If other people use this machine, clear the cookies for this site.",
    };
    document(StatusCode::SERVICE_UNAVAILABLE, &message, request_id, None)
}

/// The form that the provider posts (OpenID Connect Back-Channel Logout 1.0 §2.5).
#[derive(Debug, Deserialize)]
pub(super) struct BackChannel {
    logout_token: String,
}

/// Ends the sessions that a logout token of the provider names.
pub(super) async fn back_channel(
    State(state): State<AppState>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    form: Result<Form<BackChannel>, FormRejection>,
) -> Response {
    let Authenticator::Oidc(provider, _) = &state.access.authenticator else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Ok(Form(BackChannel { logout_token })) = form else {
        return refused("the parameter logout_token is missing");
    };
    let (EndedSession { subject, provider_session }, id) = match provider.ended_session(&logout_token).await {
        Ok(ended) => ended,
        Err(fault) => {
            tracing::warn!(%fault, "logout token rejected");
            return match fault {
                TokenFault::KeysUnavailable => StatusCode::SERVICE_UNAVAILABLE.into_response(),
                fault => refused(&fault.to_string()),
            };
        }
    };
    match state.sessions.end_of_provider(subject.as_deref(), provider_session.as_deref()).await {
        Ok(ended) => {
            provider.note_logout(id);
            tracing::info!(count = ended.len(), "sessions ended by the identity provider");
            for one in ended {
                state.audit.note(one.into_entry("identity_provider", &request_id)).await;
            }
            StatusCode::OK.into_response()
        }
        Err(error) => {
            tracing::error!(%error, "the sessions could not be ended");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

fn refused(description: &str) -> Response {
    let body = json!({"error": "invalid_request", "error_description": description});
    (StatusCode::BAD_REQUEST, axum::Json(body)).into_response()
}
