//! How long a connection may keep the server waiting.

use std::time::Duration;

/// How long a peer may take before its connection is closed.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    /// From the start of the connection to the end of the first request head.
    pub head: Duration,
    /// From the end of an answer to the end of the next request head.
    pub idle: Duration,
    /// Between two parts of a request body. It is longer than the timeout of a request, so that the router answers first.
    pub body: Duration,
    /// Between two parts of an answer that the peer reads.
    pub answer: Duration,
    /// An unused connection that is newer than this, or whose last answer is, may have a request on its way. Other
    /// connections are closed for new ones first.
    pub grace: Duration,
    /// A connection that has kept the server waiting for longer than this in the middle of a request may be closed for
    /// a new one.
    pub eviction: Duration,
    /// During shutdown: from the end of an answer to the close, for data that is still on its way to the peer.
    pub linger: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            idle: Duration::from_mins(1),
            body: Duration::from_secs(75),
            answer: Duration::from_secs(30),
            grace: Duration::from_secs(1),
            eviction: Duration::from_secs(5),
            linger: Duration::from_secs(1),
        }
    }
}

impl Deadlines {
    /// The shortest deadline that can begin later. Deadlines need not be checked again before it.
    pub(super) fn soonest(&self) -> Duration {
        self.idle.min(self.body).min(self.answer)
    }
}
