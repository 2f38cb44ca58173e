//! A creation whose answer is lost: it is looked for, and a person decides. Nothing is sent again before that.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use partner_dashboard::domain::audit::{Action, AuditEntry, AuditFilter, Outcome, Place};
use partner_dashboard::server::clock::ManualClock;
use partner_dashboard::server::sandbox::FaultKind;
use serde_json::json;
use time::OffsetDateTime;

use crate::support::{Browser, Form, Page, TestApp, TestOptions};

const NEW: &str = "/sandbox/organisations/new";
const LOST: FaultKind = FaultKind::DropAfter;

/// An application whose partner loses an answer, and the form that came back.
struct Lost {
    app: TestApp,
    clock: Arc<ManualClock>,
    /// Where the form came back to.
    location: String,
}

impl Lost {
    async fn with(name: &str, fault: FaultKind) -> Self {
        let clock = Arc::new(ManualClock::new(OffsetDateTime::now_utc()));
        let app = TestApp::with(TestOptions { clock: clock.clone(), ..TestOptions::empty() }).await;
        let form = app.browser().form(NEW).await.set("name", name);
        app.sandbox.clear_requests();
        app.fault(&Method::POST, fault);
        let location = app.browser().submit(&form).await.location();
        app.sandbox.clear_faults();
        assert_eq!(app.writes().len(), 1);
        Self { app, clock, location }
    }

    fn browser(&self) -> Browser<'_> {
        self.app.browser()
    }

    /// The page on which it is decided, as the form that came back links to it.
    async fn page(&self) -> (String, Page) {
        let path = self.browser().page(&self.location).await.link("Check whether it was created");
        let page = self.browser().page(&path).await;
        (path, page)
    }

    /// The partner is no longer at work on it.
    fn wait(&self) {
        self.clock.advance(Duration::from_mins(2));
    }

    async fn not_created(&self) -> Page {
        let (path, page) = self.page().await;
        self.browser().submit_and_follow(&page.form("form[action='/api/unknown/not-created']", &path)).await
    }

    /// The form as it stands in the draft.
    async fn again(&self) -> Form {
        self.browser().form(&self.location).await
    }

    async fn entries(&self, action: Action) -> Vec<AuditEntry> {
        let filter = AuditFilter { action: Some(action), ..AuditFilter::default() };
        self.app.audit.list(&filter, Place::Newest, 10).await.unwrap().items
    }
}

#[tokio::test]
async fn an_object_that_was_created_after_all_is_recognised_and_the_entry_settled() {
    let lost = Lost::with("Made once", LOST).await;
    let (path, page) = lost.page().await;
    assert_eq!(page.text("h1"), "Was “Made once” created?");
    assert!(page.text("section:has(#decision)").contains("Has all values that were sent"), "{}", page.main());
    let form = page.form("form[action='/api/unknown/created']", &path);
    let id = form.values("id")[0].to_owned();
    let done = lost.browser().submit_and_follow(&form).await;
    assert!(done.main().contains("It was created."), "{}", done.main());
    assert_eq!(done.link("Go to the object"), format!("/sandbox/organisations/{id}"));
    let [created] = lost.entries(Action::Create).await.try_into().unwrap();
    assert_eq!((created.outcome(), created.object_id()), (Outcome::Applied, Some(id.as_str())));
    let [decided] = lost.entries(Action::OutcomeDecided).await.try_into().unwrap();
    assert_eq!(decided.intent.target.id.as_deref(), Some(id.as_str()));
    assert_eq!(lost.app.writes().len(), 1, "nothing more was sent");
    let form = lost.browser().page(&lost.location).await;
    assert!(form.main().contains("This form has created an object."), "{}", form.main());
    let again = lost.browser().call(&lost.again().await).await;
    assert_eq!((again.status, again.json()["code"].clone()), (StatusCode::CONFLICT, json!("sent_before")));
    assert_eq!(lost.app.writes().len(), 1);
}

