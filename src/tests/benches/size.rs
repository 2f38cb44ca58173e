//! The same pages on a small partner and on the largest: what they cost, what is kept in memory, and a restart.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::client::Client;
use super::dashboard::{Dashboard, Setup, Size};
use super::pages::objects;
use super::process::{most_resident, resident};
use super::refresh;
use super::sample::{Cost, Server, costs};

const SMALL: Size = Size { organisations: 100, clients: Some(300) };
const LARGE: Size = Size { organisations: 100_000, clients: Some(1_000_000) };
/// Pages of which the times are looked at one by one.
const TIMED: usize = 300;
/// How many addresses there are of the pages that nobody has asked for before: more than are asked for.
const NEW: usize = 30_000;
/// By then what was read is kept in the database: writing it is not measured with the pages.
const KEPT: Duration = Duration::from_mins(2);
/// How long nothing is asked before the memory is looked at: what is free is given back by then.
const IDLE: Duration = Duration::from_secs(15);

/// Pages by their names, and the addresses that are asked for in turn. Each finds something on both partners.
fn rows(object: &str, client: &str) -> Vec<(&'static str, Vec<String>)> {
    let all = |targets: &[&str]| targets.iter().map(|target| (*target).to_owned()).collect();
    vec![
        ("organisations by name", all(&["/sandbox/organisations?sort=name", "/sandbox/organisations?sort=-name"])),
        ("clients", all(&["/sandbox/clients", "/sandbox/clients?sort=-name"])),
        ("search by name", all(&["/sandbox/organisations?q=harb", "/sandbox/organisations?q=vale+harb"])),
        ("search, clients", all(&["/sandbox/clients?q=port", "/sandbox/clients?q=tenant+portal"])),
        ("search, misspelt", all(&["/sandbox/clients?q=portla", "/sandbox/organisations?q=habrour"])),
        ("filter", all(&["/sandbox/clients?scope=openid", "/sandbox/clients?product=sign_up&state=enabled"])),
        ("new search by name", spellings("/sandbox/organisations?q=", "vale harbour")),
        ("new search, clients", spellings("/sandbox/clients?q=", "customer portal")),
        ("new search, misspelt", spellings("/sandbox/clients?q=", "customer portla")),
        ("new filter, nearly all", excluding("/sandbox/clients?scope=openid")),
        ("new filter, some", excluding("/sandbox/clients?product=sign_up&state=enabled")),
        ("tree", all(&["/sandbox/organisations"])),
        ("organisation", vec![object.to_owned()]),
        ("client", vec![client.to_owned()]),
        ("form", all(&["/sandbox/organisations/new"])),
        ("choices", all(&["/find/choices?connection=sandbox&kind=organisations&q=harb"])),
        ("palette", all(&["/find/palette?q=harb"])),
    ]
}

/// A filter that also excludes what no client has, each time something else.
fn excluding(list: &str) -> Vec<String> {
    (0..NEW).map(|number| format!("{list}&not_scope=none{number}")).collect()
}

/// Searches for the same words, each spelt in another way, so that none of them was asked for before.
fn spellings(list: &str, words: &str) -> Vec<String> {
    let spelt = |number: usize| -> String {
        let letters = words.chars().enumerate();
        let letters = letters.map(|(place, letter)| match number >> place & 1 {
            0 => letter,
            _ => letter.to_ascii_uppercase(),
        });
        letters.collect::<String>().replace(' ', &"+".repeat(1 + (number >> words.len())))
    };
    // A space has no other case.
    let is_new = |number: &usize| words.char_indices().all(|(place, letter)| letter != ' ' || number >> place & 1 == 0);
    (0..).filter(is_new).take(NEW).map(|number| format!("{list}{}", spelt(number))).collect()
}

