//! However many come at once, the partner is asked once for each list.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::join_all;
use partner_dashboard::server::clock::ManualClock;
use time::macros::datetime;

use super::filled;
use crate::support::{TestApp, TestOptions};

/// How many people open a list at the same moment.
const VISITORS: usize = 500;

/// On a clock that stands still: what was read does not grow old while they come.
async fn kept() -> TestApp {
    let clock = Arc::new(ManualClock::new(datetime!(2026-01-01 12:00 UTC)));
    TestApp::with(TestOptions { is_kept: true, clock, ..TestOptions::default() }).await
}

/// Lets all of them open a list, and counts how often the partner was asked for each path.
async fn calls_while_all_open(app: &TestApp, list: &str) -> BTreeMap<String, usize> {
    app.sandbox.clear_requests();
    let visits = (0..VISITORS).map(|_| async {
        // Whoever waits too long on a busy machine is shown what there is by then.
        app.browser().page(list).await;
    });
    join_all(visits).await;
    assert!(app.browser().page(list).await.main().contains("gift-cards"));
    let mut calls = BTreeMap::new();
    for request in app.sandbox.requests().into_iter().filter(|request| request.method == "GET") {
        *calls.entry(request.path).or_default() += 1;
    }
    calls
}

/// Fails unless the list of organisations was asked for once, and that of the clients of each.
fn assert_once_each(app: &TestApp, calls: &BTreeMap<String, usize>) {
    let view = app.connections.find("sandbox").unwrap().index.view();
    assert_eq!(calls.len() as u64, 1 + view.organisation_count(), "{calls:#?}");
    assert!(calls.values().all(|count| *count == 1), "{calls:#?}");
}

#[tokio::test]
async fn five_hundred_who_open_the_same_cold_list_cost_one_call_for_each_list() {
    let app = kept().await;
    let calls = calls_while_all_open(&app, "/sandbox/clients?q=gift").await;
    assert_once_each(&app, &calls);
}

#[tokio::test]
async fn five_hundred_who_come_after_a_restart_cost_no_more() {
    let app = kept().await;
    filled(&app).await;
    let app = app.restarted().await;
    let calls = calls_while_all_open(&app, "/sandbox/clients?q=gift").await;
    assert_once_each(&app, &calls);
}
