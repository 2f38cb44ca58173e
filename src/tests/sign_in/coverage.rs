//! Every route and every server function, for everybody, from everywhere: tables that are checked in, so that nothing
//! is added without somebody deciding who may reach it, and no answer is without the headers that keep browsers in check.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use axum::body::Body;
use axum::http::{Method, header};
use leptos::server_fn::axum::server_fn_paths;
use partner_dashboard::server::export::EXPORTS;

use super::examples::Objects;
use crate::support::{Answer, Browser, Form, IdentityProvider, Person, TestApp, TestOptions, page_routes};

/// How a request says where it comes from.
const SITES: [&[(&str, &str)]; 3] = [
    &[("origin", "http://127.0.0.1:3000"), ("sec-fetch-site", "same-origin")],
    &[("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")],
    &[],
];
const PEOPLE: [Option<Person>; 5] = [
    None,
    Some(Person { subject: "u-viewer", groups: &["viewers"], session: "1" }),
    Some(Person { subject: "u-auditor", groups: &["auditors"], session: "2" }),
    Some(Person { subject: "u-editor", groups: &["editors"], session: "3" }),
    Some(Person { subject: "u-admin", groups: &["admins"], session: "4" }),
];

/// How the files begin whose presence depends on whether the front has been built.
const FAVICON: &str = "/favicon";

/// The addresses that are no pages and no server functions, as the sources name them.
fn plain_routes() -> Vec<(Method, String)> {
    let known = [
        (Method::GET, "paths::SIGN_OUT", "/auth/logout"),
        (Method::POST, "paths::SIGN_OUT", "/auth/logout"),
        (Method::GET, "paths::SIGN_IN", "/auth/login"),
        (Method::GET, "paths::SIGN_IN_CALLBACK", "/auth/callback"),
        (Method::POST, "paths::BACKCHANNEL_SIGN_OUT", "/auth/backchannel-logout"),
        // There in the demo alone: the answer is that of any address that is none.
        (Method::POST, "paths::DEMO_ROLE", "/auth/demo-role"),
        (Method::GET, "\"/pkg/{version}/pkg/{file}\"", "/pkg/none/pkg/none.css"),
        // There once the front is built; the answer is the same for everybody either way.
        (Method::GET, "\"/favicon.svg\"", "/favicon.svg"),
        (Method::GET, "\"/favicon-sandbox.svg\"", "/favicon-sandbox.svg"),
        (Method::GET, "\"/favicon-production.svg\"", "/favicon-production.svg"),
    ];
    let operations = ["\"/healthz\"", "\"/readyz\"", "\"/metrics\""];
    for file in ["src/server/sign_in/mod.rs", "src/server/router.rs"] {
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
        for route in text.split(".route(").skip(1) {
            let name = route.split(',').next().unwrap();
            // Pages, lists as files and server functions come from tables of their own, and have a row each.
            if name == "path" {
                continue;
            }
            let is_known = known.iter().any(|(_, source, _)| *source == name) || operations.contains(&name);
            assert!(is_known, "no example for the route {name} of {file}: decide who may reach it, and add it here");
        }
    }
    known.into_iter().map(|(method, _, path)| (method, path.to_owned())).collect()
}

/// One address: what stands in the table, and how to ask for it.
#[derive(Clone)]
struct Row {
    label: String,
    method: Method,
    path: String,
    arguments: Vec<(String, String)>,
}

fn rows(objects: &Objects) -> Vec<Row> {
    let mut rows = Vec::new();
    let files = EXPORTS.iter().map(|(path, ..)| (*path).to_owned());
    for pattern in page_routes().into_iter().chain(files) {
        let (label, path) = (format!("GET {pattern}"), objects.page(&pattern));
        rows.push(Row { label, method: Method::GET, path, arguments: Vec::new() });
    }
    let others = [
        (Method::GET, "/nowhere"),
        (Method::POST, "/nowhere"),
        (Method::GET, "/audit/"),
        (Method::POST, "/api/nothing"),
    ];
    let others = others.map(|(method, path)| (method, path.to_owned()));
    for (method, path) in plain_routes().into_iter().chain(others) {
        rows.push(Row { label: format!("{method} {path}"), method, path, arguments: Vec::new() });
    }
    for (path, method) in server_fn_paths() {
        let (label, arguments) = (format!("{method} {path}"), objects.arguments(path));
        rows.push(Row { label, method, path: path.to_owned(), arguments });
    }
    rows.sort_by(|one, other| one.path.cmp(&other.path).then(one.label.cmp(&other.label)));
    rows
}

/// A draft of the person, whose review they have seen: they were an editor when they wrote it.
async fn draft_of(
    app: &TestApp,
    provider: &IdentityProvider,
    person: Person,
    objects: &Objects,
    number: usize,
) -> String {
    let browser = app.browser_signed_in(provider, Person { groups: &["editors"], ..person }).await;
    let edit = browser.form(&format!("/sandbox/organisations/{}/edit", objects.organisation)).await;
    let review = browser.submit(&edit.set("name", &format!("Draft {number}"))).await.location();
    browser.form(&review).await.values("draft")[0].to_owned()
}

