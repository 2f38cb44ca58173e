//! Reads an answer's body up to a limit, so that a lying partner cannot fill the memory.

use reqwest::Response;
use tokio_util::bytes::Bytes;

/// The largest answer with one object that is read, in bytes.
pub(super) const LARGEST_OBJECT: usize = 256 * 1024;
/// The largest answer that tells of a failure that is read, in bytes.
pub(super) const LARGEST_FAILURE: usize = 64 * 1024;

/// Why a body was not read to its end.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum BodyError {
    /// It is larger than what is read of such a body, or there is no memory for it.
    TooLarge,
    /// It is not what was asked for.
    Unreadable,
    /// The connection ended or stalled.
    Interrupted {
        /// Whether the deadline had passed.
        timeout: bool,
    },
}

/// The whole body, if it is no longer than so many bytes.
pub(super) async fn read(mut response: Response, most: usize) -> Result<Vec<u8>, BodyError> {
    let mut body = Vec::new();
    while let Some(piece) = next(&mut response).await? {
        if body.len() + piece.len() > most {
            return Err(BodyError::TooLarge);
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

/// What arrives next; `None` at the end.
pub(super) async fn next(response: &mut Response) -> Result<Option<Bytes>, BodyError> {
    response.chunk().await.map_err(|error| BodyError::Interrupted { timeout: error.is_timeout() })
}
