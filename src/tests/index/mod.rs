//! The index of a connection beside its partner: what it has, what it tells, what it keeps, and what it costs.

mod canaries;
mod damage;
mod outages;
mod plain;
mod sequences;
mod steps;
mod target;
mod visitors;
mod world;

use crate::support::TestApp;

/// The words of names. They are too short to be found with a spelling mistake.
const WORDS: [&str; 6] = ["moss", "reed", "kiln", "oaks", "fern", "vale"];

/// Reads both lists of the sandbox with all clients, and keeps the index.
async fn filled(app: &TestApp) {
    for list in ["organisations", "clients"] {
        app.browser().page(&format!("/sandbox/{list}")).await;
    }
    app.connections.find("sandbox").unwrap().index.keep().await;
}
