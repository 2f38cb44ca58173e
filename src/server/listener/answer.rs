//! The body of an answer, which keeps its request in flight until the last part is passed to the socket.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use http_body::{Frame, SizeHint};

use super::request::InFlight;

/// The body of an answer and its request.
#[derive(Debug)]
pub(super) struct AnswerBody {
    body: Body,
    request: InFlight,
}

impl AnswerBody {
    /// Begins when the head of the answer is ready: from now on, we wait for the peer.
    pub(super) fn new(body: Body, mut request: InFlight) -> Self {
        request.answered();
        request.offer(true);
        Self { body, request }
    }
}

impl http_body::Body for AnswerBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        // A new poll means that the previous part was accepted.
        self.request.offer(false);
        let polled = Pin::new(&mut self.body).poll_frame(context);
        self.request.offer(polled.is_ready());
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