#[tokio::test]
async fn nothing_is_sent_again_before_somebody_has_decided() {
    let lost = Lost::with("Never made", FaultKind::status(StatusCode::INTERNAL_SERVER_ERROR)).await;
    let again = lost.browser().call(&lost.again().await).await;
    assert_eq!((again.status, again.json()["code"].clone()), (StatusCode::CONFLICT, json!("undecided")));
    let page = lost.browser().submit_and_follow(&lost.again().await.set("name", "Another name")).await;
    assert!(page.main().contains("The outcome of the first attempt is unknown"), "{}", page.main());
    assert_eq!(page.form("form.form", "").values("name"), ["Another name"], "what was typed is kept");
    assert_eq!(lost.app.writes().len(), 1);
    // Without JavaScript, looking for a parent sends the form and keeps what was typed.
    let find = lost.again().await.set("parent_id_find", "meridian").set("find", "parent_id");
    let location = lost.browser().submit(&find).await.location();
    let again = lost.browser().call(&lost.browser().form(&location).await).await;
    assert_eq!(again.json()["code"], json!("undecided"));
    assert!(lost.browser().page(&location).await.link("Check whether it was created").contains("/unknown/"));
    assert_eq!(lost.app.writes().len(), 1);
    lost.wait();
    let page = lost.not_created().await;
    assert!(page.main().contains("It was not created."), "{}", page.main());
    let form = lost.browser().page(&lost.location).await;
    assert!(form.main().contains("This form has created nothing."), "{}", form.main());
    let created = lost.browser().submit_and_follow(&lost.again().await).await;
    assert_eq!(created.text("h1"), "Another name");
    assert_eq!(lost.app.writes().len(), 2, "one more for the decision");
}

/// In another browser window, the form stays as it was.
#[tokio::test]
async fn nothing_is_sent_again_undecided_though_the_draft_was_discarded_or_is_too_old() {
    for is_old in [false, true] {
        let lost = Lost::with("Never made", FaultKind::status(StatusCode::INTERNAL_SERVER_ERROR)).await;
        let again = lost.again().await;
        if is_old {
            lost.clock.advance(Duration::from_hours(25));
            lost.app.stores.drafts.remove_old().await.unwrap();
        } else {
            let draft = again.values("draft")[0].to_owned();
            lost.browser().post_island("/api/changes/discard", &[("draft", &draft)]).await;
        }
        for name in ["Never made", "Another name"] {
            let refused = lost.browser().call(&again.clone().set("name", name)).await;
            assert_eq!(refused.json()["code"], json!("undecided"), "{is_old} {name}: {}", refused.body);
            lost.app.stores.drafts.discard("demo-admin", again.values("draft")[0]).await.unwrap();
        }
        let location = lost.browser().submit(&again).await.location();
        let page = lost.browser().page(&location).await;
        assert!(page.has("a[href^='/sandbox/unknown/']"), "{location} {}", page.main());
        assert_eq!(lost.app.writes().len(), 1);
    }
}

#[tokio::test]
async fn an_id_that_somebody_made_up_says_nothing_of_the_creations_of_others() {
    let lost = Lost::with("Theirs", LOST).await;
    let again = lost.again().await;
    let entry = lost.entries(Action::Create).await[0].id;
    let id = again.values("draft")[0].to_owned();
    assert!(id.starts_with(&format!("{:08x}-{:04x}-8", entry >> 16, entry & 0xffff)), "{id}");
    // The entry before is that of the start of the server.
    let other = id.replacen(&format!("{:04x}-8", entry & 0xffff), &format!("{:04x}-8", (entry - 1) & 0xffff), 1);
    let form = again.set("draft", &other).set("name", "Mine");
    assert_eq!(lost.browser().submit_and_follow(&form).await.text("h1"), "Mine");
}

#[tokio::test]
async fn that_it_was_not_created_cannot_be_said_while_the_partner_may_be_at_work() {
    let lost = Lost::with("Slow", LOST).await;
    let (path, page) = lost.page().await;
    assert!(!page.has("form[action='/api/unknown/not-created']"));
    assert!(page.main().contains("OneID may still be working on it"), "{}", page.main());
    let entry = path.rsplit('/').next().unwrap();
    let pairs = [("connection", "sandbox"), ("entry", entry)];
    lost.browser().post_island("/api/unknown/not-created", &pairs).await;
    assert_eq!(lost.entries(Action::Create).await[0].outcome(), Outcome::Unknown);
    assert!(lost.entries(Action::OutcomeDecided).await.is_empty());
    lost.wait();
    lost.not_created().await;
    assert_eq!(lost.entries(Action::Create).await[0].outcome(), Outcome::NotApplied);
}

