//! What a role for one part of the tree sees of the impact of a change, and of a creation whose outcome is not known.

use axum::http::{Method, StatusCode};
use partner_dashboard::domain::principal::Role;
use partner_dashboard::server::sandbox::{Fault, FaultKind, System};

use super::ADA;
use super::subtrees::{TOP, limited};
use crate::support::{Browser, Person, TestApp};

/// Somebody who may do everything.
const BEN: Person = Person { subject: "u-ben", groups: &["everywhere"], session: "session-of-ben" };

#[tokio::test]
async fn a_limited_editor_sees_whom_a_change_concerns_within_their_part() {
    let (provider, app) = limited(Role::Editor).await;
    let browser = app.browser_signed_in(&provider, ADA).await;
    let id = app.partner().await.organisation(TOP).await;
    let form = browser.form(&format!("/sandbox/organisations/{id}/edit")).await.clear("enabled");
    let review = browser.submit_and_follow(&form).await;
    let impact = review.text("section:has(#impact)");
    assert!(impact.contains("An organisation above is disabled") && impact.contains("tenant-portal"), "{impact}");
    assert!(!review.main().contains("Copperfield") && !review.main().contains("Meridian"), "{}", review.main());
}

/// Creates an organisation whose answer is lost; the path where it is decided.
async fn lose(app: &TestApp, browser: &Browser<'_>, parent: &str, name: &str) -> String {
    let form = browser.form("/sandbox/organisations/new").await.set("name", name).set("parent_id", parent);
    let lost = Fault::new(System::OneIdSandbox, FaultKind::DropAfter).on(&Method::POST, "/v1/organisations");
    app.sandbox.inject(lost);
    let location = browser.submit(&form).await.location();
    app.sandbox.clear_faults();
    browser.page(&location).await.link("Check whether it was created")
}

#[tokio::test]
async fn a_limited_editor_decides_within_their_part_and_learns_nothing_of_the_rest() {
    let (provider, app) = limited(Role::Editor).await;
    let (ada, ben) = (app.browser_signed_in(&provider, ADA).await, app.browser_signed_in(&provider, BEN).await);
    let partner = app.partner().await;
    let (top, outside) = (partner.organisation(TOP).await, partner.organisation("Copperfield Books").await);
    // Two of one name, one of them where Ada may not look.
    let mine = lose(&app, &ada, &top, "Lost twice").await;
    let theirs = lose(&app, &ben, &outside, "Lost twice").await;
    let page = ada.page(&mine).await;
    assert_eq!(page.count("form[action='/api/unknown/created']"), 1, "{}", page.main());
    assert_eq!(ben.page(&mine).await.count("form[action='/api/unknown/created']"), 2);
    assert_eq!(ada.get(&theirs).await.status, StatusCode::FORBIDDEN);
    let nothing = ada.get("/sandbox/unknown/999999").await;
    assert_eq!(nothing.status, StatusCode::FORBIDDEN, "what is not there is the same");

    let outside_id = ben.page(&theirs).await.attributes("form[action='/api/unknown/created'] [name=id]", "value");
    let form = page.form("form[action='/api/unknown/created']", &mine);
    let own = form.values("id")[0].to_owned();
    for other in outside_id.iter().filter(|id| **id != own) {
        let refused = ada.call(&form.clone().set("id", other)).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.body);
    }
    let done = ada.submit_and_follow(&form).await;
    assert!(done.main().contains("It was created."), "{}", done.main());
}
