//! Changes made outside of the dashboard: observed, recorded, shown, accepted and reverted.

mod answers;
mod reach;
mod reverts;

use partner_dashboard::domain::audit::{Action, AuditEntry, AuditFilter, Place};
use partner_dashboard::domain::connection::Environment;
use partner_dashboard::domain::field::FieldValue;
use partner_dashboard::domain::field_values::FieldValues;
use partner_dashboard::domain::object::ObjectKind;
use partner_dashboard::server::index::{NewFields, ObservedChange, Observer as _};
use partner_dashboard::server::services::observed::Recorder;
use serde_json::{Value, json};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

use crate::support::{Partner, TestApp, changes, until};

/// When everything was last seen unchanged.
const LAST_SEEN: OffsetDateTime = datetime!(2026-01-01 12:00 UTC);
/// The one whose return URLs and names others change.
const ORGANISATION: &str = "Copperfield Books";

/// The object as the dashboard reads it.
async fn fields(app: &TestApp, kind: ObjectKind, id: &str) -> FieldValues {
    app.connections.find("sandbox").unwrap().api.get(kind, id).await.unwrap().fields
}

/// What a refresh would tell of an object of the sandbox.
fn change(kind: ObjectKind, id: &str, name: &str) -> ObservedChange {
    ObservedChange {
        connection: "sandbox".to_owned(),
        kind,
        object_id: id.to_owned(),
        name: name.to_owned(),
        organisation_id: None,
        before: None,
        after: None,
        last_seen: LAST_SEEN,
        read_at: LAST_SEEN,
        may_be_recorded: false,
    }
}

/// Tells what a refresh found, and waits until it is recorded.
async fn observe(app: &TestApp, changes: Vec<ObservedChange>) {
    app.connections.find("sandbox").unwrap().observer.observed(changes);
    app.observed_recorded().await;
}

/// Somebody changes an organisation at the partner, and a refresh finds it; its id.
pub async fn changed_elsewhere(app: &TestApp, partner: &Partner, name: &str, members: Value) -> String {
    let kind = ObjectKind::Organisation;
    let id = partner.organisation(name).await;
    let before = fields(app, kind, &id).await;
    partner.change(&format!("/organisations/{id}"), members).await;
    let after = fields(app, kind, &id).await;
    let found = ObservedChange { before: Some(before), after: Some(after), ..change(kind, &id, name) };
    observe(app, vec![found]).await;
    app.sandbox.clear_requests();
    id
}

/// The entries of the log, the newest first.
async fn entries(app: &TestApp, action: Action) -> Vec<AuditEntry> {
    let filter = AuditFilter { action: Some(action), ..AuditFilter::default() };
    app.audit.list(&filter, Place::Newest, 2_000).await.unwrap().items
}

#[tokio::test]
async fn a_change_made_elsewhere_is_shown_on_its_object_the_overview_and_in_the_log() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = changed_elsewhere(&app, &partner, ORGANISATION, json!({"name": "Copperfield & Co"})).await;
    let object = browser.page(&format!("/sandbox/organisations/{id}")).await;
    let notice = object.text(".notice-warning");
    assert!(notice.starts_with("Changed outside this dashboard") && notice.contains(": Name."), "{notice}");
    assert!(notice.contains("Last seen unchanged"), "{notice}");
    assert!(object.control("Accept").is_some() && object.control("Revert…").is_some());
    let overview = browser.page("/").await;
    assert_eq!(overview.text("section:has(#observed) .card-note"), "1 not accepted or reverted");
    let links = overview.attributes("section:has(#observed) .feed a", "href");
    assert_eq!(links.first(), Some(&format!("/sandbox/organisations/{id}")));
    let entry = browser.page(&overview.link("Before and after")).await;
    assert_eq!(entry.text("h1"), format!("Unknown (outside this dashboard) changed {ORGANISATION}"));
    assert_eq!((entry.text("del"), entry.text("ins")), (ORGANISATION.to_owned(), "Copperfield & Co".to_owned()));
    assert!(entry.text(".timeline").contains("1 January 2026") || entry.text(".timeline").contains("2026"));
    let list = browser.page(&overview.link("View all 1")).await;
    assert_eq!(list.texts("tbody th"), [format!("Changed organisation {ORGANISATION} · Name")]);
    let history = browser.page(&format!("/sandbox/organisations/{id}/history")).await;
    assert_eq!(history.count("tbody tr"), 1);
}

