//! What the dashboard that leads reads and checks, the others show, and ask the partner nothing for it.

use std::time::{Duration, Instant};

use axum::http::{Method, StatusCode};
use partner_dashboard::server::oauth::http_client;
use partner_dashboard::server::sandbox::{Fault, FaultKind, Sandbox, System};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use sqlx::postgres::PgPool;

use super::together::three_that_know_the_list;
use super::{Shared, create, id_of, metrics};
use crate::durability::{HTML, empty_sandbox};
use crate::support::postgres_server::PostgresServer;
use crate::support::program::{Server, access_token};
use crate::support::{Page, until};

/// What asks a replica to read a list again.
const REFRESH: [(&str, &str); 2] = [("connection", "sandbox"), ("list", "organisations")];

/// What reading the list counts as.
const LIST: &str = "list_organisations";

/// How often a replica has called the partner for something, with this outcome; with any where it is empty.
async fn calls(port: u16, operation: &str, outcome: &str) -> u64 {
    let metric = "partner_dashboard_partner_calls_total{connection=\"sandbox\"";
    let labels = format!("{metric},operation=\"{operation}\",outcome=\"{outcome}");
    let text = metrics(port).await;
    let counters = text.lines().filter(|line| line.starts_with(&labels)).filter_map(|line| line.rsplit(' ').next());
    counters.map(|count| count.parse::<u64>().unwrap()).sum()
}

async fn shows(replica: &Server, name: &str) -> bool {
    replica.get("/sandbox/organisations", HTML).await.1.contains(name)
}

/// Somebody who uses the Partner API without a dashboard.
struct Stranger {
    http: Client,
    token: String,
    organisations: String,
}

impl Stranger {
    async fn at(sandbox: &Sandbox) -> Self {
        let description = sandbox.description();
        let described = description.connection(System::OneIdSandbox).unwrap();
        let organisations = format!("{}/v1/organisations", described.base_url);
        Self { http: http_client().unwrap(), token: access_token(described).await, organisations }
    }

    async fn answer(&self, request: RequestBuilder) -> Value {
        let answer = request.bearer_auth(&self.token).send().await.unwrap().error_for_status();
        answer.unwrap().json().await.unwrap()
    }

    /// Creates an organisation below the only one that there is; its ID.
    async fn creates(&self, name: &str) -> String {
        let all = self.answer(self.http.get(&self.organisations)).await;
        let body = json!({ "parent_id": all[0]["id"], "name": name });
        let created = self.answer(self.http.post(&self.organisations).json(&body)).await;
        created["id"].as_str().unwrap().to_owned()
    }

