//! What pages cost: the server's CPU time for each request, against the same bytes from memory.
//!
//! The server and the one that answers from memory are processes of their own, so that neither the client nor the
//! partner is counted. `docs/performance.md` says how to read the figures.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on should say where")]
#![recursion_limit = "256"]

mod admins;
mod answers;
mod audit;
mod client;
mod compression;
mod dashboard;
mod database;
mod memory;
mod pages;
mod postgres;
mod process;
mod refresh;
mod report;
mod sample;
mod size;
mod soak;
mod start;
mod tables;
mod visitor;

#[expect(dead_code, unused_imports, reason = "the tests use all of it")]
#[path = "../support/mod.rs"]
mod support;

use tokio::runtime::Runtime;

/// The server's own, so that what it is measured against has no other.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// `admins`, `audit`, `compression`, `postgres`, `size`, `soak [HOURS [sqlite|postgresql]]`, `start`, or a part of the name of the
/// pages wanted, all by default; `memory` is the process beside.
fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = Runtime::new().unwrap();
    match arguments.as_slice() {
        ["memory", answers, level] => runtime.block_on(memory::serve(answers.as_ref(), level)),
        ["admins"] => runtime.block_on(admins::measure(None)),
        ["admins", seconds] => runtime.block_on(admins::measure(Some(seconds))),
        ["audit"] => runtime.block_on(audit::compare(None)),
        ["audit", entries] => runtime.block_on(audit::compare(Some(entries))),
        ["size"] => runtime.block_on(size::compare()),
        ["postgres"] => runtime.block_on(postgres::compare()),
        ["soak"] => runtime.block_on(soak::run(None, None)),
        ["soak", hours] => runtime.block_on(soak::run(Some(hours), None)),
        ["soak", hours, database] => runtime.block_on(soak::run(Some(hours), Some(database))),
        ["start"] => runtime.block_on(start::measure()),
        ["compression"] => runtime.block_on(compression::compare()),
        [] => runtime.block_on(pages::measure("")),
        [wanted, ..] => runtime.block_on(pages::measure(wanted)),
    }
}
