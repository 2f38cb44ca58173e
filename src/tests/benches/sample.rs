//! How much CPU time a process takes for each request that it answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::client::Client;

/// The kernel counts in hundredths of a second, on every machine that Linux runs on.
const TICK: Duration = Duration::from_millis(10);
/// What one sample takes: so many ticks that one more or less is 2.5 %.
const SAMPLE: Duration = Duration::from_millis(400);
/// How often it is looked whether the sample is large enough.
const LOOK: Duration = Duration::from_millis(20);
/// Samples of each figure; the median counts, so that what runs now and then in the background does not.
const SAMPLES: usize = 5;

/// Someone who answers: a process, and how to ask it.
pub struct Server<'a> {
    pub process: u32,
    pub client: &'a Client,
}

/// What a request costs, and how many were answered to know it.
#[derive(Clone, Copy)]
pub struct Cost {
    pub per_request: Duration,
    pub requests: usize,
}

/// The cost of the same requests at several servers, asked in turn, so that what slows the machine slows all of them.
pub async fn costs(servers: &[Server<'_>], targets: &Arc<[String]>) -> Vec<Cost> {
    let mut samples = vec![Vec::new(); servers.len()];
    for _ in 0..SAMPLES {
        for (server, samples) in servers.iter().zip(&mut samples) {
            samples.push(sample(server, targets).await);
        }
    }
    samples.into_iter().map(median).collect()
}

fn median(mut samples: Vec<Cost>) -> Cost {
    samples.sort_by_key(|cost| cost.per_request);
    let requests = samples.iter().map(|cost| cost.requests).sum();
    Cost { per_request: samples[samples.len() / 2].per_request, requests }
}

async fn sample(server: &Server<'_>, targets: &Arc<[String]>) -> Cost {
    let stop = Arc::new(AtomicBool::new(false));
    let before = cpu_time(server.process);
    let enough = async {
        while cpu_time(server.process).saturating_sub(before) < SAMPLE {
            tokio::time::sleep(LOOK).await;
        }
        stop.store(true, Ordering::Relaxed);
    };
    let (requests, ()) = tokio::join!(server.client.load(targets, &stop), enough);
    let taken = cpu_time(server.process).saturating_sub(before);
    Cost { per_request: taken / u32::try_from(requests).unwrap(), requests }
}

/// The CPU time that a process has taken so far, in all its threads, in the program and in the kernel.
fn cpu_time(process: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    // The second field is the name in parentheses; the 14th and 15th are the times.
    let (_, fields) = stat.rsplit_once(") ").unwrap();
    let ticks: u32 = fields.split(' ').skip(11).take(2).map(|field| field.parse::<u32>().unwrap()).sum();
    TICK * ticks
}
