//! Neither the secret nor a token is ever printed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::*;

/// Fails when `shown` holds the secret or a token in any form.
fn assert_clean(shown: &str) {
    let basic = STANDARD.encode(format!("partner:{SECRET}"));
    let encoded = "canary%2Bs3%2Fcr%3Det%25%3Ax";
    for forbidden in [SECRET, encoded, &basic, &STANDARD.encode(SECRET), "token-"] {
        assert!(!shown.contains(forbidden), "{forbidden} in {shown}");
    }
}

#[tokio::test]
async fn debug_output_of_every_public_type_is_clean() {
    let rig = Rig::new(300).await;
    let token = rig.token().await;
    assert_clean(&format!("{:?} {token:?}", rig.source));
    assert_clean(&format!("{:?}", rig.source.status()));
    let mut url = rig.issuer.url.clone();
    url.set_password(Some(SECRET)).expect("an http address");
    url.set_query(Some("key=canary%2Bs3%2Fcr%3Det%25%3Ax"));
    assert_clean(&format!("{:?}", credentials(&url)));
}

#[tokio::test]
async fn an_issuer_that_echoes_the_secret_does_not_get_it_shown() {
    for (echo, shown) in [
        (SECRET, "bad [redacted] for you"),
        ("canary%2Bs3%2Fcr%3Det%25%3Ax", "bad [redacted] for you"),
        (
            // base64("partner:canary%2Bs3%2Fcr%3Det%25%3Ax")
            "cGFydG5lcjpjYW5hcnklMkJzMyUyRmNyJTNEZXQlMjUlM0F4",
            "bad [redacted] for you",
        ),
        ("canary+s3\\u0000/cr\\u200b=et%:x", "bad [redacted] for you"),
        ("\\u001b[31m\\r\\nred\\u202e", "bad [31m red for you"),
    ] {
        let rig = Rig::new(300).await;
        let body = format!(r#"{{"error":"invalid_client","error_description":"  bad {echo} for you "}}"#);
        let headers = format!("x-request-id: {SECRET}\r\n");
        rig.issuer.answer_with(move |_, _| Reply::new(400, &headers, &body));
        let error = rig.failure().await;
        let TokenError::Refused { description, .. } = &error else {
            panic!("{error:?}");
        };
        assert_eq!(description.as_deref(), Some(shown));
        assert_eq!(error.request_id(), Some("[redacted]"));
        assert_clean(&format!("{error:?} {error} {:?}", rig.source.status()));
    }
}

#[tokio::test]
async fn a_long_description_is_cut_after_the_secret_is_taken_out() {
    let rig = Rig::new(300).await;
    let body = format!(r#"{{"error":"invalid_client","error_description":"{}{SECRET}"}}"#, "x".repeat(290));
    rig.issuer.answer_with(move |_, _| Reply::json(400, &body));
    let error = rig.failure().await;
    let shown = format!("{error:?}");
    assert!(!shown.contains("canary"), "{shown}");
}

#[tokio::test]
async fn a_failed_call_shows_neither_token_nor_address() {
    let (rig, http) = (Rig::new(300).await, client());
    let error = send_with_token(&rig.source, |token| {
        let url = format!("http://127.0.0.1:1/?canary={}", text(token));
        http.get(url).bearer_auth(text(token))
    })
    .await
    .expect_err("no answer");
    assert_clean(&format!("{error:?} {error}"));
}

#[tokio::test]
async fn the_status_describes_the_token_without_showing_it() {
    let rig = Rig::new(300).await;
    assert_eq!(rig.source.status().token, None);
    let now = rig.clock.now();
    rig.token().await;
    let status = rig.source.status();
    let cached = status.token.expect("a token");
    assert_eq!(cached.obtained_at, now);
    assert_eq!(cached.lifetime, Duration::from_mins(5));
    assert_eq!(rig.seconds_to(cached.expires_at), 300);
    assert!((228..=240).contains(&rig.seconds_to(cached.renews_at)));
    assert!(cached.is_usable && cached.claims.is_none());
    assert_eq!(status.renewal, Renewal::Idle);
    rig.clock.advance(Duration::from_secs(270));
    assert!(rig.source.status().token.is_some_and(|cached| !cached.is_usable));
}
