//! A list of thousands of rows comes whole, in pieces, and is given up when nobody reads it.

use std::collections::HashSet;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Method;
use http_body_util::BodyExt as _;
use partner_dashboard::server::auth::PeerAddress;
use partner_dashboard::server::sandbox::SandboxOptions;
use serde_json::Value;
use tower::ServiceExt as _;

use super::{objects, rows, texts};
use crate::support::{TestApp, TestOptions};

const COUNT: usize = 5_000;

async fn large() -> TestApp {
    let sandbox =
        SandboxOptions { seed_data: false, generated_organisations: Some(COUNT), ..SandboxOptions::default() };
    TestApp::with(TestOptions { sandbox, ..TestOptions::default() }).await
}

#[tokio::test]
async fn thousands_of_organisations_are_exported_once_each_and_in_pieces() {
    let app = large().await;
    let browser = app.browser();
    let all = app.partner().await.get("/organisations").await;
    let there: HashSet<_> = all.as_array().unwrap().iter().map(|object| object["id"].clone()).collect();
    let request = browser.request(Method::GET, "/sandbox/organisations.jsonl?sort=-name");
    let mut request = request.body(Body::empty()).unwrap();
    let peer: std::net::SocketAddr = "127.0.0.1:4711".parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(PeerAddress::Network(peer)));
    let mut body = app.router.clone().oneshot(request).await.unwrap().into_body();
    let (mut pieces, mut bytes) = (0, Vec::new());
    while let Some(frame) = body.frame().await {
        let data = frame.unwrap().into_data().unwrap();
        assert!(data.len() < 512 * 1024, "{}", data.len());
        bytes.extend_from_slice(&data);
        pieces += 1;
    }
    assert!(pieces >= 4, "{pieces}");
    let lines: Vec<Value> =
        bytes.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect();
    let ids: HashSet<_> = lines.iter().map(|line| line["id"].clone()).collect();
    assert_eq!((lines.len(), &ids), (there.len(), &there), "each once");
    let mut names = texts(&lines, "name");
    names.reverse();
    assert!(names.is_sorted_by_key(|name| name.to_lowercase()));

    let rows = rows(&browser, "/sandbox/organisations.csv").await;
    let ids: HashSet<_> = rows.iter().map(|row| Value::from(row["id"].as_str())).collect();
    assert_eq!((rows.len(), ids), (there.len(), there));
}

#[tokio::test]
async fn a_browser_that_goes_away_ends_its_download_and_one_of_its_own_changes_is_in_the_next() {
    let app = large().await;
    let browser = app.browser();
    let request = browser.request(Method::GET, "/sandbox/organisations.csv").body(Body::empty()).unwrap();
    let mut request = request;
    let peer: std::net::SocketAddr = "127.0.0.1:4711".parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(PeerAddress::Network(peer)));
    let mut body = app.router.clone().oneshot(request).await.unwrap().into_body();
    body.frame().await.unwrap().unwrap();
    drop(body);
    let form = browser.form("/sandbox/organisations/new").await.set("name", "Brand new");
    browser.submit(&form).await.location();
    let lines = objects(&browser, "/sandbox/organisations.jsonl?q=brand+new").await;
    assert_eq!(texts(&lines, "name"), ["Brand new"]);
}
