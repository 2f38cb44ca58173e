//! The connection to the partner is cut at each point of a write, and the server may be started again in between: nothing
//! is sent twice without a decision, and what the log says in the end is what the partner has.

use axum::http::StatusCode;
use partner_dashboard::domain::audit::{AuditEntry, Outcome, Place};
use serde_json::json;

use crate::support::{Cut, CuttingProxy, TestApp, TestOptions, changes};

const NAME: &str = "Cut off";

async fn behind(proxy: &CuttingProxy) -> TestApp {
    let app = TestApp::with(TestOptions { base_url: Some(proxy.url()), ..TestOptions::empty() }).await;
    proxy.is_before(&app.sandbox);
    app
}

async fn newest(app: &TestApp) -> AuditEntry {
    app.audit.list(&changes(), Place::Newest, 1).await.unwrap().items.remove(0)
}

/// Every point, with and without a new start of the server after it.
fn cases() -> impl Iterator<Item = (Cut, bool)> {
    Cut::ALL.into_iter().flat_map(|cut| [(cut, false), (cut, true)])
}

#[tokio::test]
async fn a_creation_that_is_cut_off_anywhere_is_sent_once_for_each_decision() {
    for (cut, restarts) in cases() {
        let proxy = CuttingProxy::start().await;
        let mut app = behind(&proxy).await;
        let form = app.browser().form("/sandbox/organisations/new").await.set("name", NAME);
        app.sandbox.clear_requests();
        proxy.cut(Some(cut));
        let location = app.browser().submit(&form).await.location();
        proxy.cut(None);
        let made = usize::from(cut.reaches_the_partner());
        assert_eq!(app.partner().await.count(NAME).await, made, "{cut:?}");
        assert!(location.contains("?draft="), "{cut:?}: {location}");
        if restarts {
            app = app.restarted().await;
        }
        assert_eq!(newest(&app).await.outcome(), Outcome::Unknown, "{cut:?}, {restarts}");
        let browser = app.browser();
        let again = browser.call(&browser.form(&location).await).await;
        assert_eq!((again.status, again.json()["code"].clone()), (StatusCode::CONFLICT, json!("undecided")), "{cut:?}");
        assert_eq!(app.partner().await.count(NAME).await, made, "{cut:?}, {restarts}: nothing was sent again");
        app.settle().await;
        let expected = if made == 1 { Outcome::Applied } else { Outcome::NotApplied };
        assert_eq!(newest(&app).await.outcome(), expected, "{cut:?}, {restarts}");
        // To send it again is a decision, and creates one more at most.
        let again = browser.call(&browser.form(&location).await).await;
        let (status, count) = if made == 1 { (StatusCode::CONFLICT, 1) } else { (StatusCode::OK, 1) };
        assert_eq!(again.status, status, "{cut:?}, {restarts}: {}", again.body);
        assert_eq!(app.partner().await.count(NAME).await, count, "{cut:?}, {restarts}");
    }
}

#[tokio::test]
async fn an_update_that_is_cut_off_anywhere_is_sent_once_and_found_out() {
    for (cut, restarts) in cases() {
        let proxy = CuttingProxy::start().await;
        let mut app = behind(&proxy).await;
        let root = app.partner().await.root().await;
        let id = app.partner().await.create("/organisations", &json!({"name": "Before", "parent_id": root})).await;
        let form = app.browser().form(&format!("/sandbox/organisations/{id}/edit")).await.set("name", NAME);
        let review = app.browser().submit(&form).await.location();
        let save = app.browser().form(&review).await;
        app.sandbox.clear_requests();
        proxy.cut(Some(cut));
        app.browser().submit(&save).await.location();
        proxy.cut(None);
        let is_made = cut.reaches_the_partner();
        let sent = if is_made { vec![format!("PUT /v1/organisations/{id}")] } else { Vec::new() };
        assert_eq!(app.writes(), sent, "{cut:?}");
        assert_eq!(newest(&app).await.outcome(), Outcome::Unknown, "{cut:?}");
        if restarts {
            app = app.restarted().await;
        }
        app.settle().await;
        let expected = if is_made { Outcome::Applied } else { Outcome::NotApplied };
        assert_eq!(newest(&app).await.outcome(), expected, "{cut:?}, {restarts}");
        assert_eq!(app.writes(), sent, "{cut:?}, {restarts}: nothing was sent again");
        let name = if is_made { NAME } else { "Before" };
        assert_eq!(app.partner().await.get(&format!("/organisations/{id}")).await["name"], name, "{cut:?}");
    }
}
