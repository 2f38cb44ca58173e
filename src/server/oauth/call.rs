//! One API call with a token, and the one retry after a 401 (seed 000, `OneConnect` by Shine).

use reqwest::{RequestBuilder, Response, StatusCode};

use super::error::TokenError;
use super::token::AccessToken;
use super::token_source::{LeasedToken, TokenSource};
use crate::domain::failure::FailureKind;

/// Why an API call has no answer.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// There was no token for the call.
    #[error("no token for the call")]
    Token(#[from] TokenError),
    /// The call had no answer.
    #[error("the call got no response")]
    Transport {
        /// Whether the request certainly did not reach the API, so that it can be repeated safely.
        not_sent: bool,
        /// Whether the deadline passed.
        timeout: bool,
        /// The error of the HTTP client, without the URL.
        source: reqwest::Error,
    },
}

impl CallError {
    /// What went wrong, by what the reader can do about it.
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Token(error) => error.kind(),
            Self::Transport { not_sent: true, .. } => FailureKind::Unreachable,
            Self::Transport { timeout: true, .. } => FailureKind::TimedOut,
            Self::Transport { .. } => FailureKind::Interrupted,
        }
    }
}

/// Sends the request that `build` makes with a token. After a 401, that token is replaced and the call is made once
/// more, so there are two calls at most. There is no retry when the refused token was requested for this call, or is
/// itself a replacement that no API has accepted: then the 401 has another cause, and is returned as the answer.
///
/// # Errors
///
/// When there is no token, or no answer from the API. Any status, including 401, is an answer.
pub async fn send_with_token(
    source: &TokenSource,
    build: impl Fn(&AccessToken) -> RequestBuilder,
) -> Result<Response, CallError> {
    let LeasedToken { token, is_fresh } = source.lease().await?;
    let response = send(&token, &build).await?;
    if response.status() != StatusCode::UNAUTHORIZED || is_fresh || !source.replace(&token) {
        return Ok(response);
    }
    drop(response);
    let LeasedToken { token, .. } = source.lease().await?;
    send(&token, &build).await
}

async fn send(token: &AccessToken, build: impl Fn(&AccessToken) -> RequestBuilder) -> Result<Response, CallError> {
    let response = build(token).send().await?;
    let status = response.status();
    if status != StatusCode::UNAUTHORIZED && !status.is_server_error() {
        token.mark_accepted();
    }
    Ok(response)
}

impl From<reqwest::Error> for CallError {
    fn from(error: reqwest::Error) -> Self {
        Self::Transport {
            not_sent: error.is_connect() || error.is_builder(),
            timeout: error.is_timeout(),
            source: error.without_url(),
        }
    }
}
