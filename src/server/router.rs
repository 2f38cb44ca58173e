//! Every route and the order of the layers around them.

use std::num::NonZeroU32;
use std::time::Duration;

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, get, on};
use axum::{Extension, Router};
use leptos::server_fn::axum::server_fn_paths;
use leptos_axum::handle_server_fns;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;
use url::Url;

use crate::app::PAGES;
use crate::server::export::{self, EXPORTS};
use crate::server::metrics;
use crate::server::middleware::{
    LARGEST_FORM, OwnOrigins, RequestLimit, StrictTransport, assets, authenticate, compression, direct_answer,
    form_errors, no_blank_page, own_host, rate_limit, read_form, refuse_panic, request_id, same_origin,
    security_headers, shell, target_with_path,
};
use crate::server::render;
use crate::server::sign_in;
use crate::server::state::AppState;

/// The longest that a request may take. The partner's own deadlines are shorter.
const LONGEST_REQUEST: Duration = Duration::from_mins(1);

/// The whole application, at its address in browsers. `requests_per_minute` is what each session may ask for.
pub fn build(state: AppState, public_url: &Url, requests_per_minute: NonZeroU32) -> Router {
    let own_origins = OwnOrigins::new(public_url, state.is_demo);
    let limit = RequestLimit::per_minute(requests_per_minute);
    let sessions = state.session_cookie.layer(state.sessions.clone());
    let pages = PAGES.iter().fold(Router::new(), |router, &(path, make)| {
        router.route(path, get(move |request| render::page(make, request)))
    });
    let pages = EXPORTS.iter().fold(pages, |router, &(path, kind, format)| {
        router.route(path, get(move |request| export::file(kind, format, request)))
    });
    let pages = server_fn_paths().fold(pages, |router, (path, method)| match MethodFilter::try_from(method) {
        Ok(method) => router.route(path, on(method, handle_server_fns)),
        Err(_) => router,
    });
    let pages = pages
        .fallback(fallback)
        .layer(from_fn(form_errors))
        .layer(from_fn(direct_answer))
        .layer(from_fn(read_form))
        .layer(Extension(state.resources.clone()))
        .layer(from_fn_with_state(state.clone(), shell))
        .layer(from_fn_with_state(limit, rate_limit))
        .layer(from_fn_with_state(state.clone(), authenticate));
    let application = sign_in::routes(&state, requests_per_minute)
        .fallback_service(pages.with_state(state.clone()))
        .layer(sessions)
        .layer(compression())
        .layer(from_fn_with_state(own_origins.clone(), same_origin))
        .layer(RequestBodyLimitLayer::new(LARGEST_FORM))
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, LONGEST_REQUEST))
        .layer(from_fn(no_blank_page));
    let files = Router::new()
        .route("/pkg/{version}/pkg/{file}", get(assets::versioned))
        .route("/favicon.svg", get(assets::favicon));
    let is_demo = state.is_demo;
    let whole = files.fallback_service(application.with_state(state));
    let whole = if is_demo { whole.layer(from_fn_with_state(own_origins, own_host)) } else { whole };
    whole
        .layer(CatchPanicLayer::custom(refuse_panic))
        .layer(from_fn(target_with_path))
        .layer(from_fn_with_state(StrictTransport(public_url.scheme() == "https"), security_headers))
        .layer(from_fn(request_id))
}

/// An address that is no route: without its last slash it may be one; otherwise the page says so.
async fn fallback(request: Request) -> Response {
    let path = request.uri().path();
    let trimmed = path.trim_end_matches('/');
    if trimmed.len() < path.len() && trimmed.starts_with('/') && !trimmed.starts_with("//") && !trimmed.contains('\\') {
        let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
        if let Ok(location) = HeaderValue::from_str(&format!("{trimmed}{query}")) {
            return (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, location)]).into_response();
        }
    }
    render::not_found(request)
}

/// The routes of the operations' listener: alive, ready to serve, and metrics.
pub fn operations(state: AppState) -> Router {
    let for_metrics = state.clone();
    Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(move || ready(state.clone())))
        .route("/metrics", get(move || measure(for_metrics.clone())))
        .layer(from_fn(target_with_path))
}

/// The metrics, for Prometheus.
async fn measure(state: AppState) -> Response {
    match metrics::text(&state).await {
        Ok(text) => ([(header::CONTENT_TYPE, metrics::CONTENT_TYPE)], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "metrics not written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Ready when the audit log can be read and nothing waits to be written to it, until the server is asked to end.
async fn ready(state: AppState) -> (StatusCode, &'static str) {
    if state.writes.is_closed() {
        return (StatusCode::SERVICE_UNAVAILABLE, "shutting down");
    }
    let can_read = state.audit.list(&crate::domain::audit::AuditFilter::default(), 1, 1).await.is_ok();
    if can_read && state.audit.unwritten().await == 0 {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "audit log unavailable")
    }
}
