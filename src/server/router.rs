//! Every route and the order of the layers around them.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, get, on};
use leptos::server_fn::axum::server_fn_paths;
use leptos_axum::handle_server_fns;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;
use url::Url;

use crate::app::PAGES;
use crate::server::export::{self, EXPORTS, LOG_EXPORTS};
use crate::server::health::{self, HealthReport};
use crate::server::metrics;
use crate::server::middleware::{
    Admission, Edge, LARGEST_FORM, OwnOrigins, admission, assets, compression, direct_answer, edge, form_errors, guard,
    read_form, refuse_panic, target_with_path,
};
use crate::server::render;
use crate::server::sign_in;
use crate::server::state::AppState;

/// The longest that a request may take. The partner's own deadlines are shorter.
const LONGEST_REQUEST: Duration = Duration::from_mins(1);

/// The whole application, at its address in browsers. `requests_per_minute` is what each session may ask for.
pub fn build(state: AppState, public_url: &Url, requests_per_minute: NonZeroU32) -> Router {
    let own_origins = Arc::new(OwnOrigins::new(public_url, state.is_demo));
    let limits = state.limits.of(requests_per_minute);
    let edge_of_this = Edge {
        is_https: public_url.scheme() == "https",
        only_for: state.is_demo.then(|| Arc::clone(&own_origins)),
        requests: Arc::clone(&state.requests),
    };
    let files = Router::new()
        .route("/pkg/{version}/pkg/{file}", get(assets::versioned))
        .route("/favicon.svg", get(assets::favicon))
        .route("/favicon-sandbox.svg", get(assets::favicon))
        .route("/favicon-production.svg", get(assets::favicon));
    let admitted = pages().merge(server_functions()).fallback(fallback).layer(from_fn_with_state(
        Arc::new(Admission { state: state.clone(), limit: limits.requests.clone() }),
        admission,
    ));
    // Each call of `Router::layer` puts every route into one more box, and each layer of a function into two, which every
    // request pays for. So they are few, and those that follow each other are put round the routes together, the
    // outermost first.
    let application = sign_in::routes(&state, &limits).merge(admitted);
    let sessions = state.session_cookie.layer(state.sessions.clone());
    let application = application.layer(ServiceBuilder::new().layer(compression()).layer(sessions)).layer(
        ServiceBuilder::new()
            .layer(from_fn_with_state(own_origins, guard))
            .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, LONGEST_REQUEST))
            .layer(RequestBodyLimitLayer::new(LARGEST_FORM)),
    );
    files.merge(application).with_state(state).layer(
        ServiceBuilder::new()
            .layer(from_fn_with_state(edge_of_this, edge))
            .layer(CatchPanicLayer::custom(refuse_panic)),
    )
}

/// The pattern of every route that can be there, whatever the configuration: what requests are counted by.
pub fn patterns() -> impl Iterator<Item = &'static str> {
    let pages = PAGES.iter().map(|(path, _)| *path);
    let files = EXPORTS.iter().map(|(path, ..)| *path).chain(LOG_EXPORTS.iter().map(|(path, _)| *path));
    let functions = server_fn_paths().map(|(path, _)| path);
    let assets = ["/pkg/{version}/pkg/{file}", "/favicon.svg", "/favicon-sandbox.svg", "/favicon-production.svg"];
    pages.chain(files).chain(functions).chain(sign_in::PATHS).chain(assets)
}

/// Pages and files of lists, which are read alone.
fn pages() -> Router<AppState> {
    let pages = PAGES.iter().fold(Router::new(), |router, &(path, make)| {
        router.route(path, get(move |request| render::page(make, request)))
    });
    let lists = EXPORTS.iter().fold(pages, |router, &(path, kind, format)| {
        router.route(path, get(move |request| export::file(kind, format, request)))
    });
    LOG_EXPORTS
        .iter()
        .fold(lists, |router, &(path, format)| router.route(path, get(move |request| export::log(format, request))))
}

/// What forms are sent to.
fn server_functions() -> Router<AppState> {
    let functions =
        server_fn_paths().fold(Router::new(), |router, (path, method)| match MethodFilter::try_from(method) {
            Ok(method) => router.route(path, on(method, handle_server_fns)),
            Err(_) => router,
        });
    functions.layer(
        ServiceBuilder::new().layer(from_fn(read_form)).layer(from_fn(direct_answer)).layer(from_fn(form_errors)),
    )
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
    measured(metrics::text(&state).await)
}

fn measured(text: Result<String, std::fmt::Error>) -> Response {
    match text {
        Ok(text) => ([(header::CONTENT_TYPE, metrics::CONTENT_TYPE)], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "metrics not written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Whether it is ready, and why not.
async fn ready(state: AppState) -> HealthReport {
    health::report(&state).await
}

/// The same routes of a server that does not serve yet.
pub fn operations_while_starting() -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(|| async { HealthReport::starting() }))
        .route("/metrics", get(|| async { measured(metrics::text_while_starting()) }))
        .layer(from_fn(target_with_path))
}
