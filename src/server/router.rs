//! Every route and the order of the layers around them.

use std::num::NonZeroU32;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use leptos::nonce::Nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{LeptosRoutes, generate_route_list, render_app_async_with_context};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;
use url::Url;

use crate::app::{App, document};
use crate::domain::shell::Shell;
use crate::server::metrics;
use crate::server::middleware::{
    LARGEST_FORM, OwnOrigins, RequestLimit, StrictTransport, assets, authenticate, direct_answer, form_errors,
    no_blank_page, own_host, rate_limit, read_form, refuse_panic, request_id, same_origin, security_headers, shell,
    target_with_path,
};
use crate::server::sign_in;
use crate::server::state::AppState;

/// The longest that a request may take. The partner's own deadlines are shorter.
const LONGEST_REQUEST: Duration = Duration::from_mins(1);

/// The whole application, at its address in browsers. `requests_per_minute` is what each session may ask for.
pub fn build(state: AppState, public_url: &Url, requests_per_minute: NonZeroU32) -> Router {
    let own_origins = OwnOrigins::new(public_url, state.is_demo);
    let limit = RequestLimit::per_minute(requests_per_minute);
    let options = state.leptos_options.clone();
    let view = move || document(options.clone());
    let not_found = render_app_async_with_context(with_state(&state), view.clone());
    let sessions = state.session_cookie.layer(state.sessions.clone());
    let pages = Router::new()
        .leptos_routes_with_context(&state, generate_route_list(App), page_context, view)
        .fallback(move |request: Request| fallback(request, not_found.clone()))
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
        .layer(CompressionLayer::new())
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

/// What a page finds in its context beside the state: its frame, and the nonce of its script.
fn page_context() {
    let Some(parts) = use_context::<Parts>() else {
        return;
    };
    if let Some(shell) = parts.extensions.get::<Shell>() {
        provide_context(shell.clone());
    }
    if let Some(nonce) = parts.extensions.get::<Nonce>() {
        provide_context(nonce.clone());
    }
}

fn with_state(state: &AppState) -> impl Fn() + Clone + Send + Sync + 'static {
    let state = state.clone();
    move || {
        provide_context(state.clone());
        page_context();
    }
}

/// An address that is no route: without its last slash it may be one; otherwise the page says so.
async fn fallback<F, R>(request: Request, not_found: F) -> Response
where
    F: Fn(Request<Body>) -> R,
    R: Future<Output = Response<Body>>,
{
    let path = request.uri().path();
    let trimmed = path.trim_end_matches('/');
    if trimmed.len() < path.len() && trimmed.starts_with('/') && !trimmed.starts_with("//") && !trimmed.contains('\\') {
        let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
        if let Ok(location) = HeaderValue::from_str(&format!("{trimmed}{query}")) {
            return (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, location)]).into_response();
        }
    }
    let mut response = not_found(request).await;
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
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
        return (StatusCode::SERVICE_UNAVAILABLE, "the server is about to end");
    }
    let can_read = state.audit.list(&crate::domain::audit::AuditFilter::default(), 1, 1).await.is_ok();
    if can_read && state.audit.unwritten().await == 0 {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the audit log cannot be used")
    }
}
