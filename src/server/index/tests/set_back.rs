//! A wall clock that is set back: what was read before is old, and neither fresh nor never read again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use super::Rig;
use crate::server::clock::Clock as _;

#[tokio::test(start_paused = true)]
async fn clients_that_were_read_before_the_clock_was_set_back_are_read_again() {
    let rig = Rig::new();
    rig.pass(12 * 3_600);
    let (partner, clients, has_more) =
        (Arc::clone(&rig.partner), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let (counted, more) = (Arc::clone(&clients), Arc::clone(&has_more));
    tokio::spawn(async move {
        loop {
            let call = partner.call().await;
            let client = call.organisation.as_ref().map(|id| format!("{id}-client"));
            match client {
                None if more.load(Ordering::Relaxed) => call.answer(&["a", "b", "c"]),
                None => call.answer(&["a", "b"]),
                Some(client) => {
                    counted.fetch_add(1, Ordering::Relaxed);
                    call.answer(&[client.as_str()]);
                }
            }
        }
    });
    tokio::spawn(Arc::clone(&rig.index).run());
    let pass = async |seconds: u32| {
        for _ in 0..seconds {
            rig.pass(1);
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    pass(60).await;
    assert_eq!(clients.load(Ordering::Relaxed), 2);
    rig.clock.step_wall(-time::Duration::hours(6));
    has_more.store(true, Ordering::Relaxed);
    pass(20).await;
    assert_eq!(clients.load(Ordering::Relaxed), 4, "both are read again at once, and once");
    pass(600).await;
    assert!((8..=16).contains(&clients.load(Ordering::Relaxed)), "{clients:?}, every five minutes");
    let (view, now) = (rig.index.view(), rig.clock.now());
    assert!(view.has_organisation("c"));
    assert!(view.read_at.is_some_and(|at| at <= now));
    assert!(["a", "b", "c"].iter().all(|id| view.clients_read_at(id).is_some_and(|at| at <= now)));
}

#[tokio::test(start_paused = true)]
async fn a_refresh_before_the_clock_was_set_back_has_nothing_read_again_and_again() {
    let rig = Rig::new();
    rig.pass(12 * 3_600);
    let (partner, calls) = (Arc::clone(&rig.partner), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&calls);
    tokio::spawn(async move {
        loop {
            partner.call().await.answer(&["a"]);
            counted.fetch_add(1, Ordering::Relaxed);
        }
    });
    assert!(rig.index.refresh());
    rig.clock.step_wall(-time::Duration::hours(6));
    tokio::spawn(Arc::clone(&rig.index).run());
    for _ in 0..60 {
        rig.pass(1);
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert_eq!(calls.load(Ordering::Relaxed), 2, "the organisations, and the clients of one");
}
