//! How a connection's index is kept: how politely it is read, how old it may be, and whether changes are observed.

use std::num::NonZeroU32;
use std::time::Duration;

/// How the index of one connection is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexSettings {
    /// How many calls of the partner may run at once in the background.
    pub calls_at_once: NonZeroU32,
    /// How many calls of the partner may begin in a second in the background.
    pub calls_per_second: NonZeroU32,
    /// How old what was read may be before it is read again in the background.
    pub age: Duration,
    /// Whether changes that were made elsewhere are recorded.
    pub observe: bool,
}

impl IndexSettings {
    /// The default number of calls at once.
    pub const CALLS_AT_ONCE: NonZeroU32 = NonZeroU32::new(8).expect("8 is not zero");
    /// The default number of calls in a second.
    pub const CALLS_PER_SECOND: NonZeroU32 = NonZeroU32::new(25).expect("25 is not zero");
    /// The default age.
    pub const AGE: Duration = Duration::from_mins(5);
}

impl Default for IndexSettings {
    fn default() -> Self {
        Self {
            calls_at_once: Self::CALLS_AT_ONCE,
            calls_per_second: Self::CALLS_PER_SECOND,
            age: Self::AGE,
            observe: true,
        }
    }
}
