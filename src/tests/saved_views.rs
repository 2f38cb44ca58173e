//! Saved views of lists: saved, found again, renamed and deleted with plain forms, by their owner alone.

use axum::http::{Method, StatusCode, header};

use crate::support::{Browser, Form, TestApp, TestOptions};

/// The form that a list of organisations carries.
fn save_form(name: &str, query: &str) -> Form {
    let fields = [("list", "organisation"), ("connection", "sandbox"), ("query", query), ("name", name)];
    Form {
        action: "/api/saved-views/save".to_owned(),
        page: "/sandbox/organisations".to_owned(),
        fields: fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
    }
}

async fn save(browser: &Browser<'_>, name: &str, query: &str) -> String {
    browser.submit(&save_form(name, query)).await.location()
}

/// The names of the views on the account page.
async fn names(browser: &Browser<'_>) -> Vec<String> {
    browser.page("/account").await.texts("section[aria-labelledby='saved-views'] th[scope=row]")
}

#[tokio::test]
async fn a_view_is_saved_from_its_list_and_found_on_the_account_page() {
    let app = TestApp::start().await;
    let browser = app.browser();
    assert!(browser.page("/account").await.main().contains("You have no saved views."));
    let form = save_form("  Switched   off ", "cursor=x&state=disabled&q=+lantern+");
    let answer = browser.submit(&form).await;
    assert_eq!(answer.location(), "/sandbox/organisations?q=lantern&state=disabled", "where it was");
    let told = browser.page(&answer.location()).await;
    assert!(told.text("body").contains("The view “Switched off” has been saved."));
    let page = browser.page("/account").await;
    assert_eq!(page.link("Switched off"), "/sandbox/organisations?q=lantern&state=disabled");
    assert!(page.main().contains("Organisations on sandbox"));
    browser.page(&page.link("Switched off")).await;
    let listed =
        browser.post_island("/api/saved-views/of-list", &[("list", "organisation"), ("connection", "sandbox")]);
    assert_eq!(listed.await.json()[0]["name"], "Switched off");
    for other in
        [[("list", "oauth_client"), ("connection", "sandbox")], [("list", "organisation"), ("connection", "x")]]
    {
        assert_eq!(browser.post_island("/api/saved-views/of-list", &other).await.json(), serde_json::json!([]));
    }
}

#[tokio::test]
async fn a_list_offers_to_save_what_it_shows_and_opens_what_was_saved() {
    let app = TestApp::with(TestOptions::behind_a_proxy()).await;
    let (ada, eve) = (app.browser_of("ada", "viewers"), app.browser_of("eve", "viewers"));
    for (list, query) in [("organisations", "q=harbour&not_state=disabled"), ("clients", "scope=email&sort=-name")] {
        let path = format!("/sandbox/{list}?{query}");
        let first = ada.page(&path).await;
        assert!(first.text(".saved-views").contains("You have no saved views of this list yet."), "{list}");
        let form = first.form(".saved-views form", &path).set("name", "Mine");
        let told = ada.submit_and_follow(&form).await;
        assert!(told.text("body").contains("The view “Mine” has been saved."), "{list}");

        let elsewhere = ada.page(&format!("/sandbox/{list}")).await;
        assert_eq!(elsewhere.link("Mine"), path);
        assert!(!elsewhere.has(".saved-views a[aria-current]"));
        let opened = ada.page(&elsewhere.link("Mine")).await;
        assert_eq!(opened.texts(".saved-views a[aria-current]"), ["Mine"], "{list}");
        assert_eq!(opened.texts("tbody th"), first.texts("tbody th"));
        assert_eq!(opened.link("Rename or delete views"), "/account#saved-views");
        assert!(!ada.page(&format!("/production/{list}")).await.text(".saved-views").contains("Mine"));

        let others = eve.page(&path).await;
        assert!(!others.text(".saved-views").contains("Mine"), "{list}");
        let delete = ada.page("/account").await.form("form[action='/api/saved-views/delete']", "/account");
        ada.submit_and_follow(&delete).await;
        assert!(!ada.page(&path).await.text(".saved-views").contains("Mine"), "{list}");
    }
}

