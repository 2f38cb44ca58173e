//! Partner Dashboard: OneID organisations and OAuth clients in a browser, every change audited.
//!
//! Outside `server` the code compiles for the server and for WebAssembly; `server` is native
//! only. Rooms import one way, from left to right: pages → `server_fns` → services → partner,
//! audit. `docs/architecture.md` draws it and `tests/architecture.rs` checks it.

#![recursion_limit = "256"]

pub mod app;
pub mod components;
pub mod domain;
pub mod error;
pub mod islands;
pub mod pages;
pub mod paths;
#[cfg(feature = "ssr")]
pub mod server;
pub mod server_fns;

/// Wakes the islands of a page. Called by the script that Leptos writes into it.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
