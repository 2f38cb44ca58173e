//! A moment in words, with the exact time on hover and for machines.

use leptos::prelude::*;
use time::OffsetDateTime;

use crate::domain::moment::{exact, machine, relative};
use crate::domain::shell::Shell;

/// A moment, relative to when the page was made.
#[component]
pub fn Moment(
    /// When.
    at: OffsetDateTime,
) -> impl IntoView {
    let words = use_context::<Shell>().map_or_else(|| exact(at), |shell| relative(shell.now, at));
    view! { <time datetime=machine(at) title=exact(at)>{words}</time> }
}
