//! The claims that an ID token lacks, such as groups: the userinfo endpoint has them (OpenID Connect Core 1.0 §5.3).

use openidconnect::core::CoreGenderClaim;
use openidconnect::{OAuth2TokenResponse as _, SubjectIdentifier, TokenResponse as _, UserInfoClaims, UserInfoError};
use serde_json::{Map, Value};

use super::endpoints::{MoreClaims, OidcClient, ProviderError, TokenAnswer, caller};
use super::error::{SignInError, UserInfoFailure};
use super::provider::OidcProvider;
use crate::server::response_body::BodyError;

impl OidcProvider {
    /// Adds claims of the userinfo endpoint that the ID token lacks, if they are about the same person.
    pub(super) async fn add_user_info(
        &self,
        client: &OidcClient,
        tokens: &TokenAnswer,
        claims: &mut Map<String, Value>,
    ) -> Result<(), SignInError> {
        let subject = tokens.id_token().and(claims.get("sub")).and_then(Value::as_str).map(str::to_owned);
        let Ok(request) = client.user_info(tokens.access_token().clone(), subject.map(SubjectIdentifier::new)) else {
            // The provider has no such endpoint.
            return Ok(());
        };
        let call = caller(self.http.clone());
        let answer: UserInfoClaims<MoreClaims, CoreGenderClaim> =
            request.request_async(&call).await.map_err(|error| {
                tracing::warn!(error = &error as &dyn std::error::Error, "the user info could not be requested");
                failure(&error)
            })?;
        if let Ok(Value::Object(more)) = serde_json::to_value(answer) {
            for (name, value) in more {
                claims.entry(name).or_insert(value);
            }
        }
        Ok(())
    }
}

fn failure(error: &UserInfoError<ProviderError>) -> SignInError {
    SignInError::NoGroups(match error {
        // Claims of somebody else are no failure of the endpoint.
        UserInfoError::ClaimsVerification(_) => return SignInError::InvalidToken,
        UserInfoError::Response(status, ..) if !status.is_success() => UserInfoFailure::Status(status.as_u16()),
        UserInfoError::Request(
            ProviderError::Transport(error) | ProviderError::Body(BodyError::Interrupted(error)),
        ) => {
            if error.is_timeout() {
                UserInfoFailure::TimedOut
            } else {
                UserInfoFailure::NoAnswer
            }
        }
        _ => UserInfoFailure::Unreadable,
    })
}
