//! Changes made outside of this dashboard.
//!
//! 1. A refresh of the index tells the [`Recorder`] what it found. The audit log keeps it as *observed*, by nobody who is
//!    known, in batches; above a bound as one entry for all.
//! 2. [`open`] is what pages show of it until somebody answers.
//! 3. [`answer::accept`] records that the change is right. [`revert::revert`] lays the old values over the object as it is
//!    now, as a draft: from there on it is an edit like every other, and nothing is written without its review.
//!
//! The log alone says what is open: an observed entry is answered by an acceptance, or by the change that its `answers`
//! belongs to once that is applied.

pub mod answer;
pub mod open;
mod ours;
mod recorder;
pub mod replies;
pub mod revert;
pub mod standing;
mod target;

pub use recorder::Recorder;
pub use target::target;
