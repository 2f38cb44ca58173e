//! Reads the body of a list: a small one on the spot, a large one on a thread of its own while it arrives.

use reqwest::Response;
use tokio::sync::mpsc::{self, Sender};
use tokio::task::spawn_blocking;
use tokio_util::bytes::Bytes;

use super::entries::{self, Record};
use super::read_error::ReadError;
use super::source::Source;
use super::{Share, Sink};
use crate::server::response_body::{self, without_byte_order_mark};

/// The largest list that is read on the spot, in bytes: moving it to a thread would take longer.
const SMALL: usize = 256 * 1024;
/// How many chunks of a body may wait for the reader.
const PIECES_WAITING: usize = 4;

/// Reads the list in an answer into a sink, and returns the share of the memory budget that the sink takes. `owner` is the
/// organisation that the entries belong to, if there is one. When the list cannot be read to its end, what the sink has
/// taken does not count.
///
/// # Errors
/// When it is too large, not a list, or does not arrive.
pub(super) async fn read<T: Record>(
    mut response: Response,
    owner: Option<&str>,
    mut sink: Box<dyn Sink<T>>,
    share: Share,
) -> Result<Share, ReadError> {
    let mut first = Vec::new();
    while first.len() <= SMALL {
        let Some(piece) = response_body::next_chunk(&mut response).await? else {
            return entries::read(Source::new(without_mark(first), None), owner, &mut *sink, share);
        };
        first.extend_from_slice(&piece);
    }
    let (pieces, rest) = mpsc::channel(PIECES_WAITING);
    let most = T::LARGEST_LIST.saturating_sub(first.len());
    let (first, owner) = (without_mark(first), owner.map(str::to_owned));
    let source = move || Source::new(first, Some(rest));
    let reading = spawn_blocking(move || entries::read(source(), owner.as_deref(), &mut *sink, share));
    let arrived = pass_on(response, pieces, most).await;
    let share = reading.await.unwrap_or_else(|error| {
        tracing::error!(%error, "a list could not be read");
        Err(ReadError::Unreadable)
    });
    arrived.and(share)
}

/// Passes on the chunks until the end, or until the reader stops. When the caller is cancelled, this ends, and with it the
/// reader.
async fn pass_on(mut response: Response, pieces: Sender<Bytes>, most: usize) -> Result<(), ReadError> {
    let mut left = most;
    while let Some(piece) = response_body::next_chunk(&mut response).await? {
        left = left.checked_sub(piece.len()).ok_or(ReadError::TooLarge)?;
        if pieces.send(piece).await.is_err() {
            break;
        }
    }
    Ok(())
}

fn without_mark(first: Vec<u8>) -> Bytes {
    let start = first.len() - without_byte_order_mark(&first).len();
    Bytes::from(first).slice(start..)
}
