//! Authentication: identifies the principal of each request, or answers the request here.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use leptos::prelude::*;
use tower_sessions::Session;

use super::document::{Message, document, refusal, request_id_of};
use super::ended_session::session_ended;
use super::peer::peer;
use super::rate_limit::count;
use crate::components::SignOut;
use crate::domain::audit::{Action, Intent, REASON, SIGN_IN_METHOD, Target};
use crate::domain::principal::{Permission, Principal};
use crate::domain::shell::{BACKGROUND_REQUEST, IN_BACKGROUND};
use crate::error::{AppError, AppErrorCode};
use crate::paths;
use crate::server::accept::wants_html;
use crate::server::auth::{Identity, PeerAddress, Rejection, Started, VisitorSession};
use crate::server::request_limits::RequestLimit;
use crate::server::session_handle::handle_of;
use crate::server::state::AppState;

/// How much of a `User-Agent` is kept, in characters.
const LONGEST_USER_AGENT: usize = 300;

/// Adds the principal and the visitor's session to the request.
///
/// # Errors
/// The answer, when nobody is signed in.
pub(super) async fn authenticate(
    state: &AppState,
    limit: &RequestLimit,
    request: &mut Request,
) -> Result<(), Box<Response>> {
    let Some(session) = visitor_session(request) else {
        tracing::error!("a request without a session");
        let error = AppError::new(AppErrorCode::Internal);
        return Err(Box::new(refusal(&error, wants_html(request.headers()))));
    };
    let from = peer(request);
    let request_id = request_id_of(request);
    let identified = identify(state, from.as_ref(), request.headers(), &request_id, session);
    let identified = match request.headers().get(BACKGROUND_REQUEST) {
        Some(value) if value == IN_BACKGROUND => state.sessions.unnoticed(Box::pin(identified)).await,
        _ => identified.await,
    };
    match identified {
        Ok((principal, session)) => {
            let extensions = request.extensions_mut();
            extensions.insert(principal);
            extensions.insert(session);
            if let Some(from) = from {
                extensions.insert(from);
            }
            Ok(())
        }
        Err(rejection) => {
            tracing::info!(request_id, ?rejection, "request not authenticated");
            Err(Box::new(refuse((state, limit), rejection, request, &request_id).await))
        }
    }
}

async fn identify(
    state: &AppState,
    peer: Option<&PeerAddress>,
    headers: &HeaderMap,
    request_id: &str,
    mut session: VisitorSession,
) -> Result<(Principal, VisitorSession), Rejection> {
    let access = &state.access;
    let identity = access.authenticator.identify(peer, headers, &session).await?;
    // Before anything is recorded: no entry may name a session that is not known to be this person's.
    if let Err(error) = session.belong_to(&identity.subject).await {
        tracing::error!(error = &error as &dyn std::error::Error, "the session could not be read");
        if access.authenticator.needs_sessions() {
            return Err(Rejection::NoDatabase);
        }
    }
    let actor = |identity: &Identity| {
        let role = access.roles.highest(&identity.groups);
        identity.actor(role, peer.map(ToString::to_string), session.id().map(handle_of))
    };
    let event = |action, actor| Intent::event(action, actor, Target::of_dashboard(None), request_id);
    let Ok(principal) = identity.clone().principal(&access.roles) else {
        let refused = event(Action::SignInRefused, actor(&identity));
        state.audit.note_refusal(refused.with_text(REASON, "no_role"));
        return Err(Rejection::NoRole);
    };
    if !access.authenticator.signs_in_here() && is_arrival(state, &principal, peer) {
        let arrived = event(Action::SignIn, actor(&identity));
        state.audit.note(arrived.with_text(SIGN_IN_METHOD, access.authenticator.code())).await;
    }
    Ok((principal, session))
}

/// Whether a person whom a proxy signs in was not here for as long as a session lasts without a request.
fn is_arrival(state: &AppState, principal: &Principal, peer: Option<&PeerAddress>) -> bool {
    let (now, idle) = (state.clock.monotonic(), state.session_limits.idle.unsigned_abs());
    let address = peer.map(ToString::to_string);
    state.arrivals.is_new(&principal.subject, address.as_deref(), now, idle)
}

/// The visitor's session, with the peer address and `User-Agent` of the request.
pub fn visitor_session(request: &Request) -> Option<VisitorSession> {
    let session = request.extensions().get::<Session>().cloned()?;
    let user_agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    let started = Started {
        peer: peer(request).map(|peer| peer.to_string()),
        user_agent: user_agent.map(|agent| agent.chars().take(LONGEST_USER_AGENT).collect()),
    };
    Some(VisitorSession::new(session, started))
}

async fn refuse(
    (state, limit): (&AppState, &RequestLimit),
    rejection: Rejection,
    request: &mut Request,
    request_id: &str,
) -> Response {
    let wants_html = wants_html(request.headers());
    let signs_in_here = state.access.authenticator.signs_in_here();
    let code = match rejection {
        Rejection::NotAuthenticated if signs_in_here && wants_html => {
            return ask_to_sign_in(limit, request, request_id).await;
        }
        Rejection::NoRole if wants_html => return no_role(request_id),
        Rejection::NotAuthenticated => AppErrorCode::Unauthenticated,
        Rejection::Ambiguous => AppErrorCode::BadRequest,
        Rejection::NoRole => AppErrorCode::Forbidden(Permission::ViewObjects),
        Rejection::Unavailable => AppErrorCode::IdentityUnavailable,
        Rejection::NoDatabase => AppErrorCode::DatabaseUnavailable,
    };
    refusal(&AppError { code, request_id: Some(request_id.to_owned()) }, wants_html)
}

/// A page is shown after the sign-in. A form cannot be repeated then, so the answer holds it until it is sent again.
async fn ask_to_sign_in(limit: &RequestLimit, request: &mut Request, request_id: &str) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        let here = request.uri().path_and_query().map_or(paths::OVERVIEW, |here| here.as_str());
        if let Ok(location) = HeaderValue::from_str(&paths::sign_in(here)) {
            return (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response();
        }
    }
    // Reading the form and holding it costs more than to refuse it, and anybody may send one.
    match count(limit, request) {
        Some(refusal) => refusal,
        None => session_ended(request, request_id).await,
    }
}

fn no_role(request_id: &str) -> Response {
    let message = Message {
        title: "You don’t have access",
        sentence: "You are signed in, but none of your groups can use this dashboard.",
        advice: "Ask the operator of this dashboard which group you need, then ask your identity team to add you to it.",
    };
    let sign_out = view! { <SignOut class="button"/> };
    document(StatusCode::FORBIDDEN, &message, request_id, Some(sign_out.into_any()))
}
