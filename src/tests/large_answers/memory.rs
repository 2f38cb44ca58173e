//! What the program takes while partners send far too much, and how fast the pages of others are meanwhile.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures::future::{join, join_all};

use crate::support::lying_partner::{self, LIES};
use crate::support::program::{Configured, Server, command};

const HTML: &str = "text/html";
/// What the program may take at its highest, in MB: 400 MiB of lists, and everything else.
const MOST_MEMORY: u64 = 600;
/// How long a page of a connection that works may take meanwhile. `make bench` holds the release build to it; a debug
/// build on a machine with two cores, which this test keeps busy itself, has more.
const LONGEST_PAGE: Duration = Duration::from_millis(if cfg!(debug_assertions) { 3_000 } else { 250 });

async fn serve(partner: SocketAddr, names: &[&str]) -> (Server, Configured) {
    let connection = |name: &&str| {
        let text = format!(
            "name = \"{name}\"\nkind = \"oneid\"\nenvironment = \"sandbox\"\nbase_url = \"http://{partner}/{name}\"\n\
             client_id = \"id\"\n"
        );
        (text, "secret")
    };
    let connections: Vec<_> = names.iter().map(connection).collect();
    let head = "listen = \"127.0.0.1:0\"\n[limits]\nrequests_per_minute = 100000\n[checks]\ninterval_s = 0\n";
    let configured = Configured::new(head, &connections);
    let mut command = command();
    command.arg("serve").arg("--config").arg(&configured.path);
    (Server::start(command).await, configured)
}

/// Asks for a page of the healthy connection again and again, while something else happens: how long each took.
async fn pages_while<T>(server: &Server, work: impl Future<Output = T>) -> (T, Vec<Duration>) {
    let is_over = AtomicBool::new(false);
    let pages = async {
        let mut times = Vec::new();
        while !is_over.load(Ordering::Relaxed) {
            let start = Instant::now();
            let (status, body) = server.get("/healthy/organisations", HTML).await;
            times.push(start.elapsed());
            assert_eq!((status, body.contains("Organisation 49")), (200, true), "{body}");
        }
        times.sort();
        times
    };
    let work = async {
        let result = work.await;
        is_over.store(true, Ordering::Relaxed);
        result
    };
    join(work, pages).await
}

/// The most memory that a process ever had resident, in MB.
fn highest_memory(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

#[expect(clippy::print_stdout, reason = "the figures are worth reading when the test is run alone")]
fn report(what: &str, server: &Server, pages: &[Duration]) {
    let (median, longest) = (pages[pages.len() / 2], pages[pages.len() - 1]);
    let memory = highest_memory(server.process());
    println!("{what}: {memory} MB; {} pages meanwhile, median {median:?}, longest {longest:?}", pages.len());
    assert!(memory < MOST_MEMORY, "{what}: {memory} MB");
    assert!(longest < LONGEST_PAGE, "{what}: a page of another connection took {longest:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_of_63_mb_neither_fill_the_memory_nor_keep_others_waiting() {
    let names = [&LIES[..], &["healthy"]].concat();
    let (server, _configured) = serve(lying_partner::start().await, &names).await;
    let visits = LIES.iter().chain(&LIES).map(async |lie| server.get(&format!("/{lie}/organisations"), HTML).await);
    let (answers, pages) = pages_while(&server, join_all(visits)).await;
    for (status, body) in answers {
        let is_told = ["OneID’s response is too large", "OneID’s response could not be read"];
        assert!(status == 502 && is_told.iter().any(|words| body.contains(words)), "{status}: {body}");
    }
    report("answers of 63 MB", &server, &pages);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_million_clients_neither_fill_the_memory_nor_keep_others_waiting() {
    let (server, _configured) = serve(lying_partner::start().await, &["crowd", "healthy"]).await;
    let visits = async {
        for _ in 0..2 {
            // How long the page itself takes is not looked at here.
            server.try_get("/crowd/clients", HTML).await;
        }
    };
    let ((), pages) = pages_while(&server, visits).await;
    report("10,000 organisations with 10,000 clients each", &server, &pages);
    let (status, body) = server.get("/healthy/clients", HTML).await;
    assert_eq!((status, body.contains("till 0")), (200, true), "what the others are sure of is still theirs");
}
