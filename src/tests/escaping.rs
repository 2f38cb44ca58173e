//! Whatever a partner or a person writes stays text: in no field can it become part of the page.

use serde_json::{Value, json};
use wiremock::matchers::{method, path, path_regex};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{Answer, Browser, Page, TestApp, TestOptions};

/// Leaves every kind of element and attribute that a page has.
const PAYLOAD: &str = r#"</title></textarea></script></template><!--><script>pwned()</script><img src=x onerror=pwned()>"'`<b>&amp;{{x}}"#;
const SCRIPT_URL: &str = "javascript:pwned()//</textarea><script>pwned()</script>";

/// Nothing of the payload has become markup, and no script is on the page but ours.
fn assert_harmless(page: &Page, about: &str) {
    assert!(!page.has("img, b, iframe, object, embed, style, base, svg script"), "{about}");
    assert!(!page.has("[onerror], [onclick], [onload], [style], [srcdoc]"), "{about}");
    for (script, nonce) in page.texts("script").iter().zip(page.attributes("script", "nonce")) {
        assert!(!script.contains("pwned"), "{about}: {script}");
        assert!(!nonce.is_empty(), "{about}");
    }
    assert_eq!(page.count("script"), page.count("script[nonce]"), "{about}: a script that is not ours");
    for name in ["href", "src", "action", "formaction"] {
        for address in page.attributes(&format!("[{name}]"), name) {
            assert!(!address.trim().to_lowercase().starts_with("javascript:"), "{about}: {address}");
            let is_of_the_foot = page.attributes(".footer a", "href").contains(&address);
            assert!(is_of_the_foot || address.starts_with('/') || address.starts_with('#'), "{about}: {address}");
        }
    }
    assert_eq!((page.count("title"), page.count("head title"), page.count("main")), (1, 1, 1), "{about}");
}

fn hostile(id: &str, members: &Value) -> Value {
    let mut object = json!({
        "id": id, "name": PAYLOAD, "enabled": false, PAYLOAD: PAYLOAD, "unknown": {"a": [PAYLOAD]},
        "allowed_provider_groups": [PAYLOAD],
    });
    object.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    object
}

fn organisation() -> Value {
    let members = json!({
        "parent_id": PAYLOAD, "allowed_scopes": [PAYLOAD, "openid"], "allowed_products": [PAYLOAD],
    });
    hostile("o-1", &members)
}

fn client() -> Value {
    let members = json!({
        "selected_product": PAYLOAD, "required_scopes": [PAYLOAD], "additional_scopes": [PAYLOAD],
        "return_urls": [SCRIPT_URL, PAYLOAD], "token_signing_algorithm": PAYLOAD, "secret": PAYLOAD,
    });
    hostile("c-1", &members)
}

/// A partner that has turned against us.
async fn hostile_partner() -> MockServer {
    let server = MockServer::start().await;
    let grant = json!({"access_token": "token-of-the-hostile-partner", "token_type": "Bearer", "expires_in": 3600});
    let child = hostile("o-2", &json!({"parent_id": "o-1"}));
    for (verb, at, body) in [
        ("POST", "/v1/token", grant),
        ("GET", "/v1/organisations", json!([organisation(), child])),
        ("GET", "/v1/organisations/o-1", organisation()),
        ("GET", "/v1/organisations/o-1/clients", json!([client()])),
        ("GET", "/v1/organisations/o-2/clients", json!([])),
        ("GET", "/v1/clients/c-1", client()),
    ] {
        let answer = ResponseTemplate::new(200).set_body_json(body);
        Mock::given(method(verb)).and(path(at)).respond_with(answer).mount(&server).await;
    }
    let refusal = json!({"errors": [{"field": "name", "message": PAYLOAD}], "message": PAYLOAD});
    let refusal = ResponseTemplate::new(400).set_body_json(refusal).insert_header("x-request-id", "<script>pwned()");
    for verb in ["POST", "PUT"] {
        let at = path_regex("^/v1/(organisations|clients)");
        Mock::given(method(verb)).and(at).respond_with(refusal.clone()).mount(&server).await;
    }
    server
}

async fn follow(browser: &Browser<'_>, answer: Answer) -> Page {
    browser.page(&answer.location()).await
}

#[tokio::test]
async fn a_hostile_partners_objects_stay_text_on_every_page() {
    let server = hostile_partner().await;
    let app = TestApp::with(TestOptions::with_partner_at(&server.uri())).await;
    let browser = app.browser();
    for path in [
        "/",
        "/sandbox/organisations",
        "/sandbox/organisations?q=script",
        "/sandbox/organisations?open=-o-1",
        "/sandbox/organisations/o-1",
        "/sandbox/organisations/o-1/edit",
        "/sandbox/organisations/o-1/history",
        "/sandbox/organisations/new?parent=o-1",
        "/sandbox/organisations/o-1/clients/new",
        "/sandbox/clients",
        "/sandbox/clients/c-1",
        "/sandbox/clients/c-1/edit",
        "/sandbox/clients/c-1/history",
    ] {
        assert_harmless(&browser.page(path).await, path);
    }
    for path in ["/sandbox/organisations/o-1", "/sandbox/clients/c-1"] {
        let page = browser.page(path).await;
        assert_eq!(page.raw_text("h1").trim(), PAYLOAD, "{path}: shown as it is");
        assert_eq!(page.raw_text("title"), format!("{PAYLOAD} · OneID sandbox · Partner Dashboard"), "{path}");
    }
    let form = browser.form("/sandbox/clients/c-1/edit").await;
    assert_eq!(form.values("name"), [PAYLOAD], "and it comes back as it was");
    assert_eq!(form.values("return_urls[]"), [SCRIPT_URL, PAYLOAD]);
    assert_eq!(form.values("selected_product"), [PAYLOAD]);
    assert_eq!(form.values("token_signing_algorithm"), [PAYLOAD]);
    assert_eq!(form.values("required_scopes[]"), [PAYLOAD]);
}

