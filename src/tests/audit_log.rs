//! The audit log: who changed what, when, and what came of it.

use axum::http::StatusCode;
use partner_dashboard::domain::audit::{
    Action, Actor, AuditFilter, AuditedConnection, Completion, Intent, Outcome, Place, Target,
};
use partner_dashboard::domain::change::FieldChange;
use partner_dashboard::domain::connection::Environment;
use partner_dashboard::domain::field::FieldValue;
use partner_dashboard::domain::object::ObjectKind;
use serde_json::json;

use crate::support::{TestApp, TestOptions, changes, until};

fn intent(name: &str, actor: &str, connection: &str) -> Intent {
    Intent {
        actor: Actor {
            subject: actor.to_owned(),
            name: actor.to_owned(),
            email: None,
            role: "admin".to_owned(),
            groups: Vec::new(),
            peer: None,
            session: None,
        },
        action: Action::Update,
        target: Target {
            connection: Some(AuditedConnection {
                name: connection.to_owned(),
                environment: Environment::from_word(connection).unwrap(),
            }),
            kind: ObjectKind::Organisation.into(),
            id: Some(format!("id-{name}")),
            name: name.to_owned(),
            organisation_id: None,
        },
        changes: vec![FieldChange {
            field: "name".to_owned(),
            before: Some(FieldValue::Text("before".to_owned())),
            after: Some(FieldValue::Text(name.to_owned())),
        }],
        request_id: "r".to_owned(),
        observation: None,
        answers: None,
        restores: None,
    }
}

async fn record(app: &TestApp, intent: Intent, outcome: Option<Outcome>) {
    let entry = app.audit.begin(&intent).await.unwrap();
    if let Some(outcome) = outcome {
        let completion = Completion {
            outcome,
            http_status: Some(200),
            partner_request_id: None,
            object_id: None,
            detail: None,
            duration_ms: 7,
        };
        app.audit.complete(entry, completion).await.unwrap();
    }
}

#[tokio::test]
async fn an_entry_says_who_what_and_when_with_the_fields_before_and_after() {
    let app = TestApp::with(TestOptions::behind_a_proxy()).await;
    let browser = app.browser_of("ada", "staff, admins");
    let id = app.partner().await.organisation("Copperfield Books").await;
    let form = browser.form(&format!("/sandbox/organisations/{id}/edit")).await;
    let form = form.set("name", "Copperfield & Daughters").set("allowed_scopes_other", "extra");
    let review = browser.submit(&form).await.location();
    let save = browser.form(&review).await;
    let answer = browser.submit(&save).await;
    let entry = app.audit.list(&changes(), Place::Newest, 1).await.unwrap().items.remove(0);
    let actor = &entry.intent.actor;
    assert_eq!((actor.subject.as_str(), actor.role.as_str()), ("ada", "admin"));
    assert_eq!(actor.email.as_deref(), Some("ada@partner.example"));
    assert_eq!((actor.groups.join(" ").as_str(), actor.peer.as_deref()), ("staff admins", Some("10.2.14.7")));
    assert_eq!(entry.intent.request_id, answer.headers["x-request-id"].to_str().unwrap());
    assert_eq!(
        serde_json::to_value(&entry.intent.changes[0]).unwrap(),
        json!({"field": "name", "before": "Copperfield Books", "after": "Copperfield & Daughters"})
    );
    let sent = app.sandbox.requests().into_iter().find(|request| request.method == "PUT").unwrap();
    let completion = entry.completion.as_ref().unwrap();
    assert_eq!(completion.partner_request_id.as_ref(), Some(&sent.request_id));
    assert_eq!((completion.http_status, completion.outcome), (Some(200), Outcome::Applied));

    let page = browser.page(&format!("/audit/{}", entry.id)).await;
    assert_eq!(page.text("h1"), "ada changed Copperfield Books");
    assert_eq!(page.texts(".diff-field"), ["Name", "Allowed scopes"]);
    for (term, words) in [
        ("Person", "ada"),
        ("Role", "admin"),
        ("From", "10.2.14.7"),
        ("Status", "200"),
        ("Request ID", entry.intent.request_id.as_str()),
    ] {
        assert!(page.fact(term).starts_with(words), "{term}: {}", page.fact(term));
    }
    assert!(page.main().contains("PUT sent to OneID: response 200"));
    assert_eq!(page.link(&id), format!("/sandbox/organisations/{id}"));
}

#[tokio::test]
async fn a_part_of_the_log_without_entries_leads_back_to_the_newest() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    // The visit itself is the first entry.
    browser.page("/audit").await;
    let beyond = browser.page("/audit?before=1").await;
    assert!(beyond.main().contains("No older entries"), "{}", beyond.main());
    assert_eq!(browser.page(&beyond.link("Newest entries")).await.count("tbody tr"), 1);
}

