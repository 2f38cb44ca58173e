//! Forms that come after the end of their session: the page that answers them holds them, and sends them once somebody has
//! signed in again.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use serde_json::json;

use super::ADA;
use super::journey::start;
use super::sessions::with_clock;
use crate::support::{Answer, Browser, Form, IdentityProvider, Person};

const CREATE: &str = "/api/organisations/create";
const FORM: &str = "application/x-www-form-urlencoded";
/// Longer than a session lasts without a request.
const TOO_LONG: Duration = Duration::from_mins(31);
/// Leaves a value, an attribute and a form, and holds what would be read as other characters.
const HOSTILE: &str = r#""></form><script>pwned()</script><b onclick=pwned()>'&amp;&#10;&lt;<!>"#;

/// The form that is held by the page that says that the session has ended.
fn held(answer: &Answer) -> Form {
    let page = answer.page();
    assert_eq!((answer.status, page.text("h1").as_str()), (StatusCode::UNAUTHORIZED, "Your session has ended"));
    assert!(page.main().contains("Nothing has been sent."), "{}", page.main());
    assert!(page.control("Send it again").is_some(), "{}", page.main());
    assert_eq!(page.attribute("main form", "method"), "post");
    page.form("main form", CREATE)
}

/// Signs in as the page advises: in another tab, whose cookies are those of this one.
async fn sign_in_again(browser: &Browser<'_>, provider: &IdentityProvider, person: Person, answer: &Answer) {
    let page = answer.page();
    assert_eq!(page.attribute("main a.button", "target"), "_blank");
    let location = browser.get(&page.link("Sign in")).await.location();
    assert_eq!(browser.get(&provider.authorize(&location, person)).await.location(), "/");
}

/// What a browser makes of the line breaks of a value that a page holds. It sends them as they were.
fn as_parsed(fields: &[(String, String)]) -> Vec<(String, String)> {
    fields.iter().map(|(name, value)| (name.clone(), value.replace("\r\n", "\n"))).collect()
}

#[tokio::test]
async fn a_form_whose_session_has_ended_creates_what_was_typed_after_the_next_sign_in() {
    let (provider, app, clock) = with_clock().await;
    let browser = app.browser_signed_in(&provider, ADA).await;
    let root = app.partner().await.root().await;
    let form = browser.form(&format!("/sandbox/organisations/{root}/clients/new")).await;
    let urls = "https://tenants.example/1\r\nhttps://tenants.example/2";
    let typed = form.named("tenant-portal").set("return_urls_other", urls);
    app.sandbox.clear_requests();
    clock.advance(TOO_LONG);
    let answer = browser.submit(&typed).await;
    let again = held(&answer);
    assert_eq!((again.action.as_str(), &again.fields), (typed.action.as_str(), &as_parsed(&typed.fields)));
    assert_eq!(app.writes(), Vec::<String>::new());
    sign_in_again(&browser, &provider, ADA, &answer).await;
    let created = browser.submit(&again).await.location();
    let page = created.split('?').next().unwrap().to_owned();
    let id = page.strip_prefix("/sandbox/clients/").unwrap();
    let twice = browser.submit(&again).await.location();
    assert!(twice.starts_with(&page), "{twice}: the form keeps its one-time ID");
    assert_eq!(app.writes().len(), 1, "{:?}", app.writes());
    let client = app.partner().await.get(&format!("/clients/{id}")).await;
    assert_eq!(client["name"], "tenant-portal");
    assert_eq!(client["return_urls"], json!(["https://tenants.example/1", "https://tenants.example/2"]));
}

#[tokio::test]
async fn an_edit_goes_on_after_the_end_of_two_sessions() {
    let (provider, app, clock) = with_clock().await;
    let browser = app.browser_signed_in(&provider, ADA).await;
    let partner = app.partner().await;
    let id = partner.organisation("Copperfield Books").await;
    let typed = browser.form(&format!("/sandbox/organisations/{id}/edit")).await.set("name", "Renamed");
    clock.advance(TOO_LONG);
    let answer = browser.submit(&typed).await;
    sign_in_again(&browser, &provider, ADA, &answer).await;
    let review = browser.submit(&held(&answer)).await.location();
    let save = browser.form(&review).await;
    clock.advance(TOO_LONG);
    let answer = browser.submit(&save).await;
    sign_in_again(&browser, &provider, ADA, &answer).await;
    assert_eq!(browser.submit(&held(&answer)).await.location(), format!("/sandbox/organisations/{id}"));
    assert_eq!(partner.get(&format!("/organisations/{id}")).await["name"], "Renamed");
}