#[tokio::test]
async fn a_refresh_that_finds_nothing_writes_nothing() {
    let app = TestApp::start().await;
    let id = app.partner().await.organisation(ORGANISATION).await;
    let seen = fields(&app, ObjectKind::Organisation, &id).await;
    let same = change(ObjectKind::Organisation, &id, ORGANISATION);
    observe(&app, vec![ObservedChange { before: Some(seen.clone()), after: Some(seen), ..same.clone() }]).await;
    observe(&app, vec![ObservedChange { connection: "nowhere".to_owned(), ..same }]).await;
    observe(&app, Vec::new()).await;
    assert_eq!(app.audit.list(&changes(), Place::Newest, 1).await.unwrap().count.number, 0);
    assert!(!app.browser().page("/").await.has("#observed"));
}

/// As after a restart that is served from a view that was kept before.
#[tokio::test]
async fn what_is_in_the_log_already_is_not_recorded_again() {
    let app = TestApp::start().await;
    let values = |(name, product): (&str, &str)| {
        let mut values = FieldValues::default();
        values.set("name", Some(FieldValue::Text(name.to_owned())));
        let products = [product.to_owned(), "sign_up".to_owned()];
        values.set("allowed_products", Some(FieldValue::List(products.to_vec())));
        values
    };
    let found = |before: Option<(&str, &str)>, after: Option<(&str, &str)>| ObservedChange {
        before: before.map(values),
        after: after.map(values),
        may_be_recorded: true,
        ..change(ObjectKind::Organisation, "o-1", "Copperfield")
    };
    // How many entries there are, and what the newest says.
    let recorded = async |found: ObservedChange| {
        observe(&app, vec![found]).await;
        let entries = entries(&app, Action::Observed).await;
        let changes = entries[0].intent.changes.iter().map(|change| change.field.clone()).collect::<Vec<_>>();
        (entries.len(), changes.join(" "))
    };
    let (a, b, c) = (("A", "x"), ("B", "x"), ("C", "y"));
    let name = "name".to_owned();
    assert_eq!(recorded(found(Some(a), Some(b))).await, (1, name.clone()));
    assert_eq!(recorded(found(Some(a), Some(b))).await.0, 1);
    let live = ObservedChange { may_be_recorded: false, ..found(Some(b), Some(a)) };
    assert_eq!(recorded(live).await.0, 2, "it has changed back");
    assert_eq!(recorded(found(Some(a), Some(b))).await.0, 3, "and again");
    assert_eq!(
        recorded(found(Some(a), Some(("B", "y")))).await,
        (4, "allowed_products".to_owned()),
        "the name was told"
    );
    assert_eq!(recorded(found(Some(a), Some(c))).await, (5, name), "and while nobody looked");
    let removed = recorded(found(Some(a), None)).await;
    assert_eq!(removed.0, 6);
    assert_eq!(recorded(found(Some(a), None)).await, removed);
    let added = recorded(found(Some(a), Some(b))).await;
    assert_eq!(added.0, 7, "it was told that it is gone");
    assert_eq!(recorded(found(None, Some(b))).await, added);
    assert_eq!(recorded(found(None, Some(c))).await.0, 8);
    let now = OffsetDateTime::now_utc() + Duration::HOUR;
    let later = ObservedChange { last_seen: now, ..found(Some(a), Some(b)) };
    assert_eq!(recorded(later).await.0, 9, "it was seen as it was before after that was told");
}

