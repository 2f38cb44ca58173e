//! One request, whatever the load.

use futures::future::join_all;

use super::*;

async fn call_concurrently(source: &TokenSource) -> Vec<Result<AccessToken, TokenError>> {
    let tasks = (0..10_000).map(|_| {
        let source = source.clone();
        tokio::spawn(async move { source.token().await })
    });
    let joined = join_all(tasks).await;
    joined.into_iter().map(|task| task.expect("no panic")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_callers_on_a_cold_cache_cost_one_request() {
    let rig = Rig::new(300).await;
    let tokens = call_concurrently(&rig.source).await;
    assert!(tokens.iter().all(|token| token == &tokens[0]));
    assert_eq!(text(tokens[0].as_ref().expect("a token")), "token-1");
    assert_eq!(rig.issuer.count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_callers_of_a_failing_issuer_share_one_failure() {
    let rig = Rig::new(300).await;
    rig.issuer.answer_with(|_, _| Reply::json(401, r#"{"error":"invalid_client"}"#));
    let errors = call_concurrently(&rig.source).await;
    assert!(errors.iter().all(|error| error.is_err() && error == &errors[0]));
    assert_eq!(rig.issuer.count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_callers_at_the_soft_limit_cost_one_request_and_none_of_them_waits() {
    let rig = Rig::new(300).await;
    let first = rig.token().await;
    rig.clock.advance(Duration::from_secs(241));
    rig.issuer.hold();
    // The issuer does not answer, so whoever waited for it would wait for ever.
    for token in call_concurrently(&rig.source).await {
        assert_eq!(token.as_ref(), Ok(&first));
    }
    assert_eq!(rig.source.status().renewal, Renewal::InFlight);
    rig.issuer.release();
    rig.settled().await;
    assert_eq!(rig.issuer.count(), 2);
    assert_eq!(text(&rig.token().await), "token-2");
}

#[tokio::test]
async fn a_caller_who_goes_away_does_not_take_the_request_down() {
    let rig = Rig::new(300).await;
    rig.issuer.hold();
    let source = rig.source.clone();
    let impatient = tokio::spawn(async move { source.token().await });
    while rig.issuer.count() == 0 {
        tokio::task::yield_now().await;
    }
    impatient.abort();
    assert!(impatient.await.is_err_and(|end| end.is_cancelled()));
    rig.issuer.release();
    assert_eq!(text(&rig.token().await), "token-1");
    assert_eq!(rig.issuer.count(), 1);
}

#[tokio::test]
async fn an_hour_of_five_minute_tokens_costs_sixteen_requests_at_most() {
    let rig = Rig::new(300).await;
    for _ in 0..3_600 {
        rig.step(1).await.expect("a token");
    }
    let count = rig.issuer.count();
    assert!((14..=16).contains(&count), "{count} requests");
}

#[tokio::test]
async fn the_shortest_tokens_make_no_busy_loop() {
    let rig = Rig::new(1).await;
    rig.issuer.answer_with(|_, _| Reply::json(200, r#"{"access_token":"t","expires_in":0.001}"#));
    for _ in 0..1_000 {
        rig.token().await;
        rig.settled().await;
        rig.clock.advance(Duration::from_millis(10));
    }
    let count = rig.issuer.count();
    assert!(count <= 22, "{count} requests in ten seconds");
}

#[tokio::test]
async fn a_source_outlives_the_runtime_that_its_request_ran_on() {
    let rig = Rig::new(300).await;
    rig.issuer.hold();
    let source = rig.source.clone();
    let other = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    other.spawn(async move { source.token().await });
    while rig.issuer.count() == 0 {
        tokio::task::yield_now().await;
    }
    other.shutdown_background();
    rig.settled().await;
    rig.issuer.release();
    rig.clock.advance(Duration::from_secs(1));
    assert!(rig.source.token().await.is_ok());
}
