//! Builds the token request in the format that the issuer expects.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use secrecy::ExposeSecret as _;
use url::form_urlencoded;

use super::credentials::{BasicEncoding, ClientAuthentication, Credentials, TokenRequestFormat};

/// The request of RFC 6749 §4.4.2.
pub(super) fn token_request(http: &reqwest::Client, credentials: &Credentials) -> reqwest::RequestBuilder {
    let request = http.post(credentials.token_url.clone()).header(ACCEPT, "application/json");
    let request = match credentials.client_authentication {
        ClientAuthentication::Post => request,
        ClientAuthentication::Basic => request.header(AUTHORIZATION, basic_header(credentials)),
    };
    let parameters = parameters(credentials);
    match credentials.format {
        TokenRequestFormat::Form => request.form(&parameters),
        TokenRequestFormat::Json => {
            let body: serde_json::Map<String, serde_json::Value> =
                parameters.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
            request.json(&body)
        }
    }
}

fn parameters(credentials: &Credentials) -> Vec<(&'static str, &str)> {
    let mut parameters = vec![("grant_type", "client_credentials")];
    if credentials.client_authentication == ClientAuthentication::Post {
        parameters.push(("client_id", &credentials.client_id));
        parameters.push(("client_secret", credentials.client_secret.expose_secret()));
    }
    if let Some(scope) = &credentials.scope {
        parameters.push(("scope", scope));
    }
    parameters
}

fn basic_header(credentials: &Credentials) -> HeaderValue {
    let header = format!("Basic {}", basic_token(credentials));
    // Base64 is always a valid header value, so the fallback is never used.
    let mut header = HeaderValue::try_from(header).unwrap_or_else(|_| HeaderValue::from_static("Basic"));
    header.set_sensitive(true);
    header
}

/// `base64(id ":" secret)`, each part encoded as the credentials say.
pub(super) fn basic_token(credentials: &Credentials) -> String {
    let secret = credentials.client_secret.expose_secret();
    let pair = match credentials.basic_encoding {
        BasicEncoding::Rfc6749 => {
            let id = form_encoded(&credentials.client_id);
            format!("{id}:{}", form_encoded(secret))
        }
        BasicEncoding::Raw => format!("{}:{secret}", credentials.client_id),
    };
    STANDARD.encode(pair)
}

/// A value encoded as `application/x-www-form-urlencoded` (RFC 6749 appendix B).
pub(super) fn form_encoded(value: &str) -> String {
    form_urlencoded::byte_serialize(value.as_bytes()).collect()
}
