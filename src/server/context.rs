//! Who asks, why and with what: the first argument of every service.

use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use leptos::prelude::{use_context, with_context};
use leptos_axum::ResponseOptions;
use secrecy::SecretString;
use tokio_util::task::TaskTracker;

use crate::domain::catalogue::Catalogue;
use crate::domain::excerpt::{LONGEST_NAME, cut};
use crate::domain::principal::Principal;
use crate::error::{AppError, AppErrorCode};
use crate::paths;
use crate::server::accept::wants_html;
use crate::server::audit::AuditLog;
use crate::server::auth::{PeerAddress, VisitorSession};
use crate::server::backup::Backups;
use crate::server::clock::Clock;
use crate::server::connections::Monitor;
use crate::server::index::Connections;
use crate::server::locks::KeyedLocks;
use crate::server::notifications::Notifications;
use crate::server::recents::Recents;
use crate::server::storage::{CheckStore, DraftStore, MessageStore, SavedViewStore, Sessions, SubmissionStore};
use crate::server::tickets::Tickets;

/// This product's id for a request, from the middleware that makes it.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// What services work with, and nothing else of the application. The router puts it into every request.
#[derive(Clone, Debug)]
pub struct Resources {
    /// The `OneID` connections.
    pub connections: Connections,
    /// Every connection of the configuration, `OneID` or not, under watch.
    pub monitor: Monitor,
    /// The audit log.
    pub audit: AuditLog,
    /// The scheduled backups, where there are any.
    pub backups: Option<Arc<Backups>>,
    /// The history of the checks of connections.
    pub checks: Arc<dyn CheckStore>,
    /// The targets of notifications, and what waits for them.
    pub notifications: Arc<Notifications>,
    /// Drafts of forms.
    pub drafts: Arc<dyn DraftStore>,
    /// Messages for the next page.
    pub messages: Arc<dyn MessageStore>,
    /// What became of forms that create something.
    pub submissions: Arc<dyn SubmissionStore>,
    /// Views of lists that people saved.
    pub saved_views: Arc<dyn SavedViewStore>,
    /// Everybody's sessions.
    pub sessions: Sessions,
    /// A wall clock, and one that never jumps.
    pub clock: Arc<dyn Clock>,
    /// Known scopes, products and provider groups.
    pub catalogue: Arc<Catalogue>,
    /// Secrets between a creation and the one page that shows them.
    pub secrets: Arc<Tickets>,
    /// Permissions to see the secrets of clients.
    pub reveals: Arc<Tickets>,
    /// What each person opened last.
    pub recents: Arc<Recents>,
    /// One save at a time for each object.
    pub locks: Arc<KeyedLocks>,
    /// Tasks that write at a partner or in the log: the server does not end before they have.
    pub writes: TaskTracker,
}

/// One request, with everything that a service may use: who asks, how the answer is given, and the [`Resources`].
#[derive(Clone, Debug)]
pub struct RequestContext {
    /// The signed-in person.
    pub principal: Principal,
    /// Where the request came from.
    pub peer: Option<String>,
    /// This product's id for the request.
    pub request_id: String,
    /// The path of the page, or of the function that a form calls.
    pub path: String,
    /// The visitor's session.
    pub session: VisitorSession,
    /// Whether a page is being made, rather than a form or a call answered.
    pub is_page: bool,
    /// Whether a browser without JavaScript asks, which wants to be sent on to a page.
    pub wants_html: bool,
    /// Where an answer is put that takes the place of a redirect.
    pub direct_answer: DirectAnswer,
    resources: Arc<Resources>,
}

impl Deref for RequestContext {
    type Target = Resources;

    fn deref(&self) -> &Resources {
        &self.resources
    }
}

/// A page that a form is answered with itself, because the next page could not say it: it would have to be kept for
/// that page, and the database does not take it.
#[derive(Debug)]
pub struct DirectPage {
    /// The status of the answer.
    pub status: u16,
    /// The heading.
    pub title: String,
    /// What happened, and what to do next.
    pub sentences: Vec<String>,
    /// The secret of a new client.
    pub secret: Option<SecretString>,
    /// Where to go on to.
    pub link: (String, &'static str),
}

/// Where a service puts such a page, and the middleware finds it.
#[derive(Clone, Debug, Default)]
pub struct DirectAnswer(Arc<Mutex<Option<DirectPage>>>);

impl DirectAnswer {
    /// Answers with this page.
    pub fn put(&self, told: DirectPage) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(told);
    }

