//! An address that takes only forms is opened, or a page is sent a form: nobody gets a blank page.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};

use crate::support::TestApp;

#[tokio::test]
async fn an_address_that_takes_only_forms_says_so_to_whoever_opens_it() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    for path in ["/api/changes/save", "/api/organisations/create", "/auth/demo-role"] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        assert_eq!(answer.headers[header::ALLOW], "POST", "{path}");
        let page = answer.page();
        assert_eq!(page.text("h1"), "There is no page at this address", "{path}");
        assert!(page.main().contains("This address only takes forms. Nothing has been sent."), "{}", page.main());
        assert_eq!(page.link("Go to the overview"), "/", "{path}");
    }
}

#[tokio::test]
async fn a_page_that_is_sent_a_form_says_that_it_takes_none() {
    let app = TestApp::empty().await;
    for path in ["/", "/audit", "/sandbox/organisations/new"] {
        let answer = app.browser().post_form(path, &[("name", "x")]).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        assert_eq!(answer.headers[header::ALLOW], "GET,HEAD", "{path}");
        assert_eq!(answer.page().text("h1"), "This form could not be sent", "{path}");
        assert!(answer.page().main().contains("This address does not take forms. Nothing has been sent."), "{path}");
    }
}

#[tokio::test]
async fn a_program_gets_the_status_alone() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    let request = browser.request(Method::GET, "/api/changes/save").header(header::ACCEPT, "*/*");
    let answer = browser.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!((answer.status, answer.body.as_str()), (StatusCode::METHOD_NOT_ALLOWED, ""));
    assert_eq!(answer.headers[header::ALLOW], "POST");
}
