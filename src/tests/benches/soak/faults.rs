//! What goes wrong in each hour at the partners and in the database, and when.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use partner_dashboard::server::sandbox::{Fault, FaultKind, Sandbox, System};
use tokio::time::{Instant, sleep_until};

use super::Pace;
use super::store::Store;

/// Longer than the program waits for any answer: it gives up after some seconds of its own time.
const NO_ANSWER: Duration = Duration::from_millis(400);

/// What goes wrong, from which minute of each hour until which.
fn plan() -> [(u32, u32, Vec<Fault>); 9] {
    let everywhere = |kind: FaultKind| System::ALL.map(|system| Fault::new(system, kind.clone())).to_vec();
    let lost = Fault::new(System::OneIdSandbox, FaultKind::DropAfter).on(&Method::PUT, "/v1");
    let lost_too = Fault::new(System::OneIdSandbox, FaultKind::DropAfter).on(&Method::POST, "/v1/organisations");
    [
        (5, 8, everywhere(FaultKind::status(StatusCode::SERVICE_UNAVAILABLE))),
        (13, 16, everywhere(FaultKind::Latency(NO_ANSWER))),
        (20, 23, everywhere(FaultKind::Drop)),
        (27, 30, vec![lost, lost_too]),
        (34, 36, everywhere(FaultKind::Truncate)),
        (39, 41, everywhere(FaultKind::Malformed)),
        (44, 45, everywhere(FaultKind::ExpireTokens)),
        (48, 50, everywhere(FaultKind::status(StatusCode::TOO_MANY_REQUESTS))),
        (54, 55, everywhere(FaultKind::status(StatusCode::UNAUTHORIZED))),
    ]
}

/// In which minute the connections to the database are cut, and in which nothing can be written to the audit log.
const CUT: u32 = 57;
const LOCKED: u32 = 58;

/// Lets all of it happen in each hour. How many connections were cut.
pub async fn every_hour(sandbox: &Sandbox, store: &Store, pace: Pace) -> i64 {
    let (mut cut, begun) = (0, Instant::now());
    for passed in 0..pace.hours {
        let (hour, minute) = (begun + pace.hour() * passed, pace.hour() / 60);
        for (from, to, faults) in plan() {
            sleep_until(hour + minute * from).await;
            for fault in faults {
                sandbox.inject(fault);
            }
            sleep_until(hour + minute * to).await;
            sandbox.clear_faults();
        }
        sleep_until(hour + minute * CUT).await;
        cut += store.cut().await;
        sleep_until(hour + minute * LOCKED).await;
        store.lock(minute).await;
        sleep_until(hour + pace.hour()).await;
    }
    cut
}
