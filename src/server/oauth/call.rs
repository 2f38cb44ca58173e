//! One API call with a token, and what a 401 means (seed 000, `OneConnect` by Shine).

use reqwest::{RequestBuilder, Response, StatusCode};

use super::cache::{Lease, TokenSource};
use super::error::TokenError;
use super::token::AccessToken;

/// Why an API call has no answer.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// There was no token to call with.
    #[error("no token for the call")]
    Token(#[from] TokenError),
    /// The call had no answer.
    #[error("the call got no response")]
    Transport {
        /// The request certainly did not reach the API, so that it can be repeated without harm.
        not_sent: bool,
        /// It took too long.
        timeout: bool,
        /// What the HTTP client saw, without the address.
        source: reqwest::Error,
    },
}

/// Sends what `build` makes of a token. On a 401 the token, and no other, is replaced and the call is
/// made once more: two calls at the most. It is not repeated when the refused token was fetched for
/// this very call, nor when it is the unproven replacement of another refused one: then the 401 is
/// about something else, and comes back as the answer.
///
/// # Errors
///
/// When there is no token, or no answer from the API. Any status, 401 too, is an answer.
pub async fn send_with_token(
    source: &TokenSource,
    build: impl Fn(&AccessToken) -> RequestBuilder,
) -> Result<Response, CallError> {
    let Lease { token, is_fresh } = source.lease().await?;
    let response = send(&token, &build).await?;
    if response.status() != StatusCode::UNAUTHORIZED || is_fresh || !source.replace(&token) {
        return Ok(response);
    }
    drop(response);
    let Lease { token, .. } = source.lease().await?;
    send(&token, &build).await
}

async fn send(token: &AccessToken, build: impl Fn(&AccessToken) -> RequestBuilder) -> Result<Response, CallError> {
    let response = build(token).send().await.map_err(transport)?;
    let status = response.status();
    if status != StatusCode::UNAUTHORIZED && !status.is_server_error() {
        token.mark_accepted();
    }
    Ok(response)
}

fn transport(error: reqwest::Error) -> CallError {
    CallError::Transport {
        not_sent: error.is_connect() || error.is_builder(),
        timeout: error.is_timeout(),
        source: error.without_url(),
    }
}
