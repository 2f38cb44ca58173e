//! The state of a token source and every decision made from it. Uses no I/O and no clock.

use std::time::Duration;

use futures::channel::oneshot;
use futures::future::Shared;
use time::OffsetDateTime;

use super::backoff::{self, LONGEST_TRANSIENT};
use super::error::TokenError;
use super::failure::{Class, Failure};
use super::schedule::Windows;
use super::status::{CachedToken, LastFailure, Renewal, TokenStatus};
use super::token::AccessToken;
use super::token_response::TokenResponse;
use crate::server::clock::Moment;

/// The result of one token request, shared by all its callers.
pub(super) type TokenResult = Result<AccessToken, TokenError>;
/// The result of a request in flight, which any number of callers can await.
pub(super) type PendingResult = Shared<oneshot::Receiver<TokenResult>>;

/// When the wall clock is set back by more than this, it no longer limits a token's lifetime, so the token is renewed.
const LARGEST_STEP_BACK: Duration = Duration::from_secs(5);
/// The minimum time between two replacements of refused tokens. An API may refuse one call with 401 for ever and
/// accept all others.
const REPLACEMENT_INTERVAL: Duration = Duration::from_secs(30);
/// The minimum time before a replacement token is itself replaced when no API has accepted it.
const REPLACEMENT_PAUSE: Duration = Duration::from_mins(1);

/// The state of one token source.
#[derive(Default)]
pub(super) struct State {
    cached: Option<Cached>,
    last_failure: Option<FailedRequest>,
    /// Whether an API refused the token that was cached last.
    was_refused: bool,
    /// When a refused token was last removed from the cache.
    replaced: Option<Moment>,
    /// The last two tokens, used or refused.
    recent: [Option<AccessToken>; 2],
    /// The number of token requests since the start.
    pub(super) requests: u64,
    /// The one request in flight.
    pub(super) in_flight: Option<PendingResult>,
}

struct Cached {
    token: AccessToken,
    obtained: Moment,
    soft: Moment,
    hard: Moment,
    lifetime: Duration,
    scopes: Vec<String>,
}

struct FailedRequest {
    error: TokenError,
    class: Class,
    streak: u32,
    at: OffsetDateTime,
    due: Moment,
}

/// What a caller that needs a token must do.
pub(super) enum Decision {
    /// Use this token.
    Serve(AccessToken),
    /// Use this token and renew it in the background.
    ServeAndRenew(AccessToken),
    /// Wait for the request in flight, or start one.
    Wait,
    /// Fail with this error: the last request failed and the next one is not due.
    Fail(TokenError),
}

impl State {
    /// What a caller that needs a token at `now` must do.
    pub(super) fn decide(&self, now: Moment) -> Decision {
        let waiting = self.waiting(now);
        match (self.usable(now), waiting) {
            (Some(cached), None) if cached.is_due(now) => Decision::ServeAndRenew(cached.token.clone()),
            (Some(cached), _) => Decision::Serve(cached.token.clone()),
            (None, Some(failure)) if self.in_flight.is_none() => Decision::Fail(failure.error.clone()),
            (None, _) => Decision::Wait,
        }
    }

    /// Caches the token of a response to a request that was sent at `requested`.
    pub(super) fn succeed(&mut self, response: TokenResponse, requested: Moment, jitter: f64) -> AccessToken {
        let windows = Windows::of(response.lifetime, jitter);
        let token = AccessToken::new(response.bearer, self.was_refused);
        self.cached = Some(Cached {
            token: token.clone(),
            obtained: requested,
            soft: requested.after(windows.soft),
            hard: requested.after(windows.hard),
            lifetime: response.lifetime,
            scopes: response.scopes,
        });
        self.recent = [Some(token.clone()), self.recent[0].take()];
        self.last_failure = None;
        self.was_refused = false;
        token
    }