/// Of several replicas, the one that refreshes knows from the log alone what the others have sent.
#[tokio::test]
async fn a_value_that_was_sent_before_the_last_save_and_is_back_is_the_work_of_others() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let last_seen = OffsetDateTime::now_utc();
    let id = partner.organisation(ORGANISATION).await;
    for name in ["Ours", "Ours again"] {
        let edit = browser.form(&format!("/sandbox/organisations/{id}/edit")).await;
        let review = browser.submit(&edit.set("name", name)).await.location();
        browser.submit(&browser.form(&review).await).await.location();
    }
    let before = Some(fields(&app, ObjectKind::Organisation, &id).await);
    partner.change(&format!("/organisations/{id}"), json!({"name": "Ours"})).await;
    let after = Some(fields(&app, ObjectKind::Organisation, &id).await);
    let environments = [("sandbox".to_owned(), Environment::Sandbox)].into();
    let recorder = Recorder::new(app.audit.clone(), environments, app.writing.clone(), true);
    let now = OffsetDateTime::now_utc();
    for (read_at, recorded) in [(now, 0), (now + Duration::MINUTE, 1)] {
        let (before, after) = (before.clone(), after.clone());
        let found = change(ObjectKind::Organisation, &id, "Ours");
        recorder.observed(vec![ObservedChange { before, after, last_seen, read_at, ..found }]);
        until(async || recorder.is_all_recorded()).await;
        assert_eq!(entries(&app, Action::Observed).await.len(), recorded, "{read_at}");
    }
}

#[tokio::test]
async fn a_thousand_changes_have_an_entry_each_and_more_have_one_for_all() {
    let app = TestApp::start().await;
    let found = |count: usize| {
        let values = Some(FieldValues::default());
        let number = |number| ObservedChange {
            after: values.clone(),
            last_seen: LAST_SEEN + Duration::seconds(i64::try_from(number).unwrap()),
            ..change(ObjectKind::OAuthClient, &format!("c-{number}"), "portal")
        };
        (0..count).map(number).collect::<Vec<_>>()
    };
    observe(&app, found(1_000)).await;
    assert_eq!(entries(&app, Action::Observed).await.len(), 1_000);
    observe(&app, found(50_000)).await;
    let all = entries(&app, Action::Observed).await;
    assert_eq!(all.len(), 1_001);
    let browser = app.browser();
    let page = browser.page(&format!("/audit/{}", all[0].id)).await;
    assert_eq!(page.text("h1"), "Unknown (outside this dashboard) changed many objects of sandbox");
    assert_eq!(page.text("section:has(#changes) .card-note"), "the first 100 of 50,000");
    assert_eq!(page.count("#changes ~ *, section:has(#changes) .rows li"), 101, "the list and its hundred lines");
    let overview = browser.page("/").await;
    assert!(overview.text("section:has(#observed) .feed").contains("50,000 changes made outside this dashboard"));
    // What concerns the whole connection has no page of its own: it is accepted on the overview.
    browser.submit_and_follow(&overview.form("section:has(#observed) form", "/")).await;
    assert_eq!(entries(&app, Action::Accept).await[0].intent.answers, Some(all[0].id));
}

#[tokio::test]
async fn new_fields_are_one_entry_for_all_objects_and_nothing_to_answer() {
    let app = TestApp::start().await;
    app.connections.find("sandbox").unwrap().observer.new_fields(NewFields {
        connection: "sandbox".to_owned(),
        kind: ObjectKind::OAuthClient,
        names: vec!["tier".to_owned(), "<script>".to_owned()],
    });
    app.audit.write_observed().await.unwrap();
    let entry = entries(&app, Action::NewFields).await.remove(0);
    let browser = app.browser();
    let page = browser.page(&format!("/audit/{}", entry.id)).await;
    assert_eq!(page.text("h1"), "OneID began to send new fields of sandbox");
    assert_eq!(page.texts("section:has(#changes) ins"), ["tier", "<script>"]);
    assert!(!page.has("#standing") && !browser.page("/").await.has("#observed"));
}
