//! What goes over the wire, dialect by dialect.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::*;

async fn request(change: impl FnOnce(&mut Credentials)) -> server::Seen {
    let rig = Rig::new(300).await;
    let mut credentials = credentials(&rig.issuer.url);
    change(&mut credentials);
    let source = TokenSource::new(client(), credentials, rig.clock.clone());
    source.token().await.expect("a token");
    rig.issuer.last()
}

#[tokio::test]
async fn a_form_carries_the_credentials() {
    let seen = request(|_| {}).await;
    assert!(seen.head.starts_with("POST /token HTTP/1.1"));
    assert_eq!(seen.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(seen.header("accept"), Some("application/json"));
    assert_eq!(seen.header("authorization"), None);
    assert_eq!(
        seen.body,
        "grant_type=client_credentials&client_id=partner\
         &client_secret=canary%2Bs3%2Fcr%3Det%25%3Ax"
    );
}

#[tokio::test]
async fn a_form_can_ask_for_a_scope() {
    let seen = request(|to| to.scope = Some("invoices:write health".to_owned())).await;
    assert!(seen.body.ends_with("&scope=invoices%3Awrite+health"));
}

#[tokio::test]
async fn json_carries_the_credentials() {
    let seen = request(|to| to.format = TokenRequestFormat::Json).await;
    assert_eq!(seen.header("content-type"), Some("application/json"));
    let body: serde_json::Value = serde_json::from_str(&seen.body).expect("JSON");
    let expected = serde_json::json!({
        "grant_type": "client_credentials", "client_id": "partner", "client_secret": SECRET,
    });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn basic_carries_the_credentials_in_the_encoding_that_was_chosen() {
    for (encoding, pair) in [
        (BasicEncoding::Rfc6749, "a%2Bb%2Fc%3Dd%25e%3Af:canary%2Bs3%2Fcr%3Det%25%3Ax"),
        (BasicEncoding::Raw, "a+b/c=d%e:f:canary+s3/cr=et%:x"),
    ] {
        let seen = request(|to| {
            to.client_id = "a+b/c=d%e:f".to_owned();
            to.client_authentication = ClientAuthentication::Basic;
            to.basic_encoding = encoding;
        })
        .await;
        let header = format!("Basic {}", STANDARD.encode(pair));
        assert_eq!(seen.header("authorization"), Some(header.as_str()));
        assert_eq!(seen.body, "grant_type=client_credentials", "and nowhere else");
    }
}

#[tokio::test]
async fn a_refresh_token_that_nobody_asked_for_is_never_used() {
    let rig = Rig::new(300).await;
    rig.issuer.answer_with(|n, _| {
        let body = format!(
            r#"{{"access_token":"token-{n}","token_type":"Bearer","expires_in":300,"refresh_expires_in":0,
                "refresh_token":"canary-refresh","not-before-policy":0}}"#
        );
        Reply::json(200, &body)
    });
    let first = rig.token().await;
    rig.step(300).await.expect("another token");
    assert_ne!(rig.token().await, first);
    assert!(rig.issuer.last().body.starts_with("grant_type=client_credentials&"), "RFC 6749 §4.4.3");
    assert!(!rig.issuer.last().body.contains("canary-refresh"));
}

#[test]
fn a_dialect_is_written_in_small_letters() {
    fn read<T: serde::de::DeserializeOwned>(word: &str) -> T {
        serde_json::from_value(word.into()).expect("a word of the dialect")
    }
    assert_eq!(read::<ClientAuthentication>("post"), ClientAuthentication::Post);
    assert_eq!(read::<ClientAuthentication>("basic"), ClientAuthentication::Basic);
    assert_eq!(read::<BasicEncoding>("rfc6749"), BasicEncoding::Rfc6749);
    assert_eq!(read::<BasicEncoding>("raw"), BasicEncoding::Raw);
    assert_eq!(read::<TokenRequestFormat>("form"), TokenRequestFormat::Form);
    assert_eq!(read::<TokenRequestFormat>("json"), TokenRequestFormat::Json);
}
