//! The power fails: of each file only what was synced is left.

use std::time::Duration;

use super::disk::Disk;
use super::rounds::{chance, rounds};
use super::world::World;

/// Rounds of load that end with a loss of power; what is wrong after the first of them after which something is.
async fn broken_after(more: &[(&str, &str)], seed: usize, rounds: usize) -> Vec<String> {
    let world = World::new().await;
    world.begin().await;
    let disk = Disk::of(&world);
    for round in 0..rounds {
        disk.settle();
        let mut program = disk.under(world.command());
        program.envs(more.iter().copied());
        let server = world.serve(program).await;
        world.load_and_kill(server, Duration::from_millis(100 + chance(seed + round, 400))).await;
        disk.lose_power();
        let broken = world.broken().await;
        if !broken.is_empty() {
            return broken;
        }
    }
    assert_eq!(world.verified(), None);
    assert!(world.done() > 0, "something was done in between");
    Vec::new()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_a_loss_of_power() {
    assert_eq!(broken_after(&[], 3_000_000, rounds(15)).await, Vec::<String>::new());
}

/// The negative control: what is found here would be found there.
#[cfg(feature = "failpoints")]
#[tokio::test(flavor = "multi_thread")]
async fn without_syncing_each_commit_a_loss_of_power_takes_what_was_acknowledged() {
    let broken = broken_after(&[("FAILPOINTS", "synchronous-normal=return")], 4_000_000, 20).await;
    assert!(!broken.is_empty(), "a database that does not sync each commit must not pass");
}
