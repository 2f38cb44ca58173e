//! So many requests a minute for each visitor, so that one visitor's script does not slow all others down.

use std::num::NonZeroU32;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::authenticate::{peer, wants_html};
use super::document::{refusal, request_id_of};
use crate::domain::principal::Principal;
use crate::error::{AppError, AppErrorCode};
use crate::server::auth::VisitorSession;

/// Visitors that are remembered before those who have been quiet are let go.
const MANY: usize = 10_000;

/// How much each visitor has asked for lately.
#[derive(Clone, Debug)]
pub struct RequestLimit(Arc<DefaultKeyedRateLimiter<String>>);

impl RequestLimit {
    /// So many requests a minute for each; a whole minute's may come at once. Each limit counts for itself.
    pub fn per_minute(requests: NonZeroU32) -> Self {
        Self(Arc::new(RateLimiter::keyed(Quota::per_minute(requests))))
    }

    /// Counts a request. The answer to it, where its visitor has asked for too much.
    pub fn refusal_of(&self, request: &Request) -> Option<Response> {
        let seconds = self.take(visitor(request)).err()?;
        let error = AppError { code: AppErrorCode::TooManyRequests, request_id: Some(request_id_of(request)) };
        let mut response = refusal(&error, wants_html(request.headers()));
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        Some(response)
    }

    /// Takes one request off what a visitor may still ask for; else how many seconds to wait.
    fn take(&self, visitor: String) -> Result<(), u64> {
        if self.0.len() > MANY {
            self.0.retain_recent();
        }
        self.0
            .check_key(&visitor)
            .map_err(|refused| refused.wait_time_from(DefaultClock::default().now()).as_secs() + 1)
    }
}

/// A visitor is a session, or a person without one; before the sign-in it is an address. Behind a proxy that is
/// everybody together: what a request says of where it comes from can be made up, so it is not asked.
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

/// Answers with 429 when a visitor asks for too much.
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
