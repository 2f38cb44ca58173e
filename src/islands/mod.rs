//! The only code that runs in the browser. Every island adds convenience to a form or a fact that
//! works without it. None of them calls a server function: the live region requests its own page again, and the palette and
//! the choice of an object request documents whose options they show.
//!
//! The server writes the markup, as children of an island. In the browser an island has neither
//! properties to read nor views to compare: it listens, and changes the elements that are there.
//! So the download holds no parser and no lists of Leptos.
//!
//! May import: domain, paths, error, leptos.

mod choose_object;
#[cfg(feature = "hydrate")]
mod combobox;
mod copy_button;
mod copy_ids;
#[cfg(feature = "hydrate")]
mod dom;
mod follow_parent;
mod forget_on_leave;
mod leave_guard;
mod live_region;
mod other_values;
mod palette;
mod return_urls;
#[cfg(feature = "hydrate")]
mod shortcuts;
mod tree_grid;

/// The script that loads the module of the islands and starts them one after the other: a function of the addresses of
/// the module and of its binary.
pub const START: &str = include_str!("start.js");

pub use choose_object::ChooseObject;
pub use copy_button::{CopyButton, CopyTextOf};
pub use copy_ids::CopyIds;
pub use follow_parent::FollowParent;
pub use forget_on_leave::ForgetOnLeave;
pub use leave_guard::LeaveGuard;
pub use live_region::LiveRegion;
pub use other_values::OtherValues;
pub use palette::Palette;
pub use return_urls::{ReturnUrls, UrlRow};
pub use tree_grid::TreeGrid;

/// Stands on the server for what wakes an island in the browser.
#[cfg(not(feature = "hydrate"))]
fn asleep(_: leptos::web_sys::Element) {}