async fn ask(browser: &Browser<'_>, row: &Row, site: &[(&str, &str)]) -> Answer {
    let accept = if row.path.starts_with("/api/") { "application/json" } else { "text/html" };
    let mut request = browser.request(row.method.clone(), &row.path).header(header::ACCEPT, accept);
    for (name, value) in site {
        request = request.header(*name, *value);
    }
    let form = Form { action: row.path.clone(), page: "/".to_owned(), fields: row.arguments.clone() };
    let request = if row.method == Method::GET { request.body(Body::empty()).unwrap() } else { form.request(request) };
    browser.send(request).await
}

/// The status, as it stands in the table.
fn status(row: &Row, answer: &Answer) -> String {
    match answer.status.as_u16() {
        200 | 404 if row.path.starts_with(FAVICON) => "any".to_owned(),
        status => status.to_string(),
    }
}

/// The headers that keep a browser in check, the nonce taken out.
fn strict_headers(answer: &Answer) -> String {
    const STRICT: [&str; 10] = [
        "cache-control",
        "content-security-policy",
        "cross-origin-opener-policy",
        "cross-origin-resource-policy",
        "permissions-policy",
        "referrer-policy",
        "server",
        "strict-transport-security",
        "x-content-type-options",
        "x-frame-options",
    ];
    let mut text = String::new();
    for name in STRICT {
        for value in answer.headers.get_all(name) {
            let value = value.to_str().unwrap();
            let nonce = value.split_once("'nonce-").and_then(|(_, rest)| rest.split_once('\''));
            let value = nonce.map_or_else(|| value.to_owned(), |(nonce, _)| value.replace(nonce, "…"));
            writeln!(text, "{name}: {value}").unwrap();
        }
    }
    text
}

#[tokio::test]
async fn everything_answers_everybody_from_everywhere_as_the_table_says() {
    let provider = IdentityProvider::start().await;
    let app = TestApp::with(TestOptions::signing_in_at(&provider)).await;
    let admin = app.browser_signed_in(&provider, PEOPLE[4].unwrap()).await;
    let objects = Objects::find(&app, &admin).await;
    let mut table = format!("{:<52}", "same origin / cross-site / neither");
    for person in PEOPLE {
        write!(table, "{:<13}", person.map_or("nobody", |person| &person.subject[2..])).unwrap();
    }
    let mut drafts = 0;
    for row in rows(&objects) {
        write!(table, "\n{:<52}", row.label).unwrap();
        for person in PEOPLE {
            for site in SITES {
                // Each asks from a session of their own: some of the addresses end it.
                let browser = match person {
                    Some(person) => app.browser_signed_in(&provider, person).await,
                    None => app.browser(),
                };
                let mut row = row.clone();
                if let Some(person) =
                    person.filter(|_| row.path.starts_with("/api/changes/") && row.path != "/api/changes/switch")
                {
                    drafts += 1;
                    let draft = draft_of(&app, &provider, person, &objects, drafts).await;
                    row.arguments = vec![("draft".to_owned(), draft)];
                }
                write!(table, "{} ", status(&row, &ask(&browser, &row, site).await)).unwrap();
            }
            table.push(' ');
        }
    }
    let table: Vec<_> = table.lines().map(str::trim_end).collect();
    assert_table("coverage", &table.join("\n"));
}

fn assert_table(name: &str, table: &str) {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, table);
    });
}

#[tokio::test]
async fn every_answer_to_everything_carries_the_same_strict_headers() {
    let provider = IdentityProvider::start().await;
    let public_url = "https://partners.example.com/".parse().unwrap();
    let app = TestApp::with(TestOptions { public_url, ..TestOptions::signing_in_at(&provider) }).await;
    let admin = app.browser_signed_in(&provider, PEOPLE[4].unwrap()).await;
    let objects = Objects::find(&app, &admin).await;
    let own = [("origin", "https://partners.example.com"), ("sec-fetch-site", "same-origin")];
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows(&objects) {
        for person in [PEOPLE[0], PEOPLE[1], PEOPLE[4]] {
            for site in [&own as &[_], SITES[1]] {
                let browser = match person {
                    Some(person) => app.browser_signed_in(&provider, person).await,
                    None => app.browser(),
                };
                let answer = ask(&browser, &row, site).await;
                let labels = groups.entry(strict_headers(&answer)).or_default();
                // The favicon may be kept by browsers once it is there.
                if labels.last() != Some(&row.label) && !row.path.starts_with(FAVICON) {
                    labels.push(row.label.clone());
                }
            }
        }
    }
    groups.retain(|_, labels| !labels.is_empty());
    let told = groups.iter().map(|(headers, labels)| format!("{headers}\n  {}", labels.join("\n  ")));
    assert_table("headers_everywhere", &told.collect::<Vec<_>>().join("\n\n"));
}
