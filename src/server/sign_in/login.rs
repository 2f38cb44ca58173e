//! `GET /auth/login`: sends the browser to the identity provider.

use axum::Extension;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use super::callback::could_not;
use super::{add_cookie, cookies, own_page, see_other};
use crate::server::auth::{Authenticator, SignInError};
use crate::server::context::RequestId;
use crate::server::state::AppState;

/// The query of the sign-in page.
#[derive(Debug, Default, Deserialize)]
pub(super) struct LoginQuery {
    /// The page to go to afterwards.
    next: Option<String>,
}

/// Redirects to the identity provider, with a cookie that the callback is compared with. Of sign-ins that were begun in this
/// browser before and not finished, the newest stay.
pub(super) async fn begin(
    State(state): State<AppState>,
    query: Result<Query<LoginQuery>, QueryRejection>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    headers: HeaderMap,
) -> Response {
    let Authenticator::Oidc(provider, attempts) = &state.access.authenticator else {
        return see_other("/");
    };
    let next = own_page(query.ok().and_then(|Query(query)| query.next).as_deref());
    match provider.begin(next.clone()).await {
        Ok((url, attempt)) => match attempts.seal(&attempt) {
            Some(cookie) => {
                let mut response = see_other(url.as_str());
                for removal in attempts.removals(&cookies(&headers)) {
                    add_cookie(&mut response, &removal);
                }
                add_cookie(&mut response, &cookie);
                response
            }
            None => could_not(SignInError::Unavailable, &next, &request_id),
        },
        Err(error) => could_not(error, &next, &request_id),
    }
}
