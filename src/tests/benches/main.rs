//! How fast the longest pages are made, against the same bytes served from memory. Both go over real connections on
//! loopback, so that the ratio holds whatever else the machine does.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on should say where")]
#![recursion_limit = "256"]

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::http::header;
use axum::routing::get;
use criterion::{Criterion, Throughput};
use partner_dashboard::server::oauth::http_client;
use reqwest::Client;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

#[expect(dead_code, unused_imports, reason = "the tests use all of it")]
#[path = "../support/mod.rs"]
mod support;

/// The pages: what they are called, and where they are.
const PAGES: [(&str, &str); 4] = [
    ("organisations", "/sandbox/organisations"),
    ("clients", "/sandbox/clients"),
    ("form", "/sandbox/organisations/new"),
    ("overview", "/"),
];
/// The address that the application believes to have.
const HOST: &str = "127.0.0.1:3000";
/// Connections that ask at once.
const CONNECTIONS: u64 = 4;
/// What a page should reach of the throughput of its bytes from memory, in per cent.
const BUDGET: f64 = 25.0;

async fn serve(router: Router) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

async fn fetch(client: &Client, url: &str) -> Bytes {
    let answer = client.get(url).header(header::HOST, HOST).header(header::ACCEPT, "text/html").send().await.unwrap();
    assert!(answer.status().is_success(), "{url}: {}", answer.status());
    answer.bytes().await.unwrap()
}

/// How long `requests` take, asked for over several connections.
async fn take(client: &Client, url: &str, requests: u64) -> Duration {
    let start = Instant::now();
    let mut connections = JoinSet::new();
    for connection in 0..CONNECTIONS {
        let (client, url) = (client.clone(), url.to_owned());
        let share = requests / CONNECTIONS + u64::from(connection < requests % CONNECTIONS);
        connections.spawn(async move {
            for _ in 0..share {
                fetch(&client, &url).await;
            }
        });
    }
    connections.join_all().await;
    start.elapsed()
}

fn measure(criterion: &mut Criterion, runtime: &Runtime, client: &Client, name: &str, urls: [(&str, String); 2]) {
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Elements(1));
    for (what, url) in urls {
        group.bench_function(what, |bencher| {
            bencher.iter_custom(|requests| runtime.block_on(take(client, &url, requests)));
        });
    }
    group.finish();
}

/// The mean time of a benchmark that has run, in nanoseconds.
fn mean(name: &str, what: &str) -> Option<f64> {
    let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    let file = Path::new(&target).join("criterion").join(name).join(what).join("new/estimates.json");
    let estimates: serde_json::Value = serde_json::from_slice(&std::fs::read(file).ok()?).ok()?;
    estimates["mean"]["point_estimate"].as_f64()
}

#[expect(clippy::print_stdout, reason = "that is what a benchmark is for")]
fn main() {
    let runtime = Runtime::new().unwrap();
    let client = http_client().unwrap();
    let app = runtime.block_on(support::TestApp::start());
    let address = runtime.block_on(serve(app.router.clone()));
    let mut criterion = Criterion::default().configure_from_args().sample_size(30);
    let mut sizes = Vec::new();
    for (name, path) in PAGES {
        let page = format!("http://{address}{path}");
        let bytes = runtime.block_on(fetch(&client, &page));
        sizes.push(bytes.len());
        let same =
            get(move || std::future::ready(([(header::CONTENT_TYPE, "text/html; charset=utf-8")], bytes.clone())));
        let memory = runtime.block_on(serve(Router::new().route("/", same)));
        let urls = [("page", page), ("memory", format!("http://{memory}/"))];
        measure(&mut criterion, &runtime, &client, name, urls);
    }
    criterion.final_summary();
    println!("\n{:<16}{:>9}{:>34}", "page", "KiB", "throughput of the same bytes");
    for ((name, _), size) in PAGES.into_iter().zip(sizes) {
        if let Some((page, memory)) = mean(name, "page").zip(mean(name, "memory")) {
            let percent = 100.0 * memory / page;
            let verdict = if percent >= BUDGET { "" } else { "  below the budget" };
            println!("{name:<16}{:>9}{percent:>32.1} %{verdict}", size / 1024);
        }
    }
}
