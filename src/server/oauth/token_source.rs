//! One connection's token: one request at a time, renewed before it ends, kept while the issuer is away.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::FutureExt as _;
use futures::channel::oneshot;

use super::dialect::Credentials;
use super::error::{Outage, TokenError};
use super::failure::Failure;
use super::fetch::fetch;
use super::response::Grant;
use super::scrub::Scrubber;
use super::state::{Decision, Landing, Outcome, State};
use super::status::TokenStatus;
use super::token::AccessToken;
use crate::server::clock::{Clock, Moment};

/// Where the tokens of one connection come from. Cheap to clone; clones share everything.
///
/// Must be used inside a Tokio runtime: a request runs as a task of its own, so that a caller who
/// goes away does not take it down for the others.
#[derive(Clone)]
pub struct TokenSource(Arc<Inner>);

struct Inner {
    http: reqwest::Client,
    credentials: Credentials,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

/// A token, and whether it was fetched while this caller waited.
pub(super) struct Lease {
    pub(super) token: AccessToken,
    pub(super) is_fresh: bool,
}

impl TokenSource {
    /// A source with nothing in memory. `http` should be an [`http_client`](super::http_client): one
    /// that follows redirects would carry the secret along.
    pub fn new(http: reqwest::Client, credentials: Credentials, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Inner { http, credentials, clock, state: Mutex::default() }))
    }

    /// A token that is good to use now: from memory without waiting while there is one, else from the
    /// issuer, with one request for all who ask.
    ///
    /// # Errors
    ///
    /// When there is no usable token and the issuer gives none. While the next try is not due the last
    /// error comes at once.
    pub async fn token(&self) -> Result<AccessToken, TokenError> {
        Ok(self.lease().await?.token)
    }

    /// Asks the issuer now, whatever is in memory and however long the wait was to be. A request that
    /// is under way already is joined.
    ///
    /// # Errors
    ///
    /// When the issuer gives no token. A token in memory stays usable.
    pub async fn renew_now(&self) -> Result<AccessToken, TokenError> {
        let (landing, flight) = self.board(&mut self.0.state());
        launch(flight);
        self.land(landing).await
    }

    /// Forgets `refused`, because an API answered 401 to it. Any other token stays.
    pub fn invalidate(&self, refused: &AccessToken) {
        self.0.state().invalidate(refused);
    }

    /// What a page may show.
    pub fn status(&self) -> TokenStatus {
        let now = self.0.clock.moment();
        self.0.state().status(now)
    }

    /// Text from the partner made fit to be shown: short, printable, and without the client's secret and
    /// the last tokens, which a partner may echo. `None` when nothing is left.
    pub fn fit_to_show(&self, text: &str) -> Option<String> {
        let recent = self.0.state().recent();
        Scrubber::new(&self.0.credentials).without(&recent).clean(text)
    }

    /// A token, and whether it is a fresh one.
    pub(super) async fn lease(&self) -> Result<Lease, TokenError> {
        let cached = |token| Lease { token, is_fresh: false };
        let (landing, flight) = {
            let mut state = self.0.state();
            match state.decide(self.0.clock.moment()) {
                Decision::Serve(token) => return Ok(cached(token)),
                Decision::Fail(error) => return Err(error),
                Decision::ServeAndRenew(token) => {
                    let (_, flight) = self.board(&mut state);
                    drop(state);
                    launch(flight);
                    return Ok(cached(token));
                }
                Decision::Wait => self.board(&mut state),
            }
        };
        launch(flight);
        let token = self.land(landing).await?;
        Ok(Lease { token, is_fresh: true })
    }

    /// Whether another token is worth trying after an API refused this one.
    pub(super) fn replace(&self, refused: &AccessToken) -> bool {
        let now = self.0.clock.moment();
        self.0.state().replace(refused, now)
    }

    /// A seat on the request under way; on a new one, which the caller has to launch, if there is none.
    fn board(&self, state: &mut State) -> (Landing, Option<Flight>) {
        if let Some(landing) = &state.flight {
            return (landing.clone(), None);
        }
        let (announce, landing) = oneshot::channel();
        let landing = landing.shared();
        state.flight = Some(landing.clone());
        state.requests += 1;
        let flight = Flight { inner: Arc::clone(&self.0), started: self.0.clock.moment(), announce: Some(announce) };
        (landing, Some(flight))
    }

    async fn land(&self, landing: Landing) -> Outcome {
        // A flight always announces its outcome, at the latest when it is dropped.
        landing.await.unwrap_or_else(|_| {
            let now = self.0.clock.now();
            Err(Failure::outage(Outage::Interrupted).until(now))
        })
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSource").field("credentials", &self.0.credentials).finish_non_exhaustive()
    }
}

/// A request under way. However it ends, even by a panic or the end of the runtime, it makes room for
/// the next one and tells those who wait.
struct Flight {
    inner: Arc<Inner>,
    started: Moment,
    announce: Option<oneshot::Sender<Outcome>>,
}

fn launch(flight: Option<Flight>) {
    if let Some(flight) = flight {
        tokio::spawn(flight.fly());
    }
}

impl Flight {
    async fn fly(mut self) {
        let Inner { http, credentials, clock, .. } = &*self.inner;
        let result = fetch(http, credentials, clock.as_ref()).await;
        self.settle(result);
    }

    fn settle(&mut self, result: Result<(Grant, Moment), Failure>) {
        let Some(announce) = self.announce.take() else {
            return;
        };
        let endpoint = self.inner.credentials.endpoint();
        let now = self.inner.clock.moment();
        let mut state = self.inner.state();
        state.flight = None;
        let outcome = match result {
            Ok((grant, asked)) => Ok(state.succeed(grant, asked, rand::random())),
            Err(failure) => Err(state.fail(failure, self.started, now, rand::random())),
        };
        drop(state);
        match &outcome {
            Ok(_) => tracing::debug!(endpoint, "token renewed"),
            Err(error) => {
                let (request_id, next) = (error.request_id(), error.next_attempt());
                tracing::warn!(endpoint, %error, request_id, next_attempt = %next, "no token");
            }
        }
        // Nobody may be waiting.
        let _ = announce.send(outcome);
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.settle(Err(Failure::outage(Outage::Interrupted)));
    }
}
