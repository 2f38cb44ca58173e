//! Every page that people have open all day, as a table.

use std::sync::Arc;

use super::answers::Answer;
use super::client::Client;
use super::dashboard::{Dashboard, ENCODINGS, Setup, USUAL};
use super::memory::{AS_THEY_ARE, Memory};
use super::report::{Measured, print};
use super::sample::{Server, costs};

/// A page, and addresses of it that are asked for in turn, so that keeping the answer to one of them helps nobody.
pub struct Row {
    pub name: &'static str,
    pub targets: Vec<String>,
}

/// Measures the pages whose name holds `wanted`, uncompressed and as browsers ask for them, and prints a table.
pub async fn measure(wanted: &str) {
    let dashboard = Dashboard::start(Setup::of(USUAL)).await;
    let mut measured = Vec::new();
    for row in rows(&dashboard.client(None)).await.into_iter().filter(|row| row.name.contains(wanted)) {
        let rows = count_rows(&answers(&dashboard.client(None), &row.targets[..1]).await[0]);
        for encodings in [None, Some(ENCODINGS)] {
            let client = dashboard.client(encodings);
            measured.push(measure_row(&dashboard, &row, rows, &client).await);
        }
    }
    print(&measured);
}

async fn measure_row(dashboard: &Dashboard, row: &Row, rows: usize, client: &Client) -> Measured {
    let kept = answers(client, &row.targets).await;
    let memory = Memory::start(&kept, AS_THEY_ARE);
    let from_memory = client.at(memory.address);
    let servers =
        [Server { process: dashboard.process(), client }, Server { process: memory.process(), client: &from_memory }];
    let costs = costs(&servers, &Arc::from(row.targets.as_slice())).await;
    Measured {
        page: row.name,
        rows,
        encoding: kept[0].encoding().to_owned(),
        bytes: kept.iter().map(Answer::size).sum::<usize>() / kept.len(),
        server: costs[0],
        memory: costs[1],
    }
}

/// What the targets answer; asked twice, so that the second shows what is kept anyway.
pub async fn answers(client: &Client, targets: &[String]) -> Vec<Answer> {
    let mut answers = Vec::new();
    for target in targets {
        client.get(target).await;
        answers.push(client.get(target).await);
    }
    answers
}

/// How many rows the body of a page's table has.
fn count_rows(answer: &Answer) -> usize {
    let body = answer.text().split("<tbody").nth(1).unwrap_or_default();
    body.matches("<tr").count()
}

/// The addresses of the first hundred objects of a list by name, and of the last.
pub async fn objects(client: &Client, list: &str) -> Vec<String> {
    let path = format!("{list}/");
    let mut found = Vec::new();
    // Flat, because the tree of very many is closed.
    for order in ["name", "-name"] {
        let answer = client.get(&format!("{list}?sort={order}")).await;
        let links = answer.text().split("href=\"").filter_map(|after| after.split('"').next());
        let links = links.filter(|link| link.strip_prefix(&path).is_some_and(|id| id.len() == 36));
        found.extend(links.map(str::to_owned));
    }
    found.sort();
    found.dedup();
    assert!(!found.is_empty(), "no object in {list}");
    found
}

/// The pages that people have open all day.
pub async fn rows(client: &Client) -> Vec<Row> {
    let single = |target: &str| vec![target.to_owned()];
    vec![
        Row {
            name: "organisations",
            targets: list_targets("/sandbox/organisations", &["lettings", "motors", "wines"]),
        },
        // The partner's other environment has the sample data alone: what a page costs, with next to nothing to search.
        Row { name: "few organisations", targets: few("/production/organisations") },
        Row { name: "clients", targets: list_targets("/sandbox/clients", &["portal", "mobile", "app"]) },
        Row { name: "organisation", targets: objects(client, "/sandbox/organisations").await },
        Row { name: "overview", targets: single("/") },
        Row { name: "account", targets: single("/account") },
        Row { name: "connections", targets: single("/connections") },
    ]
}

/// Filters of a list that keep nearly all of its rows.
fn few(list: &str) -> Vec<String> {
    ["", "?state=enabled", "?product=sign_up", "?q=a"].map(|query| format!("{list}{query}")).to_vec()
}

/// Orders, searches and filters of a list, each with a full page of rows.
pub fn list_targets(list: &str, searches: &[&str]) -> Vec<String> {
    let columns = ["name", "product", "production", "state", "changed"];
    let sorts: Vec<String> =
        columns.iter().flat_map(|column| [format!("sort={column}"), format!("sort=-{column}")]).collect();
    let searches = searches.iter().map(|search| format!("q={search}"));
    let filters = ["state=enabled", "product=sign_up", "production=no", "state=enabled&production=no"];
    let filtered =
        filters.into_iter().flat_map(|filter| sorts.iter().take(3).map(move |sort| format!("{filter}&{sort}")));
    sorts.iter().cloned().chain(searches).chain(filtered).map(|query| format!("{list}?{query}")).collect()
}
