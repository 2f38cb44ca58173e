//! The secret of a new client, on the one page that shows it.

use leptos::prelude::*;

use crate::components::Notice;
use crate::domain::shell::Tone;
use crate::domain::views::OneTimeSecret;
use crate::islands::CopyButton;

/// The secret, that it has been shown, or nothing.
#[component]
pub(super) fn SecretPanel(
    /// What there is to show.
    secret: OneTimeSecret,
) -> impl IntoView {
    match secret {
        OneTimeSecret::NotAsked => ().into_any(),
        OneTimeSecret::Gone => view! {
            <Notice tone=Tone::Warning>
                <p>
                    <strong>"The secret is not shown again. "</strong>
                    "It was shown once after the creation, or it waited longer than five minutes. OneID’s own \
                     console can show it to those who may sign in there; otherwise create a new client."
                </p>
            </Notice>
        }
        .into_any(),
        OneTimeSecret::Shown(secret) => view! {
            <section class="secret" aria-labelledby="secret-heading">
                <h2 id="secret-heading">"Copy the secret now. It is shown this once."</h2>
                <div class="secret-value">
                    <output id="secret">{secret.clone()}</output>
                    <CopyButton text=secret label="secret".to_owned()/>
                </div>
                <p>
                    "Put it where the application reads its secrets, not in an e-mail or a ticket. This dashboard does \
                     not keep it: after you leave or reload this page it is gone from here."
                </p>
            </section>
        }
        .into_any(),
    }
}
