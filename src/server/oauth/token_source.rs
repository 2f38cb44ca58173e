//! One connection's token source: one token request at a time, renewal before expiry, and use of the cached token
//! while the issuer is unavailable.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::FutureExt as _;
use futures::channel::oneshot;
use reqwest::header::{HeaderMap, RETRY_AFTER};

use super::backoff::retry_after;
use super::credentials::Credentials;
use super::error::{Outage, TokenError};
use super::failure::Failure;
use super::fetch::fetch;
use super::redaction::Redactor;
use super::state::{Decision, PendingResult, State, TokenResult};
use super::status::TokenStatus;
use super::token::AccessToken;
use super::token_response::TokenResponse;
use crate::server::clock::{Clock, Moment};
use crate::server::measurements::{Operation, PartnerCalls};

/// The source of one connection's tokens. Cheap to clone; clones share everything.
///
/// Must be used inside a Tokio runtime: a token request runs as a task of its own, so that a caller that is cancelled
/// does not cancel it for the others.
#[derive(Clone)]
pub struct TokenSource(Arc<Inner>);

struct Inner {
    http: reqwest::Client,
    credentials: Credentials,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    calls: Arc<PartnerCalls>,
}

/// A token for one API call, and whether it was requested for this call.
pub(super) struct LeasedToken {
    pub(super) token: AccessToken,
    pub(super) is_fresh: bool,
}

impl TokenSource {
    /// A source without a cached token. `http` should be an [`http_client`](super::http_client): a client that
    /// follows redirects would send the secret to another host.
    pub fn new(http: reqwest::Client, credentials: Credentials, clock: Arc<dyn Clock>) -> Self {
        Self::counting_among(Arc::default(), http, credentials, clock)
    }

    /// The same, for a connection whose calls were counted before.
    pub fn counting_among(
        calls: Arc<PartnerCalls>,
        http: reqwest::Client,
        credentials: Credentials,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self(Arc::new(Inner { http, credentials, clock, state: Mutex::default(), calls }))
    }

    /// The calls of this connection, which are counted by whoever makes them.
    pub fn calls(&self) -> &Arc<PartnerCalls> {
        &self.0.calls
    }

    /// A token that can be used now. A cached token is returned at once. Otherwise the issuer is asked, with one
    /// request for all concurrent callers.
    ///
    /// # Errors
    ///
    /// When there is no usable token and the issuer issues none. Before the next request is due, the last error is
    /// returned at once.
    pub async fn token(&self) -> Result<AccessToken, TokenError> {
        Ok(self.lease().await?.token)
    }

    /// Asks the issuer now, even if a token is cached or the next request is not due. Joins a request that is already
    /// in flight.
    ///
    /// # Errors
    ///
    /// When the issuer issues no token. A cached token stays usable.
    pub async fn renew_now(&self) -> Result<AccessToken, TokenError> {
        let (pending, in_flight) = self.join_or_start(&mut self.0.state());
        spawn(in_flight);
        self.wait_for(pending).await
    }

    /// Removes `refused` from the cache, because an API answered 401 to it. Another token stays cached.
    pub fn invalidate(&self, refused: &AccessToken) {
        self.0.state().invalidate(refused);
    }

    /// The state of the source without its secrets, for pages and metrics.
    pub fn status(&self) -> TokenStatus {
        let now = self.0.clock.moment();
        self.0.state().status(now)
    }

    /// Text from the partner, safe to show: short, printable, and without the client secret and the last tokens,
    /// which a partner may echo. `None` when nothing is left.
    pub fn redacted(&self, text: &str) -> Option<String> {
        let recent = self.0.state().recent();
        Redactor::new(&self.0.credentials).without(&recent).clean(text)
    }

