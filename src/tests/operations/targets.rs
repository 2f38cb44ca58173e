//! Request targets without a path, which proxies are sent: refused in plain words, whoever asks, and never a panic.

use axum::body::Body;
use axum::http::{Method, StatusCode, Uri, header};
use http_body_util::BodyExt as _;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tower::ServiceExt as _;

use super::Dashboard;
use crate::support::program::command;
use crate::support::{Answer, Browser, TestApp, TestOptions};

const NO_PATH: &str = "The request target has no path.";

async fn ask(browser: &Browser<'_>, method: Method, target: &str) -> Answer {
    browser.send(browser.request(method, target).body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_target_without_a_path_is_refused_in_plain_words_whoever_asks() {
    let (signed_in, proxied) = (TestApp::empty().await, TestApp::with(TestOptions::behind_a_proxy()).await);
    for browser in [signed_in.browser(), proxied.browser()] {
        for method in [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
            let answer = ask(&browser, method.clone(), "evil.example:443").await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{method}");
            assert_eq!(answer.body.trim_end(), if method == Method::HEAD { "" } else { NO_PATH });
            assert!(
                answer.headers.contains_key("x-request-id") && answer.headers.contains_key("content-security-policy")
            );
        }
        assert_eq!(ask(&browser, Method::GET, "*").await.status, StatusCode::BAD_REQUEST);
        for (method, target) in [(Method::CONNECT, "evil.example:443"), (Method::OPTIONS, "*")] {
            let answer = ask(&browser, method, target).await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{target}");
            assert_eq!(answer.headers[header::ALLOW], "GET, HEAD, POST");
            assert!(answer.body.starts_with("This server"), "{}", answer.body);
        }
    }
}

#[tokio::test]
async fn over_the_wire_such_requests_are_answered_too() {
    let dashboard = Dashboard::start(command()).await;
    let operations = dashboard.operations.trim_start_matches("http://").to_owned();
    for address in [dashboard.server.socket().to_string(), operations] {
        for (line, status, sentence) in [
            ("GET evil.example:443", 400, NO_PATH),
            ("POST evil.example:443", 400, NO_PATH),
            ("GET *", 400, NO_PATH),
            ("CONNECT evil.example:443", 405, "This server is not a proxy."),
            ("OPTIONS *", 405, "This server does not support OPTIONS *."),
        ] {
            let mut stream = TcpStream::connect(&address).await.unwrap();
            let request =
                format!("{line} HTTP/1.1\r\nhost: x\r\nx-user: ada\r\nx-groups: admins\r\nconnection: close\r\n\r\n");
            stream.write_all(request.as_bytes()).await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{line}: {answer}");
            assert!(answer.contains(sentence), "{line}: {answer}");
        }
    }
    let log = dashboard.server.stop();
    assert!(!log.contains("panicked"), "{log}");
}

/// Anything that can stand between the method and the version, odd forms more often than chance would have it.
fn any_target() -> impl Strategy<Value = String> {
    let part = "[ -~]{0,12}";
    prop_oneof![
        Just("*".to_owned()),
        "[a-z0-9.@:\\[\\]-]{1,16}(:[0-9]{1,6})?",
        "(http|https|ftp|[a-z]{1,5})://[a-z0-9.@:-]{0,10}(/[ -~]{0,8})?(\\?[ -~]{0,8})?",
        "/{1,3}[ -~]{0,16}",
        "[?#*;/.]{1,4}[ -~]{0,8}",
        "/(pkg|api|auth|sandbox|audit|find|connections)/[ -~]{0,12}",
        "\\PC{1,8}",
        (part, part).prop_map(|(before, after)| format!("{before}/{after}")),
    ]
}

fn any_method() -> impl Strategy<Value = Method> {
    let known = vec![
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
        Method::CONNECT,
        Method::TRACE,
    ];
    prop_oneof![
        9 => prop::sample::select(known),
        1 => "[A-Z]{1,8}".prop_map(|name| Method::from_bytes(name.as_bytes()).unwrap()),
    ]
}

#[test]
fn no_target_makes_anything_panic() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let app = runtime.block_on(TestApp::empty());
    let proxied = runtime.block_on(TestApp::with(TestOptions::behind_a_proxy()));
    let mut runner = TestRunner::new(Config { cases: 300, failure_persistence: None, ..Config::default() });
    let targets = (any_method(), any_target(), any::<bool>());
    let result = runner.run(&targets, |(method, target, is_signed_in)| {
        let Ok(uri) = target.parse::<Uri>() else {
            return Ok(());
        };
        let browser = if is_signed_in { app.browser() } else { proxied.browser() };
        let has_path = uri.path().starts_with('/');
        let answer = runtime.block_on(ask(&browser, method.clone(), &target));
        prop_assert!(answer.status != StatusCode::INTERNAL_SERVER_ERROR, "{} {}", method, target);
        prop_assert!(has_path || answer.status.is_client_error(), "{} {}: {}", method, target, answer.status);
        Ok(())
    });
    result.unwrap();
}

#[tokio::test]
async fn a_target_with_a_host_is_answered_by_its_path() {
    let app = TestApp::empty().await;
    let request = app.browser().request(Method::GET, "http://127.0.0.1:3000/nowhere");
    let response = app.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert!(!response.into_body().collect().await.unwrap().to_bytes().is_empty());
}
