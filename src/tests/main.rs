//! The product as a whole, asked the way browsers, islands and partners speak to it.
//!
//! Requests go through the real router, the partner is a real HTTP server on loopback, and the
//! database is a real SQLite file. Only the network to the outside is missing.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]
#![recursion_limit = "256"]

mod support;

mod access_events;
mod architecture;
mod audit_export;
mod audit_failures;
mod audit_log;
mod audit_verification;
mod audited;
mod authentication;
mod backup;
mod changes;
mod confirmations;
mod conflicts;
mod connections;
mod creation_review;
mod cut_connections;
mod demo_history;
mod duplicates;
mod durability;
mod escaping;
mod exports;
mod faults;
mod fields;
mod files;
mod find;
mod form_addresses;
mod hanging_partner;
mod headers;
mod history_of_editors;
mod hostile_forms;
mod index;
mod interleavings;
mod interrupted;
mod journeys;
mod large_answers;
mod long_lists;
mod notifications;
mod oauth_clients;
mod observed;
mod operations;
mod organisations;
mod overview;
mod partner_api;
mod partner_api_answers;
mod partner_failures;
mod partner_refusals;
mod reach;
mod readiness;
mod replicas;
mod reveal;
mod saved_views;
mod secrets;
mod sent_once;
mod settled;
mod sign_in;
mod slow_lists;
mod switching;
mod times;
mod tokens;
mod unfinished;
mod unknown_creations;
mod unreadable_forms;
mod unrecorded;
mod validation;
mod versions;