#[tokio::test]
async fn a_list_is_shown_without_its_saved_views_when_they_cannot_be_read() {
    let app = TestApp::start().await;
    let browser = app.browser();
    app.sql("DROP TABLE saved_views").await;
    let page = browser.page("/sandbox/organisations").await;
    assert!(page.count("tbody tr") > 30, "{}", page.main());
    assert!(!page.has(".saved-views"));
}

#[tokio::test]
async fn the_same_name_replaces_and_nothing_is_in_the_audit_log() {
    let app = TestApp::start().await;
    let browser = app.browser();
    save(&browser, "Mine", "q=a").await;
    let again = save(&browser, "Mine", "q=b").await;
    assert!(browser.page(&again).await.text("body").contains("The view “Mine” has been replaced."));
    let page = browser.page("/account").await;
    assert_eq!(page.link("Mine"), "/sandbox/organisations?q=b");
    assert_eq!(names(&browser).await, ["Mine"]);
    let entries: i64 = sqlx::query_scalar("SELECT count(*) FROM audit_intents WHERE action <> 'sign_in'")
        .fetch_one(app.pool())
        .await
        .unwrap();
    assert_eq!((entries, app.writes()), (0, Vec::new()));
}

#[tokio::test]
async fn a_view_is_renamed_and_deleted_on_the_account_page() {
    let app = TestApp::start().await;
    let browser = app.browser();
    save(&browser, "Alpha", "q=a").await;
    save(&browser, "Beta", "q=b").await;
    let rename = browser.page("/account").await.form("form[action='/api/saved-views/rename']", "/account");
    assert_eq!(rename.values("name"), ["Alpha"]);
    let told = browser.submit_and_follow(&rename.clone().set("name", "Gamma")).await;
    assert!(told.text("body").contains("The view is now called “Gamma”."));
    assert_eq!(names(&browser).await, ["Beta", "Gamma"]);

    let told = browser.submit_and_follow(&rename.set("name", "Beta")).await;
    assert!(told.text("body").contains("You have another view of this list with this name."));
    assert_eq!(names(&browser).await, ["Beta", "Gamma"]);

    let delete = browser.page("/account").await.form("form[action='/api/saved-views/delete']", "/account");
    let told = browser.submit_and_follow(&delete).await;
    assert!(told.text("body").contains("The view has been deleted."));
    assert_eq!(names(&browser).await, ["Gamma"]);
    assert_eq!(browser.submit(&delete).await.location(), "/account");
}

