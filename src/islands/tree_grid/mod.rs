//! The tree of organisations by keyboard alone: it makes the table a tree grid, as WAI-ARIA describes it. A branch opens
//! and closes without a new page. Without JavaScript the table stays a table, whose branches open by links.

#[cfg(feature = "hydrate")]
mod browser;
#[cfg(any(feature = "hydrate", test))]
mod keys;

use leptos::prelude::*;

#[cfg(not(feature = "hydrate"))]
use super::asleep as wake;
#[cfg(feature = "hydrate")]
use browser::wake;

/// Wakes the table in a part of the page. The part is brought up to date as a whole, so the island stands outside.
#[component]
pub fn TreeGrid(
    /// The id of the part.
    part: String,
) -> impl IntoView {
    view! {
        <TreeGridIsland>
            <span hidden data-part=part></span>
        </TreeGridIsland>
    }
}

#[island]
fn TreeGridIsland(children: Children) -> impl IntoView {
    view! {
        <span hidden use:wake>
            {children()}
        </span>
    }
}
