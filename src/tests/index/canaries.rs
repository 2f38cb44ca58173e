//! What is kept of a connection has no secret in it: neither the snapshot, nor the journal, nor a saved view.

use std::io::Read as _;

use partner_dashboard::server::sandbox::{SandboxOptions, System};
use serde_json::Value;

use super::filled;
use crate::support::{Partner, TestApp, TestOptions, assert_not_in_files, holds};

/// The first bytes of what was compressed with Zstandard.
const COMPRESSED: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Bytes, and whatever is compressed in them.
fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut all = bytes.to_vec();
    for (start, _) in bytes.windows(4).enumerate().filter(|(_, window)| *window == COMPRESSED) {
        if let Ok(decoder) = zstd::stream::Decoder::new(&bytes[start..]) {
            // What only looks like it ends early.
            let _ = decoder.single_frame().read_to_end(&mut all);
        }
    }
    all
}

/// The secrets of all clients of the sandbox, which shows them to whoever asks.
async fn secrets(partner: &Partner) -> Vec<String> {
    let mut secrets = Vec::new();
    for organisation in list(partner, "/organisations").await {
        let path = format!("/organisations/{}/clients", organisation["id"].as_str().unwrap());
        for client in list(partner, &path).await {
            let client = partner.get(&format!("/clients/{}", client["id"].as_str().unwrap())).await;
            secrets.push(client["secret"].as_str().unwrap().to_owned());
        }
    }
    secrets
}

async fn list(partner: &Partner, path: &str) -> Vec<Value> {
    let Value::Array(list) = partner.get(path).await else { panic!("{path} is no list") };
    list
}

#[tokio::test]
async fn what_is_kept_has_no_secret_of_a_client_or_of_a_connection_in_it() {
    let secret = "canary-of-the-connection-6b1f";
    let sandbox =
        SandboxOptions { secret_on_get: true, fixed_secret: Some(secret.to_owned()), ..SandboxOptions::default() };
    let app = TestApp::with(TestOptions { sandbox, is_kept: true, ..TestOptions::default() }).await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let organisation = partner.organisation("Copperfield Books").await;
    let new = format!("/sandbox/organisations/{organisation}/clients/new");
    let create = |name: &'static str| {
        let (browser, new) = (&browser, &new);
        async move {
            let form = browser.form(new).await.named(name).set("return_urls[]", "https://kept.example/cb");
            browser.page(&browser.submit(&form).await.location()).await.text("output#secret")
        }
    };
    let shown = create("in-the-snapshot").await;
    filled(&app).await;
    // These stay in the journal.
    let journalled = create("in-the-journal").await;
    let edited = partner.client("Copperfield Books", "gift-cards").await;
    let form = browser.form(&format!("/sandbox/clients/{edited}/edit")).await.set("name", "changed-here");
    let review = browser.form(&browser.submit(&form).await.location()).await;
    browser.submit(&review).await.location();
    let view = [("list", "oauth_client"), ("connection", "sandbox"), ("query", "q=gift"), ("name", "Gifts")];
    browser.post_form("/api/saved-views/save", &view).await.location();

    let snapshot = unpacked(&app.snapshot("sandbox").await);
    for text in ["in-the-snapshot", "gift-cards", "Copperfield Books"] {
        assert!(holds(&snapshot, text), "{text} can be found, so a secret could be");
    }
    let names: Vec<String> =
        sqlx::query_scalar("SELECT fields FROM index_journal").fetch_all(app.pool()).await.unwrap();
    for name in ["in-the-journal", "changed-here"] {
        assert!(names.iter().any(|fields| fields.contains(name)), "{names:?}");
    }
    let secrets = secrets(&partner).await;
    assert!(secrets.contains(&shown) && secrets.contains(&journalled), "they are the secrets of these clients");
    let own = app.sandbox.description().connection(System::OneIdSandbox).unwrap().client_secret.clone();
    assert_eq!(own, secret);
    for secret in secrets.iter().chain([&own]) {
        assert!(!holds(&snapshot, secret), "the snapshot has {secret}");
        assert_not_in_files(app.files(), secret);
    }
}
