//! What was typed is kept for a day: from tab to tab, from session to session, for its person alone.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use partner_dashboard::server::clock::ManualClock;
use time::macros::datetime;

use crate::support::{Browser, Form, IdentityProvider, Person, TestApp, TestOptions};

const ADA: Person = Person { subject: "u-ada", groups: &["admins"], session: "s-1" };

async fn rejected(browser: &Browser<'_>, typed: &str) -> String {
    let form = browser.form("/sandbox/organisations/new").await;
    browser.submit(&form.set("name", "").set("allowed_scopes_other", typed)).await.location()
}

fn typed(form: &Form) -> Vec<&str> {
    form.values("allowed_scopes_other")
}

#[tokio::test]
async fn two_tabs_that_send_at_the_same_time_keep_both_drafts() {
    let app = TestApp::start().await;
    let browser = app.browser();
    // A session is there before, so that both tabs write the same one.
    rejected(&browser, "before").await;
    for round in 0..5 {
        let (left, right) = (format!("left-{round}"), format!("right-{round}"));
        let locations = futures::join!(rejected(&browser, &left), rejected(&browser, &right));
        assert_eq!(typed(&browser.form(&locations.0).await), [left.as_str()]);
        assert_eq!(typed(&browser.form(&locations.1).await), [right.as_str()]);
    }
}

#[tokio::test]
async fn a_draft_survives_the_session_and_is_found_after_the_next_sign_in() {
    let provider = IdentityProvider::start().await;
    let app = TestApp::with(TestOptions::signing_in_at(&provider)).await;
    let first = app.browser_signed_in(&provider, ADA).await;
    let location = rejected(&first, "typed.yesterday").await;
    first.post_form("/auth/logout", &[]).await;
    assert_eq!(first.get(&location).await.status, StatusCode::SEE_OTHER, "signed out");

    let later = app.browser_signed_in(&provider, ADA).await;
    let listed = later.page("/account").await.link("New organisation");
    assert_eq!(typed(&later.form(&listed).await), ["typed.yesterday"]);
    let offered = later.page("/sandbox/organisations/new").await.link("Continue draft");
    assert_eq!(offered, location);
    let other = Person { subject: "u-eve", session: "s-2", ..ADA };
    let other = app.browser_signed_in(&provider, other).await;
    assert_eq!(other.get(&location).await.status, StatusCode::GONE);
    assert!(!other.page("/account").await.has("a[href*='draft=']"));
    assert!(other.page("/sandbox/organisations/new").await.control("Continue draft").is_none());
}

#[tokio::test]
async fn a_form_offers_the_draft_of_its_own_object_alone() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let edit = |id: &str| format!("/sandbox/organisations/{id}/edit");
    let mine = edit(&partner.organisation("Copperfield Books").await);
    let other = edit(&partner.organisation("Lantern Pet").await);
    let review = browser.submit(&browser.form(&mine).await.set("name", "Half a thought")).await.location();
    assert!(review.contains("step=review"));
    for (path, is_offered) in [(&mine, true), (&other, false), (&"/sandbox/organisations/new".to_owned(), false)] {
        let page = browser.page(path).await;
        assert_eq!(page.control("Continue draft").is_some(), is_offered, "{path}");
    }
    let back = browser.page(&mine).await.link("Continue draft");
    assert_eq!(browser.form(&back).await.values("name"), ["Half a thought"]);
}

#[tokio::test]
async fn a_draft_is_discarded_from_the_account_page_and_is_too_old_after_a_day() {
    let clock = Arc::new(ManualClock::new(datetime!(2026-01-01 12:00 UTC)));
    let app = TestApp::with(TestOptions { clock: clock.clone(), ..TestOptions::default() }).await;
    let browser = app.browser();
    let location = rejected(&browser, "a").await;
    let discard = browser.page("/account").await.form("form:has(input[name=draft])", "/account");
    assert_eq!(browser.submit(&discard).await.location(), "/account");
    assert_eq!(browser.get(&location).await.status, StatusCode::GONE);

    let location = rejected(&browser, "b").await;
    clock.advance(Duration::from_hours(23));
    assert_eq!(typed(&browser.form(&location).await), ["b"]);
    clock.advance(Duration::from_hours(2));
    assert_eq!(browser.get(&location).await.status, StatusCode::GONE);
    assert!(browser.page("/account").await.main().contains("You have no drafts."));
}

#[tokio::test]
async fn a_form_that_comes_back_again_and_again_is_one_draft() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let mut location = rejected(&browser, "first").await;
    for _ in 0..3 {
        location = browser.submit(&browser.form(&location).await).await.location();
    }
    let page = browser.page("/account").await;
    assert_eq!(page.count("a[href*='draft=']"), 1);
    let created = browser.submit(&browser.form(&location).await.set("name", "At last")).await.location();
    assert!(!created.contains("draft"));
    assert!(!browser.page("/account").await.has("a[href*='draft=']"), "it has done its work");
}
