//! The index against a naive scan by the published rules.

mod data;
mod hostile;
mod later;
mod many;
mod measured;
mod memory_source;
mod naive;
mod naive_counts;
mod naive_object;
mod pages;
mod properties;
mod snapshots;
