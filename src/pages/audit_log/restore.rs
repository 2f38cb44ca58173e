//! The button that opens the form of an object with the values of an earlier version.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::components::RefusedButton;
use crate::domain::staleness::EditRefusal;
use crate::server_fns::audit_log::RestoreVersion;

const LABEL: &str = "Restore this version…";

/// The button, or why it cannot be used.
#[component]
pub(super) fn RestoreButton(
    /// The number of the entry that left the version.
    entry: i64,
    /// Whether the person may edit the object.
    may_restore: bool,
) -> impl IntoView {
    if !may_restore {
        let reason = EditRefusal::OutOfReach.reason();
        return view! { <RefusedButton class="button" label=LABEL reason described_by=None/> }.into_any();
    }
    view! {
        <form method="post" action=RestoreVersion::url()>
            <input type="hidden" name="entry" value=entry.to_string()/>
            <button class="button" type="submit">
                {LABEL}
                <span class="visually-hidden">{format!(" (after entry #{entry})")}</span>
            </button>
        </form>
    }
    .into_any()
}
