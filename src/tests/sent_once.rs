//! A form that creates something creates it once: a double click, a reload and a second tab lead to the same object.

use axum::http::{Method, StatusCode};
use partner_dashboard::server::sandbox::FaultKind;

use crate::support::{Form, TestApp};

/// The paths of the forms that create something.
async fn forms(app: &TestApp) -> Vec<Form> {
    let root = app.partner().await.root().await;
    let mut forms = Vec::new();
    for path in ["/sandbox/organisations/new".to_owned(), format!("/sandbox/organisations/{root}/clients/new")] {
        forms.push(app.browser().form(&path).await.named("Once"));
    }
    app.sandbox.clear_requests();
    forms
}

#[tokio::test]
async fn the_same_form_twice_at_once_creates_one_object_and_both_answers_lead_to_it() {
    let app = TestApp::empty().await;
    for form in forms(&app).await {
        let browser = app.browser();
        let answers = futures::join!(browser.submit(&form), browser.submit(&form), browser.submit(&form));
        let paths = [answers.0, answers.1, answers.2].map(|answer| answer.location());
        assert_eq!(app.writes().len(), 1, "{}: {:?}", form.action, app.writes());
        assert!(paths.iter().all(|path| *path == paths[0]), "{paths:?}");
        app.sandbox.clear_requests();
    }
}

#[tokio::test]
async fn the_secret_of_a_client_created_by_a_double_click_is_not_lost() {
    let app = TestApp::empty().await;
    let form = forms(&app).await.remove(1);
    let browser = app.browser();
    let (first, second) = futures::join!(browser.submit(&form), browser.submit(&form));
    first.location();
    // Browsers follow the answer to the last click.
    let page = browser.page(&second.location()).await;
    assert!(page.has("output#secret"), "{}", page.main());
    let again = browser.submit(&form).await;
    let page = browser.page(&again.location()).await;
    assert!(!page.has("output#secret") && page.text("h1") == "Once", "it has been shown: {}", page.main());
    assert_eq!(app.writes().len(), 1);
}

#[tokio::test]
async fn what_was_changed_after_the_creation_is_kept_and_not_sent_by_the_old_form() {
    let app = TestApp::empty().await;
    let form = forms(&app).await.remove(0);
    let browser = app.browser();
    browser.submit(&form).await.location();
    let island = browser.call(&form.clone().named("Another")).await;
    assert_eq!((island.status, island.json()["code"].clone()), (StatusCode::CONFLICT, "sent_before".into()));
    let location = browser.submit(&form.named("Another")).await.location();
    assert_eq!(app.writes().len(), 1);
    let page = browser.page(&location).await;
    assert!(page.texts(".flash").join(" ").contains("What you typed is kept"), "{}", page.main());
    let kept = page.form("form.form", &location);
    assert_eq!(kept.values("name"), ["Another"]);
    browser.submit(&kept.named("Another")).await.location();
    assert_eq!(app.writes().len(), 2, "sent on purpose");
}

#[tokio::test]
async fn a_refused_form_can_be_mended_and_sent_again_from_the_browsers_history() {
    let app = TestApp::empty().await;
    let form = forms(&app).await.remove(0);
    let browser = app.browser();
    app.fault(&Method::POST, FaultKind::status(StatusCode::UNPROCESSABLE_ENTITY));
    assert!(browser.submit(&form).await.location().contains("?draft="));
    app.sandbox.clear_faults();
    let created = browser.submit(&form.set("name", "Mended")).await.location();
    assert!(!created.contains("draft"), "{created}");
    assert_eq!(browser.page(&created).await.text("h1"), "Mended");
}

#[tokio::test]
async fn a_form_whose_answer_was_lost_is_not_sent_again_but_by_a_decision() {
    let app = TestApp::empty().await;
    let form = forms(&app).await.remove(0);
    let browser = app.browser();
    app.fault(&Method::POST, FaultKind::DropAfter);
    let location = browser.submit(&form).await.location();
    app.sandbox.clear_faults();
    assert_eq!(app.writes().len(), 1);
    let again = browser.submit(&form).await.location();
    assert_eq!(again, location, "the same click leads to the same words");
    assert_eq!(app.writes().len(), 1);
    let page = browser.page(&again).await;
    assert!(page.text(".notice-bad").contains("The outcome is unknown: OneID may have applied the change."));
    browser.submit(&page.form("form.form", &again)).await.location();
    assert_eq!(app.writes().len(), 1, "nobody has decided");
}

#[tokio::test]
async fn a_form_that_the_server_did_not_live_to_finish_is_not_sent_again() {
    let app = TestApp::empty().await;
    let form = forms(&app).await.remove(0);
    let browser = app.browser();
    browser.submit(&form).await.location();
    // As it stands on disk when the server ends between the intent and the answer.
    app.sql("UPDATE submissions SET state = 'sending', object_id = NULL").await;
    let location = browser.submit(&form).await.location();
    assert_eq!(app.writes().len(), 1);
    let page = browser.page(&location).await;
    assert!(page.texts(".flash").join(" ").contains("but the outcome is unknown"), "{}", page.main());
    let kept = page.form("form.form", &location);
    assert_eq!(kept.values("name"), ["Once"]);
    assert!(page.main().contains("This form has created an object."), "found by its request: {}", page.main());
    let again = browser.call(&kept).await;
    assert_eq!((again.status, again.json()["code"].clone()), (StatusCode::CONFLICT, "sent_before".into()));
    let other = browser.submit(&kept.set("name", "Another name")).await.location();
    assert_eq!(app.writes().len(), 1);
    let page = browser.page(&other).await;
    assert!(page.texts(".flash").join(" ").contains("send it again to create another object"), "{}", page.main());
    assert_eq!(browser.submit_and_follow(&page.form("form.form", &other)).await.text("h1"), "Another name");
    assert_eq!(app.writes().len(), 2, "sent on purpose");
}
