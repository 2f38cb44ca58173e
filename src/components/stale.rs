//! The notice above data that could not be refreshed: the reason and the age.

use leptos::prelude::*;

use super::notice::Notice;
use super::times::RelativeTime;
use crate::domain::shell::Tone;
use crate::domain::staleness::Staleness;

/// A warning above old data; nothing above current data.
#[component]
pub fn StaleNotice(
    /// The age and the reason; `None` for current data.
    stale: Option<Staleness>,
    /// The beginning of the sentence that ends with the age of the data.
    #[prop(default = "This data was loaded")]
    what: &'static str,
    /// What the visitor can do, or cannot do, meanwhile.
    #[prop(optional)]
    closing: &'static str,
) -> impl IntoView {
    stale.map(|stale| {
        let title = stale.title();
        let failure = stale.failure;
        let message = failure.as_ref().and_then(|failure| failure.message.clone());
        let message = message.map(|text| view! { <p>"OneID says: “" {text} "”"</p> });
        let request_id = failure.and_then(|failure| failure.request_id).map(|id| {
            view! {
                " Partner request ID "
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
                    <RelativeTime at=stale.read_at/>
                    ". "
                    {closing}
                    {request_id}
                </p>
                {message}
            </Notice>
        }
    })
}
