//! What is no form, or cannot be read as one, is refused: a browser gets a page that says why, any other caller a code.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};

use crate::support::{Answer, Browser, TestApp};

const FORM: &str = "application/x-www-form-urlencoded";
const CREATE: &str = "/api/organisations/create";

/// What a request says of its body, and where it comes from.
#[derive(Clone, Copy, Debug)]
struct Sender {
    media_type: Option<&'static str>,
    accept: &'static str,
    referrer: Option<&'static str>,
}

const PAGE: Sender = Sender { media_type: Some(FORM), accept: "text/html", referrer: None };
const ISLAND: Sender = Sender { media_type: Some(FORM), accept: "application/json", referrer: None };

async fn post(browser: &Browser<'_>, path: &str, sender: Sender, body: impl Into<Body>) -> Answer {
    let mut request = browser
        .request(Method::POST, path)
        .header(header::ACCEPT, sender.accept)
        .header(header::ORIGIN, "http://127.0.0.1:3000")
        .header("sec-fetch-site", "same-origin");
    let more = [(header::CONTENT_TYPE, sender.media_type), (header::REFERER, sender.referrer)];
    for (name, value) in more {
        if let Some(value) = value {
            request = request.header(name, value);
        }
    }
    browser.send(request.body(body.into()).unwrap()).await
}

/// A page with this status and heading, and the same for an island, with this code.
async fn assert_refused(app: &TestApp, path: &str, body: &[u8], status: StatusCode, title: &str, code: &str) {
    let browser = app.browser();
    for referrer in [None, Some("http://127.0.0.1:3000/sandbox/organisations/new"), Some("/nowhere"), Some("\u{e9}")] {
        let page = post(&browser, path, Sender { referrer, ..PAGE }, body.to_vec()).await;
        assert_eq!(page.status, status, "{path} from {referrer:?}: {}", page.body);
        assert_eq!(page.page().text("h1"), title, "{path} from {referrer:?}");
        assert!(page.page().main().contains("Nothing has been sent"), "{path}: {}", page.page().main());
        let island = post(&browser, path, Sender { referrer, ..ISLAND }, body.to_vec()).await;
        assert_eq!((island.status, island.json()["code"].as_str()), (status, Some(code)), "{path} from {referrer:?}");
        assert!(island.json()["request_id"].is_string());
    }
}

#[tokio::test]
async fn bytes_that_are_not_text_never_reach_the_partner() {
    let app = TestApp::empty().await;
    for body in [
        b"connection=sandbox&name=%ff%fe" as &[u8],
        b"connection=sandbox&name=a\xff",
        b"connection=sandbox&name=x&allowed_scopes[]=%C3",
        b"connection=sandbox&name=x&allowed_scopes_other=%ED%A0%80",
        b"connection=sandbox&name=x&%ff=1",
    ] {
        assert_refused(&app, CREATE, body, StatusCode::BAD_REQUEST, "The form could not be read", "not_text").await;
    }
    assert!(app.writes().is_empty(), "{:?}", app.writes());
}

