//! The types of the provider and of our client, and the function that calls the provider.

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

use crate::server::response_body::{self, BodyError};

/// The largest answer of the provider that is read, in bytes.
const LARGEST_ANSWER: usize = 1024 * 1024;
/// The statuses of a token endpoint that answers the request itself (RFC 6749 §5).
const OF_THE_REQUEST: [u16; 3] = [200, 400, 401];

/// Metadata that is needed beyond the core (RP-Initiated Logout 1.0 §2.1, RFC 9207 §3).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct MoreMetadata {
    pub(super) end_session_endpoint: Option<Url>,
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for MoreMetadata {}

/// Claims beyond the standard ones, such as groups and the provider's session id.
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

/// Why a call to the provider has no answer. It names no URL, because a URL may hold an authorization code.
#[derive(Debug, thiserror::Error)]
pub(super) enum ProviderError {
    /// The request could not be sent.
    #[error("the identity provider did not respond: {0}")]
    Transport(reqwest::Error),
    /// It answered that it cannot answer now.
    #[error("the identity provider answered with status {0}")]
    Status(u16),
    /// The answer could not be read.
    #[error("the identity provider's response could not be read: {0}")]
    Body(#[from] BodyError),
}

/// A function that calls the provider with our HTTP client, for the `openidconnect` crate.
pub(super) fn caller(
    http: reqwest::Client,
) -> impl Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse, ProviderError>> + Send + Sync {
    move |request| Box::pin(call(http.clone(), request))
}

/// The same for the token endpoint, where only an error of the request is about the authorization code: what an overloaded
/// server or the gateway in front of it says is not.
pub(super) fn token_caller(
    http: reqwest::Client,
) -> impl Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse, ProviderError>> + Send + Sync {
    move |request| {
        let answer = call(http.clone(), request);
        Box::pin(async move {
            let answer = answer.await?;
            let status = answer.status().as_u16();
            if OF_THE_REQUEST.contains(&status) { Ok(answer) } else { Err(ProviderError::Status(status)) }
        })
    }
}

/// Calls the provider once and reads its answer, up to 1 MiB.
pub(super) async fn call(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, ProviderError> {
    let transport = |error: reqwest::Error| ProviderError::Transport(error.without_url());
    let request = reqwest::Request::try_from(request).map_err(transport)?;
    let response = http.execute(request).await.map_err(transport)?;
    let mut answer = HttpResponse::new(Vec::new());
    *answer.status_mut() = response.status();
    *answer.headers_mut() = response.headers().clone();
    *answer.body_mut() = response_body::read(response, LARGEST_ANSWER).await?;
    Ok(answer)
}