    /// Records that a request sent at `started` failed at `now`. A cached token stays cached.
    pub(super) fn fail(&mut self, failure: Failure, started: Moment, now: Moment, jitter: f64) -> TokenError {
        let class = failure.class();
        let last = self.last_failure.as_ref().map(|last| (last.class, last.streak));
        let streak = backoff::streak(last, class);
        let mut wait = backoff::wait_after(&failure, streak, jitter);
        if class == Class::Transient {
            let under_way = now.monotonic.saturating_sub(started.monotonic);
            wait = wait.min(LONGEST_TRANSIENT.saturating_sub(under_way));
            // When the token expires, the next request is due, so no caller fails without one.
            if let Some(cached) = self.usable(now) {
                wait = wait.min(cached.hard.monotonic.saturating_sub(now.monotonic));
            }
        }
        let due = now.after(wait);
        let error = failure.until(due.wall);
        self.last_failure = Some(FailedRequest { error: error.clone(), class, streak, at: now.wall, due });
        error
    }

    /// Removes `refused` from the cache. Another token stays cached.
    pub(super) fn invalidate(&mut self, refused: &AccessToken) {
        if self.cached.take_if(|cached| cached.token == *refused).is_some() {
            self.was_refused = true;
        }
    }

    /// Removes `refused` from the cache as [`Self::invalidate`] does, unless a token was replaced a moment ago, or
    /// `refused` is itself a replacement that no API has accepted. Returns whether another token is worth trying: an
    /// API that refuses every token, or every token for one call, must not cost a token request for each call.
    pub(super) fn replace(&mut self, refused: &AccessToken, now: Moment) -> bool {
        let Some(cached) = self.cached.as_ref().filter(|cached| cached.token == *refused) else {
            return true;
        };
        let has_just_replaced = self.replaced.is_some_and(|at| !at.after(REPLACEMENT_INTERVAL).is_past(now));
        let is_in_vain = refused.is_unproven_replacement() && !cached.obtained.after(REPLACEMENT_PAUSE).is_past(now);
        if has_just_replaced || is_in_vain {
            return false;
        }
        self.invalidate(refused);
        self.replaced = Some(now);
        true
    }

    /// The state without its secrets.
    pub(super) fn status(&self, now: Moment) -> TokenStatus {
        let renewal = match (&self.in_flight, self.waiting(now)) {
            (Some(_), _) => Renewal::InFlight,
            (None, Some(failure)) => Renewal::Waiting { until: failure.due.wall },
            (None, None) => Renewal::Idle,
        };
        TokenStatus {
            token: self.cached.as_ref().map(|cached| cached.describe(now)),
            renewal,
            last_failure: self
                .last_failure
                .as_ref()
                .map(|failure| LastFailure { error: failure.error.clone(), at: failure.at }),
            requests: self.requests,
        }
    }

    /// The last two tokens, which must be redacted from text: an answer may echo the previous token, or one that has
    /// been refused in the meantime.
    pub(super) fn recent(&self) -> Vec<AccessToken> {
        self.recent.iter().flatten().cloned().collect()
    }

    fn usable(&self, now: Moment) -> Option<&Cached> {
        self.cached.as_ref().filter(|cached| !cached.hard.is_past(now))
    }

    fn waiting(&self, now: Moment) -> Option<&FailedRequest> {
        let failure = self.last_failure.as_ref();
        failure.filter(|failure| !failure.due.is_past(now))
    }
}

impl Cached {
    fn is_due(&self, now: Moment) -> bool {
        self.soft.is_past(now) || self.obtained.set_back_by(now) > LARGEST_STEP_BACK
    }

    fn describe(&self, now: Moment) -> CachedToken {
        CachedToken {
            obtained_at: self.obtained.wall,
            renews_at: self.soft.wall,
            expires_at: self.obtained.after(self.lifetime).wall,
            lifetime: self.lifetime,
            is_usable: !self.hard.is_past(now),
            scopes: self.scopes.clone(),
            claims: self.token.claims(),
        }
    }
}
