//! What a 401 from an API costs.

use std::sync::Mutex;

use futures::future::join_all;

use super::*;

/// An API that refuses the tokens in a list; `*` refuses all.
async fn api(refused: Arc<Mutex<Vec<String>>>) -> Server {
    Server::start(move |_, seen| {
        let bearer = seen.header("authorization").unwrap_or_default();
        let token = bearer.trim_start_matches("Bearer ").to_owned();
        let refused = refused.lock().expect("no panic elsewhere");
        let is_refused = refused.contains(&token) || refused.iter().any(|token| token == "*");
        Reply::json(if is_refused { 401 } else { 200 }, "{}")
    })
    .await
}

async fn call(rig: &Rig, http: &reqwest::Client, api: &Server) -> u16 {
    let url = api.url.clone();
    let response = send_with_token(&rig.source, |token| http.get(url.clone()).bearer_auth(text(token)));
    response.await.expect("an answer").status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_calls_with_one_poisoned_token_cost_one_renewal() {
    let (rig, http) = (Rig::new(300).await, client());
    let refused = Arc::new(Mutex::new(Vec::new()));
    let api = api(Arc::clone(&refused)).await;
    assert_eq!(call(&rig, &http, &api).await, 200);
    refused.lock().expect("no panic elsewhere").push("token-1".to_owned());
    let calls = join_all((0..500).map(|_| call(&rig, &http, &api))).await;
    assert!(calls.iter().all(|status| *status == 200));
    assert_eq!(rig.issuer.count(), 2);
    assert!(api.count() <= 1 + 2 * 500, "two calls per request at most");
}

#[tokio::test]
async fn a_token_that_worked_can_be_replaced_again_and_again() {
    let (rig, http) = (Rig::new(300).await, client());
    let refused = Arc::new(Mutex::new(Vec::new()));
    let api = api(Arc::clone(&refused)).await;
    for n in 1..=5 {
        assert_eq!(call(&rig, &http, &api).await, 200);
        assert_eq!(rig.issuer.count(), n);
        refused.lock().expect("no panic elsewhere").push(format!("token-{n}"));
        rig.clock.advance(Duration::from_secs(30));
    }
}

#[tokio::test]
async fn one_call_that_is_always_refused_beside_one_that_works_costs_hardly_a_token() {
    let (rig, http) = (Rig::new(86_400).await, client());
    let works = api(Arc::default()).await;
    let refuses = api(Arc::new(Mutex::new(vec!["*".to_owned()]))).await;
    for seconds in 0..90 {
        // A page that reads from both.
        assert_eq!(call(&rig, &http, &works).await, 200);
        assert_eq!(call(&rig, &http, &refuses).await, 401);
        assert_eq!(call(&rig, &http, &works).await, 200);
        let most = 2 + seconds / 30;
        assert!(rig.issuer.count() <= most, "{} tokens after {seconds} s", rig.issuer.count());
        rig.clock.advance(Duration::from_secs(1));
    }
    assert_eq!(rig.issuer.count(), 4, "one at first, and one for each half minute");
}

#[tokio::test]
async fn an_api_that_refuses_every_token_costs_two_calls_per_request_and_hardly_a_token() {
    let (rig, http) = (Rig::new(86_400).await, client());
    let api = api(Arc::new(Mutex::new(vec!["*".to_owned()]))).await;
    for _ in 0..200 {
        let before = api.count();
        assert_eq!(call(&rig, &http, &api).await, 401);
        assert!(api.count() - before <= 2);
    }
    assert_eq!(rig.issuer.count(), 2, "the first one and one replacement");
    rig.clock.advance(Duration::from_secs(61));
    for _ in 0..200 {
        assert_eq!(call(&rig, &http, &api).await, 401);
    }
    assert_eq!(rig.issuer.count(), 3, "one more after a pause");
}

#[tokio::test]
async fn a_token_fetched_for_the_call_is_not_replaced_when_it_is_refused() {
    let (rig, http) = (Rig::new(300).await, client());
    let api = api(Arc::new(Mutex::new(vec!["token-1".to_owned()]))).await;
    assert_eq!(call(&rig, &http, &api).await, 401);
    assert_eq!((api.count(), rig.issuer.count()), (1, 1));
    assert_eq!(call(&rig, &http, &api).await, 200, "the next call sorts it out");
}

#[tokio::test]
async fn only_the_refused_token_is_forgotten() {
    let rig = Rig::new(300).await;
    let first = rig.token().await;
    rig.source.invalidate(&first);
    let second = rig.token().await;
    assert_ne!(first, second);
    rig.source.invalidate(&first);
    assert_eq!(rig.source.token().await, Ok(second));
}

#[tokio::test]
async fn a_call_without_a_token_or_an_answer_says_which() {
    let (rig, http) = (Rig::new(300).await, client());
    let nobody = "http://127.0.0.1:1/";
    let outcome = send_with_token(&rig.source, |_| http.get(nobody)).await;
    let Err(CallError::Transport { not_sent, timeout, source }) = outcome else {
        panic!("no transport error");
    };
    assert!(not_sent && !timeout && source.url().is_none());

    let silent = Server::start(|_, _| Reply::nothing()).await;
    let url = silent.url.clone();
    let outcome = send_with_token(&rig.source, |_| http.get(url.clone())).await;
    assert!(matches!(outcome, Err(CallError::Transport { not_sent: false, .. })));

    rig.clock.advance(Duration::from_hours(1));
    rig.issuer.answer_with(|_, _| Reply::json(500, ""));
    let outcome = send_with_token(&rig.source, |_| http.get(nobody)).await;
    assert!(matches!(outcome, Err(CallError::Token(TokenError::Unavailable { .. }))));
}
