//! The OpenID provider of the partner's clients: every user agrees at once, and is the same one.
//!
//! Paths, parameters and claims are those of OneID's guides "Verify a User" and "Retrieve User Data" and of its journey API
//! reference.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Query, State},
    http::{
        HeaderMap, StatusCode,
        header::{AUTHORIZATION, CACHE_CONTROL, HOST},
    },
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;
use uuid::Builder;

use super::{
    OneId,
    object::{Object, text_of},
};
use crate::server::sandbox::{
    answers, bearer,
    issuer::{random_secret, unsigned_token},
    lock,
    token_endpoint::{self, Refusal},
};

/// How long a code waits to be exchanged. RFC 6749 §4.1.2 recommends ten minutes at most.
const CODE_LIFETIME: Duration = Duration::from_mins(1);
/// How long an access token is good.
const TOKEN_LIFETIME: Duration = Duration::from_mins(5);

/// Codes and tokens that are good, and until when.
#[derive(Default)]
pub(super) struct Journeys {
    codes: Mutex<HashMap<String, (Instant, Authorization)>>,
    tokens: Mutex<HashMap<String, (Instant, Grant)>>,
}

/// What a code stands for.
struct Authorization {
    redirect_uri: String,
    code_challenge: Option<String>,
    nonce: Option<String>,
    grant: Grant,
}

/// What a user has agreed to.
#[derive(Clone)]
struct Grant {
    client_id: String,
    scopes: Vec<String>,
}

type Parameters = HashMap<String, String>;

pub(super) fn routes() -> Router<Arc<OneId>> {
    Router::new()
        .route("/.well-known/openid-configuration", get(discovery))
        .route("/keys", get(keys))
        .route("/v2/authorize", get(authorize))
        .route("/token", post(token))
        .route("/userinfo", get(user_info))
}

impl OneId {
    /// The URL of this provider, as it is reached.
    fn provider(&self, headers: &HeaderMap) -> String {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
        format!("http://{host}/oneid-{}", self.environment.as_str())
    }

    /// A client that is switched on, with its secret.
    fn client_in_use(&self, id: &str) -> Option<Object> {
        let client = self.store().client(id, true)?;
        (client.get("enabled") != Some(&Value::Bool(false))).then_some(client)
    }
}

async fn discovery(State(oneid): State<Arc<OneId>>, headers: HeaderMap) -> Json<Value> {
    let provider = oneid.provider(&headers);
    Json(json!({
        "issuer": provider,
        "authorization_endpoint": format!("{provider}/v2/authorize"),
        "token_endpoint": format!("{provider}/token"),
        "userinfo_endpoint": format!("{provider}/userinfo"),
        "jwks_uri": format!("{provider}/keys"),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["PS256", "ES384", "ES512"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "code_challenge_methods_supported": ["S256"],
    }))
}

/// No keys: tokens of a sandbox have the shape of signed ones, and no signature.
async fn keys() -> Json<Value> {
    Json(json!({ "keys": [] }))
}

/// A user arrives, agrees, and is sent back with a code. What is wrong with client or return URL is said here, because
/// nobody may be sent to an address that is not the client's (RFC 6749 §4.1.2.1).
async fn authorize(State(oneid): State<Arc<OneId>>, Query(parameters): Query<Parameters>) -> Response {
    let of = |name: &str| parameters.get(name).map(String::as_str).unwrap_or_default();
    let refused = |description| answers::invalid_request(StatusCode::BAD_REQUEST, description);
    let Some(client) = oneid.client_in_use(of("client_id")) else {
        return refused("The client is unknown or disabled");
    };
    let Some(mut back) =
        texts(&client, "return_urls").find(|url| *url == of("redirect_uri")).and_then(|url| Url::parse(url).ok())
    else {
        return refused("redirect_uri is not a return URL of the client");
    };
    let answer = match agreed(&client, &parameters) {
        Ok(authorization) => ("code", oneid.journeys.code(authorization)),
        Err(error) => ("error", error.to_owned()),
    };
    back.query_pairs_mut().append_pair(answer.0, &answer.1);
    if let Some(state) = parameters.get("state") {
        back.query_pairs_mut().append_pair("state", state);
    }
    Redirect::to(back.as_str()).into_response()
}

/// What the user agrees to, or the error of RFC 6749 §4.1.2.1.
fn agreed(client: &Object, parameters: &Parameters) -> Result<Authorization, &'static str> {
    let of = |name: &str| parameters.get(name).map(String::as_str);
    if of("response_type") != Some("code") {
        return Err("unsupported_response_type");
    }
    // RFC 7636 §4.3: without a method, the challenge is the verifier itself, which protects nothing.
    if of("code_challenge").is_some() && of("code_challenge_method") != Some("S256") {
        return Err("invalid_request");
    }
    let scopes: Vec<String> = of("scope").unwrap_or_default().split(' ').map(str::to_owned).collect();
    let allowed = |scope: &String| {
        ["required_scopes", "additional_scopes"]
            .into_iter()
            .flat_map(|list| texts(client, list))
            .any(|one| one == scope)
    };
    if !scopes.iter().all(allowed) {
        return Err("invalid_scope");
    }
    Ok(Authorization {
        redirect_uri: of("redirect_uri").unwrap_or_default().to_owned(),
        code_challenge: of("code_challenge").map(str::to_owned),
        nonce: of("nonce").map(str::to_owned),
        grant: Grant { client_id: of("client_id").unwrap_or_default().to_owned(), scopes },
    })
}