#[tokio::test]
async fn a_hostile_refusal_stays_text_in_the_form_the_review_and_the_log() {
    let server = hostile_partner().await;
    let app = TestApp::with(TestOptions::with_partner_at(&server.uri())).await;
    let browser = app.browser();
    for object in ["organisations/o-1", "clients/c-1"] {
        let form = browser.form(&format!("/sandbox/{object}/edit")).await;
        let form = form.set("name", &format!("{PAYLOAD}2")).add("enabled", "true");
        let review = browser.submit(&form).await.location();
        assert_harmless(&browser.page(&review).await, "the review");
        let save = browser.form(&review).await;
        let page = follow(&browser, browser.submit(&save).await).await;
        assert_harmless(&page, "the refused save");
        assert!(page.main().contains("OneID says: “</title>"), "{}", page.main());
    }
    let form = browser.form("/sandbox/organisations/o-1/clients/new").await.named(PAYLOAD);
    assert_harmless(&follow(&browser, browser.submit(&form).await).await, "the refused creation");
    for path in ["/audit", "/audit/1", "/audit/2", "/audit/3", "/audit/4", "/", "/sandbox/organisations/o-1/history"] {
        let page = browser.page(path).await;
        assert_harmless(&page, path);
    }
    assert_eq!(
        browser.page("/audit/2").await.raw_text("title"),
        format!("Demo Admin tried to change {PAYLOAD} · OneID sandbox · Partner Dashboard")
    );
    for path in ["/sandbox/organisations/o-1", "/sandbox/clients/c-1"] {
        assert_harmless(&browser.page(path).await, path);
    }
}

#[tokio::test]
async fn what_was_typed_stays_text_in_every_control_of_the_form_that_comes_back() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    let root = app.partner().await.root().await;
    let forms = ["/sandbox/organisations/new".to_owned(), format!("/sandbox/organisations/{root}/clients/new")];
    for path in forms {
        let mut form = browser.form(&path).await;
        let names: Vec<String> = form.fields.iter().map(|(name, _)| name.clone()).collect();
        for name in names.iter().filter(|name| !matches!(name.as_str(), "connection" | "organisation_id" | "enabled")) {
            form = form.set(name, PAYLOAD);
        }
        for list in ["allowed_scopes[]", "allowed_products[]", "required_scopes[]", "additional_scopes[]"] {
            form = form.add(list, PAYLOAD);
        }
        let typed = form.set("return_urls[]", SCRIPT_URL).set("name", &format!("{PAYLOAD}\u{7}"));
        let page = browser.submit_and_follow(&typed).await;
        assert!(page.has(".error-summary"));
        assert_harmless(&page, &path);
        let kept = page.form("form.form", &path);
        if path.ends_with("/clients/new") {
            assert_eq!(kept.values("return_urls_other"), [PAYLOAD], "the text area holds it all");
            assert_eq!(kept.values("return_urls[]"), [SCRIPT_URL]);
            assert_eq!(kept.values("token_signing_algorithm"), [PAYLOAD]);
        } else {
            assert_eq!(kept.values("parent_id"), [PAYLOAD]);
            assert_eq!(kept.values("allowed_scopes_other"), [PAYLOAD]);
        }
    }
}

#[tokio::test]
async fn queries_and_addresses_stay_text() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let encoded: String = url::form_urlencoded::byte_serialize(PAYLOAD.as_bytes()).collect();
    for path in [
        format!(
            "/sandbox/organisations?q={encoded}&product={encoded}&state={encoded}&not_scope={encoded}&within={encoded}&open={encoded}&at={encoded}"
        ),
        format!(
            "/sandbox/clients?q={encoded}&product={encoded}&host={encoded}&connection={encoded}&not_return_url={encoded}"
        ),
        format!("/audit?person={encoded}&object={encoded}&connection={encoded}"),
        format!("/sandbox/organisations/new?parent={encoded}"),
        format!("/{encoded}/organisations"),
        format!("/sandbox/organisations/{encoded}"),
        format!("/nowhere/{encoded}?{encoded}"),
        format!("/sandbox/clients/x/edit?draft={encoded}"),
        format!("/sandbox/organisations?__path={encoded}&__err={encoded}"),
    ] {
        let answer = browser.get(&path).await;
        assert_ne!(answer.status.as_u16(), 500, "{path}");
        if answer.status.is_redirection() {
            assert!(answer.location().starts_with("/sandbox/clients/x"), "{path}: {}", answer.location());
            continue;
        }
        assert_harmless(&answer.page(), &path);
    }
}

#[tokio::test]
async fn an_identity_stays_text() {
    let app = TestApp::with(TestOptions::behind_a_proxy()).await;
    let user = "<script>pwned()</script>\"'";
    let browser = app.browser_of(user, "admins, <img src=x onerror=pwned()>");
    for path in ["/", "/account", "/sandbox/organisations"] {
        assert_harmless(&browser.page(path).await, path);
    }
    let form = browser.form("/sandbox/organisations/new").await.set("name", "x");
    browser.submit(&form).await.location();
    assert_harmless(&browser.page("/audit/1").await, "the entry of the sign-in");
    let page = browser.page("/audit/2").await;
    assert_harmless(&page, "the entry");
    assert_eq!(page.fact("User"), user);
}
