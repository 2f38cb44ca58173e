//! An OpenID provider on loopback that can lie about everything.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use partner_dashboard::server::auth::OidcSettings;
use partner_dashboard::server::clock::{Clock, SystemClock};
use serde_json::{Value, json};
use url::Url;

use super::lies::{Lies, TRUTH};
use super::provider_endpoints::{Authorization, Provider, Shared, lock, router};
use super::signing::SigningKey;

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

/// The provider; it ends with the test.
pub struct IdentityProvider {
    pub issuer: String,
    shared: Shared,
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
        let router = router(Arc::clone(&shared));
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
