//! Rate limiting: each visitor may make a number of requests in a minute, so that one script does not slow others down.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::authenticate::peer;
use super::document::{refusal, request_id_of};
use crate::domain::principal::Principal;
use crate::error::{AppError, AppErrorCode};
use crate::server::accept::wants_html;
use crate::server::auth::VisitorSession;

/// When more visitors are known than this, those who have not made a request recently are dropped.
const MOST_VISITORS: usize = 10_000;

/// How many sign-ins an address may start for each request that a session may make. Behind a proxy, all people who are
/// not signed in share one address, so one script could use up a low limit for everybody. Starting a sign-in costs less
/// than any page: the provider is asked only when its discovery document is not cached.
const SIGN_INS: NonZeroU32 = NonZeroU32::new(20).expect("not zero");

/// The rate limit of each visitor.
#[derive(Clone, Debug)]
pub struct RequestLimit(Arc<DefaultKeyedRateLimiter<String>>);

/// The limits of a server. They count on when the configuration is read again, unless that has another number.
#[derive(Debug, Default)]
pub struct RequestLimits(Mutex<Option<LimitsOfOneNumber>>);

/// What each visitor may ask for where this is the number of the configuration.
#[derive(Clone, Debug)]
pub struct LimitsOfOneNumber {
    requests_per_minute: NonZeroU32,
    /// Pages and forms.
    pub requests: RequestLimit,
    /// Sign-ins that begin.
    pub sign_ins: RequestLimit,
    /// Callbacks that belong to no sign-in.
    pub stray_callbacks: RequestLimit,
}

impl RequestLimits {
    /// The limits for this number.
    pub fn of(&self, requests_per_minute: NonZeroU32) -> LimitsOfOneNumber {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(limits) = known.as_ref().filter(|limits| limits.requests_per_minute == requests_per_minute) {
            return limits.clone();
        }
        let limits = LimitsOfOneNumber {
            requests_per_minute,
            requests: RequestLimit::per_minute(requests_per_minute),
            sign_ins: RequestLimit::per_minute(requests_per_minute.saturating_mul(SIGN_INS)),
            stray_callbacks: RequestLimit::per_minute(requests_per_minute),
        };
        *known = Some(limits.clone());
        limits
    }
}

impl RequestLimit {
    /// A limit of `requests` in a minute for each visitor, all of which may come at once. Each limit counts separately.
    pub fn per_minute(requests: NonZeroU32) -> Self {
        Self(Arc::new(RateLimiter::keyed(Quota::per_minute(requests))))
    }

    /// Counts a request. Returns the answer 429 if the visitor has exceeded the limit.
    pub fn refusal_of(&self, request: &Request) -> Option<Response> {
        let seconds = self.take(visitor(request)).err()?;
        let error = AppError { code: AppErrorCode::TooManyRequests, request_id: Some(request_id_of(request)) };
        let mut response = refusal(&error, wants_html(request.headers()));
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        Some(response)
    }

    /// Counts one request of a visitor. The error is the number of seconds to wait.
    fn take(&self, visitor: String) -> Result<(), u64> {
        if self.0.len() > MOST_VISITORS {
            self.0.retain_recent();
        }
        self.0
            .check_key(&visitor)
            .map_err(|refused| refused.wait_time_from(DefaultClock::default().now()).as_secs() + 1)
    }
}

/// A visitor is a session, or a person without one. Before the sign-in it is the peer address, which behind a proxy is
/// shared by everybody: headers such as `X-Forwarded-For` can be forged, so they are not read.
fn visitor(request: &Request) -> String {
    let extensions = request.extensions();
    let session = extensions.get::<VisitorSession>().and_then(VisitorSession::id);
    let person = extensions.get::<Principal>().map(|principal| format!("person {}", principal.subject));
    let visitor = session.map(|id| format!("session {id}")).or(person);
    visitor.unwrap_or_else(|| match peer(request) {
        Some(peer) => format!("peer {peer}"),
        None => "nobody".to_owned(),
    })
}

/// Answers with 429 when a visitor has exceeded the limit.
pub async fn rate_limit(State(limit): State<RequestLimit>, request: Request, next: Next) -> Response {
    match limit.refusal_of(&request) {
        None => next.run(request).await,
        Some(refusal) => refusal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_visitor_does_not_use_up_what_another_may() {
        let limit = RequestLimit::per_minute(NonZeroU32::new(3).unwrap());
        for _ in 0..3 {
            assert_eq!(limit.take("a".to_owned()), Ok(()));
        }
        let wait = limit.take("a".to_owned()).unwrap_err();
        assert!((1..=21).contains(&wait), "{wait}");
        assert_eq!(limit.take("b".to_owned()), Ok(()));
    }
}
