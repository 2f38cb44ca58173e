//! Times on pages: relative for reading, with the exact time on hover and in `datetime`.

use leptos::prelude::*;
use time::OffsetDateTime;

use super::shell::shell;
use crate::domain::time_display::TimeDisplay;
use crate::domain::time_format::{TextPart, day, exact, parts, relative, rfc3339, until};

/// A time that has passed, such as "5 minutes ago". Data that was read while the page was being rendered is a little
/// newer than the page's clock, and reads "just now".
#[component]
pub fn RelativeTime(
    /// The time of the event.
    at: OffsetDateTime,
) -> impl IntoView {
    let text = shell().map_or_else(|| exact(at), |shell| relative(&shell.times, shell.now, at));
    view! { <time datetime=rfc3339(at) title=exact(at)>{text}</time> }
}

/// A time to come, such as "in 40 seconds", which may have passed when the page is rendered.
#[component]
pub fn TimeUntil(
    /// When it is due.
    at: OffsetDateTime,
) -> impl IntoView {
    let text = shell().map_or_else(|| exact(at), |shell| until(&shell.times, shell.now, at));
    view! { <time datetime=rfc3339(at) title=exact(at)>{text}</time> }
}

/// A time in full, such as "22 November 2026, 14:03:27 UTC", in the time zone of the person.
#[component]
pub fn ExactTime(
    /// The time of the event.
    at: OffsetDateTime,
) -> impl IntoView {
    view! { <time datetime=rfc3339(at) title=exact(at)>{display().exact(at)}</time> }
}

/// How the person wants times written; in UTC where nobody is signed in.
pub fn display() -> TimeDisplay {
    shell().map(|shell| shell.times.clone()).unwrap_or_default()
}

/// A text in which each RFC 3339 timestamp, as partners send them, is shown as its date.
#[component]
pub fn TextWithTimes(
    /// The text, which may quote a partner.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    let parts = parts(&text).into_iter().map(|part| match part {
        TextPart::Plain(text) => text.to_owned().into_any(),
        TextPart::Time(at) => {
            let local = display().local(at);
            view! { <time datetime=rfc3339(at) title=exact(at)>{day(local.date())}</time> }.into_any()
        }
    });
    parts.collect_view()
}
