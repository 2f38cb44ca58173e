//! Roles that hold in one part of the tree: what they show, allow and give away.

use partner_dashboard::domain::audit::Place;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use partner_dashboard::domain::principal::{Role, Subtree};
use partner_dashboard::server::auth::RoleTable;
use partner_dashboard::server::clock::ManualClock;
use partner_dashboard::server::sandbox::{Fault, FaultKind, System};
use serde_json::json;
use time::macros::datetime;

use super::ADA;
use crate::support::{IdentityProvider, TestApp, TestOptions, changes};

pub(super) const TOP: &str = "Harbour & Vale Lettings";

/// Ada has a role for one subtree of the sandbox and nothing else; the group `everywhere` may do everything.
pub(super) async fn limited(role: Role) -> (IdentityProvider, TestApp) {
    let provider = IdentityProvider::start().await;
    // The sample's ids are the same at every start.
    let organisation = TestApp::start().await.partner().await.organisation(TOP).await;
    let within = Subtree { connection: "sandbox".to_owned(), organisation };
    let mut roles = RoleTable::default();
    roles.add("admins".to_owned(), role, Some(within));
    roles.add("everywhere".to_owned(), Role::Admin, None);
    let app = TestApp::with(TestOptions { roles, ..TestOptions::signing_in_at(&provider) }).await;
    (provider, app)
}

#[tokio::test]
async fn a_limited_role_sees_its_subtree_and_nothing_beside_or_above_it() {
    let (provider, app) = limited(Role::Viewer).await;
    let browser = app.browser_signed_in(&provider, ADA).await;
    let names = browser.page("/sandbox/organisations").await.texts("tbody th a:not(.tree-toggle)");
    assert_eq!(names.len(), 4, "{names:?}");
    assert!(names.iter().all(|name| name.starts_with(TOP)), "{names:?}");
    let partner = app.partner().await;
    let (inside, outside) = (partner.organisation(TOP).await, partner.organisation("Copperfield Books").await);
    let mine = partner.client(TOP, "tenant-portal").await;
    let other = partner.client("Copperfield Books", "gift-cards").await;
    for (path, status) in [
        (format!("/sandbox/organisations/{inside}"), StatusCode::OK),
        (format!("/sandbox/organisations/{outside}"), StatusCode::FORBIDDEN),
        (format!("/sandbox/organisations/{}", partner.root().await), StatusCode::FORBIDDEN),
        (format!("/sandbox/clients/{mine}"), StatusCode::OK),
        (format!("/sandbox/clients/{other}"), StatusCode::FORBIDDEN),
        ("/production/organisations".to_owned(), StatusCode::FORBIDDEN),
        ("/audit".to_owned(), StatusCode::FORBIDDEN),
    ] {
        let answer = browser.get(&path).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.page().main());
        assert!(!answer.body.contains("Copperfield"), "{path}");
    }
    for path in [
        "/find?q=copperfield",
        "/find?q=gift",
        "/find?scope=openid",
        "/find?q=create",
        "/find/palette?q=c",
        "/find/palette?q=meridian",
        "/find/choices?connection=sandbox&kind=organisations&q=copper",
        "/find/choices?q=meridian",
    ] {
        let found = browser.page(path).await;
        let names = found.texts("[role=option], main a, .object-path");
        let is_outside =
            |name: &String| ["Copperfield", "gift-cards", "Meridian", "Create"].iter().any(|word| name.contains(word));
        assert!(!names.iter().any(is_outside), "{path}: {names:?}");
    }
    assert!(browser.page("/find?q=tenant").await.main().contains("tenant-portal"));
    let clients = browser.page("/sandbox/clients").await;
    assert!(!clients.main().contains("gift-cards") && clients.main().contains("tenant-portal"));
    assert!(!browser.page("/").await.main().contains("Copperfield"));
}

#[tokio::test]
async fn a_limited_editor_creates_and_edits_below_the_top_and_nowhere_else() {
    let (provider, app) = limited(Role::Editor).await;
    let browser = app.browser_signed_in(&provider, ADA).await;
    let partner = app.partner().await;
    let (inside, outside) = (partner.organisation(TOP).await, partner.organisation("Copperfield Books").await);
    let form = browser.form("/sandbox/organisations/new").await.set("name", "Harbour & Vale Lettings York");
    app.sandbox.clear_requests();
    for parent in ["", outside.as_str()] {
        let refused = browser.call(&form.clone().set("parent_id", parent)).await;
        assert_eq!(
            (refused.status, refused.json()["code"].clone()),
            (StatusCode::FORBIDDEN, json!("out_of_reach")),
            "{parent:?}"
        );
    }
    assert!(app.writes().is_empty());
    let root = partner.root().await;
    for parent in [&outside, &root] {
        let answer =
            browser.post_island("/api/organisations/form", &[("connection", "sandbox"), ("parent", parent)]).await;
        assert!(!answer.body.contains("Copperfield") && !answer.body.contains("Meridian"), "{}", answer.body);
    }
    let created = browser.submit(&form.set("parent_id", &inside)).await.location();
    assert!(browser.page(&created).await.main().contains("Harbour & Vale Lettings York"), "{created}");

    let edit = format!("/sandbox/organisations/{inside}/edit");
    app.sandbox.clear_requests();
    let moved = browser.call(&browser.form(&edit).await.set("parent_id", &outside)).await;
    assert_eq!(moved.status, StatusCode::FORBIDDEN, "an organisation is not moved out of reach: {}", moved.body);
    assert_eq!(browser.get(&format!("/sandbox/organisations/{outside}/edit")).await.status, StatusCode::FORBIDDEN);
    assert!(app.writes().is_empty());
}

