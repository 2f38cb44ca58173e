//! `/auth/…`: sign-in, the callback of the identity provider, sign-out, and the choice of a role in the demo.
//!
//! May import: auth, middleware (for its documents), state, paths, domain. These routes are outside the authentication
//! layer, because nobody is signed in yet when they are called.

mod callback;
mod demo_role;
mod login;
mod logout;
mod new_session;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use url::Url;

use crate::paths;
use crate::server::auth::Authenticator;
use crate::server::middleware::{FORMS, rate_limit, read_form};
use crate::server::request_limits::LimitsOfOneNumber;
use crate::server::state::AppState;

/// Every path that a way to sign in can have.
pub const PATHS: [&str; 5] =
    [paths::SIGN_OUT, paths::DEMO_ROLE, paths::SIGN_IN, paths::SIGN_IN_CALLBACK, paths::BACKCHANNEL_SIGN_OUT];

/// The routes for the configured way to sign in.
///
/// Starting a sign-in has a rate limit of its own. A callback counts only if it belongs to no sign-in of this browser, so
/// that everybody who has started a sign-in can finish it. Sign-out never counts, so that nobody can keep others signed
/// in.
pub fn routes(state: &AppState, limits: &LimitsOfOneNumber) -> Router<AppState> {
    let router = Router::new().route(paths::SIGN_OUT, get(logout::signed_out).post(logout::sign_out));
    let router = match state.access.authenticator {
        Authenticator::Demo => router.route(paths::DEMO_ROLE, post(demo_role::switch_role)),
        Authenticator::Oidc(..) | Authenticator::Header(_) | Authenticator::Jwt(_) => router,
    };
    let router = router.layer(from_fn(read_form));
    match state.access.authenticator {
        Authenticator::Oidc(..) => {
            let (begun, strays) = (limits.sign_ins.clone(), limits.stray_callbacks.clone());
            router
                .route(paths::SIGN_IN, get(login::begin).layer(from_fn_with_state(begun, rate_limit)))
                .route(paths::SIGN_IN_CALLBACK, get(callback::finish).layer(Extension(strays)))
                // The provider calls this, and its errors have a format of their own.
                .route(paths::BACKCHANNEL_SIGN_OUT, post(logout::back_channel))
        }
        Authenticator::Demo | Authenticator::Header(_) | Authenticator::Jwt(_) => router,
    }
}

/// The longest page address that is kept during a sign-in, in bytes. It is part of a cookie, whose size browsers limit.
const LONGEST_PAGE: usize = 1_500;

/// What begins so is no page: it leads back to the sign-in, or takes only forms.
const NO_PAGES: [&str; 2] = ["/auth/", FORMS];

/// The path and query of a page of this dashboard. Anything that would lead to another site, or to no page, becomes the
/// overview.
fn own_page(next: Option<&str>) -> String {
    // Any base works: what matters is whether the address leaves it.
    let page = Url::parse("http://own.invalid/").ok().and_then(|base| {
        let next = next.filter(|next| next.starts_with('/'))?;
        let url = base.join(next).ok()?;
        let is_page = !NO_PAGES.iter().any(|start| url.path().starts_with(start));
        (next.len() <= LONGEST_PAGE && url.origin() == base.origin() && is_page).then(|| {
            let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
            format!("{}{query}", url.path())
        })
    });
    // A browser would read a path that starts with two slashes as a host.
    page.filter(|page| !page.starts_with("//")).unwrap_or_else(|| paths::OVERVIEW.to_owned())
}

/// A 303 redirect.
fn see_other(location: &str) -> Response {
    match HeaderValue::from_str(location) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The cookies of a request, as one line.
fn cookies(headers: &HeaderMap) -> String {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.collect::<Vec<_>>().join("; ")
}

/// Adds a cookie to an answer.
fn add_cookie(response: &mut Response, cookie: &str) {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_page_of_ours_is_kept_with_its_query() {
        for page in ["/", "/sandbox/organisations?q=a%20b&page=2", "/audit/7"] {
            assert_eq!(own_page(Some(page)), page);
        }
    }

    #[test]
    fn nothing_leads_elsewhere() {
        for next in [
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example/",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/.//evil.example",
            "/auth/login?next=/",
            "/x/../auth/logout",
            "/api/organisations/create",
            "/x/../api/changes/save?draft=1",
            "",
            "sandbox",
            &format!("/audit?q={}", "a".repeat(1_500)),
        ] {
            assert_eq!(own_page(Some(next)), "/", "{next:?}");
        }
        assert_eq!(own_page(None), "/");
    }

    proptest! {
        #[test]
        fn whatever_is_asked_for_stays_here_and_fits_a_header(next in "\\PC{0,60}", slashes in "[/\\\\]{0,3}") {
            let page = own_page(Some(&format!("{slashes}{next}")));
            prop_assert!(page.starts_with('/') && !page.starts_with("//") && !page.starts_with("/\\"));
            prop_assert!(HeaderValue::from_str(&page).is_ok());
        }
    }
}
