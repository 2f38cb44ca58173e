//! Everything that is native only: the partner client, the audit log, sign-in and the router.

pub mod accept;
pub mod audit;
pub mod auth;
pub mod cli;
pub mod clock;
pub mod config;
pub mod connections;
pub mod context;
pub mod expiring_map;
pub mod index;
pub mod listener;
pub mod metrics;
pub mod middleware;
pub mod oauth;
pub mod oneid;
pub mod render;
pub mod response_body;
pub mod router;
pub mod sandbox;
pub mod services;
pub mod sign_in;
pub mod state;
pub mod storage;
pub mod telemetry;
