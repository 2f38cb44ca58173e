//! A valid token outlives its issuer's outage, and the issuer's return is noticed.

use super::*;

/// The ways in which an issuer is down.
const OUTAGES: [fn() -> Reply; 5] = [
    || Reply::json(503, "{}"),
    || Reply::new(502, "content-type: text/html\r\n", "<html>bad gateway</html>"),
    || Reply::new(404, "", ""),
    Reply::torn,
    Reply::nothing,
];

#[tokio::test]
async fn an_outage_from_the_soft_limit_to_the_last_second_fails_nobody() {
    for lifetime in [60, 300, 3_599, 3_600, 86_400] {
        for outage in OUTAGES {
            let rig = Rig::new(lifetime).await;
            let token = rig.token().await;
            let cached = rig.source.status().token.expect("a token");
            let (soft, hard) = (rig.seconds_to(cached.renews_at), lifetime - 30.min(lifetime / 10));
            rig.issuer.answer_with(move |_, _| outage());
            rig.clock.advance(Duration::from_secs(soft));
            for _ in soft..hard - 1 {
                assert_eq!(rig.step(1).await.as_ref(), Ok(&token), "L = {lifetime}");
            }
            assert!(rig.issuer.count() > 1, "it was tried");
            assert!(rig.step(1).await.is_err(), "and at the hard limit it ends");
        }
    }
}

#[tokio::test]
async fn the_issuer_is_used_within_a_minute_of_its_return() {
    for outage in OUTAGES {
        let rig = Rig::new(300).await;
        rig.issuer.answer_with(move |_, _| outage());
        for _ in 0..900 {
            rig.step(1).await.expect_err("a failure");
        }
        let during = rig.issuer.count();
        assert!(during < 200, "{during} requests in a quarter of an hour");
        rig.issuer.answer_with(|n, _| grant(n, 300));
        let mut seconds = 0;
        while rig.step(1).await.is_err() {
            seconds += 1;
            assert!(seconds <= 60, "not back after a minute");
        }
        assert_eq!(rig.source.status().last_failure, None);
    }
}

#[tokio::test]
async fn an_issuer_that_returns_at_the_end_of_a_life_fails_nobody() {
    let rig = Rig::new(3_600).await;
    rig.token().await;
    rig.issuer.answer_with(|_, _| Reply::nothing());
    rig.clock.advance(Duration::from_mins(48));
    for _ in 2_880..3_569 {
        rig.step(1).await.expect("a token");
    }
    rig.issuer.answer_with(|n, _| grant(n, 3_600));
    rig.step(1).await.expect("a try at the hard limit");
}

#[tokio::test]
async fn one_lost_connection_fails_nobody() {
    for lost in [Reply::torn, Reply::nothing] {
        let rig = Rig::new(300).await;
        rig.issuer.answer_with(move |n, _| if n == 1 { lost() } else { grant(n, 300) });
        assert_eq!(text(&rig.token().await), "token-2");
    }
}

#[tokio::test]
async fn an_issuer_that_does_not_answer_is_given_up_after_its_deadline() {
    let rig = Rig::new(300).await;
    rig.issuer.hold();
    let source = rig.source.clone();
    let caller = tokio::spawn(async move { source.token().await });
    while rig.issuer.count() == 0 {
        tokio::task::yield_now().await;
    }
    tokio::time::pause();
    let error = caller.await.expect("no panic").expect_err("no token");
    let kind = Outage::Timeout;
    assert!(matches!(&error, TokenError::Unavailable { kind: k, .. } if *k == kind));
}

#[tokio::test]
async fn an_issuer_that_is_not_there_is_said_to_be_so() {
    let clock = Arc::new(ManualClock::new(datetime!(2026-03-01 12:00 UTC)));
    let nobody = Url::parse("http://127.0.0.1:1/token").expect("a URL");
    let source = TokenSource::new(client(), credentials(&nobody), clock);
    let error = source.token().await.expect_err("no token");
    assert_eq!(error.to_string(), "the token endpoint is unavailable: could not connect");
}

#[tokio::test]
async fn a_failed_check_leaves_the_token_in_use() {
    let rig = Rig::new(300).await;
    let token = rig.token().await;
    rig.issuer.answer_with(|_, _| Reply::json(500, ""));
    assert!(rig.source.renew_now().await.is_err());
    assert_eq!(rig.source.token().await, Ok(token));
    let status = rig.source.status();
    assert!(status.token.is_some_and(|cached| cached.is_usable));
    assert!(status.last_failure.is_some());
}

#[tokio::test]
async fn a_token_that_is_dead_on_arrival_is_not_given_out() {
    let rig = Rig::new(10).await;
    let clock = Arc::clone(&rig.clock);
    rig.issuer.answer_with(move |n, _| {
        clock.advance(Duration::from_secs(9));
        grant(n, 10)
    });
    let what = AnswerFault::ExpiredOnArrival;
    let error = rig.failure().await;
    assert!(matches!(error, TokenError::Unreadable { what: w, .. } if w == what));
    assert_eq!(rig.issuer.count(), 2);
}
