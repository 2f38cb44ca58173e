//! What one connection is doing, and for how long it has been doing it. Plain counting, without sockets or tasks.

use std::time::Duration;

use tokio::time::Instant;

use super::deadlines::Deadlines;

/// Requests that a peer may take back before their answers while it hardly lets one be answered: more is a flood.
const CANCELLATIONS: usize = 100;

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// The peer has asked for nothing yet.
    Silent,
    /// Between two requests.
    Idle,
    /// We wait for the rest of a request.
    Receiving,
    /// We wait until the peer takes more of an answer.
    Sending,
    /// We work on an answer.
    Working,
}

/// How willingly a connection is closed to make room for another; the least is closed first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Loss {
    /// Nothing is under way and nothing seems to come.
    Nothing,
    /// The peer loses an answer that it has not helped to come about for a while.
    SlowAnswer,
    /// The connection is so young, or its last answer, that a request may be on its way.
    ComingRequest,
}

/// The counts of one connection.
#[derive(Debug)]
pub(super) struct Activity {
    /// When something last happened that brings an answer nearer to its end.
    since: Instant,
    /// Requests whose head has come and whose answer has not been handed over whole.
    requests: usize,
    /// Of those, the ones whose body we wait for.
    receiving: usize,
    /// Of those, the ones whose answer has a part ready that is not taken yet.
    sending: usize,
    /// The socket takes no more for the moment.
    is_full: bool,
    answered: usize,
    cancelled: usize,
    is_closing: bool,
}

impl Activity {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            since: now,
            requests: 0,
            receiving: 0,
            sending: 0,
            is_full: false,
            answered: 0,
            cancelled: 0,
            is_closing: false,
        }
    }

    /// The head of a request has come. Whether it may be answered: not when the connection is being closed.
    pub(super) fn begin(&mut self, now: Instant) -> bool {
        if self.is_closing {
            return false;
        }
        self.since = now;
        self.requests += 1;
        true
    }

    /// A request is over: its answer was handed over, or the peer no longer wants it.
    pub(super) fn end(&mut self, now: Instant, is_answered: bool) {
        self.since = now;
        self.requests = self.requests.saturating_sub(1);
        let count = if is_answered { &mut self.answered } else { &mut self.cancelled };
        *count += 1;
    }

    /// One more, or one fewer, request waits for its body.
    pub(super) fn receiving(&mut self, now: Instant, is_waiting: bool) {
        self.since = now;
        self.receiving = count(self.receiving, is_waiting);
    }

    /// One more, or one fewer, answer has a part ready that is not taken.
    pub(super) fn sending(&mut self, now: Instant, is_waiting: bool) {
        self.since = now;
        self.sending = count(self.sending, is_waiting);
    }

    /// The socket takes no more.
    pub(super) fn full(&mut self, now: Instant) {
        if !self.is_full {
            self.is_full = true;
            self.since = now;
        }
    }

    /// The socket has taken something. Between requests that is no more than a sign of life, which changes nothing.
    pub(super) fn taken(&mut self, now: Instant) {
        if self.is_full || self.requests > 0 {
            self.is_full = false;
            self.since = now;
        }
    }

    /// From now on nothing more is answered.
    pub(super) fn close(&mut self) {
        self.is_closing = true;
    }

    pub(super) fn is_closing(&self) -> bool {
        self.is_closing
    }

    /// Since when the connection has been as it is.
    pub(super) fn since(&self) -> Instant {
        self.since
    }

    /// The requests under way; an answer that was handed over and is not sent yet counts as one.
    pub(super) fn requests(&self) -> usize {
        self.requests.max(usize::from(self.is_full))
    }

    /// Whether the peer makes work only to take it back.
    pub(super) fn is_flood(&self) -> bool {
        self.cancelled >= CANCELLATIONS && self.cancelled > self.answered
    }

    pub(super) fn standing(&self) -> Standing {
        match self.requests {
            0 if self.is_full => Standing::Sending,
            0 if self.answered + self.cancelled > 0 => Standing::Idle,
            0 => Standing::Silent,
            requests if self.receiving + self.sending < requests => Standing::Working,
            _ if self.receiving > 0 => Standing::Receiving,
            _ => Standing::Sending,
        }
    }

    /// Whether nobody loses anything when the connection is closed.
    pub(super) fn is_unused(&self) -> bool {
        matches!(self.standing(), Standing::Silent | Standing::Idle)
    }

    /// When the peer has kept us waiting for too long; never while it waits for us. At the end of the server
    /// (`is_last`) there is no next request to wait for.
    pub(super) fn deadline(&self, deadlines: &Deadlines, is_last: bool) -> Option<Instant> {
        let wait = match self.standing() {
            Standing::Silent if is_last => Duration::ZERO,
            Standing::Silent => deadlines.head,
            Standing::Idle if is_last => deadlines.farewell,
            Standing::Idle => deadlines.idle,
            Standing::Receiving => deadlines.body,
            Standing::Sending => deadlines.answer,
            Standing::Working => return None,
        };
        Some(self.since + wait)
    }

    /// What is lost when the connection makes room for another now; nothing says so while it must not.
    pub(super) fn loss(&self, now: Instant, deadlines: &Deadlines) -> Option<Loss> {
        let waited = now.duration_since(self.since);
        match self.standing() {
            _ if self.is_closing => None,
            Standing::Silent | Standing::Idle if waited < deadlines.grace => Some(Loss::ComingRequest),
            Standing::Silent | Standing::Idle => Some(Loss::Nothing),
            Standing::Receiving | Standing::Sending => (waited >= deadlines.patience).then_some(Loss::SlowAnswer),
            Standing::Working => None,
        }
    }
}

fn count(number: usize, is_more: bool) -> usize {
    if is_more { number + 1 } else { number.saturating_sub(1) }
}

#[cfg(test)]
#[path = "activity_test.rs"]
mod tests;
