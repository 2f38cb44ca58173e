//! How much memory the lists of all connections may take together.

/// The memory that lists may take.
#[derive(Clone, Debug, Default)]
pub struct Budget;

/// A part of the budget, given back when it is dropped.
#[derive(Debug, Default)]
pub struct Share;
