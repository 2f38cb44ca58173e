//! Readiness: what stands in the way of a journey, on the page of an object and before a change is made.

mod catalogue;
mod impact;
mod lists;
mod promoted;
mod silenced;

use serde_json::{Value, json};

use crate::support::{Page, Partner, TestApp};

const CARD: &str = "section:has(#readiness)";

/// The findings of a page, a line for each: `weight: what: value, …`.
fn findings(page: &Page) -> Vec<String> {
    let row = |number: usize| {
        let row = format!("{CARD} .findings > li:nth-child({number})");
        let values = page.texts(&format!("{row} .finding-values li")).join(", ");
        let line = format!("{}: {}: {values}", page.text(&format!("{row} > .pill")), page.text(&format!("{row} h3")));
        line.trim_end_matches([':', ' ']).to_owned()
    };
    (1..=page.count(&format!("{CARD} .findings > li"))).map(row).collect()
}

/// Two organisations, one below the other, with production access and the same limits. The IDs, the upper one first.
async fn two_organisations(partner: &Partner) -> (String, String) {
    let create = async |parent: &str, name: &str| {
        let body = json!({
            "parent_id": parent,
            "name": name,
            "allowed_scopes": ["openid", "email"],
            "allowed_products": ["sign_up"],
            "has_production_access": true,
            "enabled": true,
        });
        partner.create("/organisations", &body).await
    };
    let upper = create(&partner.root().await, "Upper Group").await;
    let lower = create(&upper, "Lower Shop").await;
    (upper, lower)
}

/// A client that breaks no rule, but for these members.
async fn client(partner: &Partner, organisation: &str, members: Value) -> String {
    let mut body = json!({
        "name": "checkout",
        "selected_product": "sign_up",
        "required_scopes": ["openid", "email"],
        "return_urls": ["https://shop.example.com/cb"],
        "token_signing_algorithm": "PS256",
    });
    for (name, value) in members.as_object().unwrap() {
        body[name] = value.clone();
    }
    partner.create(&format!("/organisations/{organisation}/clients"), &body).await
}

#[tokio::test]
async fn an_object_that_breaks_no_rule_has_no_issues() {
    let app = TestApp::empty().await;
    let partner = app.partner().await;
    let (_, lower) = two_organisations(&partner).await;
    let id = client(&partner, &lower, json!({"is_production": true})).await;
    for path in [format!("/sandbox/clients/{id}"), format!("/sandbox/organisations/{lower}")] {
        let page = app.browser().page(&path).await;
        assert!(page.text(CARD).contains("No issues"), "{path}: {}", page.text(CARD));
        assert_eq!(findings(&page), Vec::<String>::new());
    }
}

#[tokio::test]
async fn what_is_narrowed_or_switched_off_at_any_depth_above_is_found_and_named() {
    let app = TestApp::empty().await;
    let partner = app.partner().await;
    let (upper, lower) = two_organisations(&partner).await;
    let id = client(&partner, &lower, json!({"is_production": true})).await;
    let narrowed = json!({"allowed_scopes": ["openid"], "has_production_access": false, "enabled": false});
    partner.change(&format!("/organisations/{upper}"), narrowed).await;
    let page = app.browser().page(&format!("/sandbox/clients/{id}")).await;
    assert_eq!(
        findings(&page),
        [
            "Error: A scope is not allowed by the organisation above: email (Upper Group)",
            "Error: An organisation above is disabled: Upper Group",
        ]
    );
    let page = app.browser().page(&format!("/sandbox/organisations/{lower}")).await;
    assert_eq!(
        findings(&page),
        [
            "Error: A scope is not allowed by the organisation above: email (Upper Group)",
            "Error: The organisation above has no production access: Upper Group",
            "Error: An organisation above is disabled: Upper Group",
        ]
    );
}

#[tokio::test]
async fn two_beside_each_other_with_one_name_are_found_and_others_are_not() {
    let app = TestApp::empty().await;
    let partner = app.partner().await;
    let (upper, lower) = two_organisations(&partner).await;
    let first = client(&partner, &lower, json!({"name": "Kiosk"})).await;
    let second = client(&partner, &lower, json!({"name": " kiosk "})).await;
    let elsewhere = client(&partner, &upper, json!({"name": "Kiosk"})).await;
    let browser = app.browser();
    // The clients of all organisations are read with their list.
    browser.page("/sandbox/clients").await;
    let twin = "Warning: Another one beside it has the same name";
    for (id, expected) in [(first, vec![twin]), (second, vec![twin]), (elsewhere, vec![])] {
        assert_eq!(findings(&browser.page(&format!("/sandbox/clients/{id}")).await), expected);
    }
}

#[tokio::test]
async fn a_review_marks_what_the_change_brings_about() {
    let app = TestApp::empty().await;
    let partner = app.partner().await;
    let (_, lower) = two_organisations(&partner).await;
    let id = client(&partner, &lower, json!({"return_urls": ["http://localhost/cb"]})).await;
    let browser = app.browser();
    let form = browser.form(&format!("/sandbox/clients/{id}/edit")).await;
    let form = form.add("additional_scopes[]", "dbs").set("token_signing_algorithm", "");
    let review = browser.submit_and_follow(&form).await;
    assert_eq!(
        findings(&review),
        [
            "Warning: A return URL points at the user’s own machine: http://localhost/cb",
            "Warning: The product does not include a scope New: dbs (Sign-up)",
            "Warning: A scope is not allowed by the organisation above New: dbs (Lower Shop)",
        ]
    );
    assert!(review.text(CARD).contains("2 new"), "{}", review.text(CARD));
}

#[tokio::test]
async fn turning_production_on_and_nothing_else_is_marked_until_something_is_changed() {
    let app = TestApp::empty().await;
    let partner = app.partner().await;
    let (_, lower) = two_organisations(&partner).await;
    let id = client(&partner, &lower, json!({"is_production": false})).await;
    let (browser, path) = (app.browser(), format!("/sandbox/clients/{id}"));
    let change = async |field: &str, value: &str| {
        let form = browser.form(&format!("{path}/edit")).await.set(field, value);
        let location = browser.submit(&form).await.location();
        let review = findings(&browser.page(&location).await);
        let save = browser.form(&location).await.set("confirmation", "checkout");
        browser.submit_and_follow(&save).await;
        (review, findings(&browser.page(&path).await))
    };
    let unchanged = |is_new: &str| format!("Warning: Nothing was changed when it went into production{is_new}");
    let (review, page) = change("is_production", "true").await;
    assert_eq!((review, page), (vec![unchanged(" New")], vec![unchanged("")]));
    let (review, page) = change("return_urls[]", "https://live.example.com/cb").await;
    assert_eq!((review, page), (vec![], vec![]));
}