#[tokio::test]
async fn nobody_sees_renames_or_deletes_the_views_of_another() {
    let app = TestApp::with(TestOptions::behind_a_proxy()).await;
    let (ada, eve) = (app.browser_of("ada", "viewers"), app.browser_of("eve", "admins"));
    save(&ada, "Hers alone", "q=secret-plan").await;
    let id = ada.page("/account").await.form("form[action='/api/saved-views/delete']", "/account").values("id")[0]
        .to_owned();
    assert_eq!(names(&eve).await, Vec::<String>::new());
    for path in ["/api/saved-views/list", "/api/saved-views/of-list"] {
        let listed = eve.post_island(path, &[("list", "organisation"), ("connection", "sandbox")]).await;
        assert_eq!(listed.json(), serde_json::json!([]), "{path}");
    }
    for (path, name) in [("/api/saved-views/rename", "Mine now"), ("/api/saved-views/delete", "")] {
        let answer = eve.post_island(path, &[("id", &id), ("name", name)]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(save(&eve, "Hers alone", "q=other").await, "/sandbox/organisations?q=other");
    assert_eq!(ada.page("/account").await.link("Hers alone"), "/sandbox/organisations?q=secret-plan");
}

#[tokio::test]
async fn what_cannot_be_saved_is_refused_in_words_and_with_a_status() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let long_name = "ë".repeat(81);
    let long_query = format!("product={}", "x".repeat(4_001));
    for (name, query, sentence, status) in [
        (" ", "q=a", "A view needs a name.", StatusCode::UNPROCESSABLE_ENTITY),
        (long_name.as_str(), "q=a", "longer than 80 characters", StatusCode::UNPROCESSABLE_ENTITY),
        ("a\u{7}b", "q=a", "cannot be displayed", StatusCode::UNPROCESSABLE_ENTITY),
        ("Long", long_query.as_str(), "longer than 4,000 characters", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let form = save_form(name, query);
        let back = browser.submit(&form).await.location();
        assert!(back.starts_with("/sandbox/organisations"), "{back}");
        let told = browser.page(&back).await.text("body");
        assert!(told.contains("The view was not saved.") && told.contains(sentence), "{told}");
        assert_eq!(browser.call(&form).await.status, status);
    }
    for (list, connection) in [("organisation", "nowhere"), ("connection", "sandbox")] {
        let form = save_form("Mine", "").set("list", list).set("connection", connection);
        assert_eq!(browser.call(&form).await.status, StatusCode::NOT_FOUND, "{list}");
        assert_eq!(browser.submit(&form).await.location(), "/", "{list}");
    }
    assert_eq!(names(&browser).await, Vec::<String>::new());
}

#[tokio::test]
async fn the_fifty_first_view_is_refused_and_takes_the_place_of_none() {
    let app = TestApp::start().await;
    let browser = app.browser();
    for number in 0..50 {
        save(&browser, &format!("View {number:02}"), "q=a").await;
    }
    let refused = browser.call(&save_form("One more", "q=a")).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let told = browser.submit_and_follow(&save_form("One more", "q=a")).await;
    assert!(told.text("body").contains("You already have 50 saved views."));
    assert_eq!(names(&browser).await.len(), 50);
    assert_eq!(save(&browser, "View 07", "q=b").await, "/sandbox/organisations?q=b");
}

#[tokio::test]
async fn another_site_saves_nothing() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.page("/account").await;
    let form = save_form("Theirs", "q=a");
    let request = browser
        .request(Method::POST, &form.action)
        .header(header::ORIGIN, "https://evil.example")
        .header("sec-fetch-site", "cross-site");
    assert_eq!(browser.send(form.request(request)).await.status, StatusCode::FORBIDDEN);
    assert_eq!(names(&browser).await, Vec::<String>::new());
}

#[tokio::test]
async fn hostile_names_and_queries_are_shown_as_text_and_lead_nowhere_else() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let name = "</a><script>alert(1)</script>";
    let location = save(&browser, name, "q=%22%3E%3Cscript%3E&at=//evil.example&sort=javascript:1").await;
    assert_eq!(location, "/sandbox/organisations?q=%22%3E%3Cscript%3E&at=%2F%2Fevil.example");
    let page = browser.page("/account").await;
    assert_eq!(names(&browser).await, [name]);
    assert_eq!(page.count("section[aria-labelledby='saved-views'] script"), 0);
    assert_eq!(page.link("</a>"), location);
}

#[tokio::test]
async fn a_view_of_the_audit_log_is_saved_by_those_who_may_read_it() {
    let app = TestApp::with(TestOptions::behind_a_proxy()).await;
    let (auditor, viewer) = (app.browser_of("ada", "auditors"), app.browser_of("eve", "viewers"));
    let path = "/audit?q=harbour&period=7d&action=changes&before=17";
    let form = auditor.page(path).await.form(".saved-views form", path).set("name", "This week");
    let told = auditor.submit_and_follow(&form).await;
    assert!(told.text("body").contains("The view “This week” has been saved."));
    let saved = "/audit?q=harbour&action=changes&period=7d";
    assert_eq!(told.link("This week"), saved, "filters that are relative stay relative, and it begins with the newest");
    assert_eq!(auditor.page("/account").await.link("This week"), saved);
    assert_eq!(viewer.call(&form).await.status, StatusCode::FORBIDDEN);
    assert!(!viewer.page("/account").await.main().contains("This week"));
}
