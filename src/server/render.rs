//! Pages: a page asks for its data, then it is rendered at once and sent whole.

use std::sync::{Arc, PoisonError};

use axum::body::Body;
use axum::extract::{FromRequestParts as _, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use hydration_context::SsrSharedContext;
use leptos::prelude::{Owner, provide_context};
use leptos::reactive::computed::ScopedFuture;
use leptos_axum::ResponseOptions;
use url::form_urlencoded;

use crate::app::MakePage;
use crate::components::Html;
use crate::domain::shell::Shell;
use crate::error::{AppError, AppErrorCode};
use crate::pages::{Address, failed};

/// Answers with a page, or with the page of the error that it ended with.
pub async fn page(make: MakePage, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    if let Some(location) = without_blanks(&parts.uri) {
        return (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response();
    }
    let Ok(path) = RawPathParams::from_request_parts(&mut parts, &()).await else {
        return not_found(Request::from_parts(parts, Body::empty()));
    };
    let path = path.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let query = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    let address = Address::new(path, query);
    let connection = address.connection().map(str::to_owned);
    let shell = parts.extensions.get::<Arc<Shell>>().cloned();
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    // What the page asks for has the answer sent with.
    let options = ResponseOptions::default();
    let page = owner.with(|| {
        if let Some(shell) = shell {
            provide_context(shell);
        }
        provide_context(parts);
        provide_context(options.clone());
        ScopedFuture::new(make(address))
    });
    match page.await {
        Ok(html) => {
            let mut response = document(StatusCode::OK, html);
            response.headers_mut().extend(options.0.read().unwrap_or_else(PoisonError::into_inner).headers.clone());
            response
        }
        Err(error) => {
            // Where a page is gone and something else has taken its place, the browser goes there.
            let headers = options.0.read().unwrap_or_else(PoisonError::into_inner).headers.clone();
            match headers.get(header::LOCATION) {
                Some(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location.clone())]).into_response(),
                None => owner.with(|| failure(error, connection)),
            }
        }
    }
}

/// The address without the controls that a form left blank; `None` when it has none. A form whose values stand in the
/// address sends them all, and an address that says nothing twice can be read and shared.
fn without_blanks(uri: &Uri) -> Option<HeaderValue> {
    let pairs = || uri.query().unwrap_or_default().split('&');
    let is_blank = |pair: &&str| pair.ends_with('=');
    if !pairs().any(|pair| is_blank(&pair)) {
        return None;
    }
    let kept = pairs().filter(|pair| !is_blank(pair)).collect::<Vec<_>>().join("&");
    let location = if kept.is_empty() { uri.path().to_owned() } else { [uri.path(), "?", &kept].concat() };
    // What begins with two slashes would be read as a host.
    HeaderValue::from_str(&location).ok().filter(|_| !location.starts_with("//"))
}

/// The page for an address that is none.
pub fn not_found(request: Request) -> Response {
    let shell = request.extensions().get::<Arc<Shell>>().cloned();
    let request_id = shell.as_ref().map(|shell| shell.request_id.clone());
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    owner.with(|| {
        if let Some(shell) = shell {
            provide_context(shell);
        }
        failure(AppError { code: AppErrorCode::NotFound, request_id }, None)
    })
}

/// The page of an error that a request for something else than a page ended with.
pub fn refused(parts: Parts, error: AppError, connection: String) -> Response {
    let shell = parts.extensions.get::<Arc<Shell>>().cloned();
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    owner.with(|| {
        if let Some(shell) = shell {
            provide_context(shell);
        }
        failure(error, Some(connection))
    })
}

fn failure(error: AppError, connection: Option<String>) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    document(status, failed(error, connection))
}

fn document(status: StatusCode, Html(html): Html) -> Response {
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_form_left_blank_leaves_the_address_and_nothing_else_does() {
        let cleaned = |uri: &str| without_blanks(&uri.parse().unwrap()).map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(cleaned("/x?q=&scope=a&scope=&b=%20").as_deref(), Some("/x?scope=a&b=%20"));
        assert_eq!(cleaned("/x?q=").as_deref(), Some("/x"));
        for uri in ["/x", "/x?", "/x?q=a=b", "/x?draft", "//evil.example/x?q="] {
            assert_eq!(cleaned(uri), None, "{uri}");
        }
    }
}