    /// How long an API's response asks to wait before the next request: its `Retry-After`, in seconds or as a date. `None`
    /// when it does not say.
    pub fn wait_asked_for(&self, headers: &HeaderMap) -> Option<Duration> {
        retry_after(headers.get(RETRY_AFTER)?.to_str().ok()?, self.0.clock.now())
    }

    /// A token for one API call.
    pub(super) async fn lease(&self) -> Result<LeasedToken, TokenError> {
        let cached = |token| LeasedToken { token, is_fresh: false };
        let (pending, in_flight) = {
            let mut state = self.0.state();
            match state.decide(self.0.clock.moment()) {
                Decision::Serve(token) => return Ok(cached(token)),
                Decision::Fail(error) => return Err(error),
                Decision::ServeAndRenew(token) => {
                    let (_, in_flight) = self.join_or_start(&mut state);
                    drop(state);
                    spawn(in_flight);
                    return Ok(cached(token));
                }
                Decision::Wait => self.join_or_start(&mut state),
            }
        };
        spawn(in_flight);
        let token = self.wait_for(pending).await?;
        Ok(LeasedToken { token, is_fresh: true })
    }

    /// Drops a token that an API refused; see [`State::replace`]. Returns whether another token is worth trying.
    pub(super) fn replace(&self, refused: &AccessToken) -> bool {
        let now = self.0.clock.moment();
        self.0.state().replace(refused, now)
    }

    /// The result of the request in flight. If there is none, also returns a new request, which the caller must spawn.
    fn join_or_start(&self, state: &mut State) -> (PendingResult, Option<InFlightRequest>) {
        if let Some(pending) = &state.in_flight {
            return (pending.clone(), None);
        }
        let (announce, pending) = oneshot::channel();
        let pending = pending.shared();
        state.in_flight = Some(pending.clone());
        state.requests += 1;
        let in_flight =
            InFlightRequest { inner: Arc::clone(&self.0), started: self.0.clock.moment(), announce: Some(announce) };
        (pending, Some(in_flight))
    }

    async fn wait_for(&self, pending: PendingResult) -> TokenResult {
        // A request always announces its result, at the latest when it is dropped.
        pending.await.unwrap_or_else(|_| {
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

/// A token request in flight. However it ends, even by a panic or the end of the runtime, it clears the way for the
/// next request and informs its callers.
struct InFlightRequest {
    inner: Arc<Inner>,
    started: Moment,
    announce: Option<oneshot::Sender<TokenResult>>,
}

fn spawn(request: Option<InFlightRequest>) {
    if let Some(request) = request {
        tokio::spawn(request.run());
    }
}

impl InFlightRequest {
    async fn run(mut self) {
        let Inner { http, credentials, clock, calls, .. } = &*self.inner;
        let call = calls.begin(Operation::Token);
        let result = fetch(http, credentials, clock.as_ref()).await;
        call.ended(result.as_ref().err().map(Failure::kind));
        self.finish(result);
    }

    fn finish(&mut self, result: Result<(TokenResponse, Moment), Failure>) {
        let Some(announce) = self.announce.take() else {
            return;
        };
        let endpoint = self.inner.credentials.endpoint();
        let now = self.inner.clock.moment();
        let mut state = self.inner.state();
        state.in_flight = None;
        let outcome = match result {
            Ok((response, requested)) => Ok(state.succeed(response, requested, rand::random())),
            Err(failure) => Err(state.fail(failure, self.started, now, rand::random())),
        };
        drop(state);
        match &outcome {
            Ok(_) => tracing::debug!(endpoint, "token renewed"),
            Err(error) => {
                let (request_id, next) = (error.request_id(), error.next_attempt());
                tracing::warn!(endpoint, %error, partner.request_id = request_id, next_attempt = %next, "no token");
            }
        }
        // The send fails when no caller is waiting any more.
        let _ = announce.send(outcome);
    }
}

impl Drop for InFlightRequest {
    fn drop(&mut self) {
        self.finish(Err(Failure::outage(Outage::Interrupted)));
    }
}