#[tokio::test]
async fn the_object_links_to_its_own_history_with_that_of_its_clients() {
    let app = TestApp::empty().await;
    let (browser, root) = (app.browser(), app.partner().await.root().await);
    let form = browser.form("/sandbox/organisations/new").await.set("name", "Other");
    browser.submit(&form).await.location();
    let path = format!("/sandbox/organisations/{root}");
    let form = browser.form(&format!("{path}/clients/new")).await.named("till");
    let client = browser.submit(&form).await.location();
    let client = client.split('?').next().unwrap();
    let overview = browser.page(&path).await;
    assert!(overview.text("section:has(#last-changes)").contains("Demo Admin created till"));
    let history = browser.page(&format!("{path}/history")).await;
    assert_eq!(history.count("tbody tr"), 1, "the other organisation's creation is not its own");
    assert!(history.text("tbody th").contains("Created client till"));
    let history = browser.page(&format!("{client}/history")).await;
    assert_eq!(history.count("tbody tr"), 1);
    let entry = history.attribute("tbody a", "href");
    let page = browser.page(&entry).await;
    let method = page.main();
    assert!(method.contains("POST sent to OneID: response 201"), "{method}");
}

#[tokio::test]
async fn the_log_comes_in_parts_newest_first() {
    let app = TestApp::empty().await;
    for number in 1..=103 {
        record(&app, intent(&format!("number {number}"), "ada", "sandbox"), Some(Outcome::Applied)).await;
    }
    let browser = app.browser();
    let first = browser.page("/audit?action=changes").await;
    assert_eq!(first.count("tbody tr"), 50);
    assert!(first.text("tbody tr").contains("number 103"));
    assert!(first.main().contains("103 matching entries") && !first.has("a[rel=prev]"));
    let second = browser.page(&first.attribute("a[rel=next]", "href")).await;
    assert!(second.text("tbody tr").contains("number 53"));
    let last = browser.page(&second.attribute("a[rel=next]", "href")).await;
    assert_eq!((last.count("tbody tr"), last.has("a[rel=next]")), (3, false));
    // What is added meanwhile moves nothing.
    record(&app, intent("number 104", "ada", "sandbox"), Some(Outcome::Applied)).await;
    let back = browser.page(&last.attribute("a[rel=prev]", "href")).await;
    assert!(back.text("tbody tr").contains("number 53"));
    let newest = browser.page(&back.attribute(".pagination a", "href")).await;
    assert!(newest.text("tbody tr").contains("number 104"));
}

#[tokio::test]
async fn filters_narrow_the_log_and_stay_in_the_links() {
    let app = TestApp::empty().await;
    record(&app, intent("one", "ada", "sandbox"), Some(Outcome::Applied)).await;
    record(&app, intent("two", "ben", "production"), Some(Outcome::Refused)).await;
    record(&app, intent("three", "ada", "production"), None).await;
    let browser = app.browser();
    for (query, names) in [
        ("person=ADA", vec!["three", "one"]),
        ("connection=production", vec!["three", "two"]),
        ("outcome=refused", vec!["two"]),
        ("outcome=unknown", vec!["three"]),
        ("object=id-one", vec!["one"]),
        ("person=ada&connection=production", vec!["three"]),
        ("action=changes&outcome=nonsense", vec!["three", "two", "one"]),
    ] {
        let page = browser.page(&format!("/audit?{query}")).await;
        assert_eq!(page.texts("tbody a"), names, "{query}");
    }
    let page = browser.page("/audit?person=nobody").await;
    assert!(page.main().contains("No matching entries"));
    assert_eq!(page.link("Clear all"), "/audit");
    let unfinished = browser.page("/audit/3").await;
    assert!(unfinished.main().contains("No outcome recorded."));
}

#[tokio::test]
async fn an_empty_log_says_what_it_is_for() {
    let app = TestApp::empty().await;
    assert!(app.browser().page("/audit?action=changes").await.main().contains("No matching entries"));
    assert_eq!(app.browser().get("/audit/2").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_history_is_there_when_the_partner_is_not() {
    use partner_dashboard::server::sandbox::FaultKind;
    let app = TestApp::empty().await;
    let browser = app.browser();
    let form = browser.form("/sandbox/organisations/new").await.set("name", "Remembered");
    let path = browser.submit(&form).await.location();
    app.fault(&axum::http::Method::GET, FaultKind::Drop);
    let page = browser.page(&format!("{path}/history")).await;
    assert_eq!((page.text("h1").as_str(), page.count("tbody tr")), ("Remembered", 1));
}

#[tokio::test]
async fn a_browser_that_goes_away_leaves_no_change_half_recorded() {
    use partner_dashboard::server::sandbox::FaultKind;
    let app = TestApp::empty().await;
    let browser = app.browser();
    let form = browser.form("/sandbox/organisations/new").await.set("name", "Made once");
    app.fault(&axum::http::Method::POST, FaultKind::Latency(std::time::Duration::from_millis(200)));
    tokio::select! {
        answer = browser.submit(&form) => panic!("it did not wait for the partner: {answer:?}"),
        () = until(async || !app.writes().is_empty()) => {}
    }
    let filter = AuditFilter::default();
    until(async || app.audit.list(&filter, Place::Newest, 1).await.unwrap().items[0].completion.is_some()).await;
    let entry = app.audit.list(&filter, Place::Newest, 1).await.unwrap().items.remove(0);
    assert_eq!(entry.outcome(), Outcome::Applied);
    assert_eq!(app.partner().await.count("Made once").await, 1);
}
