//! Issues bearer tokens and remembers which ones it issued.

use std::{
    collections::HashMap,
    sync::Mutex,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{SandboxOptions, System, hex, lock, systems::Row};

/// How the token request's parameters travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// `application/x-www-form-urlencoded`, as RFC 6749 has it.
    Form,
    /// A JSON object (seed 002, the partner platform).
    Json,
}

/// How a system's token endpoint speaks.
pub(crate) struct Dialect {
    /// Path of the endpoint under the system's prefix.
    pub(crate) path: &'static str,
    /// How parameters travel.
    pub(crate) encoding: Encoding,
    /// Whether HTTP Basic may carry the credentials instead of the body.
    pub(crate) basic: bool,
    /// The scope that a request must name, if it must.
    pub(crate) scope: Option<&'static str>,
    /// Seconds that a token lives.
    pub(crate) lifetime: u64,
    /// `alg` in the token's header.
    pub(crate) algorithm: &'static str,
    /// What the token claims.
    pub(crate) claims: fn(&Moment) -> Value,
    /// Members of the answer besides `access_token`, `token_type` and `expires_in`.
    pub(crate) extras: fn() -> Value,
}

/// What claims are made from.
pub(crate) struct Moment {
    /// The system that issues.
    pub(crate) issuer: &'static str,
    /// Since the Unix epoch.
    pub(crate) now: Duration,
    /// How long the token will live.
    pub(crate) lifetime: Duration,
}

/// The claims of a token whose vendor shows none.
pub(crate) fn plain_claims(moment: &Moment) -> Value {
    json!({
        "iss": format!("urn:sandbox:{}", moment.issuer),
        "jti": Uuid::new_v4(),
        "iat": moment.now.as_secs(),
        "exp": (moment.now + moment.lifetime).as_secs(),
    })
}

/// No members besides the three of RFC 6749 §5.1.
pub(crate) fn no_extras() -> Value {
    json!({})
}

/// The partner's client id and secret in one system.
pub(crate) struct Credentials {
    pub(crate) client_id: &'static str,
    pub(crate) client_secret: String,
}

impl Credentials {
    /// A random secret unless one is given.
    fn new(client_id: &'static str, secret: Option<String>) -> Self {
        Self { client_id, client_secret: secret.unwrap_or_else(random_secret) }
    }

    /// Whether these are the partner's.
    pub(crate) fn are(&self, client_id: &str, client_secret: &str) -> bool {
        self.client_id == client_id && self.client_secret == client_secret
    }
}

/// 256 random bits, safe in URLs and forms.
pub(crate) fn random_secret() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// The authorisation server of one system.
pub(crate) struct Issuer {
    pub(crate) row: &'static Row,
    pub(crate) credentials: Credentials,
    lifetime: Duration,
    /// Tokens that were issued and not forgotten, with the instant at which each expires.
    issued: Mutex<HashMap<String, Instant>>,
}

impl Issuer {
    pub(crate) fn new(system: System, options: &SandboxOptions) -> Self {
        let row = system.row();
        let lifetime = options.token_lifetimes.get(&system).copied();
        Self {
            row,
            credentials: Credentials::new(row.client_id, options.fixed_secret.clone()),
            lifetime: lifetime.unwrap_or(Duration::from_secs(row.dialect.lifetime)),
            issued: Mutex::default(),
        }
    }

    /// Issues a token: the body of a successful answer (RFC 6749 §5.1).
    pub(crate) fn issue(&self) -> Value {
        let token = self.mint();
        let mut issued = lock(&self.issued);
        let now = Instant::now();
        issued.retain(|_, expiry| *expiry > now);
        issued.insert(token.clone(), now + self.lifetime);
        drop(issued);
        let mut answer = Map::new();
        answer.insert("access_token".to_owned(), token.into());
        answer.insert("token_type".to_owned(), "Bearer".into());
        answer.insert("expires_in".to_owned(), self.lifetime.as_secs().into());
        if let Value::Object(extras) = (self.row.dialect.extras)() {
            answer.extend(extras);
        }
        Value::Object(answer)
    }

    /// Whether `token` was issued here, is remembered and has not expired.
    pub(crate) fn accepts(&self, token: &str) -> bool {
        lock(&self.issued).get(token).is_some_and(|expiry| *expiry > Instant::now())
    }

    /// Forgets every token.
    pub(crate) fn forget_tokens(&self) {
        lock(&self.issued).clear();
    }

    /// A token that needs no signature, since only the store decides what is valid.
    fn mint(&self) -> String {
        let dialect = &self.row.dialect;
        let moment = Moment {
            issuer: self.row.prefix,
            now: SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default(),
            lifetime: self.lifetime,
        };
        unsigned_token(dialect.algorithm, &(dialect.claims)(&moment))
    }
}

/// The shape of a JWT, whose signature is noise.
pub(crate) fn unsigned_token(algorithm: &str, claims: &Value) -> String {
    let header = json!({ "typ": "JWT", "alg": algorithm });
    format!(
        "{}.{}.{}",
        URL_SAFE_NO_PAD.encode(header.to_string()),
        URL_SAFE_NO_PAD.encode(claims.to_string()),
        URL_SAFE_NO_PAD.encode(rand::random::<[u8; 256]>()),
    )
}

/// What the journal keeps of a token: enough to tell two apart, not enough to use one.
pub(crate) fn token_fingerprint(token: &str) -> String {
    hex::encode(&Sha256::digest(token)[..6])
}
