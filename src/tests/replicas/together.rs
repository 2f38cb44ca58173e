//! Several dashboards answer at once: what one of them does, all of them show, and nothing is done twice.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use partner_dashboard::server::hexadecimal::hex;
use partner_dashboard::server::sandbox::{Fault, FaultKind, ReceivedRequest, Sandbox, SandboxOptions, System};
use sqlx::AssertSqlSafe;
use sqlx::postgres::PgPool;

use super::{Shared, create, id_of};
use crate::durability::{HTML, at_the_partner, empty_sandbox};
use crate::support::postgres_server::PostgresServer;
use crate::support::program::Server;
use crate::support::{Page, until};

/// Three dashboards, of which the first leads.
pub async fn three(shared: &Shared) -> [Server; 3] {
    let first = shared.serve().await;
    [first, shared.serve().await, shared.serve().await]
}

/// Three that have read the list of the organisations.
pub async fn three_that_know_the_list(shared: &Shared) -> [Server; 3] {
    let replicas = three(shared).await;
    for replica in &replicas {
        assert_eq!(replica.get("/sandbox/organisations", HTML).await.0, 200);
    }
    replicas
}

fn page(html: &str) -> Page {
    Page::new(html)
}

/// Sends the form of a page as it stands there, with another value of one field; where that leads.
pub(super) async fn submit(server: &Server, path: &str, field: &str, value: &str) -> String {
    let (status, html) = server.get(path, HTML).await;
    assert_eq!(status, 200, "{path}: {html}");
    let form = page(&html).form("form.form", path).set(field, value);
    server.try_submit(&form, HTML).await.unwrap().location
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_replica_changes_all_of_them_show_though_the_partner_is_away_and_nobody_takes_it_for_somebody_elses() {
    let (server, sandbox) = (PostgresServer::start(), empty_sandbox().await);
    let shared = Shared::new(&server, &sandbox).await;
    let replicas = three_that_know_the_list(&shared).await;
    let created = create(&replicas[1], "Meridian Lettings").await.location;
    assert!(created.starts_with("/sandbox/organisations/"), "{created}");
    let away = FaultKind::status(StatusCode::SERVICE_UNAVAILABLE);
    sandbox.inject(Fault::new(System::OneIdSandbox, away).on(&Method::GET, "/v1/organisations").times(u32::MAX));
    for replica in &replicas {
        until(async || replica.get("/sandbox/organisations?q=meridian", HTML).await.1.contains("Meridian Lettings"))
            .await;
    }
    sandbox.clear_faults();
    sandbox.clear_requests();
    let id = id_of(&created);
    let edited = submit(&replicas[2], &format!("/sandbox/organisations/{id}/edit"), "name", "Meridian Sales").await;
    let saved = submit(&replicas[0], &edited, "confirmation", "").await;
    assert_eq!(saved, format!("/sandbox/organisations/{id}"));
    // The one that leads reads the list again, and finds what others have done.
    let form = [("connection", "sandbox"), ("list", "organisations")];
    replicas[0].post("/api/connections/refresh", &form, HTML, "admins").await;
    until(async || replicas[1].get("/sandbox/organisations", HTML).await.1.contains("Meridian Sales")).await;
    assert_eq!(replicas[0].get("/sandbox/organisations", HTML).await.0, 200);
    let pool = PgPool::connect(&shared.url).await.unwrap();
    let observed = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM audit_intents WHERE action = 'observed'");
    assert_eq!(observed.fetch_one(&pool).await.unwrap(), 0);
    let tokens = |request: &&ReceivedRequest| request.path.ends_with("/token");
    assert_eq!(sandbox.requests().iter().filter(tokens).count(), 0, "each replica has its token");
    assert!(shared.verified().contains("The audit log is whole"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_secret_of_a_new_client_reaches_its_one_page_at_any_replica_and_no_row_holds_it() {
    let server = PostgresServer::start();
    let options = SandboxOptions { seed_data: false, secret_on_get: true, ..SandboxOptions::default() };
    let sandbox = Sandbox::start((std::net::Ipv4Addr::LOCALHOST, 0).into(), options).await.unwrap();
    let shared = Shared::new(&server, &sandbox).await;
    let [first, second, third] = three(&shared).await;
    let organisation = create(&first, "Meridian Lettings").await.location;
    let new = format!("{}/clients/new", organisation.split('?').next().unwrap());
    let (_, html) = second.get(&new, HTML).await;
    let form = page(&html).form("form.form", &new).named("till").set("return_urls[]", "https://a.example/cb");
    let location = second.try_submit(&form, HTML).await.unwrap().location;
    assert!(location.contains("?created="), "{location}");
    let pool = PgPool::connect(&shared.url).await.unwrap();
    let rows = all_rows(&pool).await;
    let (_, html) = third.get(&location, HTML).await;
    let secret = page(&html).text("output#secret");
    let ticket = location.rsplit('=').next().unwrap();
    assert!(secret.len() >= 16 && rows.contains("one_time_values"), "{rows}");
    for value in [&secret, ticket] {
        assert_holds_no(&rows, value);
    }
    for replica in [&first, &second, &third] {
        let (_, html) = replica.get(&location, HTML).await;
        assert!(!html.contains(&secret) && html.contains("cannot be shown again"), "{html}");
    }
    // Revealed at one replica, it is shown by another one, once.
    let client = location.split('?').next().unwrap();
    let id = client.rsplit('/').next().unwrap();
    let form = [("connection", "sandbox"), ("id", id), ("reason", "It was lost")];
    let revealed = first.post("/api/clients/reveal-secret", &form, HTML, "admins").await.location;
    assert!(revealed.contains("?revealed="), "{revealed}");
    assert!(second.get(&revealed, HTML).await.1.contains(&secret));
    assert!(!third.get(&revealed, HTML).await.1.contains(&secret));
    let rows = all_rows(&pool).await;
    assert_holds_no(&rows, &secret);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_is_silenced_at_one_replica_is_so_at_all_and_reported_again_at_all() {
    let (server, sandbox) = (PostgresServer::start(), empty_sandbox().await);
    let shared = Shared::new(&server, &sandbox).await;
    let [first, second, third] = three_that_know_the_list(&shared).await;
    let organisation = create(&first, "Meridian Lettings").await.location;
    let new = format!("{}/clients/new", organisation.split('?').next().unwrap());
    let (_, html) = first.get(&new, HTML).await;
    let form = page(&html).form("form.form", &new).named("till").set("return_urls[]", "http://localhost/cb");
    let client = first.try_submit(&form, HTML).await.unwrap().location;
    let listed = "/sandbox/clients?readiness=return_url_localhost";
    let counts = async |expected: usize| {
        for replica in [&first, &second, &third] {
            until(async || page(&replica.get(listed, HTML).await.1).count("tbody tr") == expected).await;
        }
    };
    counts(1).await;
    let about =
        [("connection", "sandbox"), ("kind", "oauth_client"), ("id", id_of(&client)), ("rule", "return_url_localhost")];
    let reason = [&about[..], &[("reason", "Only for developers")]].concat();
    second.post("/api/readiness/silence", &reason, HTML, "admins").await;
    counts(0).await;
    third.post("/api/readiness/unsilence", &about, HTML, "admins").await;
    counts(1).await;
}

/// Fails where rows have a value: as a text, as a UUID that is a number, or as bytes.
fn assert_holds_no(rows: &str, value: &str) {
    for form in [value, &value.replace('-', ""), &hex(value.as_bytes())] {
        assert!(!rows.contains(form), "{rows}");
    }
}

/// Everything that is in any table, as text, with the names of the tables.
async fn all_rows(pool: &PgPool) -> String {
    let tables = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'";
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(pool).await.unwrap();
    let mut all = String::new();
    for table in tables {
        let rows = AssertSqlSafe(format!("SELECT COALESCE(string_agg(one::text, ' '), '') FROM \"{table}\" AS one"));
        let rows: String = sqlx::query_scalar(rows).fetch_one(pool).await.unwrap();
        all.extend([&table, ": ", &rows, "\n"]);
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_the_database_does_not_give_now_is_not_called_shown() {
    let server = PostgresServer::start();
    let options = SandboxOptions { seed_data: false, secret_on_get: true, ..SandboxOptions::default() };
    let sandbox = Sandbox::start((std::net::Ipv4Addr::LOCALHOST, 0).into(), options).await.unwrap();
    let shared = Shared::new(&server, &sandbox).await;
    let [first, second, _third] = three(&shared).await;
    let organisation = create(&first, "Meridian Lettings").await.location;
    let new = format!("{}/clients/new", organisation.split('?').next().unwrap());
    let form = page(&first.get(&new, HTML).await.1).form("form.form", &new).named("till");
    let form = form.set("return_urls[]", "https://a.example/cb");
    let created = first.try_submit(&form, HTML).await.unwrap().location;
    let id = created.split('?').next().unwrap().rsplit('/').next().unwrap().to_owned();
    let wish = [("connection", "sandbox"), ("id", id.as_str()), ("reason", "It was lost")];
    let revealed = first.post("/api/clients/reveal-secret", &wish, HTML, "admins").await.location;
    let pool = PgPool::connect(&shared.url).await.unwrap();
    let rename = async |from: &str, to: &str| {
        let statement = format!("ALTER TABLE {from} RENAME TO {to}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&pool).await.unwrap();
    };
    rename("one_time_values", "elsewhere").await;
    for location in [&created, &revealed] {
        let (_, html) = second.get(location, HTML).await;
        assert!(html.contains("The client secret could not be read.") && html.contains("has not been shown"), "{html}");
        assert!(!html.contains("cannot be shown again") && !html.contains("no longer shown"), "{html}");
    }
    let again = first.try_submit(&form, HTML).await.unwrap();
    assert!(!again.location.contains("?created"), "{again:?}");
    rename("elsewhere", "one_time_values").await;
    let again = first.try_submit(&form, HTML).await.unwrap().location;
    assert_eq!(again, created, "the same form still leads to it");
    let (_, html) = second.get(&created, HTML).await;
    assert!(page(&html).text("output#secret").len() >= 16);
    assert!(second.get(&revealed, HTML).await.1.contains(&page(&html).text("output#secret")));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_saves_of_one_object_at_two_replicas_the_second_sees_what_the_first_has_done() {
    let (server, sandbox) = (PostgresServer::start(), empty_sandbox().await);
    let shared = Shared::new(&server, &sandbox).await;
    let [first, second, _third] = three(&shared).await;
    let created = create(&first, "Meridian Lettings").await.location;
    let path = created.split('?').next().unwrap().to_owned();
    let edit = format!("{path}/edit");
    let reviews =
        [submit(&first, &edit, "name", "Meridian North").await, submit(&second, &edit, "name", "Meridian South").await];
    let slow = FaultKind::Latency(Duration::from_secs(1));
    let object = path.replace("/sandbox", "/v1");
    sandbox.inject(Fault::new(System::OneIdSandbox, slow).on(&Method::PUT, &object));
    let is_sent = |request: &ReceivedRequest| request.method == "PUT" && request.path == object;
    let late = async {
        until(async || sandbox.requests().iter().any(is_sent)).await;
        submit(&second, &reviews[1], "confirmation", "").await
    };
    let (saved, late) = tokio::join!(submit(&first, &reviews[0], "confirmation", ""), late);
    assert_eq!(saved, path);
    assert_eq!(late, reviews[1], "back to the review, which says what has changed meanwhile");
    assert_eq!(sandbox.requests().iter().filter(|request| is_sent(request)).count(), 1);
    assert_eq!(at_the_partner(&sandbox).await.iter().filter(|name| *name == "Meridian North").count(), 1);
}
