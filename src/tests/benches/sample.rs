//! How much CPU time a process takes for each request that it answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::client::Client;
use super::process::cpu_time;

/// What one sample takes: so many hundredths of a second, in which the kernel counts, that one more or less is 2.5 %.
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
