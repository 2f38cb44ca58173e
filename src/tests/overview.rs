//! The overview: what needs the person, the worst first, and numbers that lead to their lists.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use partner_dashboard::server::clock::ManualClock;
use partner_dashboard::server::sandbox::{Fault, FaultKind, System};
use serde_json::json;
use time::macros::datetime;

use crate::support::{TestApp, TestOptions};

const ROWS: &str = ".attention-text > p:first-child";

#[tokio::test]
async fn a_fresh_start_says_how_to_begin_until_something_is_changed() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    let page = browser.page("/").await;
    assert!(page.main().contains("Nothing needs your attention."), "{}", page.main());
    assert!(page.has("#first-steps"));
    let form = browser.form("/sandbox/organisations/new").await.set("name", "Meridian");
    browser.submit(&form).await;
    let page = browser.page("/").await;
    assert!(!page.has("#first-steps"), "it is known how to begin");
    assert!(page.text("section:has(#last-changes)").contains("created Meridian"));
}

#[tokio::test]
async fn somebody_who_may_change_nothing_is_not_told_how_to_begin() {
    let app = TestApp::with(TestOptions::behind_a_proxy()).await;
    assert!(!app.browser_of("vito", "viewers").page("/").await.has("#first-steps"));
}

#[tokio::test]
async fn checks_and_sign_ins_are_no_recent_changes() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.post_island("/api/connections/check-all", &[]).await;
    let page = browser.page("/").await;
    assert!(page.text("section:has(#last-changes)").contains("No changes yet"), "{}", page.main());
    let checks = browser.page("/audit?action=checks").await;
    assert!(checks.count("tbody tr") >= 2, "{}", checks.main());
    assert_eq!(browser.page("/audit?action=changes").await.count("tbody tr"), 0);
}

#[tokio::test]
async fn a_connection_that_fails_is_told_with_its_remedy_since_when_and_its_request_id() {
    let app = TestApp::start().await;
    let browser = app.browser();
    app.sandbox.inject(Fault::new(System::OneIdProduction, FaultKind::status(StatusCode::SERVICE_UNAVAILABLE)));
    browser.post_island("/api/connections/check-all", &[]).await;
    let page = browser.page("/").await;
    assert_eq!(page.text(".subline"), "1 of 2 connections is not working.");
    let row = page.text(".attention > li");
    for told in ["Failing", "OneID production:", "503", "Since", "Wait", "Partner request ID", "Open the connection"] {
        assert!(row.contains(told), "{told}: {row}");
    }
    assert_eq!(page.link("Open the connection"), "/connections/production");
    assert_eq!(page.count(".attention > li"), 1, "one message for one thing: {}", page.main());
}

#[tokio::test]
async fn what_was_typed_and_not_sent_is_the_last_row_and_leads_back_to_its_form() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let form = browser.form("/sandbox/organisations/new").await;
    browser.submit(&form.clone().set("name", "Thistledown").add("has_production_access", "true")).await;
    let page = browser.page("/").await;
    assert_eq!(page.texts(ROWS).len(), 1, "{}", page.main());
    assert!(page.text(ROWS).contains("You have not sent “New organisation: Thistledown”."), "{}", page.text(ROWS));
    assert_eq!(browser.form(&page.link("Continue")).await.values("name"), ["Thistledown"]);
    let form = browser.form("/sandbox/organisations/new").await;
    browser.submit(&form.set("name", "Other").add("has_production_access", "true")).await;
    let page = browser.page("/").await;
    assert!(page.text(ROWS).contains("You have 2 drafts"), "{}", page.text(ROWS));
    assert_eq!(page.link("View your drafts"), "/account#drafts");
}

#[tokio::test]
async fn live_clients_below_a_disabled_organisation_are_counted_and_listed() {
    let app = TestApp::empty().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let root = partner.root().await;
    partner.change(&format!("/organisations/{root}"), json!({"has_production_access": true})).await;
    let below = json!({"name": "Lower", "parent_id": root, "has_production_access": true, "enabled": true});
    let below = partner.create("/organisations", &below).await;
    for (name, enabled) in [("live", true), ("off", false)] {
        let client =
            json!({"name": name, "is_production": true, "enabled": enabled, "return_urls": ["https://a.example/"]});
        partner.create(&format!("/organisations/{below}/clients"), &client).await;
    }
    partner.change(&format!("/organisations/{root}"), json!({"enabled": false})).await;
    browser.page("/sandbox/clients").await;
    let page = browser.page("/").await;
    let row = page.texts(ROWS).into_iter().find(|row| row.contains("below a disabled")).unwrap_or_default();
    assert_eq!(row, "OneID sandbox: 1 live client below a disabled organisation.", "{}", page.main());
    let listed = page.attributes(".attention-link[href*='disabled_above']", "href");
    assert_eq!(browser.page(&listed[0]).await.texts("tbody th a"), ["live"]);
}

#[tokio::test]
async fn each_number_leads_to_the_list_that_it_counts() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.page("/sandbox/clients").await;
    let page = browser.page("/").await;
    let links = page.attributes("section:has(#connection-sandbox) tbody a", "href");
    let numbers = page.texts("section:has(#connection-sandbox) tbody a");
    assert!(links.len() >= 6, "{links:?}");
    for (link, number) in links.iter().zip(numbers) {
        let list = browser.page(link).await;
        let range = list.text(".pagination > :first-child");
        let (total, of) = (list.text("#live-total"), format!(" of {number} that match"));
        assert!(
            range.contains(&of) || total.starts_with(&format!("{number} ")),
            "{link} says {number}: {range}, {total}"
        );
    }
}

#[tokio::test]
async fn clients_that_the_partner_does_not_give_are_not_asked_for_with_each_visit() {
    let clock = Arc::new(ManualClock::new(datetime!(2026-01-01 12:00 UTC)));
    let app = TestApp::with(TestOptions { clock: clock.clone(), ..TestOptions::default() }).await;
    let browser = app.browser();
    let refused = app.partner().await.organisation("Copperfield Books").await;
    let path = format!("/v1/organisations/{refused}/clients");
    let fault = Fault::new(System::OneIdSandbox, FaultKind::status(StatusCode::FORBIDDEN));
    app.sandbox.inject(fault.on(&Method::GET, &path));
    let lists = || app.sandbox.requests().into_iter().filter(|request| request.path.ends_with("/clients")).count();
    browser.page("/").await;
    assert!(lists() > 0, "they are read with the first visit");
    clock.advance(Duration::from_mins(2));
    let first = lists();
    browser.page("/").await;
    assert_eq!(lists(), first);
}
