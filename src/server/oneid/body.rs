//! Reads an answer's body up to a limit, so that a lying partner cannot fill the memory.

/// The largest body that is read, in bytes. 100,000 organisations of the guide's shape are about
/// 40 MB.
pub(super) const LARGEST_BODY: usize = 64 * 1024 * 1024;

/// Why a body was not read to its end.
pub(super) enum BodyError {
    /// More than [`LARGEST_BODY`].
    TooLarge,
    /// The connection ended or stalled.
    Interrupted {
        /// Whether the deadline had passed.
        timeout: bool,
    },
}

/// The whole body, or why there is none.
pub(super) async fn read(mut response: reqwest::Response) -> Result<Vec<u8>, BodyError> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > LARGEST_BODY => return Err(BodyError::TooLarge),
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Ok(body),
            Err(error) => return Err(BodyError::Interrupted { timeout: error.is_timeout() }),
        }
    }
}
