//! The state of one connection, and for how long it has been in it. Plain counting, without sockets or tasks.

use tokio::time::Instant;

use super::deadlines::Deadlines;

/// How many requests a peer may cancel while it accepts fewer answers than that. More is a flood.
const CANCELLATIONS: usize = 100;

/// What a connection is waiting for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// For the first request.
    Silent,
    /// For the next request.
    Idle,
    /// For the rest of a request body.
    Receiving,
    /// For the peer to read more of an answer.
    Sending,
    /// For this server, which works on an answer.
    Working,
}

/// What is lost when a connection is closed to make room for another. The lowest cost is closed first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum EvictionCost {
    /// Nothing: the connection is idle.
    Nothing,
    /// An answer for which we have been waiting for the peer for a while.
    SlowAnswer,
    /// A request that may be on its way, because the connection or its last answer is very new.
    ComingRequest,
}

/// The counters of one connection.
#[derive(Debug)]
pub(super) struct Activity {
    /// When the last progress was made.
    since: Instant,
    /// Requests whose head has arrived and whose answer has not been passed to the socket completely.
    requests: usize,
    /// How many of those wait for the rest of their body.
    receiving: usize,
    /// How many of those have a part of the answer ready that the socket has not accepted yet.
    sending: usize,
    /// Whether the send buffer of the socket is full.
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

    /// Records the head of a request. Returns whether it may be answered: not while the connection is closing.
    pub(super) fn begin(&mut self, now: Instant) -> bool {
        if self.is_closing {
            return false;
        }
        self.since = now;
        self.requests += 1;
        true
    }

    /// Records the end of a request: its answer was passed to the socket, or the peer cancelled it.
    pub(super) fn end(&mut self, now: Instant, is_answered: bool) {
        self.since = now;
        self.requests = self.requests.saturating_sub(1);
        let count = if is_answered { &mut self.answered } else { &mut self.cancelled };
        *count += 1;
    }

    /// Records that one more, or one fewer, request waits for its body.
    pub(super) fn receiving(&mut self, now: Instant, is_waiting: bool) {
        self.since = now;
        self.receiving = count(self.receiving, is_waiting);
    }

    /// Records that one more, or one fewer, answer waits for the socket.
    pub(super) fn sending(&mut self, now: Instant, is_waiting: bool) {
        self.since = now;
        self.sending = count(self.sending, is_waiting);
    }

    /// Records that the send buffer is full.
    pub(super) fn full(&mut self, now: Instant) {
        if !self.is_full {
            self.is_full = true;
            self.since = now;
        }
    }

    /// Records that the socket accepted data. Between requests this is no progress, so it changes nothing.
    pub(super) fn taken(&mut self, now: Instant) {
        if self.is_full || self.requests > 0 {
            self.is_full = false;
            self.since = now;
        }
    }

    /// From now on, no request is answered.
    pub(super) fn close(&mut self) {
        self.is_closing = true;
    }

    pub(super) fn is_closing(&self) -> bool {
        self.is_closing
    }

    /// When the last progress was made.
    pub(super) fn since(&self) -> Instant {
        self.since
    }

    /// The number of requests in flight. An answer that is still in the send buffer counts as one.
    pub(super) fn requests(&self) -> usize {
        self.requests.max(usize::from(self.is_full))
    }

    /// Whether the peer sends requests only to cancel them.
    pub(super) fn is_flood(&self) -> bool {
        self.cancelled >= CANCELLATIONS && self.cancelled > self.answered
    }

    pub(super) fn state(&self) -> State {
        match self.requests {
            0 if self.is_full => State::Sending,
            0 if self.answered + self.cancelled > 0 => State::Idle,
            0 => State::Silent,
            requests if self.receiving + self.sending < requests => State::Working,
            _ if self.receiving > 0 => State::Receiving,
            _ => State::Sending,
        }
    }

    /// Whether the connection can be closed without losing anything.
    pub(super) fn is_unused(&self) -> bool {
        matches!(self.state(), State::Silent | State::Idle)
    }

    /// When the peer will have kept us waiting for too long. `None` while it waits for us. During shutdown
    /// (`is_draining`) there is no next request to wait for.
    pub(super) fn deadline(&self, deadlines: &Deadlines, is_draining: bool) -> Option<Instant> {
        let wait = match self.state() {
            // Its first request may be on its way: the peer chose this server before it knew.
            State::Silent if is_draining => deadlines.grace,
            State::Silent => deadlines.head,
            State::Idle if is_draining => deadlines.linger,
            State::Idle => deadlines.idle,
            State::Receiving => deadlines.body,
            State::Sending => deadlines.answer,
            State::Working => return None,
        };
        Some(self.since + wait)
    }

    /// What is lost when the connection is closed now to make room for another. `None` while it must stay open.
    pub(super) fn eviction_cost(&self, now: Instant, deadlines: &Deadlines) -> Option<EvictionCost> {
        let waited = now.duration_since(self.since);
        match self.state() {
            _ if self.is_closing => None,
            State::Silent | State::Idle if waited < deadlines.grace => Some(EvictionCost::ComingRequest),
            State::Silent | State::Idle => Some(EvictionCost::Nothing),
            State::Receiving | State::Sending => (waited >= deadlines.eviction).then_some(EvictionCost::SlowAnswer),
            State::Working => None,
        }
    }
}

fn count(number: usize, is_more: bool) -> usize {
    if is_more { number + 1 } else { number.saturating_sub(1) }
}

#[cfg(test)]
#[path = "activity_test.rs"]
mod tests;
