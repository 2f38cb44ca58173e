//! An issuer that says no, or not so fast, is never stormed.

use super::*;

fn refusal(_: usize, _: &server::Seen) -> Reply {
    let body = r#"{"error":"invalid_client","error_description":"unknown client"}"#;
    Reply::new(401, "x-request-id: req-7\r\n", body)
}

#[tokio::test]
async fn ten_minutes_of_invalid_client_at_a_hundred_calls_a_second_cost_six_requests_at_most() {
    let rig = Rig::new(300).await;
    rig.issuer.answer_with(refusal);
    for _ in 0..60_000 {
        rig.failure().await;
        rig.clock.advance(Duration::from_millis(10));
    }
    assert!(rig.issuer.count() <= 6, "{} requests", rig.issuer.count());
}

#[tokio::test]
async fn a_refusal_tells_everything_that_can_be_told_and_when_the_next_try_is_due() {
    let rig = Rig::new(300).await;
    rig.issuer.answer_with(refusal);
    let now = rig.clock.now();
    let error = rig.failure().await;
    let expected = TokenError::Refused {
        status: 401,
        code: Some("invalid_client".to_owned()),
        description: Some("unknown client".to_owned()),
        request_id: Some("req-7".to_owned()),
        next_attempt: now + time::Duration::seconds(30),
    };
    assert_eq!(error, expected);
    assert_eq!(rig.source.status().next_attempt(), Some(error.next_attempt()));
    rig.clock.advance(Duration::from_secs(29));
    assert_eq!(rig.source.token().await, Err(expected), "at once, and the same");
    assert_eq!(rig.issuer.count(), 1);
}

#[tokio::test]
async fn check_now_does_not_wait_for_the_next_try() {
    let rig = Rig::new(300).await;
    rig.issuer.answer_with(refusal);
    rig.failure().await;
    rig.issuer.answer_with(|n, _| grant(n, 300));
    rig.failure().await;
    let token = rig.source.renew_now().await.expect("a token");
    assert_eq!(rig.source.token().await, Ok(token));
    assert_eq!(rig.source.status().next_attempt(), None);
}

#[tokio::test]
async fn a_changed_configuration_starts_without_memory_of_refusals() {
    let rig = Rig::new(300).await;
    rig.issuer.answer_with(
        |_, seen| if seen.body.contains("client_id=corrected") { grant(1, 300) } else { refusal(0, seen) },
    );
    rig.failure().await;
    rig.failure().await;
    assert_eq!(rig.issuer.count(), 1, "the old one waits");
    let corrected = Credentials { client_id: "corrected".to_owned(), ..credentials(&rig.issuer.url) };
    let source = TokenSource::new(client(), corrected, rig.clock.clone());
    assert_eq!(source.status().next_attempt(), None);
    source.token().await.expect("a token, at once");
}

#[tokio::test]
async fn a_refused_renewal_leaves_the_token_in_use() {
    let rig = Rig::new(300).await;
    let token = rig.token().await;
    rig.issuer.answer_with(refusal);
    rig.clock.advance(Duration::from_mins(4));
    for _ in 240..269 {
        assert_eq!(rig.step(1).await.as_ref(), Ok(&token));
    }
    assert_eq!(rig.issuer.count(), 2);
}

#[tokio::test]
async fn a_rate_limit_is_kept_to_the_second() {
    let rig = Rig::new(300).await;
    for (header, seconds) in [("120", 120), ("Sun, 01 Mar 2026 12:02:00 GMT", 120), ("315360000", 900)] {
        let rig = Rig::new(300).await;
        let headers = format!("retry-after: {header}\r\n");
        rig.issuer.answer_with(move |_, _| Reply::new(429, &headers, ""));
        let error = rig.failure().await;
        assert!(matches!(error, TokenError::RateLimited { .. }));
        assert_eq!(rig.seconds_to(error.next_attempt()), seconds);
        rig.issuer.answer_with(|n, _| grant(n, 300));
        rig.clock.advance(Duration::from_secs(seconds - 1));
        assert_eq!(rig.source.token().await, Err(error));
        rig.clock.advance(Duration::from_secs(1));
        rig.token().await;
    }
    assert_eq!(rig.issuer.count(), 0, "sources know nothing of each other");
}

#[tokio::test]
async fn ten_minutes_of_senseless_rate_limits_are_no_storm() {
    let rig = Rig::new(300).await;
    rig.issuer.answer_with(|_, _| Reply::new(429, "retry-after: soon\r\n", ""));
    for _ in 0..600 {
        rig.step(1).await.expect_err("a failure");
    }
    assert!(rig.issuer.count() < 120, "{} requests", rig.issuer.count());
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let rig = Rig::new(300).await;
    let elsewhere = Server::start(|n, _| grant(n, 300)).await;
    for status in [301, 302, 303, 307, 308] {
        let headers = format!("location: {}\r\n", elsewhere.url);
        rig.issuer.answer_with(move |_, _| Reply::new(status, &headers, ""));
        let error = rig.source.renew_now().await.expect_err("a failure");
        let what = AnswerFault::Redirect;
        assert!(matches!(error, TokenError::Unreadable { what: w, .. } if w == what));
    }
    assert_eq!(elsewhere.count(), 0);
}
