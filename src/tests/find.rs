//! Finding anything: the page of everything, the options of the palette, and who else uses a value.

use axum::http::StatusCode;

use crate::support::{Page, TestApp, TestOptions};

/// Titles of the cards of a page, with the texts of their links.
fn titles(page: &Page) -> Vec<String> {
    page.texts("main .card h2")
}

#[tokio::test]
async fn the_page_of_everything_finds_objects_of_every_connection_in_groups() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let page = browser.page("/find?q=harb").await;
    assert!(titles(&page).contains(&"Organisations · OneID sandbox".to_owned()), "{:?}", titles(&page));
    let names = page.texts("main .card .rows a");
    assert!(names.contains(&"Harbour & Vale Property Group".to_owned()), "{names:?}");
    assert!(page.texts(".object-path").contains(&"Meridian Partner Services".to_owned()), "where it is");
    let only = browser.page("/find?q=harb&connection=production").await;
    assert!(!titles(&only).iter().any(|title| title.contains("sandbox")), "{:?}", titles(&only));
}

/// The values of a menu with their counts.
fn counts(page: &Page, facet: &str) -> Vec<(String, String)> {
    let rows = format!("[data-choices={facet}] > li:has(.filter-count)");
    let [names, counts] = [".filter-value", ".filter-count"].map(|part| page.texts(&format!("{rows} > {part}")));
    names.into_iter().zip(counts).collect()
}

/// How many objects the cards of a connection say that were found.
fn found(page: &Page, connection: &str) -> u64 {
    let cards = titles(page).into_iter().zip(page.texts("main .card .card-note"));
    let notes = cards.filter(|(title, _)| title.ends_with(connection)).map(|(_, note)| note);
    notes.map(|note| note.split(' ').next().unwrap().replace(',', "").parse::<u64>().unwrap()).sum()
}

#[tokio::test]
async fn everything_is_narrowed_by_menus_that_count_over_all_connections() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let all = browser.page("/find?q=harbour").await;
    let each = ["OneID sandbox", "OneID production"].map(|title| (title.to_owned(), found(&all, title).to_string()));
    assert!(each.iter().all(|(_, count)| count != "0"));
    assert_eq!(counts(&all, "connection"), each);
    let narrowed = browser.page("/find?q=harbour&connection=production").await;
    assert_eq!(counts(&narrowed, "connection").len(), 2, "the other one can still be chosen");
    assert!(titles(&narrowed).iter().all(|title| title.ends_with("OneID production")), "{:?}", titles(&narrowed));
    for (product, count) in counts(&all, "product") {
        let with = browser.page(&format!("/find?q=harbour&product={product}")).await;
        let sum: u64 = each.iter().map(|(title, _)| found(&with, title)).sum();
        assert_eq!(sum.to_string(), count, "{product}");
    }
    assert!(browser.page("/find").await.has("[data-choices=product] .filter-count"), "before anything is asked");
}

#[tokio::test]
async fn the_branch_of_an_organisation_is_looked_for_without_scripts() {
    let app = TestApp::start().await;
    let (browser, id) = (app.browser(), app.partner().await.organisation("Copperfield Books").await);
    for list in ["/sandbox/clients", "/sandbox/organisations", "/find"] {
        let page = browser.page(&format!("{list}?within_find=copperfield+books&state=enabled")).await;
        assert!(page.attributes("[data-choices=within] input", "value").contains(&id), "{list}");
        assert!(page.has("details.filter-menu[open] [data-choices=within]"), "{list}: it is seen");
        assert!(page.has("input[name=state][value=enabled][checked]"), "{list}: nothing else is lost");
        let nothing = browser.page(&format!("{list}?within_find=zzzz")).await;
        assert!(nothing.text("details.filter-menu[open]").contains("No organisation has this name or ID: “zzzz”."));
        let chosen = browser.page(&format!("{list}?within={id}")).await;
        assert!(chosen.text("a.filter-chip").starts_with("Within: Copperfield Books"), "{list}");
    }
}

#[tokio::test]
async fn whoever_shares_a_host_a_return_url_or_a_scope_is_found_by_it() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let client = partner.client("Copperfield Books", "gift-cards").await;
    let detail = browser.page(&format!("/sandbox/clients/{client}")).await;
    let links = detail.attributes("main a[href^='/find?']", "href");
    for facet in ["return_url=", "host=", "scope=", "product="] {
        let link = links.iter().find(|link| link.contains(facet)).unwrap_or_else(|| panic!("no {facet} in {links:?}"));
        // Many have a scope: the name picks one of them.
        let page = browser.page(&format!("{link}&q=gift-cards")).await;
        assert_eq!(page.text("h1"), "Who else uses this?");
        assert!(page.attributes("main .rows a", "href").contains(&format!("/sandbox/clients/{client}")), "{link}");
        assert_eq!(page.link("Clear all"), "/find");
    }
    let host = links.iter().find(|link| link.contains("host=")).unwrap();
    let without_organisations = browser.page(host).await;
    assert!(titles(&without_organisations).iter().all(|title| title.starts_with("Clients")), "only clients have hosts");
}

