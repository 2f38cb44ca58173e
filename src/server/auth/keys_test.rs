//! Keys of every shape, and an issuer that is silent.

use futures::future::join_all;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::server::auth::silent_provider::SilentProvider;

#[test]
fn a_key_of_an_unknown_kind_does_not_spoil_the_set() {
    let good = json!({"kty": "oct", "k": "AA", "kid": "a", "alg": "HS256"});
    let keys = Keys::new(json!({"keys": [{"kty": "new"}, 7, null, good]})).unwrap();
    assert!(keys.find(Some("a"), KeyAlgorithm::HS256).is_some());
    assert!(Keys::new(json!({"keys": {}})).is_none() && Keys::new(json!([])).is_none());
}

proptest! {
    #[test]
    fn no_key_set_makes_it_panic(bytes in "\\PC{0,80}", name in "\\PC{0,12}") {
        if let Ok(json) = serde_json::from_str::<Value>(&bytes) {
            let _ = Keys::new(json);
        }
        let member = json!({"kty": "EC", "crv": name, "x": bytes, "y": name, "kid": name});
        let keys = Keys::new(json!({"keys": [member, bytes, {"kty": name}]})).unwrap();
        let _ = keys.find(Some(&name), KeyAlgorithm::ES256);
    }
}

fn cache(issuer: &SilentProvider) -> KeyCache {
    KeyCache::new(issuer.url.clone(), issuer.http.clone(), issuer.clock.clone())
}

/// Waits until no attempt is under way.
async fn settled(keys: &KeyCache) {
    while keys.published.is_in_flight() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn all_who_wait_for_a_silent_issuer_wait_for_one_attempt() {
    let issuer = SilentProvider::start(0, |_| String::new()).await;
    let keys = cache(&issuer);
    let all = join_all((0..20).map(|_| keys.current())).await;
    assert!(all.iter().all(Result::is_err));
    assert!(keys.current().await.is_err(), "a moment later");
    assert_eq!(issuer.requests(), 1, "the pause begins when the attempt ends");
    issuer.clock.advance(Duration::from_secs(2));
    assert!(keys.current().await.is_err());
    assert_eq!(issuer.requests(), 2, "it is tried again");
}

#[tokio::test]
async fn a_refresh_in_the_background_never_queues() {
    let issuer = SilentProvider::start(1, |_| r#"{"keys":[]}"#.to_owned()).await;
    let keys = cache(&issuer);
    let first = keys.current().await.unwrap();
    issuer.clock.advance(FRESH_FOR);
    for _ in 0..20 {
        assert!(Arc::ptr_eq(&keys.current().await.unwrap(), &first), "what is kept serves at once");
    }
    issuer.asked(2).await;
    for _ in 0..20 {
        assert!(Arc::ptr_eq(&keys.current().await.unwrap(), &first));
    }
    settled(&keys).await;
    assert!(keys.current().await.is_ok());
    settled(&keys).await;
    assert_eq!(issuer.requests(), 2, "one refresh, and a pause after it");
}

#[tokio::test]
async fn a_visitor_who_goes_away_does_not_end_the_attempt_for_the_others() {
    let issuer = SilentProvider::start(0, |_| String::new()).await;
    let keys = cache(&issuer);
    let others = async {
        issuer.asked(1).await;
        join_all((0..5).map(|_| keys.current())).await
    };
    let (gone, others) = tokio::join!(
        async {
            tokio::select! {
                _ = keys.current() => false,
                () = issuer.asked(1) => true,
            }
        },
        others
    );
    assert!(gone && others.iter().all(Result::is_err));
    assert_eq!(issuer.requests(), 1);
}
