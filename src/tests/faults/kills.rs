//! The server is killed: at chosen points of a change, and at any moment.

use std::time::Duration;

use super::rounds::{chance, rounds};
use super::world::World;
#[cfg(feature = "failpoints")]
use crate::support::program::Server;

async fn at_any_moment(seed: usize) {
    let world = World::new().await;
    for round in 0..rounds(30) {
        // One of four is killed while it starts.
        let after = Duration::from_millis(chance(seed + round, 400));
        if round % 4 == 3 {
            world.start_and_kill(after).await;
        } else {
            let server = world.serve(world.command()).await;
            world.load_and_kill(server, after).await;
        }
        assert_eq!(world.broken().await, Vec::<String>::new(), "seed {seed}, round {round}");
    }
    assert_eq!(world.verified(), None);
    assert!(world.done() > 0, "something was done in between");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_at_any_moment_explains_every_write_and_loses_none() {
    at_any_moment(1_000_000).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_at_any_other_moment_does_so_too() {
    at_any_moment(2_000_000).await;
}

#[cfg(feature = "failpoints")]
mod points {
    use super::*;

    /// Each is in `server::audit` or below it; see `crash_point`.
    const POINTS: [&str; 8] = [
        "intent-unwritten",
        "intent-written",
        "completion-unwritten",
        "completion-written",
        "resolution-unwritten",
        "resolution-written",
        "leaf-sealed",
        "leaf-committed",
    ];
    /// A point that is not reached by then is not reached in this round.
    const LONGEST: Duration = Duration::from_secs(4);

    /// Lets a server run until it ends there.
    async fn ends_at(world: &World, points: &str) {
        let mut program = world.command();
        program.env("FAILPOINTS", points);
        let server = world.serve(program).await;
        world.load(&server).await;
        server.stop();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_server_that_ends_at_any_point_of_a_change_explains_every_write_and_loses_none() {
        let world = World::new().await;
        let mut ended = [0; POINTS.len()];
        // A round is one end at each point, and takes as long as many kills.
        for round in 0..rounds(12) / 4 {
            for (place, point) in POINTS.iter().enumerate() {
                let after = chance(round * POINTS.len() + place, 3);
                let points = if point.starts_with("resolution") {
                    // So that there is something to find out.
                    ends_at(&world, "completion-unwritten=return").await;
                    format!("{point}=return")
                } else {
                    format!("{point}={after}*off->return")
                };
                let mut program = world.command();
                program.env("FAILPOINTS", points);
                if let Ok(server) = Server::try_start(program).await {
                    let mut server = server.read_from_configuration();
                    let _ = tokio::time::timeout(LONGEST, world.load(&server)).await;
                    ended[place] += usize::from(server.was_killed().await);
                } else {
                    // It ended before it listened.
                    ended[place] += 1;
                }
                assert_eq!(world.broken().await, Vec::<String>::new(), "{point} after {after}, round {round}");
            }
        }
        assert_eq!(world.verified(), None);
        for (point, ended) in POINTS.iter().zip(ended) {
            assert!(ended > 0, "the server never ended at {point}");
        }
    }
}
