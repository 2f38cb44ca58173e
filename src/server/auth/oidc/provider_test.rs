//! Signing in behind a provider that does not answer.

use futures::future::join_all;
use serde_json::json;

use super::*;
use crate::server::auth::silent_provider::SilentProvider;

fn provider(silent: &SilentProvider) -> OidcProvider {
    let settings = OidcSettings {
        issuer: silent.url.as_str().to_owned(),
        client_id: "dashboard".to_owned(),
        client_secret: "s3cret".into(),
        secret_in_body: false,
        scopes: Vec::new(),
        groups_claim: "groups".to_owned(),
    };
    OidcProvider::new(settings, silent.url.clone(), silent.http.clone(), silent.clock.clone())
}

fn document(issuer: &Url) -> String {
    json!({
        "issuer": issuer, "authorization_endpoint": format!("{issuer}authorize"),
        "token_endpoint": format!("{issuer}token"), "jwks_uri": format!("{issuer}keys"),
        "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
    })
    .to_string()
}

#[tokio::test]
async fn sign_ins_behind_a_silent_provider_do_not_queue_one_after_another() {
    let silent = SilentProvider::start(0, document).await;
    let provider = provider(&silent);
    let all = join_all((0..20).map(|_| provider.begin("/".to_owned()))).await;
    assert!(all.into_iter().all(|begun| begun.err() == Some(SignInError::Unavailable)));
    assert!(provider.begin("/".to_owned()).await.is_err(), "a moment later");
    assert_eq!(silent.requests(), 1, "whoever waited for the attempt got its result");
    silent.clock.advance(Duration::from_secs(2));
    assert!(provider.begin("/".to_owned()).await.is_err());
    assert_eq!(silent.requests(), 2, "it is tried again");
}

#[tokio::test]
async fn people_sign_in_with_what_is_known_of_a_provider_that_went_silent() {
    let silent = SilentProvider::start(1, document).await;
    let provider = provider(&silent);
    provider.begin("/".to_owned()).await.unwrap();
    silent.clock.advance(FRESH_FOR);
    let others = async {
        silent.asked(2).await;
        for _ in 0..20 {
            provider.begin("/".to_owned()).await.unwrap();
        }
        provider.discovered.is_in_flight()
    };
    let (first, is_in_flight) = tokio::join!(provider.begin("/".to_owned()), others);
    assert!(first.is_ok(), "one waits for the attempt");
    assert!(is_in_flight, "the others did not wait for it");
    assert_eq!(silent.requests(), 2);
}
