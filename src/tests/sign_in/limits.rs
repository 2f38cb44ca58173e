//! So many requests for each session, and roles that hold in one part of the tree.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{Method, StatusCode, header};
use partner_dashboard::domain::audit::AuditFilter;
use partner_dashboard::domain::principal::{Role, Subtree};
use partner_dashboard::server::auth::RoleTable;
use partner_dashboard::server::clock::ManualClock;
use partner_dashboard::server::sandbox::{Fault, FaultKind, System};
use serde_json::json;
use time::OffsetDateTime;

use super::ADA;
use crate::support::{IdentityProvider, TestApp, TestOptions};

#[tokio::test]
async fn a_session_that_asks_for_too_much_waits_and_disturbs_no_other() {
    let provider = IdentityProvider::start().await;
    let requests_per_minute = NonZeroU32::new(8).unwrap();
    let app = TestApp::with(TestOptions { requests_per_minute, ..TestOptions::signing_in_at(&provider) }).await;
    let (busy, quiet) = (app.browser_signed_in(&provider, ADA).await, app.browser_signed_in(&provider, ADA).await);
    for _ in 0..8 {
        assert_eq!(busy.get("/account").await.status, StatusCode::OK);
    }
    let refused = busy.get("/account").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    let wait: u64 = refused.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait));
    assert_eq!(refused.page().text("h1"), "Too many requests");
    let island = busy.post_island("/api/overview", &[]).await;
    assert_eq!(
        (island.status, island.json()["code"].clone()),
        (StatusCode::TOO_MANY_REQUESTS, json!("too_many_requests"))
    );
    assert_eq!(quiet.get("/account").await.status, StatusCode::OK);
    assert_eq!(app.browser().get("/auth/login").await.status, StatusCode::SEE_OTHER, "others can sign in");
}

/// Sign-ins that may begin in the minute in which a session may ask eight times.
const SIGN_INS: usize = 160;

#[tokio::test]
async fn whoever_begins_sign_ins_without_end_keeps_nobody_from_signing_out_or_from_coming_back() {
    let provider = IdentityProvider::start().await;
    let requests_per_minute = NonZeroU32::new(8).unwrap();
    let app = TestApp::with(TestOptions { requests_per_minute, ..TestOptions::signing_in_at(&provider) }).await;
    let browser = app.browser_signed_in(&provider, ADA).await;
    let under_way = app.browser();
    let location = under_way.get("/auth/login?next=/account").await.location();
    for _ in 0..SIGN_INS {
        app.browser().get("/auth/login").await;
    }
    assert_eq!(app.browser().get("/auth/login").await.status, StatusCode::TOO_MANY_REQUESTS);
    let told = app.browser().post_form("/auth/backchannel-logout", &[("logout_token", "none")]).await;
    assert_eq!(told.status, StatusCode::BAD_REQUEST, "the provider is heard");
    assert_eq!(under_way.get(&provider.authorize(&location, ADA)).await.location(), "/account");
    assert_eq!(browser.post_form("/auth/logout", &[]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn floods_through_the_proxy_stop_nobody_who_has_begun_or_begins_to_sign_in() {
    let provider = IdentityProvider::start().await;
    let requests_per_minute = NonZeroU32::new(8).unwrap();
    let app = TestApp::with(TestOptions { requests_per_minute, ..TestOptions::signing_in_at(&provider) }).await;
    let early = app.browser();
    let location = early.get("/auth/login?next=/account").await.location();
    // Everybody comes from the same address: that of the proxy.
    let asked = provider.requests("/.well-known/openid-configuration");
    for _ in 0..SIGN_INS / 2 {
        let stranger = app.browser();
        assert_eq!(stranger.get("/auth/login").await.status, StatusCode::SEE_OTHER);
        stranger.get("/auth/callback?code=made-up&state=made-up").await;
    }
    let stray = app.browser().get("/auth/callback?code=made-up&state=made-up").await;
    assert_eq!(stray.status, StatusCode::TOO_MANY_REQUESTS, "what belongs to no sign-in counts");
    assert_eq!(provider.requests("/.well-known/openid-configuration"), asked, "the provider has not noticed");
    assert_eq!(provider.requests("/token"), 0);
    assert_eq!(early.get(&provider.authorize(&location, ADA)).await.location(), "/account");
    assert_eq!(early.get("/account").await.status, StatusCode::OK, "and can use the pages");
    app.browser_signed_in(&provider, ADA).await;
}

#[tokio::test]
async fn a_callback_that_belongs_to_a_sign_in_never_counts() {
    let provider = IdentityProvider::start().await;
    let requests_per_minute = NonZeroU32::new(8).unwrap();
    let app = TestApp::with(TestOptions { requests_per_minute, ..TestOptions::signing_in_at(&provider) }).await;
    for _ in 0..20 {
        app.browser_signed_in(&provider, ADA).await;
    }
    let stray = app.browser().get("/auth/callback?code=made-up&state=made-up").await;
    assert_eq!(
        (stray.status, stray.page().text("h1").as_str()),
        (StatusCode::BAD_REQUEST, "You could not be signed in")
    );
}

const TOP: &str = "Harbour & Vale Lettings";

/// Ada has a role for one subtree of the sandbox and nothing else.
async fn limited(role: Role) -> (IdentityProvider, TestApp) {
    let provider = IdentityProvider::start().await;
    // The sample's ids are the same at every start.
    let organisation = TestApp::start().await.partner().await.organisation(TOP).await;
    let within = Subtree { connection: "sandbox".to_owned(), organisation };
    let mut roles = RoleTable::default();
    roles.add("admins".to_owned(), role, Some(within));
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
        let mentions =
            answer.page().texts("option, dd, nav[aria-label=Breadcrumb] a").into_iter().filter(|text| *text == parent);
        assert_eq!(mentions.count(), 0, "{path}");
    }
    let form = browser.form(&format!("/sandbox/organisations/{top}/edit")).await;
    assert_eq!(form.values("parent_id"), [parent_id], "and keeps it all the same");
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
        let entries = app.audit.list(&AuditFilter::default(), 1, 1).await.unwrap();
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
    let clock = Arc::new(ManualClock::new(OffsetDateTime::now_utc()));
    let app = TestApp::with(TestOptions { roles, clock: clock.clone(), ..TestOptions::behind_a_proxy() }).await;
    let browser = app.browser_of("ada", "viewers,lettings");
    let client = format!("/sandbox/clients/{}", app.partner().await.client(TOP, "tenant-portal").await);
    assert!(browser.page(&client).await.control("Edit").unwrap().attr("href").is_some());
    clock.advance(Duration::from_mins(4));
    let down = FaultKind::status(StatusCode::SERVICE_UNAVAILABLE);
    app.sandbox.inject(Fault::new(System::OneIdSandbox, down).on(&Method::GET, "/v1/organisations"));
    let page = browser.page(&client).await;
    let edit = page.control("Edit").unwrap();
    let reason = "Nothing can be changed until OneID answers again.";
    assert_eq!((edit.attr("disabled"), edit.attr("title")), (Some(""), Some(reason)));
    assert_eq!(browser.get(&format!("{client}/edit")).await.status, StatusCode::BAD_GATEWAY);
    assert_eq!(browser.page("/sandbox/organisations").await.count("tbody tr"), 40, "the old list is still shown");
}
