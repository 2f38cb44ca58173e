//! Why an answer of the Partner API could not be read.

use crate::server::response_body::BodyError;

/// Why an answer could not be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ReadError {
    /// It is larger than the limit, has too many entries, or exceeds the memory budget.
    TooLarge,
    /// It is not the JSON that was asked for.
    Unreadable,
    /// The connection ended or stalled.
    Interrupted {
        /// Whether the deadline of the call passed.
        timeout: bool,
    },
}

impl From<BodyError> for ReadError {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooLarge => Self::TooLarge,
            BodyError::Interrupted(error) => Self::Interrupted { timeout: error.is_timeout() },
        }
    }
}
