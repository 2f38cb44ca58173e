//! Switching single-key shortcuts on and off.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use crate::components::Card;
use crate::server_fns::preferences::SwitchSingleKeys;

/// What single keys do, and the button that switches them. People who speak to their computer, or hit keys unmeant,
/// want them off (WCAG 2.1.4).
#[component]
pub(super) fn Shortcuts(
    /// Whether they are on in this browser.
    is_on: bool,
) -> impl IntoView {
    let (state, button) = if is_on { ("on", "Switch single keys off") } else { ("off", "Switch single keys on") };
    view! {
        <Card id="shortcuts" title="Keyboard shortcuts">
            <div class="card-body">
                <p class="prose">
                    {format!(
                        "Single keys are {state} in this browser: / goes to the search of a page, and ? lists the shortcuts. \
                         Ctrl K (⌘ K on a Mac) opens “Find or do anything” in any case.",
                    )}
                </p>
                <form method="post" action=SwitchSingleKeys::url()>
                    <input type="hidden" name="is_on" value=(!is_on).to_string()/>
                    <button class="button" type="submit">
                        {button}
                    </button>
                </form>
            </div>
        </Card>
    }
}
