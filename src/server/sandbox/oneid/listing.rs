//! Answers with a list that is written while it is sent.

use std::{convert::Infallible, sync::Arc};

use axum::{body::Body, http::StatusCode, response::Response};
use futures::stream;

use super::{OneId, store::Store};
use crate::server::sandbox::answers;

/// How much of a list is written at once, in bytes.
const PIECE: usize = 64 * 1024;

/// A list that is being written.
struct Listing<W> {
    oneid: Arc<OneId>,
    write: W,
    /// How many entries have been written.
    place: usize,
    is_complete: bool,
}

/// The JSON array of everything that `write` writes, which is given each place from 0 on until it says that there is nothing.
/// The store is locked for one piece at a time: a large list may have changes in it that were made while it was sent.
pub(super) fn answer<W>(oneid: Arc<OneId>, write: W) -> Response
where
    W: Fn(&Store, usize, &mut Vec<u8>) -> bool + Send + 'static,
{
    let mut listing = Listing { oneid, write, place: 0, is_complete: false };
    let first = listing.next_piece();
    if listing.is_complete {
        return answers::json_text(StatusCode::OK, first);
    }
    let pieces = stream::unfold((Some(first), listing), async |(first, mut listing)| {
        let piece = match first {
            Some(first) => first,
            None if listing.is_complete => return None,
            None => {
                // Writing a piece takes a moment in which this thread does nothing else.
                tokio::task::yield_now().await;
                listing.next_piece()
            }
        };
        Some((Ok::<_, Infallible>(piece), (None, listing)))
    });
    answers::json_text(StatusCode::OK, Body::from_stream(pieces))
}

impl<W: Fn(&Store, usize, &mut Vec<u8>) -> bool> Listing<W> {
    fn next_piece(&mut self) -> Vec<u8> {
        let store = self.oneid.store();
        let mut piece = Vec::new();
        while piece.len() < PIECE {
            let start = piece.len();
            piece.push(if self.place == 0 { b'[' } else { b',' });
            if !(self.write)(&store, self.place, &mut piece) {
                piece.truncate(start);
                piece.extend_from_slice(if self.place == 0 { b"[]" } else { b"]" });
                self.is_complete = true;
                break;
            }
            self.place += 1;
        }
        piece
    }
}
