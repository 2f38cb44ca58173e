//! `GET /auth/callback`: the identity provider sends the browser back.

use axum::Extension;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;

use super::new_session::begin;
use super::{add_cookie, cookies, own_page, see_other};
use crate::domain::audit::{Action, Actor, Intent, REASON, Target};
use crate::paths;
use crate::server::auth::{Attempt, Authenticator, CallbackQuery, SessionError, SignInError, SignedIn, VisitorSession};
use crate::server::middleware::{Message, count, document, peer, request_id_of, visitor_session};
use crate::server::request_limits::RequestLimit;
use crate::server::state::AppState;

/// Signs the person in with a new session, and redirects to the requested page. A callback that belongs to no sign-in of
/// this browser counts towards the limit of `strays`.
pub(super) async fn finish(
    State(state): State<AppState>,
    Extension(strays): Extension<RequestLimit>,
    query: Result<Query<CallbackQuery>, QueryRejection>,
    request: Request,
) -> Response {
    let request_id = request_id_of(&request);
    let Authenticator::Oidc(provider, attempts) = &state.access.authenticator else {
        return see_other(paths::OVERVIEW);
    };
    let query = query.map(|Query(query)| query).unwrap_or_default();
    let asked = query.state.clone().unwrap_or_default();
    let Some(attempt) = attempts.open(&cookies(request.headers()), &asked, state.clock.now()) else {
        let told = || {
            note_refusal(&state, nobody(&request), SignInError::NotOurs, &request_id);
            could_not(SignInError::NotOurs, paths::OVERVIEW, &request_id)
        };
        return count(&strays, &request).unwrap_or_else(told);
    };
    let session = visitor_session(&request);
    let from = peer(&request).map(|peer| peer.to_string());
    let signed_in = provider.finish(&attempt, &query).await;
    let mut response = match signed_in {
        Ok(signed_in) => begin_session(&state, signed_in, &attempt, session, (from, &request_id)).await,
        Err(error) => {
            note_refusal(&state, nobody(&request), error, &request_id);
            could_not(error, &attempt.next, &request_id)
        }
    };
    add_cookie(&mut response, &attempts.removal(&asked));
    response
}

/// Nobody knows who it was: the provider did not say so, or not in a way that can be trusted.
fn nobody(request: &Request) -> Actor {
    Actor { peer: peer(request).map(|peer| peer.to_string()), ..Actor::nobody("Unknown") }
}

fn note_refusal(state: &AppState, actor: Actor, error: SignInError, request_id: &str) {
    let refused = Intent::event(Action::SignInRefused, actor, Target::of_dashboard(None), request_id);
    state.audit.note_refusal(refused.with_text(REASON, &error.code()));
}

async fn begin_session(
    state: &AppState,
    signed_in: SignedIn,
    attempt: &Attempt,
    session: Option<VisitorSession>,
    (peer, request_id): (Option<String>, &str),
) -> Response {
    let SignedIn { identity: person, registration, provider_session, id_token } = signed_in;
    let at = (Some(registration), provider_session);
    let begun = match &session {
        Some(session) => begin(state, session, &person, at, (peer.clone(), request_id)).await,
        None => Err(SessionError::NotSaved),
    };
    let id = match begun {
        Ok(id) => id,
        Err(error) => {
            tracing::error!(request_id, error = &error as &dyn std::error::Error, "the session could not be started");
            let actor = person.actor(state.access.roles.highest(&person.groups), peer, None);
            note_refusal(state, actor, SignInError::NoSession, request_id);
            return could_not(SignInError::NoSession, &attempt.next, request_id);
        }
    };
    let lifetime = state.session_limits.absolute.unsigned_abs();
    state.id_tokens.keep(id, id_token, state.clock.monotonic(), lifetime).await;
    tracing::info!(request_id, subject = person.subject, "signed in");
    see_other(&own_page(Some(&attempt.next)))
}

/// The page that explains why a sign-in failed.
pub(super) fn could_not(error: SignInError, next: &str, request_id: &str) -> Response {
    let without_groups = format!("Your identity provider did not say which groups you are in: {error}.");
    let (status, sentence, advice) = match error {
        SignInError::Unavailable => (
            StatusCode::SERVICE_UNAVAILABLE,
            "Your identity provider is not responding, or its response is not valid.",
            "Try again in a minute. If it keeps happening, contact the operator of this dashboard and quote the request ID below.",
        ),
        SignInError::Refused => (
            StatusCode::BAD_REQUEST,
            "Your identity provider did not sign you in, or the sign-in took too long.",
            "Try again. If it keeps happening, ask your identity team whether you have access to this dashboard.",
        ),
        SignInError::NotOurs => (
            StatusCode::BAD_REQUEST,
            "This sign-in was not started in this browser, or it has already been completed.",
            "Try again in a single tab, with cookies allowed.",
        ),
        SignInError::InvalidToken => (
            StatusCode::BAD_REQUEST,
            "The ID token from your identity provider cannot be verified.",
            "Try again. If it keeps happening, contact the operator of this dashboard and quote the request ID below.",
        ),
        SignInError::NoSession => (
            StatusCode::SERVICE_UNAVAILABLE,
            "The dashboard’s database is not responding, so your session could not be started.",
            "Try again in a minute. If it keeps happening, contact the operator of this dashboard and quote the request ID below.",
        ),
        SignInError::NoGroups(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            without_groups.as_str(),
            "Try again in a minute. If it keeps happening, contact the operator of this dashboard and quote the request ID \
             below: your groups can also be put into the ID token.",
        ),
    };
    let message = Message { title: "You could not be signed in", sentence, advice };
    let link = view! {
        <a class="button button-primary" href=paths::sign_in(next)>
            "Try again"
        </a>
    };
    document(status, &message, request_id, Some(link.into_any()))
}
