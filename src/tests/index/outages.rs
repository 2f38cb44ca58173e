//! A partner that is down while the server starts: what was kept is shown at once, with its age.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use partner_dashboard::server::clock::ManualClock;
use partner_dashboard::server::sandbox::{Fault, FaultKind, System};
use time::macros::datetime;

use super::filled;
use crate::support::{TestApp, TestOptions};

#[tokio::test]
async fn a_partner_that_is_down_at_a_restart_means_older_lists_with_their_age_and_a_banner() {
    for fault in [
        FaultKind::status(StatusCode::SERVICE_UNAVAILABLE),
        FaultKind::Drop,
        FaultKind::Latency(Duration::from_secs(30)),
    ] {
        let clock = Arc::new(ManualClock::new(datetime!(2026-01-01 12:00 UTC)));
        let app = TestApp::with(TestOptions { is_kept: true, clock: clock.clone(), ..TestOptions::default() }).await;
        filled(&app).await;
        app.sandbox.inject(Fault::new(System::OneIdSandbox, fault.clone()));
        clock.advance(Duration::from_hours(3));
        let app = app.restarted().await;
        let began = Instant::now();
        for (list, expected) in [("organisations", "Copperfield Books"), ("clients", "gift-cards")] {
            let page = app.browser().page(&format!("/sandbox/{list}?q={}", &expected[..4])).await;
            assert!(page.main().contains(expected), "{fault:?}: {}", page.main());
            let banner = page.text(".notice-warning");
            assert!(banner.contains("3 hours ago"), "{fault:?}: {banner}");
            let tree = app.browser().page(&format!("/sandbox/{list}")).await;
            assert!(tree.has(".notice-warning") && tree.count("tbody tr") > 3, "{fault:?}: {}", tree.main());
        }
        // A partner that says nothing is waited for a second by each of the lists.
        assert!(began.elapsed() < Duration::from_secs(6), "{fault:?}: {:?}", began.elapsed());
    }
}
