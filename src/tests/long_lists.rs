//! Lists of hundreds of entries and names of thousands of letters: what does not fit on a page is not lost.

use serde_json::{Value, json};

use crate::support::{Page, TestApp};

const NEW_ORGANISATION: &str = "/sandbox/organisations/new";

async fn new_client(app: &TestApp) -> String {
    format!("/sandbox/organisations/{}/clients/new", app.partner().await.root().await)
}

/// Different short words without end.
fn words() -> impl Iterator<Item = String> {
    (0x100..).map(|number| format!("{number:x}"))
}

fn urls(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("https://app.example/{number}?a=1,2")).collect()
}

async fn created(app: &TestApp, location: &str) -> Value {
    let id = location.strip_prefix("/sandbox/clients/").unwrap().split('?').next().unwrap();
    app.partner().await.get(&format!("/clients/{id}")).await
}

#[tokio::test]
async fn rows_and_boxes_that_a_page_has_no_room_for_come_back_as_text_and_mean_the_same() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    let mut form = browser.form(&new_client(&app).await).await.clear("return_urls[]");
    for url in urls(400) {
        form = form.add("return_urls[]", &url);
    }
    let scopes: Vec<String> = words().take(300).collect();
    for scope in &scopes {
        form = form.add("required_scopes[]", scope);
    }
    form = form.set("required_scopes_other", "last");
    let page = browser.submit_and_follow(&form).await;
    assert_eq!(page.texts(".error-summary li"), ["Name: Enter a name for the client."]);
    assert_eq!(page.count("input[name='return_urls[]']"), 200);
    assert!(page.has("details.paste-many[open]"), "the rest is not hidden");
    assert_eq!(page.count("input[name='required_scopes[]'][checked]"), 200);
    let again = page.form("form.form", &form.page).named("many");
    let location = browser.submit(&again).await.location();
    let client = created(&app, &location).await;
    assert_eq!(client["return_urls"], json!(urls(400)));
    let all: Vec<String> = scopes.into_iter().chain(["last".to_owned()]).collect();
    assert_eq!(client["required_scopes"], json!(all));
}

#[tokio::test]
async fn a_list_of_too_many_entries_is_told_in_one_sentence_and_kept() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    let pasted = urls(501).join("\r\n");
    let form = browser.form(&new_client(&app).await).await.named("x").set("return_urls_other", &pasted);
    app.sandbox.clear_requests();
    let page = browser.submit_and_follow(&form).await;
    assert_eq!(page.texts(".error-summary li"), ["Return URLs: There are more than 500 entries. Remove some."]);
    assert!(page.has(&page.attribute(".error-summary a", "href")));
    let kept = page.form("form.form", &form.page);
    assert_eq!(kept.values("return_urls_other"), [pasted.replace("\r\n", "\n")]);
    assert!(app.writes().is_empty());
    let island = browser.call(&form).await;
    let problem = json!({"too_many": {"most": 500}});
    assert_eq!(
        island.json()["code"],
        json!({"invalid": [{"field": "return_urls", "index": null, "problem": problem}]})
    );
    let fewer = browser.submit(&kept.named("x").set("return_urls_other", &urls(500).join("\n"))).await.location();
    assert_eq!(created(&app, &fewer).await["return_urls"], json!(urls(500)));
}

#[tokio::test]
async fn an_object_with_more_entries_than_a_form_takes_can_be_edited_and_made_smaller() {
    let app = TestApp::empty().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let root = partner.root().await;
    let path = format!("/organisations/{root}");
    let many: Vec<String> = words().take(3_000).collect();
    partner.change(&path, json!({"allowed_scopes": many})).await;
    let edit = format!("/sandbox{path}/edit");
    let form = browser.form(&edit).await.set("name", "Renamed");
    let review = browser.submit_and_follow(&form).await;
    assert_eq!(review.texts(".diff-field"), ["Name"]);
    browser.submit_and_follow(&review.form("form.form", &edit)).await;
    let object = partner.get(&path).await;
    assert_eq!(
        (object["name"].as_str(), object["allowed_scopes"].as_array().map(Vec::len)),
        (Some("Renamed"), Some(3_000))
    );
    let form = browser.form(&edit).await;
    let fewer = form.clear("allowed_scopes[]").set("allowed_scopes_other", "aaa");
    let review = browser.submit_and_follow(&fewer).await;
    assert_eq!(review.count("del.removed"), 500);
    assert!(review.text(".diff-values").contains("and 2499 more"), "{}", review.main());
    browser.submit_and_follow(&review.form("form.form", &edit)).await;
    assert_eq!(partner.get(&path).await["allowed_scopes"], json!(["aaa"]));
}

