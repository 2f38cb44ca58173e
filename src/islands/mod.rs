//! The only code that runs in the browser. Every island adds comfort to a form or a fact that
//! works without it; none of them asks the server for anything.
//!
//! May import: domain, paths, error, `server_fns`, leptos.

mod copy_button;
mod live_region;
mod other_values;
mod return_urls;

pub use copy_button::CopyButton;
pub use live_region::LiveRegion;
pub use other_values::OtherValues;
pub use return_urls::{ReturnUrls, UrlRow};