#[tokio::test]
async fn what_is_sent_again_is_sent_as_whoever_has_signed_in_meanwhile() {
    let (provider, app, clock) = with_clock().await;
    let browser = app.browser_signed_in(&provider, ADA).await;
    let typed = browser.form("/sandbox/organisations/new").await.named("Not for viewers");
    app.sandbox.clear_requests();
    clock.advance(TOO_LONG);
    let answer = browser.submit(&typed).await;
    sign_in_again(&browser, &provider, Person { subject: "u-vera", groups: &["viewers"], ..ADA }, &answer).await;
    browser.submit(&held(&answer)).await;
    assert_eq!(app.writes(), Vec::<String>::new());
    sign_in_again(&browser, &provider, ADA, &answer).await;
    browser.submit(&held(&answer)).await.location();
    assert_eq!(app.partner().await.count("Not for viewers").await, 1, "and the page holds it still");
}

#[tokio::test]
async fn whatever_was_typed_stays_text_on_the_page_that_holds_it() {
    let (_provider, app) = start().await;
    let lines = "\r\n first\r\n\r\n\tsecond \r\n";
    let typed = [("name", HOSTILE), (HOSTILE, lines), ("scopes[]", "a"), ("scopes[]", ""), ("name", "another")];
    let answer = app.browser().post_form(CREATE, &typed).await;
    let expected: Vec<_> = typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    assert_eq!(held(&answer).fields, as_parsed(&expected));
    let page = answer.page();
    assert!(!page.has("script, b, [onclick]"), "{}", answer.body);
    assert_eq!((page.count("form"), page.attribute("form", "action").as_str()), (1, CREATE));
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
}

#[tokio::test]
async fn a_form_as_large_as_it_may_be_is_held_in_a_page_of_ordinary_size() {
    let (_provider, app) = start().await;
    let (quotes, many) = ("\"".repeat(87_000), vec![("scopes[]", "a"); 2_500]);
    for typed in [vec![("name", quotes.as_str())], many] {
        let answer = app.browser().post_form(CREATE, &typed).await;
        assert_eq!(held(&answer).fields.len(), typed.len());
        assert_eq!(held(&answer).fields[0].1, typed[0].1);
        assert!(answer.body.len() < 1_000_000, "{} bytes", answer.body.len());
    }
}

#[tokio::test]
async fn a_form_from_another_site_is_not_held() {
    let (_provider, app) = start().await;
    let browser = app.browser();
    for site in [&[("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] as &[_], &[]] {
        let mut request = browser.request(Method::POST, CREATE).header(header::ACCEPT, "text/html");
        for (name, value) in site {
            request = request.header(*name, *value);
        }
        let fields = vec![("name".to_owned(), "canary".to_owned())];
        let form = Form { action: CREATE.to_owned(), page: String::new(), fields };
        let answer = browser.send(form.request(request)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{site:?}");
        assert!(!answer.body.contains("canary") && !answer.page().has("form"), "{}", answer.body);
    }
}

#[tokio::test]
async fn what_is_no_form_of_this_dashboard_is_not_held_and_nothing_is_promised() {
    let (_provider, app) = start().await;
    let browser = app.browser();
    for (path, media_type, body) in [
        (CREATE, "text/plain", "name=canary".to_owned()),
        (CREATE, FORM, "name=canary%ff".to_owned()),
        (CREATE, FORM, "name=canary&".repeat(2_500)),
        (CREATE, FORM, format!("name=canary{}", "x".repeat(256 * 1024))),
        ("//evil.example/api/organisations/create", FORM, "name=canary".to_owned()),
        ("/sandbox/organisations", FORM, "name=canary".to_owned()),
    ] {
        let request = browser
            .request(Method::POST, path)
            .header(header::ACCEPT, "text/html")
            .header(header::ORIGIN, "http://127.0.0.1:3000")
            .header(header::CONTENT_TYPE, media_type);
        let answer = browser.send(request.body(Body::from(body)).unwrap()).await;
        let page = answer.page();
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        assert!(!answer.body.contains("canary") && !page.has("form"), "{path}: {}", answer.body);
        assert!(page.main().contains("your browser may still show what you typed"), "{path}: {}", page.main());
    }
    let long = "x".repeat(256 * 1024);
    let answer = browser.post_form(CREATE, &[("name", &long)]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.page().main().contains("your browser may still show what you typed"), "{}", answer.page().main());
}

#[tokio::test]
async fn a_sign_in_leads_to_no_address_that_takes_only_forms() {
    let (provider, app) = start().await;
    let answer = app.browser().sign_in(&provider, ADA, "/api/organisations/create").await;
    assert_eq!(answer.location(), "/");
}
