//! The session of a person who signed in, and what is recorded when it begins.

use tower_sessions::session::Id;

use crate::domain::audit::{Action, Intent, REASON, SIGN_IN_METHOD, Target};
use crate::server::auth::{Identity, Registration, SessionError, VisitorSession};
use crate::server::session_handle::handle_of;
use crate::server::state::AppState;

/// Begins a session, and says its id. The one that this browser had before ends. `at` is where the person signed in, and the
/// session that they have there.
///
/// # Errors
/// When the session cannot be saved.
pub(super) async fn begin(
    state: &AppState,
    session: &VisitorSession,
    person: &Identity,
    at: (Option<Registration>, Option<String>),
    (peer, request_id): (Option<String>, &str),
) -> Result<Id, SessionError> {
    // Whose it is can be read as long as it is there.
    let owner = session.actor(peer.clone()).await?;
    let replaced = session.id().zip(owner);
    let (registration, provider_session) = at;
    let id = session.sign_in(person.clone(), registration, provider_session).await?;
    if let Some((old, owner)) = replaced {
        state.id_tokens.take(old).await;
        let ended = Intent::event(Action::SessionEnded, owner, Target::of_dashboard(Some(handle_of(old))), request_id);
        state.audit.note(ended.with_text(REASON, "replaced")).await;
    }
    let handle = handle_of(id);
    let actor = person.actor(state.access.roles.highest(&person.groups), peer, Some(handle.clone()));
    let began = Intent::event(Action::SignIn, actor, Target::of_dashboard(Some(handle)), request_id);
    state.audit.note(began.with_text(SIGN_IN_METHOD, state.access.authenticator.code())).await;
    Ok(id)
}