/// Exchanges a code for tokens (OpenID Connect Core 1.0 §3.1.3).
async fn token(State(oneid): State<Arc<OneId>>, headers: HeaderMap, body: Bytes) -> Response {
    match exchange(&oneid, &headers, &body) {
        Ok(tokens) => ([(CACHE_CONTROL, "no-store")], Json(tokens)).into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

fn exchange(oneid: &OneId, headers: &HeaderMap, body: &[u8]) -> Result<Value, Refusal> {
    let parameters = token_endpoint::from_form(headers, body)?;
    let header = headers.get(AUTHORIZATION).ok_or(Refusal::InvalidClient { basic: true })?;
    let (client_id, secret) = token_endpoint::from_basic(header)?;
    let client = oneid.client_in_use(&client_id).filter(|client| text_of(client, "secret") == Some(&secret));
    let client = client.ok_or(Refusal::InvalidClient { basic: true })?;
    if parameters.get("grant_type").is_none_or(|grant_type| grant_type != "authorization_code") {
        return Err(Refusal::UnsupportedGrantType("grant_type must be authorization_code"));
    }
    let code = parameters.get("code").ok_or(Refusal::InvalidRequest("code is missing"))?;
    let authorization = oneid.journeys.exchanged(code).ok_or(Refusal::InvalidGrant)?;
    let is_meant = authorization.grant.client_id == client_id
        && parameters.get("redirect_uri") == Some(&authorization.redirect_uri)
        && authorization.code_challenge.as_deref() == parameters.get("code_verifier").map(challenge_of).as_deref();
    if !is_meant {
        return Err(Refusal::InvalidGrant);
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let mut claims = json!({
        "iss": oneid.provider(headers),
        "sub": subject(&client_id),
        "aud": client_id,
        "iat": now.as_secs(),
        "exp": (now + TOKEN_LIFETIME).as_secs(),
    });
    if let Some(nonce) = authorization.nonce {
        claims["nonce"] = nonce.into();
    }
    let algorithm = text_of(&client, "token_signing_algorithm").filter(|name| !name.is_empty()).unwrap_or("PS256");
    Ok(json!({
        "access_token": oneid.journeys.token(authorization.grant),
        "token_type": "Bearer",
        "expires_in": TOKEN_LIFETIME.as_secs(),
        "id_token": unsigned_token(algorithm, &claims),
    }))
}

/// What the user agreed to tell (OpenID Connect Core 1.0 §5.3).
async fn user_info(State(oneid): State<Arc<OneId>>, headers: HeaderMap) -> Response {
    match bearer::token(&headers).and_then(|token| oneid.journeys.granted(token)) {
        Some(grant) => Json(claims(&grant)).into_response(),
        None => bearer::refuse("The access token is unknown or has expired"),
    }
}

/// The claims that belong to each scope (OpenID Connect Core 1.0 §5.4; OneID's guide "Scopes").
fn claims(grant: &Grant) -> Map<String, Value> {
    let mut claims = Map::from_iter([("sub".to_owned(), subject(&grant.client_id).into())]);
    for scope in &grant.scopes {
        let more = match scope.as_str() {
            "profile" => json!({ "name": "Sandbox User", "given_name": "Sandbox", "family_name": "User" }),
            "email" => json!({ "email": "user@sandbox.example", "email_verified": true }),
            "phone" => json!({ "phone_number": "+441632960000" }),
            "date_of_birth" => json!({ "birthdate": "1985-06-01" }),
            "age_over_18" => json!({ "age_over_18": true }),
            "address" => json!({ "address": { "street_address": "1 Sandbox Street", "country": "GB" } }),
            _ => continue,
        };
        if let Value::Object(more) = more {
            claims.extend(more);
        }
    }
    claims
}

/// What a client calls the user: the same each time, and another than with any other client.
fn subject(client_id: &str) -> String {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&Sha256::digest(client_id)[..16]);
    Builder::from_custom_bytes(bytes).into_uuid().to_string()
}

fn challenge_of(verifier: &String) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

fn texts<'a>(client: &'a Object, list: &str) -> impl Iterator<Item = &'a str> {
    client.get(list).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

impl Journeys {
    fn code(&self, authorization: Authorization) -> String {
        keep(&self.codes, authorization, CODE_LIFETIME)
    }

    /// What a code stands for. It is good once.
    fn exchanged(&self, code: &str) -> Option<Authorization> {
        let (until, authorization) = lock(&self.codes).remove(code)?;
        (Instant::now() < until).then_some(authorization)
    }

    fn token(&self, grant: Grant) -> String {
        keep(&self.tokens, grant, TOKEN_LIFETIME)
    }

    fn granted(&self, token: &str) -> Option<Grant> {
        let tokens = lock(&self.tokens);
        let (until, grant) = tokens.get(token)?;
        (Instant::now() < *until).then(|| grant.clone())
    }
}

/// Keeps something under a new random name for a while, and forgets what is over.
fn keep<T>(kept: &Mutex<HashMap<String, (Instant, T)>>, what: T, lifetime: Duration) -> String {
    let (name, now) = (random_secret(), Instant::now());
    let mut kept = lock(kept);
    kept.retain(|_, (until, _)| now < *until);
    kept.insert(name.clone(), (now + lifetime, what));
    name
}
