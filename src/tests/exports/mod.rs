//! Lists as files: what is in them and in which order, for whom, and how they say what is missing.

mod ages;
mod large;
mod reach;
mod texts;

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use partner_dashboard::domain::object::ObjectKind;
use serde_json::Value;

use crate::support::{Answer, Browser, TestApp};

/// A file as it was downloaded.
async fn download(browser: &Browser<'_>, path: &str) -> Answer {
    let answer = browser.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    answer
}

/// The objects of a JSON lines file.
async fn objects(browser: &Browser<'_>, path: &str) -> Vec<Value> {
    let answer = download(browser, path).await;
    answer.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The rows of a CSV file, by the names of the columns.
async fn rows(browser: &Browser<'_>, path: &str) -> Vec<BTreeMap<String, String>> {
    let answer = download(browser, path).await;
    let text = answer.body.strip_prefix('\u{feff}').expect("spreadsheets read it as UTF-8");
    csv::Reader::from_reader(text.as_bytes()).deserialize().map(Result::unwrap).collect()
}

/// One member of each object.
fn texts(objects: &[Value], member: &str) -> Vec<String> {
    objects.iter().map(|object| object[member].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn a_list_is_exported_as_it_is_narrowed_and_sorted_whatever_page_and_branch_are_shown() {
    let app = TestApp::start().await;
    let browser = app.browser();
    for (kind, query) in [
        ("organisations", "q=harbour"),
        ("organisations", "sort=-name"),
        ("organisations", "state=disabled&sort=name"),
        ("organisations", "not_product=sign_in&q=l"),
        ("clients", "q=portal"),
        ("clients", "sort=-organisation"),
        ("clients", "production=yes&scope=email"),
        ("clients", "sort=name"),
        ("clients", "q=no-such-client"),
    ] {
        let page = browser.page(&format!("/sandbox/{kind}?{query}")).await;
        let targets = page.attributes("tbody th a:not(.tree-toggle)", "href");
        let shown: Vec<_> = targets.iter().map(|link| link.rsplit('/').next().unwrap().to_owned()).collect();
        let files = page.attributes("details.drop-down a[download]", "href");
        assert_eq!(files.len(), 2, "{query}");
        let parts: Vec<_> = query.split('&').collect();
        assert!(files.iter().all(|file| parts.iter().all(|part| file.contains(part))), "{files:?}");
        let lines = objects(&browser, &files[1]).await;
        let ids = texts(&lines, "id");
        assert_eq!(ids[..ids.len().min(100)], shown, "{kind} {query}: the page is the beginning of the file");
        let elsewhere = format!("{}&cursor=x&at=x&open=a,b", files[1]);
        assert_eq!(objects(&browser, &elsewhere).await, lines, "{kind} {query}");
        let same: Vec<_> = rows(&browser, &files[0]).await.into_iter().map(|row| row["id"].clone()).collect();
        assert_eq!(same, ids, "{kind} {query}");
    }
}

#[tokio::test]
async fn a_tree_is_exported_whole_by_name_and_each_object_says_where_it_is() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let lines = objects(&browser, "/sandbox/organisations.jsonl").await;
    let all = partner.get("/organisations").await;
    assert_eq!(lines.len(), all.as_array().unwrap().len());
    let names = texts(&lines, "name");
    assert!(names.is_sorted_by_key(|name| name.to_lowercase()), "{names:?}");
    for line in &lines {
        let id = line["id"].as_str().unwrap();
        let object = all.as_array().unwrap().iter().find(|object| object["id"] == id).unwrap();
        for field in ObjectKind::Organisation.fields() {
            let name = field.name;
            assert_eq!(line.get(name), object.get(name), "{id} has the partner's {name} under its own name");
        }
        assert_eq!(line.get("billing_reference"), None, "only what is documented");
    }
    let leeds = lines.iter().find(|line| line["name"] == "Harbour & Vale Lettings Leeds").unwrap();
    assert_eq!(leeds["parent_name"], "Harbour & Vale Lettings");
    let path = ["Meridian Partner Services", "Harbour & Vale Property Group", "Harbour & Vale Lettings"];
    assert_eq!(leeds["path"], serde_json::json!(path));

    let clients = objects(&browser, "/sandbox/clients.jsonl?q=tenant-portal").await;
    let is_of = |client: &&Value| client["organisation_name"] == "Harbour & Vale Lettings";
    let client = clients.iter().find(is_of).unwrap();
    assert_eq!(client["organisation_id"], partner.organisation("Harbour & Vale Lettings").await);
    assert_eq!(client["path"], serde_json::json!(path), "down to its own organisation");
    assert!(client["return_urls"].is_array() && client["enabled"].is_boolean(), "{client}");
    let rows = rows(&browser, "/sandbox/clients.csv?q=tenant-portal").await;
    let row = rows.iter().find(|row| row["id"] == client["id"].as_str().unwrap()).unwrap();
    assert_eq!(row["path"], path.join("\n"), "a list has its entries on a line each");
    assert_eq!(row["enabled"], "true");
}

#[tokio::test]
async fn a_file_says_what_it_is_and_is_kept_by_nobody() {
    let app = TestApp::start().await;
    let browser = app.browser();
    for (path, media_type, end) in [
        ("/sandbox/organisations.csv", "text/csv; charset=utf-8; header=present", "Z.csv\""),
        ("/production/clients.jsonl?q=a", "application/jsonl", "Z.jsonl\""),
    ] {
        let answer = download(&browser, path).await;
        let text = |name: &str| answer.headers[name].to_str().unwrap();
        assert_eq!(text("content-type"), media_type);
        let disposition = text("content-disposition");
        let start = path.split(['?', '.']).next().unwrap().trim_start_matches('/').replace('/', "-");
        assert!(disposition.starts_with(&format!("attachment; filename=\"{start}-20")), "{disposition}");
        assert!(disposition.ends_with(end), "{disposition}");
        assert_eq!((text("cache-control"), text("x-content-type-options")), ("no-store", "nosniff"));
        assert!(text("export-as-of").ends_with('Z') && !answer.headers.contains_key("export-incomplete"));
        let head = browser.send(browser.request(Method::HEAD, path).body(Body::empty()).unwrap()).await;
        assert_eq!((head.status, head.body.as_str()), (StatusCode::OK, ""));
        assert_eq!(head.headers[header::CONTENT_DISPOSITION], answer.headers[header::CONTENT_DISPOSITION]);
    }
    for path in ["/nowhere/organisations.csv", "/sandbox/organisations.xlsx", "/sandbox/audit.csv"] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}