    /// Gives an organisation another name.
    async fn renames(&self, id: &str, name: &str) {
        let address = format!("{}/{id}", self.organisations);
        let mut object = self.answer(self.http.get(&address)).await;
        object["name"] = name.into();
        self.answer(self.http.put(&address).json(&object)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_stranger_changes_right_after_a_save_is_told_once() {
    let (server, sandbox) = (PostgresServer::start(), empty_sandbox().await);
    let shared = Shared::new(&server, &sandbox).await;
    let replicas = three_that_know_the_list(&shared).await;
    let created = create(&replicas[1], "Meridian Lettings").await.location;
    for replica in &replicas {
        until(async || shows(replica, "Meridian Lettings").await).await;
    }
    Stranger::at(&sandbox).await.renames(id_of(&created), "Meridian Strangers").await;
    replicas[0].post("/api/connections/refresh", &REFRESH, HTML, "admins").await;
    until(async || shows(&replicas[0], "Meridian Strangers").await).await;
    let pool = PgPool::connect(&shared.url).await.unwrap();
    let observed = async || {
        let names = sqlx::query_scalar::<_, String>("SELECT object_name FROM audit_intents WHERE action = 'observed'");
        names.fetch_all(&pool).await.unwrap()
    };
    until(async || !observed().await.is_empty()).await;
    replicas[2].post("/api/connections/refresh", &REFRESH, HTML, "admins").await;
    until(async || shows(&replicas[2], "Meridian Strangers").await).await;
    assert_eq!(observed().await, ["Meridian Strangers"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_told_before_the_one_that_led_was_killed_is_told_by_the_next_one_no_more() {
    let (server, sandbox) = (PostgresServer::start(), empty_sandbox().await);
    let (shared, stranger) = (Shared::new(&server, &sandbox).await, Stranger::at(&sandbox).await);
    let id = stranger.creates("Meridian Lettings").await;
    let [leads, second, third] = three_that_know_the_list(&shared).await;
    let pool = PgPool::connect(&shared.url).await.unwrap();
    let observed = async || {
        let names = "SELECT object_name FROM audit_intents WHERE action = 'observed' ORDER BY id";
        sqlx::query_scalar::<_, String>(names).fetch_all(&pool).await.unwrap()
    };
    stranger.renames(&id, "Meridian Strangers").await;
    leads.post("/api/connections/refresh", &REFRESH, HTML, "admins").await;
    until(async || !observed().await.is_empty()).await;
    // The snapshot was kept within the minute before, and has the old name.
    leads.signal("KILL");
    let led = "this replica leads from now on";
    until(async || second.logged(led) + third.logged(led) == 1).await;
    until(async || shows(&second, "Meridian Strangers").await && shows(&third, "Meridian Strangers").await).await;
    stranger.creates("Lighthouse Strangers").await;
    second.post("/api/connections/refresh", &REFRESH, HTML, "admins").await;
    until(async || shows(&second, "Lighthouse Strangers").await && observed().await.len() > 1).await;
    assert_eq!(observed().await, ["Meridian Strangers", "Lighthouse Strangers"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_stranger_has_changed_reaches_those_that_follow_though_the_partner_answers_nobody() {
    let (server, sandbox) = (PostgresServer::start(), empty_sandbox().await);
    let (shared, stranger) = (Shared::new(&server, &sandbox).await, Stranger::at(&sandbox).await);
    let id = stranger.creates("Meridian Lettings").await;
    let (leads, _) = shared.serve_measured().await;
    let followers = [shared.serve_measured().await, shared.serve_measured().await];
    for (follower, _) in &followers {
        until(async || shows(follower, "Meridian Lettings").await).await;
    }
    let reads = async || {
        let [(_, first), (_, second)] = &followers;
        (calls(*first, LIST, "ok").await, calls(*second, LIST, "ok").await)
    };
    // Whatever the pages have had them read by themselves has come, in an earlier second: of two readings, the later one counts.
    let (mut before, mut since) = (reads().await, Instant::now());
    until(async || {
        let now = reads().await;
        if now != before {
            (before, since) = (now, Instant::now());
        }
        since.elapsed() > Duration::from_secs(1)
    })
    .await;
    stranger.renames(&id, "Meridian Strangers").await;
    leads.post("/api/connections/refresh", &REFRESH, HTML, "admins").await;
    until(async || shows(&leads, "Meridian Strangers").await).await;
    let away = FaultKind::status(StatusCode::SERVICE_UNAVAILABLE);
    sandbox.inject(Fault::new(System::OneIdSandbox, away).on(&Method::GET, "/v1").times(u32::MAX));
    // It keeps a snapshot each minute, and when it ends. One of the others leads from then on, and the other one is told.
    leads.signal("TERM");
    for (follower, _) in &followers {
        until(async || shows(follower, "Meridian Strangers").await).await;
    }
    assert_eq!(reads().await, before, "they have read it by themselves");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refreshed_at_a_replica_that_follows_is_new_at_all_of_them_though_nothing_has_changed() {
    let (server, sandbox) = (PostgresServer::start(), empty_sandbox().await);
    let shared = Shared::new(&server, &sandbox).await;
    let (_leads, port) = shared.serve_measured().await;
    until(async || read_at(port).await.is_some()).await;
    let (asked, _) = shared.serve_measured().await;
    let (_another, port) = shared.serve_measured().await;
    until(async || read_at(port).await.is_some()).await;
    let lists = async || (calls(port, LIST, "").await, calls(port, "list_clients", "").await);
    let (before, calls_before) = (Instant::now(), lists().await);
    // Ages are in whole seconds of when the lists were read.
    until(async || before.elapsed() > Duration::from_secs(2)).await;
    let before = Instant::now();
    asked.post("/api/connections/refresh", &REFRESH, HTML, "admins").await;
    until(async || read_at(port).await.is_some_and(|oldest| oldest + Duration::from_secs(1) > before)).await;
    assert_eq!(lists().await, calls_before, "it was told, and has asked nobody");
}

/// When the oldest list that a replica knows was read; `None` while it lacks one.
async fn read_at(port: u16) -> Option<Instant> {
    let text = metrics(port).await;
    let age = |list: &str| {
        let metric = format!("partner_dashboard_index_{list}_age_seconds{{connection=\"sandbox\"}} ");
        text.lines().find_map(|line| line.strip_prefix(&metric)?.parse::<f64>().ok())
    };
    let oldest = age("organisations")?.max(age("clients")?);
    Instant::now().checked_sub(Duration::from_secs_f64(oldest))
}

#[tokio::test(flavor = "multi_thread")]
async fn one_replica_checks_for_all_and_a_check_at_another_is_known_to_each() {
    let (server, sandbox) = (PostgresServer::start(), empty_sandbox().await);
    let shared = Shared::new(&server, &sandbox).await;
    let leads = shared.serve_measured().await;
    let replicas = [leads, shared.serve_measured().await, shared.serve_measured().await];
    let checks = async || {
        let mut checks = [0; 3];
        for (count, (_, port)) in checks.iter_mut().zip(&replicas) {
            *count = calls(*port, "probe", "").await;
        }
        checks
    };
    let all_say = async |state: &str| {
        for (replica, _) in &replicas {
            until(async || Page::new(&replica.get("/connections/sandbox", HTML).await.1).main().contains(state)).await;
        }
    };
    // Nothing was asked for: the one that leads checks by itself, and the others learn what it found.
    all_say("Healthy").await;
    assert_eq!(checks().await, [1, 0, 0]);
    sandbox.inject(Fault::new(System::OneIdSandbox, FaultKind::status(StatusCode::FORBIDDEN)).times(u32::MAX));
    replicas[2].0.post("/api/connections/check", &[("name", "sandbox")], HTML, "admins").await;
    all_say("Failing").await;
    assert_eq!(checks().await, [1, 0, 1], "nobody has checked besides");
}
