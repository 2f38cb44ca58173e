//! The secret of a new client, on the one page that shows it.

use leptos::prelude::*;

use crate::components::Notice;
use crate::domain::shell::Tone;
use crate::domain::views::OneTimeSecret;
use crate::islands::CopyButton;

/// The secret, that it has been shown, or nothing.
#[component]
pub(super) fn SecretPanel(
    /// The secret, or why it is not shown.
    secret: OneTimeSecret,
) -> impl IntoView {
    match secret {
        OneTimeSecret::NotAsked => ().into_any(),
        OneTimeSecret::Gone => view! {
            <Notice tone=Tone::Warning>
                <p>
                    <strong>"The client secret cannot be shown again. "</strong>
                    "It is shown only once, within five minutes of creating the client. If you have access to OneID’s \
                     own console, look for it there. Otherwise, create a new client."
                </p>
            </Notice>
        }
        .into_any(),
        OneTimeSecret::Shown(secret) => view! {
            <section class="secret" aria-labelledby="secret-heading">
                <h2 id="secret-heading">"Copy the client secret now. You won’t see it again."</h2>
                <div class="secret-value">
                    <output id="secret">{secret.clone()}</output>
                    <CopyButton text=secret label="client secret".to_owned()/>
                </div>
                <p>
                    "Store it where the application reads its secrets, not in an email or a ticket. This dashboard does \
                     not keep it: it is gone when you leave or reload this page."
                </p>
            </section>
        }
        .into_any(),
    }
}