#[tokio::test]
async fn an_object_of_another_name_or_origin_is_not_taken_for_it() {
    let lost = Lost::with("Twin", FaultKind::status(StatusCode::INTERNAL_SERVER_ERROR)).await;
    let partner = lost.app.partner().await;
    let (path, _) = lost.page().await;
    let entry = path.rsplit('/').next().unwrap().to_owned();
    let (browser, root) = (lost.browser(), partner.root().await);
    // Another one with this name, of which the log knows where it comes from.
    let other = browser.submit(&browser.form(NEW).await.set("name", "Twin")).await.location();
    let other = other.rsplit('/').next().unwrap().to_owned();
    for id in [root.as_str(), other.as_str()] {
        let pairs = [("connection", "sandbox"), ("entry", entry.as_str()), ("id", id)];
        browser.post_island("/api/unknown/created", &pairs).await;
        assert!(lost.entries(Action::OutcomeDecided).await.is_empty(), "{id}");
    }
    let page = browser.page(&path).await;
    assert!(page.main().contains("OneID lists no object called “Twin” that could be it."), "{}", page.main());
    let nobody = [("connection", "sandbox"), ("entry", entry.as_str()), ("id", "no-such-id")];
    assert_eq!(browser.post_island("/api/unknown/created", &nobody).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn of_several_that_may_be_it_the_person_sees_what_differs_and_one_decision_counts() {
    let lost = Lost::with("Several", LOST).await;
    let partner = lost.app.partner().await;
    let root = partner.root().await;
    let body = json!({"name": "several", "parent_id": root, "enabled": false});
    let outside = partner.create("/organisations", &body).await;
    let (path, page) = lost.page().await;
    assert_eq!(page.count("form[action='/api/unknown/created']"), 2);
    assert!(page.main().contains("Differs in: Name, Enabled"), "{}", page.main());
    let mine = page.form("form[action='/api/unknown/created']", &path);
    let other = mine.clone().set("id", &outside);
    let (first, second) = (lost.browser(), lost.browser());
    futures::join!(first.submit(&mine), second.submit(&other));
    assert_eq!(lost.entries(Action::OutcomeDecided).await.len(), 1);
    let created = lost.entries(Action::Create).await.remove(0);
    assert_eq!(created.object_id(), lost.entries(Action::OutcomeDecided).await[0].intent.target.id.as_deref());
}

#[tokio::test]
async fn what_waits_for_a_decision_is_on_the_overview_of_those_who_may_decide() {
    let lost = Lost::with("Waiting", LOST).await;
    let title = "Was the organisation “Waiting” created?";
    assert!(!lost.browser().page("/").await.main().contains(title), "it may still be under way");
    lost.wait();
    let (path, _) = lost.page().await;
    let browser = lost.browser();
    let page = browser.page("/").await;
    assert!(page.text(".attention").contains(title), "{}", page.main());
    assert_eq!(page.link("Decide"), path);
    for (role, may) in [("editor", true), ("auditor", false), ("viewer", false)] {
        browser.post_form("/auth/demo-role", &[("role", role)]).await;
        assert_eq!(browser.page("/").await.main().contains(title), may, "{role}");
        let expected = if may { StatusCode::OK } else { StatusCode::FORBIDDEN };
        assert_eq!(browser.get(&path).await.status, expected, "{role}");
        let entry = path.rsplit('/').next().unwrap();
        if !may {
            let pairs = [("connection", "sandbox"), ("entry", entry)];
            let refused = browser.post_island("/api/unknown/not-created", &pairs).await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{role}");
        }
    }
}

#[tokio::test]
async fn what_is_no_creation_on_this_connection_is_not_found() {
    let lost = Lost::with("Here", LOST).await;
    let (path, _) = lost.page().await;
    let entry = path.rsplit('/').next().unwrap();
    for path in
        [format!("/production/unknown/{entry}"), "/sandbox/unknown/1".to_owned(), "/sandbox/unknown/x".to_owned()]
    {
        assert_eq!(lost.browser().get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}
