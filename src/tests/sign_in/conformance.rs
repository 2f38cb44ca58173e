//! The negative list of the OpenID conformance suite for relying parties: one lie of the provider at a time.

use std::sync::Arc;

use axum::http::StatusCode;
use partner_dashboard::server::clock::SystemClock;
use serde_json::{Value, json};

use super::ADA;
use crate::support::{CLIENT_ID, IdentityProvider, Lies, Signer, TRUTH, TestApp, TestOptions};

const DAY: i64 = 86_400;

/// How a sign-in ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    SignedIn,
    /// At the callback.
    Refused,
    /// Before the browser is sent anywhere.
    NotBegun,
}

fn remove(value: &mut Value, name: &str) {
    value.as_object_mut().unwrap().shift_remove(name);
}

fn shift(claims: &mut Value, name: &str, seconds: i64) {
    claims[name] = json!(claims[name].as_i64().unwrap() + seconds);
}

fn answer(pairs: &mut Vec<(String, String)>, name: &str, value: Option<&str>) {
    pairs.retain(|(known, _)| known != name);
    pairs.extend(value.map(|value| (name.to_owned(), value.to_owned())));
}

fn without_names(set: &mut Value) {
    for key in set["keys"].as_array_mut().unwrap() {
        remove(key, "kid");
    }
}

/// The module of the suite, what the provider does, and how it must end.
fn claims() -> Vec<(&'static str, Lies, End)> {
    use End::{Refused, SignedIn};
    let lie = |claims| Lies { claims, ..TRUTH };
    vec![
        ("the truth", TRUTH, SignedIn),
        ("invalid-iss", lie(|claims| claims["iss"] = json!("https://other.example")), Refused),
        ("invalid-aud", lie(|claims| claims["aud"] = json!("somebody-else")), Refused),
        ("missing-aud", lie(|claims| remove(claims, "aud")), Refused),
        ("valid-aud-as-array", lie(|claims| claims["aud"] = json!([CLIENT_ID])), SignedIn),
        ("invalid-secondary-aud", lie(|claims| claims["aud"] = json!([CLIENT_ID, "somebody-else"])), Refused),
        ("invalid-azp", lie(|claims| claims["azp"] = json!("somebody-else")), Refused),
        ("missing-sub", lie(|claims| remove(claims, "sub")), Refused),
        ("empty-sub", lie(|claims| claims["sub"] = json!("")), Refused),
        ("missing-iat", lie(|claims| remove(claims, "iat")), Refused),
        ("iat-is-week-in-past", lie(|claims| shift(claims, "iat", -7 * DAY)), Refused),
        ("iat-in-future", lie(|claims| shift(claims, "iat", DAY)), Refused),
        ("invalid-expired-exp", lie(|claims| shift(claims, "exp", -DAY)), Refused),
        ("missing-exp", lie(|claims| remove(claims, "exp")), Refused),
        ("nonce-invalid", lie(|claims| claims["nonce"] = json!("another")), Refused),
        ("missing-nonce", lie(|claims| remove(claims, "nonce")), Refused),
        ("invalid-at-hash", lie(|claims| claims["at_hash"] = json!("AAAAAAAAAAAAAAAAAAAAAA")), Refused),
        ("missing-at-hash", lie(|claims| remove(claims, "at_hash")), SignedIn),
    ]
}

fn signatures() -> Vec<(&'static str, Lies, End)> {
    use End::{Refused, SignedIn};
    let signed = |signer| Lies { signer, ..TRUTH };
    vec![
        (
            "idtoken-sig-none",
            Lies { header: |header| header["alg"] = json!("none"), ..signed(Signer::Nobody) },
            Refused,
        ),
        ("invalid-null-alg", Lies { header: |header| header["alg"] = Value::Null, ..TRUTH }, Refused),
        ("missing-signature", signed(Signer::Nobody), Refused),
        ("invalid-sig-es256", signed(Signer::Damaged), Refused),
        ("stranger-sig-es256", signed(Signer::Stranger), Refused),
        ("valid-sig-rs256", signed(Signer::Second), SignedIn),
        (
            "invalid-sig-rs256",
            Lies { header: |header| header["kid"] = json!("elliptic-1"), ..signed(Signer::Second) },
            Refused,
        ),
        ("invalid-sig-hs256", signed(Signer::ClientSecret), Refused),
        ("public-key-as-secret", signed(Signer::PublicKey), Refused),
        (
            "invalid-alternate-alg",
            Lies {
                discovery: |document| document["id_token_signing_alg_values_supported"] = json!(["ES256"]),
                ..signed(Signer::Second)
            },
            Refused,
        ),
        ("unknown-critical-header", Lies { header: |header| header["crit"] = json!(["b64"]), ..TRUTH }, Refused),
        ("unknown-kid", Lies { header: |header| header["kid"] = json!("nobodys"), ..TRUTH }, Refused),
        (
            "kid-absent-single-jwks",
            Lies {
                header: |header| remove(header, "kid"),
                key_set: |set| {
                    set["keys"].as_array_mut().unwrap().truncate(1);
                    without_names(set);
                },
                ..TRUTH
            },
            SignedIn,
        ),
        (
            "kid-absent-multiple-jwks",
            Lies {
                header: |header| remove(header, "kid"),
                key_set: |set| {
                    let again = set["keys"][0].clone();
                    set["keys"].as_array_mut().unwrap().push(again);
                    without_names(set);
                },
                ..TRUTH
            },
            Refused,
        ),
    ]
}

