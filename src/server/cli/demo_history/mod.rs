//! The two weeks before the demo: real changes through the forms of the dashboard, at an injected time, so that every
//! page has something to show and the audit log verifies.

mod clock;
mod events;
mod forms;
mod outside;
mod person;
mod story;
mod world;

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;

use self::clock::EarlierClock;
use self::world::Story;
use super::running::take_up_indexes;
use crate::server::clock::{Clock, SystemClock};
use crate::server::config::Config;
use crate::server::router;
use crate::server::sandbox::Sandbox;
use crate::server::wiring::{AssemblyError, Outside, assemble};

/// For how long there has been a demo.
const DAYS: u32 = 14;

/// How long before now the last events begin.
const LAST_DAY: Duration = Duration::from_hours(4);

/// Why the history is not complete.
#[derive(Debug, thiserror::Error)]
pub(super) enum HistoryError {
    /// The dashboard could not be put together.
    #[error(transparent)]
    Assembly(#[from] AssemblyError),
    /// The network could not be used.
    #[error(transparent)]
    Network(#[from] reqwest::Error),
    /// A step did not end as it should.
    #[error("{step}: {found}")]
    Step {
        /// What was tried.
        step: String,
        /// What came of it.
        found: String,
    },
}

impl HistoryError {
    fn new(step: impl Into<String>, found: impl Into<String>) -> Self {
        Self::Step { step: step.into(), found: found.into() }
    }
}

/// Makes the history in the database of a configuration that nothing has used yet.
///
/// # Errors
/// When a step did not end as it should: the demo has what came before it.
pub(super) async fn make(config: &Config, sandbox: &Sandbox) -> Result<(), HistoryError> {
    let now = SystemClock.now();
    let clock = Arc::new(EarlierClock::new(Duration::from_hours(24) * DAYS));
    let told: Arc<dyn Clock> = clock.clone();
    let state = assemble(config, &Outside { clock: told, ..Outside::real()? }).await?;
    take_up_indexes(&state, state.connections.in_order()).await;
    let router = router::build(state.clone(), &config.public_url, config.requests_per_minute);
    let story = Story {
        state: &state,
        sandbox,
        clock: &clock,
        router,
        origin: config.public_url.clone(),
        today: now - LAST_DAY,
    };
    let told = story.tell().await;
    if told.is_err() {
        story.ends_early();
    }
    // Nobody of these days is signed in any more, and that is no event of today.
    clock.advance(Duration::from_hours(1));
    if let (_, Err(error)) = state.stores.remove_old().await {
        return Err(HistoryError::new("the end", error.to_string()));
    }
    // What was observed is written by tasks of its own.
    state.writes.close();
    state.writes.wait().await;
    // The demo goes on from what was read last, as after any other start.
    join_all(state.connections.in_order().map(|connection| connection.index.keep())).await;
    told
}
