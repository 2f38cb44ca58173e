//! The endpoints of the OpenID provider of the tests: discovery, keys, tokens and user info.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use partner_dashboard::server::clock::Clock;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::identity_provider::{CLIENT_ID, CLIENT_SECRET, Person};
use super::lies::{Lies, Signer};
use super::signing::{SigningKey, unsigned};

/// An authorization code that has not been exchanged yet.
pub(super) struct Authorization {
    pub(super) person: Person,
    pub(super) nonce: String,
    pub(super) challenge: String,
    pub(super) redirect_uri: String,
}

/// The state of the provider.
pub(super) struct Provider {
    pub(super) issuer: String,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) keys: Vec<SigningKey>,
    pub(super) lies: Lies,
    pub(super) codes: HashMap<String, Authorization>,
    pub(super) tokens: HashMap<String, Person>,
    /// The paths that were asked for.
    pub(super) requests: Vec<&'static str>,
}

/// The state that the endpoints share with the test.
pub(super) type Shared = Arc<Mutex<Provider>>;

pub(super) fn lock(shared: &Shared) -> MutexGuard<'_, Provider> {
    shared.lock().unwrap()
}

/// The endpoints of the provider.
pub(super) fn router(shared: Shared) -> Router {
    Router::new()
        .route("/.well-known/openid-configuration", get(discovery))
        .route("/keys", get(keys))
        .route("/token", post(token))
        .route("/userinfo", get(user_info))
        .with_state(shared)
}

impl Provider {
    fn id_token(&self, authorization: &Authorization, access_token: &str) -> String {
        let now = self.clock.now().unix_timestamp();
        let hash = URL_SAFE_NO_PAD.encode(&Sha256::digest(access_token)[..16]);
        let mut claims = json!({
            "iss": self.issuer, "aud": CLIENT_ID, "azp": CLIENT_ID, "sub": authorization.person.subject,
            "iat": now, "exp": now + 300, "nonce": authorization.nonce, "at_hash": hash,
            "sid": authorization.person.session, "name": "Ada Lindqvist", "groups": authorization.person.groups,
        });
        (self.lies.claims)(&mut claims);
        let stranger;
        let key = match self.lies.signer {
            Signer::Second => &self.keys[1],
            Signer::Stranger => {
                stranger = SigningKey::elliptic(self.keys[0].id);
                &stranger
            }
            Signer::ClientSecret => {
                stranger = SigningKey::shared(self.keys[0].id, CLIENT_SECRET.as_bytes());
                &stranger
            }
            Signer::PublicKey => {
                stranger = SigningKey::shared(self.keys[0].id, self.keys[0].public().to_string().as_bytes());
                &stranger
            }
            Signer::First | Signer::Nobody | Signer::Damaged => &self.keys[0],
        };
        let mut header = key.header();
        (self.lies.header)(&mut header);
        match self.lies.signer {
            Signer::Nobody => format!("{}.", unsigned(&header, &claims)),
            Signer::Damaged => {
                let token = key.token_with(&header, &claims);
                let (rest, signature) = token.rsplit_once('.').unwrap();
                let mut bytes = URL_SAFE_NO_PAD.decode(signature).unwrap();
                bytes[7] ^= 1;
                format!("{rest}.{}", URL_SAFE_NO_PAD.encode(bytes))
            }
            _ => key.token_with(&header, &claims),
        }
    }
}

async fn discovery(State(shared): State<Shared>) -> Json<Value> {
    let mut provider = lock(&shared);
    provider.requests.push("/.well-known/openid-configuration");
    let issuer = &provider.issuer;
    let mut document = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "jwks_uri": format!("{issuer}/keys"),
        "end_session_endpoint": format!("{issuer}/end-session"),
        "authorization_response_iss_parameter_supported": true,
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256", "RS256", "HS256", "none"],
        "backchannel_logout_supported": true,
    });
    (provider.lies.discovery)(&mut document);
    Json(document)
}

async fn keys(State(shared): State<Shared>) -> Json<Value> {
    let mut provider = lock(&shared);
    provider.requests.push("/keys");
    let keys: Vec<Value> = provider.keys.iter().map(SigningKey::public).collect();
    let mut set = json!({"keys": keys});
    (provider.lies.key_set)(&mut set);
    Json(set)
}

async fn token(
    State(shared): State<Shared>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let mut provider = lock(&shared);
    provider.requests.push("/token");
    if let Some(status) = provider.lies.token_status {
        return (StatusCode::from_u16(status).unwrap(), Html("<h1>Down</h1>")).into_response();
    }
    let expected = format!("Basic {}", STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}")));
    if headers.get(header::AUTHORIZATION).is_none_or(|given| given != expected.as_str()) {
        return (StatusCode::UNAUTHORIZED, Json(json!({"error": "invalid_client"}))).into_response();
    }
    let refused = (StatusCode::BAD_REQUEST, Json(json!({"error": "invalid_grant"})));
    // A code is good once, for the one who began, and only back to where they were sent.
    let Some(authorization) = form.get("code").and_then(|code| provider.codes.remove(code)) else {
        return refused.into_response();
    };
    let verifier = form.get("code_verifier").map(String::as_str).unwrap_or_default();
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    if challenge != authorization.challenge || form.get("redirect_uri") != Some(&authorization.redirect_uri) {
        return refused.into_response();
    }
    let access_token = format!("canary-access-token-{}", provider.tokens.len());
    let id_token = provider.id_token(&authorization, &access_token);
    provider.tokens.insert(access_token.clone(), authorization.person);
    let mut answer = json!({
        "access_token": access_token, "token_type": "Bearer", "expires_in": 300, "id_token": id_token,
    });
    (provider.lies.tokens)(&mut answer);
    Json(answer).into_response()
}

async fn user_info(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    let mut provider = lock(&shared);
    provider.requests.push("/userinfo");
    let bearer = headers.get(header::AUTHORIZATION).and_then(|given| given.to_str().ok()).unwrap_or_default();
    let Some(person) = bearer.strip_prefix("Bearer ").and_then(|token| provider.tokens.get(token)) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let mut answer = json!({"sub": person.subject, "groups": person.groups, "email": "ada@partner.example"});
    (provider.lies.user_info)(&mut answer);
    Json(answer).into_response()
}
