//! How long a connection may keep us waiting.

use std::time::Duration;

/// What a peer is given before its connection is closed.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    /// From the connection to the end of its first request's head.
    pub head: Duration,
    /// From the end of an answer to the end of the next request's head.
    pub idle: Duration,
    /// Between two parts of a request's body. Longer than the longest request, so that the router answers first.
    pub body: Duration,
    /// Between two parts of an answer that the peer takes.
    pub answer: Duration,
    /// An unused connection that is younger than this, or whose last answer is, may have a request on its way: others
    /// make room first.
    pub grace: Duration,
    /// A request that has kept us waiting for longer than this makes room for others when there is none.
    pub patience: Duration,
    /// At the end of the server: from an answer to the close, for what is still on its way to the peer.
    pub farewell: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            idle: Duration::from_mins(1),
            body: Duration::from_secs(75),
            answer: Duration::from_secs(30),
            grace: Duration::from_secs(1),
            patience: Duration::from_secs(5),
            farewell: Duration::from_secs(1),
        }
    }
}

impl Deadlines {
    /// The soonest that any deadline can pass which has not begun yet: no need to look again before.
    pub(super) fn soonest(&self) -> Duration {
        self.idle.min(self.body).min(self.answer)
    }
}
