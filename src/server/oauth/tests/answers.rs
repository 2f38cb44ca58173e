//! What is made of the answers that token endpoints give.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::ExposeSecret as _;

use super::*;
use crate::server::oauth::failure::Failure;
use crate::server::oauth::token_response::{RawResponse, TokenResponse, parse};

fn answer(status: u16, body: &str) -> Result<TokenResponse, Failure> {
    let answer = RawResponse { status, retry_after: None, request_id: None, body: body.as_bytes().to_vec() };
    let mut credentials = credentials(&Url::parse("http://127.0.0.1/token").expect("a URL"));
    credentials.scope = Some("invoices:write".to_owned());
    parse(answer, &credentials)
}

fn fault(body: &str) -> AnswerFault {
    match answer(200, body) {
        Err(Failure::Unreadable { what, .. }) => what,
        Err(other) => panic!("{body}: {other:?}"),
        Ok(_) => panic!("{body}: a grant"),
    }
}

#[test]
fn the_answers_of_the_five_partners_are_read() {
    for (body, seconds, scopes) in [
        (r#"{"access_token":"eyJz","token_type":"Bearer","expires_in":86400}"#, 86_400, "invoices:write"),
        (r#"{"token_type":"Bearer","expires_in":3600,"access_token":"eyJ0"}"#, 3_600, "invoices:write"),
        (
            r#"{"access_token":"T","scope":"ROLE_INTEGRATION","token_type":"Bearer","expires_in":3599}"#,
            3_599,
            "ROLE_INTEGRATION",
        ),
        (
            r#"{"access_token":"ey","expires_in":300,"refresh_expires_in":0,"token_type":"Bearer",
                "not-before-policy":0,"scope":"email profile"}"#,
            300,
            "email profile",
        ),
    ] {
        let response = answer(200, body).unwrap_or_else(|failure| panic!("{failure:?}"));
        assert_eq!(response.lifetime, Duration::from_secs(seconds));
        assert_eq!(response.scopes.join(" "), scopes);
    }
}

#[test]
fn a_lifetime_is_read_however_it_is_written() {
    let claims = URL_SAFE_NO_PAD.encode(r#"{"iat":1000.5,"exp":4600.5}"#);
    let jwt = format!("e30.{claims}.c2ln");
    for (token, expires_in, seconds) in [
        ("t", "3599", 3_599.0),
        ("t", "\"3599\"", 3_599.0),
        ("t", "\" 3599 \"", 3_599.0),
        ("t", "3599.5", 3_599.5),
        ("t", "3.6e3", 3_600.0),
        (&jwt, "300", 300.0),
        (&jwt, "null", 3_600.0),
        (&jwt, "\"soon\"", 3_600.0),
        ("t", "null", 300.0),
        ("t", "0", 300.0),
        ("t", "-1", 300.0),
        ("t", "\"NaN\"", 300.0),
        ("t", "[]", 300.0),
        ("t", "0.001", 1.0),
        ("t", "1e300", 1e7),
        ("t", "99999999999999999999999999", 1e7),
    ] {
        let body = format!(r#"{{"access_token":"{token}","expires_in":{expires_in}}}"#);
        let lifetime = answer(200, &body).map(|response| response.lifetime);
        assert_eq!(lifetime, Ok(Duration::from_secs_f64(seconds)), "{expires_in}");
    }
}

#[test]
fn harmless_oddities_are_accepted() {
    for body in [
        r#"{"access_token":"t","token_type":"bearer"}"#,
        r#"{"access_token":"t","token_type":"BEARER "}"#,
        r#"{"access_token":"t","token_type":""}"#,
        r#"{"access_token":"t","token_type":null}"#,
        r#"{"access_token":"t"}"#,
        r#"{"access_token":"t","error":null}"#,
        r#"{"access_token":"t","error":""}"#,
        r#"{"access_token":"t","scope":["a","b"]}"#,
        "\u{feff}{\"access_token\":\"t\"}",
        " \r\n{\"access_token\":\"t\"} \n",
    ] {
        let response = answer(200, body).unwrap_or_else(|failure| panic!("{body}: {failure:?}"));
        assert_eq!(response.bearer.expose_secret(), "t");
    }
}

#[test]
fn an_answer_without_a_usable_token_is_told_by_its_fault() {
    for (body, what) in [
        ("", AnswerFault::Empty),
        (" \r\n", AnswerFault::Empty),
        ("<!doctype html><title>Sign in</title>", AnswerFault::Html),
        (r#"{"access_token":"t","expi"#, AnswerFault::NotJson),
        ("[]", AnswerFault::NotJson),
        ("\"t\"", AnswerFault::NotJson),
        ("access_token=t", AnswerFault::NotJson),
        (&"[".repeat(100_000), AnswerFault::NotJson),
        ("{}", AnswerFault::NoAccessToken),
        (r#"{"access_token":""}"#, AnswerFault::NoAccessToken),
        (r#"{"access_token":7}"#, AnswerFault::NoAccessToken),
        (r#"{"access_token":"a\r\nb: c"}"#, AnswerFault::UnusableToken),
        (r#"{"access_token":"ä"}"#, AnswerFault::UnusableToken),
        (r#"{"access_token":"t","token_type":"mac"}"#, AnswerFault::TokenType),
        (r#"{"access_token":"t","token_type":7}"#, AnswerFault::TokenType),
        (r#"{"access_token":"t","error":"Try later"}"#, AnswerFault::ErrorInSuccess),
        (r#"{"access_token":"t","error":{"code":1}}"#, AnswerFault::ErrorInSuccess),
    ] {
        assert_eq!(fault(body), what, "{body:.60}");
    }
}

/// What a status and a body come to, in one word.
fn class(status: u16, body: &str) -> &'static str {
    match answer(status, body) {
        Ok(_) => "grant",
        Err(Failure::Refused { .. }) => "refused",
        Err(Failure::RateLimited { .. }) => "rate limited",
        Err(Failure::Unavailable { .. }) => "unavailable",
        Err(Failure::Unreadable { .. }) => "unreadable",
    }
}

#[test]
fn only_what_an_oauth_server_says_counts_as_a_refusal() {
    for (status, body, expected) in [
        (400, r#"{"error":"invalid_scope"}"#, "refused"),
        (401, r#"{"error":"invalid_client"}"#, "refused"),
        (401, "", "refused"),
        (401, "<html>", "refused"),
        (403, r#"{"error":"unauthorized_client"}"#, "refused"),
        (200, r#"{"error":"invalid_client"}"#, "refused"),
        (200, r#"{"error":"invalid_client","access_token":"t"}"#, "refused"),
        (400, r#"{"error":"temporarily_unavailable"}"#, "unavailable"),
        (403, "<html>blocked</html>", "unavailable"),
        (404, r#"{"status":404,"error":"Not Found"}"#, "unavailable"),
        (408, "", "unavailable"),
        (425, "", "unavailable"),
        (429, "", "rate limited"),
        (500, r#"{"error":"invalid_client"}"#, "unavailable"),
        (503, "", "unavailable"),
        (302, "", "unreadable"),
        (204, "", "unreadable"),
    ] {
        assert_eq!(class(status, body), expected, "{status} {body}");
    }
}

proptest::proptest! {
    #[test]
    fn no_answer_makes_it_panic(status in 100..600_u16, body in "\\PC{0,200}", value in "[0-9eE.\"+-]{0,20}") {
        let _ = answer(status, &body);
        let _ = answer(status, &format!(r#"{{"access_token":"t","expires_in":{value}}}"#));
    }
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let rig = Rig::new(300).await;
    rig.issuer.answer_with(|_, _| Reply::json(200, &" ".repeat(1_100_000)));
    let error = rig.failure().await;
    let what = AnswerFault::TooLarge;
    assert!(matches!(error, TokenError::Unreadable { what: w, .. } if w == what));
}