#[tokio::test]
async fn what_does_not_say_that_it_is_a_form_is_not_taken_for_one() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    for media_type in
        [None, Some("text/plain"), Some("application/json"), Some("multipart/form-data; boundary=x"), Some("")]
    {
        for path in [CREATE, "/auth/demo-role", "/auth/logout"] {
            let page = post(&browser, path, Sender { media_type, ..PAGE }, "connection=sandbox&name=x").await;
            assert_eq!(page.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{path} as {media_type:?}");
            assert_eq!(page.page().text("h1"), "This form could not be read");
            let island = post(&browser, path, Sender { media_type, ..ISLAND }, "connection=sandbox&name=x").await;
            assert_eq!(island.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{path} as {media_type:?}");
            assert_eq!(island.json()["code"], "not_a_form");
        }
    }
    assert!(app.writes().is_empty(), "{:?}", app.writes());
    let spelled = Sender { media_type: Some("Application/X-WWW-Form-Urlencoded ; charset=utf-8"), ..PAGE };
    let created = post(&browser, CREATE, spelled, "connection=sandbox&name=Spelled").await;
    assert!(created.location().starts_with("/sandbox/organisations/"), "{}", created.location());
    let empty = post(&browser, "/auth/logout", Sender { media_type: None, ..PAGE }, "").await;
    assert_eq!(empty.status, StatusCode::OK, "what is empty needs no type");
}

#[tokio::test]
async fn a_form_that_lacks_a_value_is_refused_wherever_it_says_that_it_comes_from() {
    let app = TestApp::empty().await;
    for body in [b"name=x" as &[u8], b"", b"connection[]=x&name=y", b"connection=a&connection=b&name=x"] {
        assert_refused(&app, CREATE, body, StatusCode::BAD_REQUEST, "The request could not be read", "bad_request")
            .await;
    }
    let title = "The request could not be read";
    assert_refused(&app, "/auth/demo-role", b"next=/", StatusCode::BAD_REQUEST, title, "bad_request").await;
}

#[tokio::test]
async fn a_form_of_too_many_values_is_refused_before_it_costs_anything() {
    let app = TestApp::empty().await;
    let body = format!("connection=sandbox&name=x{}", "&allowed_scopes[]=a".repeat(2_500));
    let title = "This form is too large";
    assert_refused(&app, CREATE, body.as_bytes(), StatusCode::PAYLOAD_TOO_LARGE, title, "form_too_large").await;
    let long = format!("connection=sandbox&name={}", "x".repeat(256 * 1024));
    assert_refused(&app, CREATE, long.as_bytes(), StatusCode::PAYLOAD_TOO_LARGE, title, "form_too_large").await;
    assert!(app.writes().is_empty());
}

#[tokio::test]
async fn brackets_without_end_in_a_name_do_not_end_the_program() {
    let app = TestApp::empty().await;
    let title = "The request could not be read";
    // Each value that was read before allows serde_qs to follow brackets one level deeper.
    let after = |values: usize, brackets: usize| format!("{}x{}=1", "a&".repeat(values), "[a]".repeat(brackets));
    for body in [after(0, 3), after(2_400, 2_400), after(2_400, 30_000)] {
        assert_refused(&app, CREATE, body.as_bytes(), StatusCode::BAD_REQUEST, title, "bad_request").await;
    }
    let body = after(60_000, 43_000);
    let title = "This form is too large";
    assert_refused(&app, CREATE, body.as_bytes(), StatusCode::PAYLOAD_TOO_LARGE, title, "form_too_large").await;
}

#[tokio::test]
async fn a_refresh_leads_to_no_path_that_the_form_names() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    let refresh = "/api/connections/refresh";
    for connection in ["", "nowhere", "/evil.example"] {
        let answer = browser.post_form(refresh, &[("connection", connection), ("list", "organisations")]).await;
        assert_eq!(answer.location(), "/", "{connection:?}");
    }
    let answer = browser.post_form(refresh, &[("connection", "sandbox"), ("list", "//evil.example")]).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(browser.post_island(refresh, &[("connection", "nowhere"), ("list", "clients")]).await.status, 404);
}

#[tokio::test]
async fn a_form_for_a_connection_that_does_not_exist_leads_to_no_path_that_it_names() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    let long = "x".repeat(12_000);
    for endpoint in ["/api/organisations/create", "/api/clients/create"] {
        for connection in ["", "nowhere", "/evil.example", &long] {
            let fields = [("connection", connection), ("organisation_id", "11111111-1111-4111-8111-111111111111")];
            let answer = browser.post_form(endpoint, &[fields[0], fields[1], ("name", "Nobody's")]).await;
            assert_eq!(answer.location(), "/", "{endpoint} {connection:.20}");
        }
    }
    assert!(app.writes().is_empty(), "{:?}", app.writes());
}

#[tokio::test]
async fn a_form_that_cannot_be_read_is_a_sentence_and_not_raw_json() {
    let app = TestApp::empty().await;
    let answer = app.browser().post_form("/api/organisations/create", &[("name", "x")]).await;
    let page = match answer.headers.get("location") {
        Some(location) => {
            app.browser().get(location.to_str().unwrap().trim_start_matches("http://127.0.0.1:3000")).await
        }
        None => answer,
    };
    assert!(page.page().main().contains("could not be read"), "{}", page.page().main());
    let island = app.browser().post_island("/api/organisations/create", &[("name", "x")]).await;
    assert_eq!(island.status, StatusCode::BAD_REQUEST, "{}", island.body);
    assert_eq!(island.json()["code"], "bad_request");
}

#[tokio::test]
async fn a_form_larger_than_a_form_can_be_is_refused() {
    let app = TestApp::empty().await;
    let long = "x".repeat(300 * 1024);
    let pairs = [("connection", "sandbox"), ("name", long.as_str())];
    let answer = app.browser().post_form("/api/organisations/create", &pairs).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(app.writes().is_empty());
}
