//! Emulators of the five partner APIs, spoken to over real HTTP on loopback.
//!
//! This module may import axum, hyper, serde and other general crates, but nothing else of this crate, so that no
//! mistake of the dashboard is repeated here. What an emulator does comes from the vendors' seed pages, and each rule
//! names its page.
//!
//! A request passes `server` (accepts connections) → `dispatch` (journal, faults) → the router of its [`System`]: the
//! token endpoint, which all systems share and which a `Dialect` describes, or a resource behind the bearer check. To
//! add a system, write its file with a `Row` and an `Emulator`, and name it in [`System`].

mod answers;
mod bearer;
mod bookings;
mod control;
mod description;
mod dispatch;
mod faults;
mod hex;
mod issuer;
mod journal;
mod oneconnect;
mod oneid;
mod oneio;
mod options;
mod server;
mod share_now;
mod systems;
mod token_endpoint;
mod world;

#[cfg(test)]
mod tests;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use description::{ConnectionDescription, SandboxDescription};
pub use faults::{Fault, FaultKind};
pub use journal::ReceivedRequest;
pub use options::SandboxOptions;
pub use server::Sandbox;
pub use systems::System;

/// Locks a mutex, even if its last holder panicked: no state here has an invariant that could be broken.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
