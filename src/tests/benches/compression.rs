//! What each way to compress costs, and how much it saves: the list of organisations, from memory.

use std::sync::Arc;

use super::answers::Answer;
use super::dashboard::{Dashboard, Setup, USUAL};
use super::memory::{AS_THEY_ARE, Memory};
use super::pages::{answers, list_targets};
use super::sample::{Server, costs};

/// Encodings and levels that browsers and the layer have in common.
const WAYS: [(&str, &str); 11] = [
    ("identity", AS_THEY_ARE),
    ("gzip", "1"),
    ("gzip", "default"),
    ("br", "0"),
    ("br", "1"),
    ("br", "2"),
    ("br", "default"),
    ("zstd", "-1"),
    ("zstd", "1"),
    ("zstd", "default"),
    ("zstd", "6"),
];

/// Prints the bytes and the CPU time of each way, as a Markdown table. What the bytes alone take is left out.
#[expect(clippy::print_stdout, reason = "that is what a benchmark is for")]
pub async fn compare() {
    let dashboard = Dashboard::start(Setup::of(USUAL)).await;
    let targets = list_targets("/sandbox/organisations", &["lettings", "motors"]);
    let kept = answers(&dashboard.client(None), &targets).await;
    let targets: Arc<[String]> = targets.into();
    println!("\n| encoding | level | bytes | of the page | CPU time, µs |\n|---|---|---:|---:|---:|");
    let mut plain = None;
    for (encoding, level) in WAYS {
        let memory = Memory::start(&kept, level);
        let client = dashboard.client(Some(encoding)).at(memory.address);
        let sent = mean_size(&answers(&client, &targets).await);
        let taken = costs(&[Server { process: memory.process(), client: &client }], &targets).await[0];
        let taken = taken.per_request.as_secs_f64() * 1e6;
        let (size, least) = *plain.get_or_insert((sent, taken));
        let (percent, more) = (100 * sent / size, taken - least);
        println!("| {encoding} | {level} | {sent} | {percent} % | {more:.0} |");
    }
}

fn mean_size(answers: &[Answer]) -> usize {
    answers.iter().map(Answer::size).sum::<usize>() / answers.len()
}