/// Measures both, and prints what the larger costs as a multiple of the smaller.
#[expect(clippy::print_stdout, reason = "that is what a benchmark is for")]
pub async fn compare() {
    let small = Dashboard::start(Setup::of(SMALL)).await;
    let large = Dashboard::empty(Setup::of(LARGE)).await;
    let began = Instant::now();
    large.read_everything().await;
    let filled = began.elapsed();
    tokio::time::sleep(KEPT).await;
    let peak = most_resident(large.process()) / 1024;
    println!(
        "\n| page | CPU: small, µs | large, µs | times | p50: small, ms | large, ms | times | p99: small, ms | large, ms | times |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
    let (few, many) = (small.client(None), large.client(None));
    let ends = [(few.clone(), small.process()), (many.clone(), large.process())];
    let mut pairs = Vec::new();
    for (client, _) in &ends {
        pairs.push((
            objects(client, "/sandbox/organisations").await.swap_remove(0),
            objects(client, "/sandbox/clients").await.swap_remove(0),
        ));
    }
    for (place, (name, _)) in rows("", "").into_iter().enumerate() {
        let mut measured = Vec::new();
        for ((client, process), (object, of_client)) in ends.iter().zip(&pairs) {
            let targets: Arc<[String]> = rows(object, of_client).swap_remove(place).1.into();
            let before = client.asked();
            let cost = costs(&[Server { process: *process, client }], &targets).await[0];
            measured.push(Measured::new(cost, &times(client, &targets).await));
            assert!(targets.len() < NEW || client.asked() - before < NEW, "{name} was asked for again");
        }
        let columns: Vec<String> = measured[0].columns(&measured[1]);
        println!("| {name} | {} |", columns.join(" | "));
    }
    refresh::measure(&large).await;
    restart(large, filled, peak).await;
}

/// What one page takes on one of the partners: the server's CPU time in µs, the median and the 99th percentile in ms.
struct Measured([f64; 3]);

impl Measured {
    fn new(cost: Cost, times: &[Duration]) -> Self {
        Self([cost.per_request.as_secs_f64() * 1e6, percentile(times, 50), percentile(times, 99)])
    }

    /// Three columns for each figure: here, at the larger partner, and how many times that is.
    fn columns(&self, larger: &Self) -> Vec<String> {
        let digits = [0, 2, 2];
        let figures = self.0.iter().zip(larger.0).zip(digits);
        figures
            .flat_map(|((few, many), digits)| {
                [format!("{few:.digits$}"), format!("{many:.digits$}"), format!("{:.2}", many / few)]
            })
            .collect()
    }
}

/// A percentile of sorted times, in ms.
pub fn percentile(times: &[Duration], share: usize) -> f64 {
    times[times.len() * share / 100].as_secs_f64() * 1e3
}

/// What a restart takes, and how much memory and disk there is in use.
#[expect(clippy::print_stdout, reason = "that is what a benchmark is for")]
async fn restart(large: Dashboard, filled: Duration, peak: u64) {
    tokio::time::sleep(IDLE).await;
    let steady = resident(large.process()) / 1024;
    let before = std::fs::metadata(large.database()).unwrap().len();
    let large = large.restarted().await;
    let listening = large.since_start();
    let client = large.client(None);
    let page = client.get("/sandbox/clients").await;
    let right = large.since_start();
    assert!(page.text().contains("1,000,") && !page.text().contains("filling-text"), "{}", page.text());
    tokio::time::sleep(IDLE).await;
    let again = resident(large.process()) / 1024;
    println!("\nfilled in {filled:?}; at most {peak} MB resident, steady {steady} MB, after a restart {again} MB");
    println!(
        "restart: listening {listening:?} after the start, the first right list after {right:?}; database of {} MB",
        before / 1_000_000
    );
}

/// How long single requests take, sorted.
pub async fn times(client: &Client, targets: &[String]) -> Vec<Duration> {
    let mut times = Vec::with_capacity(TIMED);
    for _ in 0..TIMED {
        let began = Instant::now();
        client.get(client.next(targets)).await;
        times.push(began.elapsed());
    }
    times.sort();
    times
}
