//! An OpenID provider on loopback that can lie about everything.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use partner_dashboard::server::auth::OidcSettings;
use partner_dashboard::server::clock::{Clock, SystemClock};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

use super::lies::{Lies, Signer, TRUTH};
use super::signing::{SigningKey, unsigned};

pub const CLIENT_ID: &str = "partner-dashboard";
pub const CLIENT_SECRET: &str = "canary-oidc-client-secret";

/// Somebody who signs in at the provider.
#[derive(Clone, Copy)]
pub struct Person {
    pub subject: &'static str,
    pub groups: &'static [&'static str],
    /// The provider's id of their session.
    pub session: &'static str,
}

struct Authorization {
    person: Person,
    nonce: String,
    challenge: String,
    redirect_uri: String,
}

struct Provider {
    issuer: String,
    clock: Arc<dyn Clock>,
    keys: Vec<SigningKey>,
    lies: Lies,
    codes: HashMap<String, Authorization>,
    tokens: HashMap<String, Person>,
    /// The paths that were asked for.
    requests: Vec<&'static str>,
}

type Shared = Arc<Mutex<Provider>>;

/// The provider; it ends with the test.
pub struct IdentityProvider {
    pub issuer: String,
    shared: Shared,
}

fn lock(shared: &Shared) -> MutexGuard<'_, Provider> {
    shared.lock().unwrap()
}

impl IdentityProvider {
    /// With two keys of different kinds.
    pub async fn start() -> Self {
        Self::with(TRUTH, Arc::new(SystemClock)).await
    }

    pub async fn with(lies: Lies, clock: Arc<dyn Clock>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let provider = Provider {
            issuer: issuer.clone(),
            clock,
            keys: vec![SigningKey::elliptic("elliptic-1"), SigningKey::rsa("rsa-1")],
            lies,
            codes: HashMap::new(),
            tokens: HashMap::new(),
            requests: Vec::new(),
        };
        let shared = Arc::new(Mutex::new(provider));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .route("/userinfo", get(user_info))
            .with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { issuer, shared }
    }

    /// Our registration there.
    pub fn settings(&self) -> OidcSettings {
        OidcSettings {
            issuer: self.issuer.clone(),
            client_id: CLIENT_ID.to_owned(),
            client_secret: CLIENT_SECRET.into(),
            secret_in_body: false,
            scopes: ["openid", "profile", "groups"].map(str::to_owned).to_vec(),
            groups_claim: "groups".to_owned(),
        }
    }

    /// The person signs in at the address that the browser was sent to; where the browser is sent back to.
    pub fn authorize(&self, location: &str, person: Person) -> String {
        let url = Url::parse(location).unwrap();
        let query: HashMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!((url.path(), query["response_type"].as_str()), ("/authorize", "code"));
        assert_eq!((query["client_id"].as_str(), query["code_challenge_method"].as_str()), (CLIENT_ID, "S256"));
        assert_eq!(query["scope"], "openid profile groups");
        let mut provider = lock(&self.shared);
        let code = format!("code-{}", provider.codes.len());
        let (nonce, challenge) = (query["nonce"].clone(), query["code_challenge"].clone());
        let redirect_uri = query["redirect_uri"].clone();
        let mut answer = vec![
            ("code".to_owned(), code.clone()),
            ("state".to_owned(), query["state"].clone()),
            ("iss".to_owned(), self.issuer.clone()),
        ];
        provider.codes.insert(code, Authorization { person, nonce, challenge, redirect_uri: redirect_uri.clone() });
        (provider.lies.callback)(&mut answer);
        let back = Url::parse_with_params(&redirect_uri, &answer).unwrap();
        format!("{}?{}", back.path(), back.query().unwrap_or_default())
    }

    pub fn lie(&self, lies: Lies) {
        lock(&self.shared).lies = lies;
    }

    /// Signs with a new key from now on; `keeps_old`: the old ones stay published.
    pub fn rotate(&self, id: &'static str, keeps_old: bool) {
        let mut provider = lock(&self.shared);
        if !keeps_old {
            provider.keys.clear();
        }
        provider.keys.insert(0, SigningKey::elliptic(id));
    }

    /// How often a path was asked for.
    pub fn requests(&self, path: &str) -> usize {
        lock(&self.shared).requests.iter().filter(|known| **known == path).count()
    }

    /// A token as the provider signs it, with these claims beside its own.
    pub fn sign(&self, media_type: &str, claims: &Value) -> String {
        let provider = lock(&self.shared);
        let now = provider.clock.now().unix_timestamp();
        let mut all = json!({"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 120});
        for (name, value) in claims.as_object().unwrap() {
            all[name] = value.clone();
        }
        let mut header = provider.keys[0].header();
        header["typ"] = json!(media_type);
        provider.keys[0].token_with(&header, &all)
    }
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
