//! What stands above data that could not be read anew: what is wrong, and how old they are.

use leptos::prelude::*;

use super::moment::Moment;
use super::notice::Notice;
use crate::domain::shell::Tone;
use crate::domain::staleness::Staleness;

/// A banner above old data; nothing above data that are not.
#[component]
pub fn StaleNotice(
    /// How old they are and why, when they are.
    stale: Option<Staleness>,
    /// What they are: "This is what OneID said". The age follows.
    #[prop(default = "This is what OneID said")]
    what: &'static str,
    /// What follows from it.
    #[prop(optional)]
    closing: &'static str,
) -> impl IntoView {
    stale.map(|stale| {
        let title = stale.title();
        let failure = stale.failure;
        let message = failure.as_ref().and_then(|failure| failure.message.clone());
        let message = message.map(|words| view! { <p>"OneID says: “" {words} "”"</p> });
        let request_id = failure.and_then(|failure| failure.request_id).map(|id| {
            view! {
                " x-request-id "
                <code>{id}</code>
                "."
            }
        });
        view! {
            <Notice tone=Tone::Warning>
                <p>
                    <strong>{title} ". "</strong>
                    {what}
                    " "
                    <Moment at=stale.read_at/>
                    ". "
                    {closing}
                    {request_id}
                </p>
                {message}
            </Notice>
        }
    })
}
