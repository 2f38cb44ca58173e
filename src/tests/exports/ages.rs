//! A file of what is known: how old it is, and what is missing.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use partner_dashboard::server::clock::ManualClock;
use partner_dashboard::server::sandbox::{Fault, FaultKind, System};
use time::macros::datetime;

use super::{download, objects};
use crate::support::{TestApp, TestOptions};

#[tokio::test]
async fn while_the_partner_is_down_a_file_holds_what_is_known_and_says_how_old_that_is() {
    let clock = Arc::new(ManualClock::new(datetime!(2026-11-03 09:15:30 UTC)));
    let app = TestApp::with(TestOptions { clock: clock.clone(), ..TestOptions::default() }).await;
    let browser = app.browser();
    let files = ["organisations", "clients"];
    let mut before = Vec::new();
    for file in files {
        before.push(objects(&browser, &format!("/sandbox/{file}.jsonl")).await);
    }
    app.sandbox.inject(Fault::new(System::OneIdSandbox, FaultKind::Drop).on(&Method::GET, "/v1"));
    clock.advance(Duration::from_mins(5));
    for (file, before) in files.into_iter().zip(before) {
        let answer = download(&browser, &format!("/sandbox/{file}.jsonl")).await;
        assert_eq!(answer.headers["export-as-of"], "2026-11-03T09:15:30.000Z", "{file}");
        let disposition = answer.headers["content-disposition"].to_str().unwrap();
        assert_eq!(disposition, format!("attachment; filename=\"sandbox-{file}-2026-11-03-0915Z.jsonl\""));
        assert_eq!(answer.body.lines().count(), before.len(), "{file}");
    }
}

#[tokio::test]
async fn a_file_without_the_clients_of_some_organisations_does_not_pass_for_whole() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let id = app.partner().await.organisation("Copperfield Books").await;
    let path = format!("/v1/organisations/{id}/clients");
    let fault = FaultKind::status(StatusCode::INTERNAL_SERVER_ERROR);
    app.sandbox.inject(Fault::new(System::OneIdSandbox, fault).on(&Method::GET, &path));
    let page = browser.page("/sandbox/clients").await;
    let told = page.text("details.drop-down");
    assert!(told.contains("The clients of 1 organisation are not in the file"), "{told}");
    for link in page.attributes("details.drop-down a[download]", "href") {
        let answer = download(&browser, &link).await;
        let missing = answer.headers["export-incomplete"].to_str().unwrap();
        assert!(
            missing.starts_with("clients of 1 of ") && missing.ends_with(" organisations are missing"),
            "{missing}"
        );
        let disposition = answer.headers["content-disposition"].to_str().unwrap();
        assert!(disposition.contains("Z-partial."), "{disposition}");
        assert!(answer.body.contains("tenant-portal") && !answer.body.contains("gift-cards"));
    }
    let organisations = browser.page("/sandbox/organisations").await;
    assert!(!organisations.text("details.drop-down").contains("not in the file"));
}