fn answers() -> Vec<(&'static str, Lies, End)> {
    use End::{NotBegun, Refused, SignedIn};
    let back = |callback| Lies { callback, ..TRUTH };
    let silent: fn(&mut Value) = |claims| remove(claims, "groups");
    vec![
        ("missing-state", back(|pairs| answer(pairs, "state", None)), Refused),
        ("invalid-state", back(|pairs| answer(pairs, "state", Some("another"))), Refused),
        ("missing-code", back(|pairs| answer(pairs, "code", None)), Refused),
        ("invalid-code", back(|pairs| answer(pairs, "code", Some("another"))), Refused),
        (
            "invalid-authorization-response-iss",
            back(|pairs| answer(pairs, "iss", Some("https://other.example"))),
            Refused,
        ),
        ("remove-authorization-response-iss", back(|pairs| answer(pairs, "iss", None)), Refused),
        (
            "authorization-response-iss-not-announced",
            Lies {
                discovery: |document| remove(document, "authorization_response_iss_parameter_supported"),
                ..back(|pairs| answer(pairs, "iss", None))
            },
            SignedIn,
        ),
        ("error-response", back(|pairs| answer(pairs, "error", Some("access_denied"))), Refused),
        ("groups-from-userinfo", Lies { claims: silent, ..TRUTH }, SignedIn),
        (
            "userinfo-invalid-sub",
            Lies { claims: silent, user_info: |answer| answer["sub"] = json!("somebody-else"), ..TRUTH },
            Refused,
        ),
        (
            "discovery-issuer-mismatch",
            Lies { discovery: |document| document["issuer"] = json!("http://127.0.0.1:1"), ..TRUTH },
            NotBegun,
        ),
        (
            "discovery-plain-http",
            Lies { discovery: |document| document["token_endpoint"] = json!("http://192.0.2.1/token"), ..TRUTH },
            NotBegun,
        ),
        (
            "discovery-without-token-endpoint",
            Lies { discovery: |document| remove(document, "token_endpoint"), ..TRUTH },
            NotBegun,
        ),
        (
            "token-type-case-insensitivity",
            Lies { tokens: |tokens| tokens["token_type"] = json!("bEARER"), ..TRUTH },
            SignedIn,
        ),
        (
            "token-endpoint-response-without-expires_in",
            Lies { tokens: |tokens| remove(tokens, "expires_in"), ..TRUTH },
            SignedIn,
        ),
        ("missing-id-token", Lies { tokens: |tokens| remove(tokens, "id_token"), ..TRUTH }, Refused),
        ("id-token-is-no-token", Lies { tokens: |tokens| tokens["id_token"] = json!("a.b.c"), ..TRUTH }, Refused),
    ]
}

#[tokio::test]
async fn every_lie_of_a_provider_is_seen_through_and_no_truth_is_refused() {
    for (name, lies, expected) in claims().into_iter().chain(signatures()).chain(answers()) {
        let provider = IdentityProvider::with(lies, Arc::new(SystemClock)).await;
        let app = TestApp::with(TestOptions::signing_in_at(&provider)).await;
        let browser = app.browser();
        let begun = browser.get("/auth/login?next=/account").await;
        if expected == End::NotBegun {
            assert_eq!(begun.status, StatusCode::SERVICE_UNAVAILABLE, "{name}: {}", begun.body);
            continue;
        }
        let back = browser.get(&provider.authorize(&begun.location(), ADA)).await;
        let is_in = back.status == StatusCode::SEE_OTHER;
        assert_eq!(is_in, expected == End::SignedIn, "{name}: {} {}", back.status, back.body);
        let account = browser.get("/account").await;
        if is_in {
            assert_eq!((back.location().as_str(), account.status), ("/account", StatusCode::OK), "{name}");
        } else {
            assert_eq!(back.status, StatusCode::BAD_REQUEST, "{name}");
            assert_eq!(back.page().text("h1"), "You could not be signed in", "{name}");
            assert_eq!(account.location(), "/auth/login?next=%2Faccount", "{name}: nobody is signed in");
        }
    }
}
