//! Whether the provider takes the client ID and the secret, without anybody who signs in.

use openidconnect::core::CoreErrorResponseType;
use openidconnect::{AuthorizationCode, PkceCodeVerifier, RequestTokenError};

use super::endpoints::caller;
use super::provider::OidcProvider;

/// A code that no provider gives, and a verifier of the shortest length that RFC 7636 §4.1 allows.
const CODE: &str = "is-the-client-known";
const VERIFIER: &str = "0123456789012345678901234567890123456789012";

impl OidcProvider {
    /// Asks for the tokens of a code that the provider never gave. It says that the code is not valid, unless it does not know the
    /// client (RFC 6749 §5.2: `invalid_client`; some say `unauthorized_client`).
    ///
    /// # Errors
    /// Why nobody could sign in.
    pub async fn try_credentials(&self) -> Result<(), String> {
        let discovered = self.try_discovery().await?;
        let client = self.client(&discovered.metadata).map_err(|error| error.to_string())?;
        let exchange =
            client.exchange_code(AuthorizationCode::new(CODE.to_owned())).map_err(|error| error.to_string())?;
        let exchange = exchange.set_pkce_verifier(PkceCodeVerifier::new(VERIFIER.to_owned()));
        match exchange.request_async(&caller(self.http.clone())).await {
            Err(RequestTokenError::ServerResponse(answer)) => match answer.error() {
                refusal @ (CoreErrorResponseType::InvalidClient | CoreErrorResponseType::UnauthorizedClient) => {
                    Err(format!("it refuses the client ID or the client secret ({refusal})"))
                }
                _ => Ok(()),
            },
            Err(RequestTokenError::Request(error)) => Err(format!("its token endpoint does not answer: {error}")),
            // What it thinks of the client cannot be told from that.
            Ok(_) | Err(RequestTokenError::Parse(..) | RequestTokenError::Other(_)) => Ok(()),
        }
    }
}
