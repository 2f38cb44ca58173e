//! Security headers: a strict Content Security Policy, and others that restrict what browsers do with a page.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use leptos::nonce::Nonce;

/// Headers that are the same on every answer.
const FIXED: &[(&str, &str)] = &[
    ("x-content-type-options", "nosniff"),
    // `no-referrer` would lose the page that a form without JavaScript came from.
    ("referrer-policy", "same-origin"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=()"),
];

/// Browsers use https only for a year after a visit (RFC 6797).
const STRICT_TRANSPORT: HeaderValue = HeaderValue::from_static("max-age=31536000; includeSubDomains");

/// Generates the nonce for the script of the page.
pub(super) fn generate_nonce(request: &mut Request) -> String {
    let nonce = STANDARD.encode(rand::random::<[u8; 16]>());
    request.extensions_mut().insert(Nonce::from_value(nonce.as_str()));
    nonce
}

/// Adds the headers, with the policy that allows the script with this nonce. Only a dashboard that is reached over https
/// can ask for strict transport.
pub(super) fn add(response: &mut Response, nonce: &str, is_https: bool) {
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if is_https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, STRICT_TRANSPORT);
    }
    if let Ok(policy) = HeaderValue::from_str(&content_policy(nonce)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    // Pages hold data for signed-in people only. Assets set their own lifetime.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

fn content_policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}
