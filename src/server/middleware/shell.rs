//! The data for the frame of every page: the principal, the navigation and the messages.

use std::sync::Arc;

use axum::extract::Request;
use axum::http::{HeaderMap, Method, header};
use cookie::Cookie;
use leptos::nonce::Nonce;

use super::assets;
use crate::domain::principal::Principal;
use crate::domain::shell::{SINGLE_KEYS, Shell};
use crate::domain::time_display::{HOUR_CYCLE, HourCycle, TIME_ZONE, TimeDisplay};
use crate::server::accept::wants_html;
use crate::server::auth::VisitorSession;
use crate::server::context::RequestId;
use crate::server::state::AppState;
use crate::server::time_zones;

/// Adds the data for the frame to the request. Messages are taken only for a page, which shows them.
pub(super) async fn add_shell(state: &AppState, request: &mut Request) {
    let extensions = request.extensions();
    let Some(principal) = extensions.get::<Principal>().cloned() else {
        return;
    };
    let request_id = extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let nonce = extensions.get::<Nonce>().map(ToString::to_string).unwrap_or_default();
    let session = extensions.get::<VisitorSession>().cloned();
    let is_page = request.method() == Method::GET && wants_html(request.headers());
    let flashes = match session.filter(|_| is_page).and_then(|session| session.id()) {
        Some(id) => state.messages.take(id).await.unwrap_or_else(|error| {
            tracing::error!(request_id, error = &error as &dyn std::error::Error, "the messages could not be read");
            Vec::new()
        }),
        None => Vec::new(),
    };
    let preferences = Preferences::kept(request.headers());
    let here = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    request.extensions_mut().insert(Arc::new(Shell {
        principal,
        connections: state.connections.summaries(),
        failing_connections: state.monitor.failing(),
        flashes,
        is_demo: state.is_demo,
        has_single_keys: preferences.has_single_keys,
        signs_in_here: state.access.authenticator.signs_in_here(),
        support_url: state.support_url.to_string(),
        origin: state.origin.to_string(),
        times: preferences.times,
        now: state.clock.now(),
        request_id,
        here,
        assets: assets::root().to_owned(),
        nonce,
    }));
}

/// How pages behave in this browser. Whatever else is in a cookie changes nothing.
struct Preferences {
    has_single_keys: bool,
    times: TimeDisplay,
}

impl Preferences {
    fn kept(headers: &HeaderMap) -> Self {
        let mut kept = Self { has_single_keys: true, times: TimeDisplay::default() };
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        for cookie in lines.flat_map(Cookie::split_parse).filter_map(Result::ok) {
            match (cookie.name(), cookie.value()) {
                (SINGLE_KEYS, "off") => kept.has_single_keys = false,
                (TIME_ZONE, name) => kept.times.zone = time_zones::zone(name).unwrap_or(kept.times.zone),
                (HOUR_CYCLE, code) => kept.times.hour_cycle = HourCycle::from_code(code).unwrap_or_default(),
                _ => {}
            }
        }
        kept
    }
}
