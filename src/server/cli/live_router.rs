//! A router that can be replaced while it answers.

use std::sync::Arc;

use arc_swap::ArcSwap;
use axum::Router;
use axum::extract::Request;
use tower::ServiceExt as _;

/// A router whose place another one can take. A request that has begun is answered by the one that it came to. Cheap to clone;
/// clones share everything.
#[derive(Clone, Debug)]
pub(super) struct LiveRouter(Arc<ArcSwap<Router>>);

impl LiveRouter {
    /// Begins with this one.
    pub(super) fn of(router: Router) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(router)))
    }

    /// Answers with this one from now on.
    pub(super) fn replace(&self, router: Router) {
        self.0.store(Arc::new(router));
    }

    /// What a listener is given.
    pub(super) fn router(&self) -> Router {
        let current = Arc::clone(&self.0);
        Router::new().fallback(move |request: Request| Router::clone(&current.load()).oneshot(request))
    }
}
