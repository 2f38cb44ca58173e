//! The secret of a client: on the one page after its creation, or when somebody reveals it.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::components::Notice;
use crate::domain::principal::Permission;
use crate::domain::shell::Tone;
use crate::domain::views::{OneTimeSecret, Reveal};
use crate::islands::{CopyButton, ForgetOnLeave};
use crate::pages::reason::reason;
use crate::server_fns::oauth_clients::RevealSecret;

/// The form that asks for the secret of a client that was there before, or why there is none.
pub(super) fn reveal(connection: &str, id: &str, reveal: Reveal) -> impl IntoView + use<> {
    let said = |text: &'static str| view! { <span class="secondary">{text}</span> }.into_any();
    match reveal {
        Reveal::NotGiven => said("Shown once, when the client was created"),
        Reveal::Refused => said(Permission::RevealSecrets.reason()),
        Reveal::AtOnce => form(connection, id, false).into_any(),
        Reveal::WithReason => form(connection, id, true).into_any(),
    }
}

fn form(connection: &str, id: &str, needs_reason: bool) -> impl IntoView + use<> {
    let fields = view! {
        <input type="hidden" name="connection" value=connection.to_owned()/>
        <input type="hidden" name="id" value=id.to_owned()/>
    };
    if !needs_reason {
        return view! {
            <form method="post" action=RevealSecret::url()>
                {fields}
                <button class="button button-small" type="submit">
                    "Reveal secret"
                </button>
            </form>
        }
        .into_any();
    }
    view! {
        <details class="disclosed">
            <summary>"Reveal secret"</summary>
            <form method="post" action=RevealSecret::url() class="disclosed-form">
                {fields}
                {reason("reveal-reason".to_owned(), "Why you need it", "Reveal secret")}
            </form>
        </details>
    }
    .into_any()
}

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
        OneTimeSecret::Unread => view! {
            <Notice tone=Tone::Warning>
                <p>
                    <strong>"The client secret could not be read. "</strong>
                    "The database of this dashboard does not answer. The secret has not been shown. Reload this page soon \
                     to try again: it does not wait for long."
                </p>
            </Notice>
        }
        .into_any(),
        OneTimeSecret::NotShown => view! {
            <Notice>
                <p>
                    <strong>"The client secret is no longer shown. "</strong>
                    "If you still need it, reveal it again. Each time is an entry in the audit log."
                </p>
            </Notice>
        }
        .into_any(),
        OneTimeSecret::Revealed(secret) => view! {
            <section class="secret" aria-labelledby="secret-heading">
                <ForgetOnLeave/>
                <h2 id="secret-heading">"Client secret"</h2>
                <div class="secret-value">
                    <details class="secret-cover">
                        <summary>"Show the secret"</summary>
                        <output id="secret">{secret.clone()}</output>
                    </details>
                    <CopyButton text=secret label="client secret".to_owned()/>
                </div>
                <p>
                    "It was read from OneID now, and this dashboard does not keep it. This page hides it again after 30 \
                     seconds. The audit log has an entry."
                </p>
            </section>
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