#[tokio::test]
async fn an_organisation_leads_to_whoever_else_has_its_products() {
    let app = TestApp::start().await;
    let (browser, id) = (app.browser(), app.partner().await.organisation("Harbour & Vale Property Group").await);
    let page = browser.page(&format!("/sandbox/organisations/{id}")).await;
    assert!(page.has("main a.chip[href^='/find?product=']") && page.has("main a.chip[href^='/find?scope=']"));
}

#[tokio::test]
async fn the_log_is_found_by_number_object_and_request() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let id = app.partner().await.organisation("Copperfield Books").await;
    let edit = browser.form(&format!("/sandbox/organisations/{id}/edit")).await.set("name", "Copperfield & Sons");
    let review = browser.submit(&edit).await.location();
    browser.submit(&browser.form(&review).await).await;
    let request = app.audit.find(2).await.unwrap().unwrap().intent.request_id;
    for text in ["2", "#2", &id, &request] {
        let page = browser.page(&format!("/find?q={}", text.replace('#', "%23"))).await;
        assert_eq!(page.attributes(".find-entries th a", "href"), ["/audit/2"], "{text}");
    }
    assert!(!browser.page("/find?q=nothing-17").await.has(".find-entries"));
}

#[tokio::test]
async fn the_palette_offers_what_can_be_done_with_the_object_of_the_page() {
    let app = TestApp::start().await;
    let (browser, id) = (app.browser(), app.partner().await.organisation("Copperfield Books").await);
    let here = format!("/sandbox/organisations/{id}");
    browser.page(&here).await;
    let palette = browser.page(&format!("/find/palette?here={here}")).await;
    let addresses = palette.attributes("#options [role=option]", "data-href");
    assert_eq!(addresses[0], here, "what was opened last comes first");
    for path in [format!("{here}/edit"), format!("{here}/clients/new"), "/production/organisations".to_owned()] {
        assert!(addresses.contains(&path), "{path} in {addresses:?}");
    }
    let groups = palette.texts("#options [role=presentation]");
    assert_eq!(groups[..2], ["Opened last", "Actions"]);
    let found = browser.page("/find/palette?q=harb").await;
    assert!(found.attributes("[role=option]", "data-name").contains(&"Harbour & Vale Property Group".to_owned()));
    let nothing = browser.page("/find/palette?q=zzzz").await;
    assert_eq!(nothing.attribute("#options", "data-said"), "Nothing found.");
}

#[tokio::test]
async fn a_role_is_offered_nothing_that_it_may_not() {
    let app = TestApp::with(TestOptions::behind_a_proxy()).await;
    let viewer = app.browser_of("vera", "viewers");
    let page = viewer.page("/find/palette?q=create").await;
    assert_eq!(page.count("[role=option]"), 0, "{:?}", page.texts("[role=option]"));
    let all = viewer.page("/find").await;
    let links = all.attributes("main a", "href");
    assert!(!links.iter().any(|link| link.ends_with("/new") || link == "/audit"), "{links:?}");
    let editor = app.browser_of("edwin", "editors");
    let page = editor.page("/find/palette?q=create+organisation").await;
    let offered = page.attributes("[role=option]", "data-href");
    assert_eq!(offered[0], "/sandbox/organisations/new");
    assert!(!offered.iter().any(|path| path.starts_with("/production")), "{offered:?}");
    assert!(!editor.page("/find?q=1").await.has(".find-entries"));
}

#[tokio::test]
async fn what_one_person_opened_is_no_business_of_another() {
    let app = TestApp::with(TestOptions::behind_a_proxy()).await;
    let id = app.partner().await.organisation("Copperfield Books").await;
    app.browser_of("ada", "admins").page(&format!("/sandbox/organisations/{id}")).await;
    assert!(app.browser_of("ada", "admins").page("/find").await.has("#find-recent"));
    assert!(!app.browser_of("vera", "viewers").page("/find").await.has("#find-recent"));
}

#[tokio::test]
async fn nonsense_is_answered_all_the_same() {
    let app = TestApp::start().await;
    for path in [
        "/find?q=%00&host=&scope=%ff&within=none&changed=never&not_scope=a",
        "/find?q=%26+%26",
        "/find/palette?q=%3Cscript%3E&here=//%2F%00/organisations/../x",
        "/find/choices?connection=sandbox&kind=nonsense&q=a&except=none",
    ] {
        let browser = app.browser();
        let answer = browser.get(path).await;
        // An address that says the same in other words leads to the one of its page.
        let answer =
            if answer.status == StatusCode::SEE_OTHER { browser.get(&answer.location()).await } else { answer };
        assert_eq!(answer.status, StatusCode::OK, "{path}");
    }
    let unknown = app.browser().get("/find/choices?connection=nowhere&q=a").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn single_keys_are_switched_off_in_the_browser_that_asks() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let account = browser.page("/account").await;
    assert!(account.has(".find-button[data-single-keys]"));
    let form = account.form("form[action='/api/account/single-keys']", "/account");
    let off = browser.submit_and_follow(&form).await;
    assert!(off.main().contains("Single-key shortcuts are off in this browser."), "{}", off.main());
    assert!(!off.has(".find-button[data-single-keys]"));
    let form = off.form("form[action='/api/account/single-keys']", "/account");
    assert!(browser.submit_and_follow(&form).await.has(".find-button[data-single-keys]"));
}
