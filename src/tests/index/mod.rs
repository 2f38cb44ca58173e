//! The index of a connection beside its partner: what it has, what it tells, what it keeps, and what it costs.

mod plain;
mod sequences;
mod steps;
mod world;

/// The words of names. They are too short to be found with a spelling mistake.
const WORDS: [&str; 6] = ["moss", "reed", "kiln", "oaks", "fern", "vale"];
