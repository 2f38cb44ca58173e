//! What every page knows without asking: who, where to, and when.

use std::sync::Arc;

use leptos::prelude::use_context;

use crate::domain::shell::Shell;

/// The frame of the page that is rendered; `None` where nobody is signed in.
pub fn shell() -> Option<Arc<Shell>> {
    use_context()
}