    /// The page to answer with, once.
    pub fn take(&self) -> Option<DirectPage> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl RequestContext {
    /// The context of the request that is being answered.
    ///
    /// # Errors
    /// When nobody is signed in, or outside a request.
    pub fn current() -> Result<Self, AppError> {
        let context = with_context::<Parts, _>(Self::of);
        context.ok_or_else(|| AppError::new(AppErrorCode::Internal))?.inspect_err(set_status)
    }

    /// The context of a request with this head.
    ///
    /// # Errors
    /// When nobody is signed in.
    pub fn of(parts: &Parts) -> Result<Self, AppError> {
        let request_id = parts.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
        let failed = |code| AppError { code, request_id: Some(request_id.clone()) };
        let principal = parts.extensions.get::<Principal>().ok_or_else(|| failed(AppErrorCode::Unauthenticated))?;
        let session = parts.extensions.get::<VisitorSession>().ok_or_else(|| failed(AppErrorCode::Internal))?;
        let resources = parts.extensions.get::<Arc<Resources>>().ok_or_else(|| failed(AppErrorCode::Internal))?;
        Ok(Self {
            principal: principal.clone(),
            peer: parts.extensions.get::<PeerAddress>().map(ToString::to_string),
            path: cut(parts.uri.path(), LONGEST_NAME).into_owned(),
            session: session.clone(),
            resources: resources.clone(),
            is_page: parts.method == Method::GET,
            wants_html: wants_html(&parts.headers),
            direct_answer: parts.extensions.get::<DirectAnswer>().cloned().unwrap_or_default(),
            request_id,
        })
    }
}

/// Answers with the status of an error, unless a browser is to be sent on: a status would take
/// the place of the redirect (`leptos_axum` 0.8 applies it last).
pub fn set_status(error: &AppError) {
    let Some((parts, response)) = use_context::<Parts>().zip(use_context::<ResponseOptions>()) else {
        return;
    };
    if (parts.method == Method::GET || parts.method == Method::HEAD || !wants_html(&parts.headers))
        && let Ok(status) = StatusCode::from_u16(error.status())
    {
        response.set_status(status);
    }
}

/// Makes the browser leave the page after so many seconds, with and without JavaScript. `false` when it cannot be told to.
pub fn leave_after(seconds: u32, path: &str) -> bool {
    let refresh = HeaderValue::from_str(&format!("{seconds}; url={path}"));
    let (Some(response), Ok(refresh)) = (use_context::<ResponseOptions>(), refresh) else {
        return false;
    };
    response.insert_header(header::REFRESH, refresh);
    true
}

/// Keeps a preference in the browser for a year. It must say nothing of the person, and nothing may depend on it but how
/// pages behave there. Name and value are words of our own, or of the IANA database.
pub fn keep_in_browser(name: &'static str, value: &str) {
    let Some(response) = use_context::<ResponseOptions>() else {
        return;
    };
    let cookie = format!("{name}={value}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.append_header(header::SET_COOKIE, cookie);
    }
}

/// Sends the browser on, within this dashboard alone: with 303 to a browser, with a header
/// to a caller that does not accept HTML.
pub fn redirect(path: &str) {
    let Some((parts, response)) = use_context::<Parts>().zip(use_context::<ResponseOptions>()) else {
        return;
    };
    // What begins with two slashes would be read as a host.
    let is_ours = path.starts_with('/') && !path.starts_with("//");
    let Ok(location) = HeaderValue::from_str(if is_ours { path } else { paths::OVERVIEW }) else {
        return;
    };
    response.insert_header(header::LOCATION, location);
    if wants_html(&parts.headers) {
        response.set_status(StatusCode::SEE_OTHER);
    } else {
        response.insert_header(HeaderName::from_static("serverfnredirect"), HeaderValue::from_static(""));
    }
}
