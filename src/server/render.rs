//! Pages: a page asks for its data, then it is rendered at once and sent whole.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequestParts as _, RawPathParams, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use hydration_context::SsrSharedContext;
use leptos::prelude::{Owner, provide_context};
use leptos::reactive::computed::ScopedFuture;
use url::form_urlencoded;

use crate::app::MakePage;
use crate::components::Html;
use crate::domain::shell::Shell;
use crate::error::{AppError, AppErrorCode};
use crate::pages::{Address, failed};

/// Answers with a page, or with the page of the error that it ended with.
pub async fn page(make: MakePage, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    let Ok(path) = RawPathParams::from_request_parts(&mut parts, &()).await else {
        return not_found(Request::from_parts(parts, Body::empty()));
    };
    let path = path.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let query = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    let address = Address::new(path, query);
    let connection = address.connection().map(str::to_owned);
    let shell = parts.extensions.get::<Arc<Shell>>().cloned();
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let page = owner.with(|| {
        if let Some(shell) = shell {
            provide_context(shell);
        }
        provide_context(parts);
        ScopedFuture::new(make(address))
    });
    match page.await {
        Ok(html) => document(StatusCode::OK, html),
        Err(error) => owner.with(|| failure(error, connection)),
    }
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

fn failure(error: AppError, connection: Option<String>) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    document(status, failed(error, connection))
}

fn document(status: StatusCode, Html(html): Html) -> Response {
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response()
}
