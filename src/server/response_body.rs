//! Reads the body of a response up to a limit, so that no server that we call can fill the memory.
//!
//! May import: reqwest, and nothing of this crate.

use reqwest::Response;
use tokio_util::bytes::Bytes;

/// Why a body was not read to its end.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// It is larger than the limit.
    #[error("the body is larger than the limit")]
    TooLarge,
    /// The connection ended, or the deadline of the call passed. The error names no URL.
    #[error(transparent)]
    Interrupted(reqwest::Error),
}

/// The whole body, if it is at most `limit` bytes long.
///
/// # Errors
/// When the body is longer, or does not arrive.
pub async fn read(mut response: Response, limit: usize) -> Result<Vec<u8>, BodyError> {
    let mut body = Vec::new();
    while let Some(chunk) = next_chunk(&mut response).await? {
        if body.len() + chunk.len() > limit {
            return Err(BodyError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The start of the body: reading ends with the chunk that reaches `limit` bytes. Also returns whether the connection
/// broke before that.
pub async fn read_start(mut response: Response, limit: usize) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    while body.len() < limit {
        match next_chunk(&mut response).await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break,
            Err(_) => return (body, true),
        }
    }
    (body, false)
}

/// The next chunk as it arrives. `None` at the end of the body.
///
/// # Errors
/// When the connection ends or the deadline of the call passes.
pub async fn next_chunk(response: &mut Response) -> Result<Option<Bytes>, BodyError> {
    response.chunk().await.map_err(|error| BodyError::Interrupted(error.without_url()))
}

/// The body without a UTF-8 byte order mark at its start: some servers write one before JSON, and RFC 8259 §8.1 lets
/// readers ignore it.
pub fn without_byte_order_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}
