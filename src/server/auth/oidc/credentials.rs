//! Whether the provider takes the client ID and the secret, without anybody who signs in.

use openidconnect::{AuthorizationCode, PkceCodeVerifier, RequestTokenError};

use super::endpoints::caller;
use super::provider::OidcProvider;

/// A code that no provider gives, and a verifier of the shortest length that RFC 7636 §4.1 allows.
const CODE: &str = "is-the-client-known";
const VERIFIER: &str = "0123456789012345678901234567890123456789012";

/// What providers say of a client that they do not know.
const REFUSALS: [&str; 3] = ["invalid_client", "unauthorized_client", "access_denied"];

impl OidcProvider {
    /// Asks for the tokens of a code that the provider never gave. Most say then that the code is not valid, and of a client that they
    /// do not know `invalid_client` (RFC 6749 §5.2); some say `unauthorized_client` or `access_denied`.
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
            Err(RequestTokenError::ServerResponse(answer)) => {
                let refusal = answer.error().to_string();
                if REFUSALS.contains(&refusal.as_str()) {
                    return Err(format!("it refuses the client ID or the client secret ({refusal})"));
                }
                Ok(())
            }
            Err(RequestTokenError::Request(error)) => Err(error.to_string()),
            // What it thinks of the client cannot be told from that.
            Ok(_) | Err(RequestTokenError::Parse(..) | RequestTokenError::Other(_)) => Ok(()),
        }
    }
}
