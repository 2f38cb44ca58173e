//! Types of the provider and of our client at it, and the way to call it.

use futures::future::BoxFuture;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreErrorResponseType,
    CoreGenderClaim, CoreGrantType, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm,
    CoreJwsSigningAlgorithm, CoreResponseMode, CoreResponseType, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreSubjectIdentifierType, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, AdditionalProviderMetadata, Client, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, IdTokenFields, ProviderMetadata, StandardErrorResponse,
    StandardTokenResponse,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

/// The largest answer of the provider that is read, in bytes.
const LARGEST_ANSWER: usize = 1024 * 1024;

/// What we need of a provider beyond the core (RP-Initiated Logout 1.0 §2.1, RFC 9207 §3).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct MoreMetadata {
    pub(super) end_session_endpoint: Option<Url>,
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for MoreMetadata {}

/// Claims that are not standard ones: groups, the provider's session id and whatever else comes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct MoreClaims {
    #[serde(flatten)]
    all: Map<String, Value>,
}

impl AdditionalClaims for MoreClaims {}

pub(super) type Metadata = ProviderMetadata<
    MoreMetadata,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

type TokenFields = IdTokenFields<
    MoreClaims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

pub(super) type TokenAnswer = StandardTokenResponse<TokenFields, CoreTokenType>;

pub(super) type OidcClient = Client<
    MoreClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    TokenAnswer,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The provider could not be asked. Holds no address: those can carry a code.
#[derive(Debug, thiserror::Error)]
pub(super) enum CallError {
    #[error("the identity provider did not respond: {0}")]
    Transport(String),
    #[error("the identity provider's response is larger than 1 MiB")]
    TooLarge,
}

/// Calls the provider with our HTTP client, which follows no redirect and knows deadlines.
pub(super) fn caller(
    http: reqwest::Client,
) -> impl Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse, CallError>> + Send + Sync {
    move |request| Box::pin(call(http.clone(), request))
}

/// Calls the provider once, and reads its answer up to a limit.
pub(super) async fn call(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, CallError> {
    let words = |error: reqwest::Error| CallError::Transport(error.without_url().to_string());
    let request = reqwest::Request::try_from(request).map_err(words)?;
    let mut response = http.execute(request).await.map_err(words)?;
    let mut answer = HttpResponse::new(Vec::new());
    *answer.status_mut() = response.status();
    *answer.headers_mut() = response.headers().clone();
    while let Some(chunk) = response.chunk().await.map_err(words)? {
        if answer.body().len() + chunk.len() > LARGEST_ANSWER {
            return Err(CallError::TooLarge);
        }
        answer.body_mut().extend_from_slice(&chunk);
    }
    Ok(answer)
}
