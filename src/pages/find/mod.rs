//! `/find`: everything that a search finds, as a page and as the options of palette and controls.

mod everything;
mod groups;
mod options;

pub use everything::everything;
pub use options::{choices, palette};
