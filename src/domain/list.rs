//! How much of a list that takes many calls has been read.

use serde::{Deserialize, Serialize};

/// How much of a list that takes one call for each organisation has been read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Organisations whose clients were read.
    pub read: u32,
    /// Organisations whose clients the partner would not give.
    pub failed: u32,
    /// All organisations.
    pub of: u32,
}

impl Coverage {
    /// Whether nothing is missing.
    pub fn is_whole(self) -> bool {
        self.read == self.of
    }
}