#[tokio::test]
async fn a_limited_auditor_reads_the_history_of_the_subtree_alone() {
    let (provider, app) = limited(Role::Auditor).await;
    let browser = app.browser_signed_in(&provider, ADA).await;
    let partner = app.partner().await;
    for (name, status) in [(TOP, StatusCode::OK), ("Copperfield Books", StatusCode::FORBIDDEN)] {
        let path = format!("/sandbox/organisations/{}/history", partner.organisation(name).await);
        assert_eq!(browser.get(&path).await.status, status, "{name}");
    }
    assert_eq!(browser.get("/audit").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_viewer_keeps_no_drafts() {
    let (provider, app) = limited(Role::Viewer).await;
    let browser = app.browser_signed_in(&provider, ADA).await;
    let organisation = app.partner().await.organisation(TOP).await;
    let fields = [("connection", "sandbox"), ("organisation_id", organisation.as_str()), ("add_row", "true")];
    let refused = browser.post_island("/api/clients/create", &fields).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.body);
}

#[tokio::test]
async fn a_limited_role_cannot_tell_an_id_outside_from_one_that_does_not_exist() {
    let (provider, app) = limited(Role::Editor).await;
    let browser = app.browser_signed_in(&provider, ADA).await;
    let partner = app.partner().await;
    let organisation = partner.organisation("Copperfield Books").await;
    let client = partner.client("Copperfield Books", "gift-cards").await;
    let nothing = "00000000-0000-4000-8000-000000000000";
    for (kind, outside) in [("organisations", organisation.as_str()), ("clients", client.as_str())] {
        for rest in ["", "/edit", "/history"] {
            let there = browser.get(&format!("/sandbox/{kind}/{outside}{rest}")).await;
            let not_there = browser.get(&format!("/sandbox/{kind}/{nothing}{rest}")).await;
            assert_eq!(there.status, StatusCode::FORBIDDEN, "{kind}{rest}");
            assert_eq!(not_there.status, there.status, "{kind}{rest}");
            assert_eq!(not_there.page().text("h1"), there.page().text("h1"), "{kind}{rest}");
        }
    }
}

#[tokio::test]
async fn a_limited_editor_does_not_learn_the_name_of_the_parent_of_their_top() {
    let (provider, app) = limited(Role::Editor).await;
    let browser = app.browser_signed_in(&provider, ADA).await;
    let partner = app.partner().await;
    let top = partner.organisation(TOP).await;
    let object = partner.get(&format!("/organisations/{top}")).await;
    let parent_id = object["parent_id"].as_str().unwrap();
    let parent = partner.get(&format!("/organisations/{parent_id}")).await["name"].as_str().unwrap().to_owned();
    for path in ["", "/edit", "/history", "/clients/new"] {
        let answer = browser.get(&format!("/sandbox/organisations/{top}{path}")).await;
        let mentions = answer
            .page()
            .texts("#parent_id .object-name, dd, nav[aria-label=Breadcrumb] a")
            .into_iter()
            .filter(|text| *text == parent);
        assert_eq!(mentions.count(), 0, "{path}");
    }
    let form = browser.form(&format!("/sandbox/organisations/{top}/edit")).await;
    assert_eq!(form.values("parent_id"), [parent_id], "and keeps it all the same");
}

#[tokio::test]
async fn a_limited_role_is_told_that_something_above_forbids_and_not_its_name() {
    let (provider, app) = limited(Role::Viewer).await;
    let partner = app.partner().await;
    partner.change(&format!("/organisations/{}", partner.root().await), json!({"enabled": false})).await;
    let browser = app.browser_signed_in(&provider, ADA).await;
    let client = partner.client(TOP, "tenant-portal").await;
    for path in
        [format!("/sandbox/clients/{client}"), format!("/sandbox/organisations/{}", partner.organisation(TOP).await)]
    {
        let page = browser.page(&path).await;
        let found = page.text("section:has(#readiness)");
        assert!(found.contains("An organisation above is disabled"), "{path}: {found}");
        assert!(found.contains("an organisation outside yours") && !found.contains("Meridian"), "{path}: {found}");
    }
}

#[tokio::test]
async fn the_log_names_the_role_that_holds_where_the_change_was_made() {
    let provider = IdentityProvider::start().await;
    let organisation = TestApp::start().await.partner().await.organisation(TOP).await;
    let within = Subtree { connection: "sandbox".to_owned(), organisation };
    let mut roles = RoleTable::default();
    roles.add("admins".to_owned(), Role::Admin, Some(within));
    roles.add("admins".to_owned(), Role::Editor, None);
    let app = TestApp::with(TestOptions { roles, ..TestOptions::signing_in_at(&provider) }).await;
    let browser = app.browser_signed_in(&provider, ADA).await;
    let partner = app.partner().await;
    for (name, role) in [(TOP, "admin"), ("Copperfield Books", "editor")] {
        let edit = format!("/sandbox/organisations/{}/edit", partner.organisation(name).await);
        let form = browser.form(&edit).await.set("name", &format!("{name} & Partners"));
        let save = browser.form(&browser.submit(&form).await.location()).await;
        browser.submit(&save).await.location();
        let entries = app.audit.list(&changes(), Place::Newest, 1).await.unwrap();
        assert_eq!(entries.items[0].intent.actor.role, role, "{name}");
    }
}

#[tokio::test]
async fn a_limit_is_never_judged_by_an_old_tree() {
    let organisation = TestApp::start().await.partner().await.organisation(TOP).await;
    let within = Subtree { connection: "sandbox".to_owned(), organisation };
    let mut roles = RoleTable::default();
    roles.add("viewers".to_owned(), Role::Viewer, None);
    roles.add("lettings".to_owned(), Role::Editor, Some(within));
    let clock = Arc::new(ManualClock::new(datetime!(2026-01-01 12:00 UTC)));
    let app = TestApp::with(TestOptions { roles, clock: clock.clone(), ..TestOptions::behind_a_proxy() }).await;
    let browser = app.browser_of("ada", "viewers,lettings");
    let client = format!("/sandbox/clients/{}", app.partner().await.client(TOP, "tenant-portal").await);
    assert!(browser.page(&client).await.control("Edit").unwrap().attr("href").is_some());
    clock.advance(Duration::from_mins(4));
    let down = FaultKind::status(StatusCode::SERVICE_UNAVAILABLE);
    app.sandbox.inject(Fault::new(System::OneIdSandbox, down).on(&Method::GET, "/v1/organisations"));
    let page = browser.page(&client).await;
    let edit = page.control("Edit").unwrap();
    let reason = "You cannot make changes until OneID responds.";
    assert_eq!((edit.attr("disabled"), edit.attr("title")), (Some(""), Some(reason)));
    assert_eq!(browser.get(&format!("{client}/edit")).await.status, StatusCode::BAD_GATEWAY);
    assert_eq!(browser.page("/sandbox/organisations").await.count("tbody tr"), 40, "the old list is still shown");
    let limited = app.browser_of("eve", "lettings");
    for list in ["/sandbox/organisations", "/sandbox/clients"] {
        assert_eq!(limited.get(list).await.status, StatusCode::BAD_GATEWAY, "{list}");
    }
    assert_eq!(limited.page("/").await.texts(".connection-card .pill"), ["Failing"]);
}

#[tokio::test]
async fn what_a_limited_editor_typed_is_kept_when_the_partner_is_silent_and_nobody_knows_where_they_may() {
    let (provider, app) = limited(Role::Editor).await;
    let browser = app.browser_signed_in(&provider, ADA).await;
    let partner = app.partner().await;
    let top = partner.organisation(TOP).await;
    let mut forms = Vec::new();
    for path in [
        "organisations/new".to_owned(),
        format!("organisations/{top}/clients/new"),
        format!("organisations/{top}/edit"),
    ] {
        forms.push(browser.form(&format!("/sandbox/{path}")).await.set("name", "Typed in vain"));
    }
    // A change makes the list old.
    let form = browser.form("/sandbox/organisations/new").await.set("name", "York").set("parent_id", &top);
    browser.submit(&form).await.location();
    app.sandbox.inject(Fault::new(System::OneIdSandbox, FaultKind::Drop).on(&Method::GET, "/v1"));
    app.sandbox.clear_requests();
    let mut drafts = Vec::new();
    for form in forms {
        let location = browser.submit(&form).await.location();
        assert!(location.contains("draft="), "{}: {location}", form.action);
        drafts.push(location);
    }
    assert!(app.writes().is_empty());
    app.sandbox.clear_faults();
    for location in drafts {
        let kept = async {
            // Its failure is remembered for some seconds.
            loop {
                let answer = browser.get(&location).await;
                if answer.status == StatusCode::OK {
                    return answer.page();
                }
            }
        };
        let page = tokio::time::timeout(Duration::from_secs(20), kept).await.expect("it is shown again");
        let form = page.form("form.form", &location);
        assert_eq!(form.values("name"), ["Typed in vain"], "{location}");
    }
}
