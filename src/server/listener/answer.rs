//! The body of an answer, which keeps its request under way until the last part is handed over.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use http_body::{Frame, SizeHint};

use super::request::UnderWay;

/// An answer's body with its request.
#[derive(Debug)]
pub(super) struct AnswerBody {
    body: Body,
    request: UnderWay,
}

impl AnswerBody {
    /// The head is ready: from here it is the peer's turn.
    pub(super) fn new(body: Body, mut request: UnderWay) -> Self {
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
        // Being asked means that the part before was taken.
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
