//! A request in flight: counted from its head to the end of its answer, including the time that its body takes.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use super::activity::Activity;
use super::connection::Connection;

/// Counts a request for as long as it lives.
#[derive(Debug)]
pub(super) struct InFlight {
    connection: Arc<Connection>,
    is_answered: bool,
    is_offered: bool,
}

impl InFlight {
    /// Starts to count. `None` when the connection is closing, so that the request must not be answered.
    pub(super) fn begin(connection: &Arc<Connection>) -> Option<Self> {
        let may_begin = connection.note(Activity::begin);
        may_begin.then(|| Self { connection: Arc::clone(connection), is_answered: false, is_offered: false })
    }

    /// Records that there is an answer.
    pub(super) fn answered(&mut self) {
        self.is_answered = true;
    }

    /// Records whether a part of the answer is waiting for the socket.
    pub(super) fn offer(&mut self, is_offered: bool) {
        if self.is_offered != is_offered {
            self.is_offered = is_offered;
            self.connection.note(|activity, now| activity.sending(now, is_offered));
        }
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.offer(false);
        self.connection.note(|activity, now| activity.end(now, self.is_answered));
    }
}

/// The body of a request, which records when the server waits for more of it.
#[derive(Debug)]
pub(super) struct RequestBody {
    body: Incoming,
    connection: Arc<Connection>,
    is_awaited: bool,
}

impl RequestBody {
    pub(super) fn new(body: Incoming, connection: Arc<Connection>) -> Self {
        Self { body, connection, is_awaited: false }
    }

    fn wait(&mut self, is_awaited: bool) {
        if self.is_awaited != is_awaited {
            self.is_awaited = is_awaited;
            self.connection.note(|activity, now| activity.receiving(now, is_awaited));
        }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        self.wait(polled.is_pending());
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for RequestBody {
    fn drop(&mut self) {
        self.wait(false);
    }
}