#[tokio::test]
async fn a_review_shows_everything_that_one_form_can_add() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    let typed = words().take(500).collect::<Vec<_>>().join(" ");
    let path = format!("/sandbox/organisations/{}/edit", app.partner().await.root().await);
    let form = browser.form(&path).await.clear("allowed_scopes[]").set("allowed_scopes_other", &typed);
    let review = browser.submit_and_follow(&form).await;
    assert_eq!(review.texts("ins.added").join(" "), typed);
}

#[tokio::test]
async fn the_first_errors_are_told_one_by_one_and_the_others_counted() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    let pasted = words().take(400).collect::<Vec<_>>().join("\n");
    let form = browser.form(&new_client(&app).await).await.named("x").set("return_urls_other", &pasted);
    let page = browser.submit_and_follow(&form).await;
    assert_eq!(page.text(".error-summary h2"), "400 fields need your attention");
    let lines = page.texts(".error-summary li");
    assert_eq!(lines.len(), 51);
    assert_eq!(lines[50], "Return URLs: 350 more entries need your attention.");
    for target in page.attributes(".error-summary a", "href") {
        assert!(page.has(&target), "{target} is nowhere");
    }
    assert_eq!(page.form("form.form", &form.page).values("return_urls_other"), [pasted.as_str()]);
}

#[tokio::test]
async fn a_sentence_about_many_entries_of_one_control_is_said_once() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    let mut form = browser.form(NEW_ORGANISATION).await.set("name", "x");
    for number in 0..20 {
        form = form.add("allowed_scopes[]", &format!("{number}\u{7}"));
    }
    let page = browser.submit_and_follow(&form).await;
    assert_eq!(page.text("#allowed_scopes-error").matches("invisible").count(), 1);
}

const LONG: usize = 100_000;

/// The name as pages show it.
fn assert_cut(page: &Page, whole: &str, about: &str) {
    let main = page.main();
    assert!(main.contains(&format!("{}…", &whole[..200])), "{about}");
    assert!(!main.contains(&whole[..201]), "{about}");
}

#[tokio::test]
async fn a_long_name_is_shown_cut_and_kept_and_confirmed_and_sent_whole() {
    let app = TestApp::empty().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let mut name: String = "Long-name-".chars().cycle().take(3_000).collect();
    name += "far-in-it-";
    name.extend("Long-name-".chars().cycle().take(LONG - name.len()));
    let id = partner.create("/organisations", &json!({"name": name, "enabled": true})).await;
    let path = format!("/sandbox/organisations/{id}");
    for page in ["/sandbox/organisations", &path, &format!("{path}/history"), &format!("{path}/clients/new")] {
        let answer = browser.get(page).await;
        assert!(answer.body.len() < LONG, "{page}: {}", answer.body.len());
        assert_cut(&answer.page(), &name, page);
    }
    let found = browser.page("/sandbox/organisations?q=far-in-it").await;
    assert_eq!(found.count("tbody tr"), 1, "it is searched beyond what is shown");
    let edit = format!("{path}/edit");
    for typed in [&name[..200], &name] {
        let form = browser.form(&edit).await;
        assert_eq!(form.values("name"), [name.as_str()], "a form holds all of it");
        let is_on = form.values("enabled") == ["true"];
        let form = if is_on {
            form.clear("enabled")
        } else {
            form.add("enabled", "true").add("has_production_access", "true")
        };
        let review = browser.submit_and_follow(&form).await;
        assert_cut(&review, &name, "review");
        let shown = review.text("label[for=confirmation] strong");
        let typed = if typed.len() == LONG { typed } else { &shown };
        let saved = browser.submit(&review.form("form.form", &edit).set("confirmation", typed)).await.location();
        let told = browser.get(&saved).await;
        assert!(told.body.len() < LONG && told.page().main().contains("has been saved"), "{}", told.body.len());
        let object = partner.get(&format!("/organisations/{id}")).await;
        assert_eq!((object["enabled"].as_bool(), object["name"].as_str()), (Some(!is_on), Some(name.as_str())));
    }
}
