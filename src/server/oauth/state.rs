//! What a token source remembers, and every decision it takes from that: no I/O, no clock.

use std::time::Duration;

use futures::channel::oneshot;
use futures::future::Shared;
use time::OffsetDateTime;

use super::backoff::{self, LONGEST_TRANSIENT};
use super::error::TokenError;
use super::failure::{Class, Failure};
use super::response::Grant;
use super::schedule::Windows;
use super::status::{HeldToken, LastFailure, Renewal, TokenStatus};
use super::token::AccessToken;
use crate::server::clock::Moment;

/// What everyone who waits for one request gets.
pub(super) type Outcome = Result<AccessToken, TokenError>;
/// A seat on a request that is under way.
pub(super) type Landing = Shared<oneshot::Receiver<Outcome>>;

/// A wall clock set back by more than this no longer bounds a token's life, so the token is renewed.
const LARGEST_STEP_BACK: Duration = Duration::from_secs(5);
/// From one replacement of a refused token to the next, whatever was accepted meanwhile: an API may refuse one call
/// with 401 for ever and take all others.
const REPLACEMENT_INTERVAL: Duration = Duration::from_secs(30);
/// A token that replaced a refused one and is refused too, and that no API has taken, is replaced after this time only.
const REPLACEMENT_PAUSE: Duration = Duration::from_mins(1);

/// The memory of one token source.
#[derive(Default)]
pub(super) struct State {
    held: Option<Held>,
    trouble: Option<Trouble>,
    /// An API refused the token that was held last.
    was_refused: bool,
    /// When a refused token was given up last.
    replaced: Option<Moment>,
    /// The last two tokens, whatever became of them.
    recent: [Option<AccessToken>; 2],
    /// How often the issuer was asked.
    pub(super) requests: u64,
    /// The one request under way.
    pub(super) flight: Option<Landing>,
}

struct Held {
    token: AccessToken,
    obtained: Moment,
    soft: Moment,
    hard: Moment,
    lifetime: Duration,
    scopes: Vec<String>,
}

struct Trouble {
    error: TokenError,
    class: Class,
    streak: u32,
    at: OffsetDateTime,
    due: Moment,
}

/// What a caller who wants a token has to do.
pub(super) enum Decision {
    /// Take this one.
    Serve(AccessToken),
    /// Take this one and see that the next is on its way.
    ServeAndRenew(AccessToken),
    /// Wait for the request under way, or start one.
    Wait,
    /// Go without: a try has just failed and the next one is not due.
    Fail(TokenError),
}

impl State {
    /// What a caller at `now` has to do.
    pub(super) fn decide(&self, now: Moment) -> Decision {
        let waiting = self.waiting(now);
        match (self.usable(now), waiting) {
            (Some(held), None) if held.is_due(now) => Decision::ServeAndRenew(held.token.clone()),
            (Some(held), _) => Decision::Serve(held.token.clone()),
            (None, Some(trouble)) if self.flight.is_none() => Decision::Fail(trouble.error.clone()),
            (None, _) => Decision::Wait,
        }
    }

    /// A token came, asked for at `asked`.
    pub(super) fn succeed(&mut self, grant: Grant, asked: Moment, jitter: f64) -> AccessToken {
        let windows = Windows::of(grant.lifetime, jitter);
        let token = AccessToken::new(grant.bearer, self.was_refused);
        self.held = Some(Held {
            token: token.clone(),
            obtained: asked,
            soft: asked.after(windows.soft),
            hard: asked.after(windows.hard),
            lifetime: grant.lifetime,
            scopes: grant.scopes,
        });
        self.recent = [Some(token.clone()), self.recent[0].take()];
        self.trouble = None;
        self.was_refused = false;
        token
    }

    /// A request that left at `started` failed at `now`. The token in memory stays.
    pub(super) fn fail(&mut self, failure: Failure, started: Moment, now: Moment, jitter: f64) -> TokenError {
        let class = failure.class();
        let last = self.trouble.as_ref().map(|last| (last.class, last.streak));
        let streak = backoff::streak(last, class);
        let mut wait = backoff::wait_after(&failure, streak, jitter);
        if class == Class::Transient {
            let under_way = now.monotonic.saturating_sub(started.monotonic);
            wait = wait.min(LONGEST_TRANSIENT.saturating_sub(under_way));
            // Nobody is turned away at the end of a token's life without a try.
            if let Some(held) = self.usable(now) {
                wait = wait.min(held.hard.monotonic.saturating_sub(now.monotonic));
            }
        }
        let due = now.after(wait);
        let error = failure.until(due.wall);
        self.trouble = Some(Trouble { error: error.clone(), class, streak, at: now.wall, due });
        error
    }

    /// Forgets `refused` if it is the token in memory, and no other.
    pub(super) fn invalidate(&mut self, refused: &AccessToken) {
        if self.held.take_if(|held| held.token == *refused).is_some() {
            self.was_refused = true;
        }
    }

    /// Forgets `refused` as [`Self::invalidate`] does, unless that happened a moment ago, or it was itself fetched
    /// because of a refusal and nobody has taken it since. Returns whether another token is worth trying: an API that
    /// refuses every token, or every token for one call, must not cost a token request per call.
    pub(super) fn replace(&mut self, refused: &AccessToken, now: Moment) -> bool {
        let Some(held) = self.held.as_ref().filter(|held| held.token == *refused) else {
            return true;
        };
        let has_just_replaced = self.replaced.is_some_and(|at| !at.after(REPLACEMENT_INTERVAL).is_past(now));
        let is_in_vain = refused.is_unproven_replacement() && !held.obtained.after(REPLACEMENT_PAUSE).is_past(now);
        if has_just_replaced || is_in_vain {
            return false;
        }
        self.invalidate(refused);
        self.replaced = Some(now);
        true
    }

    /// All of it, for a page.
    pub(super) fn status(&self, now: Moment) -> TokenStatus {
        let renewal = match (&self.flight, self.waiting(now)) {
            (Some(_), _) => Renewal::UnderWay,
            (None, Some(trouble)) => Renewal::Waiting { until: trouble.due.wall },
            (None, None) => Renewal::Idle,
        };
        TokenStatus {
            token: self.held.as_ref().map(|held| held.describe(now)),
            renewal,
            last_failure: self
                .trouble
                .as_ref()
                .map(|trouble| LastFailure { error: trouble.error.clone(), at: trouble.at }),
            requests: self.requests,
        }
    }

    /// The last tokens, to keep them out of what is shown: an answer may echo the one before, or one that has been
    /// refused meanwhile.
    pub(super) fn recent(&self) -> Vec<AccessToken> {
        self.recent.iter().flatten().cloned().collect()
    }

    fn usable(&self, now: Moment) -> Option<&Held> {
        self.held.as_ref().filter(|held| !held.hard.is_past(now))
    }

    fn waiting(&self, now: Moment) -> Option<&Trouble> {
        let trouble = self.trouble.as_ref();
        trouble.filter(|trouble| !trouble.due.is_past(now))
    }
}

impl Held {
    fn is_due(&self, now: Moment) -> bool {
        self.soft.is_past(now) || self.obtained.set_back_by(now) > LARGEST_STEP_BACK
    }

    fn describe(&self, now: Moment) -> HeldToken {
        HeldToken {
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
