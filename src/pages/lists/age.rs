//! How many objects a list has, how old it is, and how far the first reading is.

use leptos::either::Either;
use leptos::prelude::*;

use super::super::refresh::Refresh;
use crate::components::{Live, LiveBlock, Notice, RelativeTime, counted, grouped};
use crate::domain::listing::{Filling, Listing};
use crate::domain::object::ObjectKind;
use crate::domain::shell::Tone;
use crate::paths;

/// "412 organisations, as of 12 seconds ago · Refresh".
pub(super) fn subline(connection: &str, kind: ObjectKind, listing: &Listing<()>) -> impl IntoView + use<> {
    let count = counted(listing.total, kind.word());
    let as_of = listing.age.read_at.map(|at| view! { ", as of " <RelativeTime at/> });
    view! {
        <span>
            <Live id="live-total">{count} {as_of}</Live>
            " ·"
        </span>
        " "
        <Refresh connection=connection.to_owned() list=kind/>
    }
}

/// What is missing while the first reading goes on, and how long that takes; or what the partner would not give.
pub(super) fn filling(connection: &str, kind: ObjectKind, listing: &Listing<()>) -> Option<impl IntoView + use<>> {
    let filling = listing.age.filling?;
    let path = paths::listing(connection, kind, &listing.query);
    let is_under_way = filling.read.saturating_add(filling.failed) < filling.of || filling.of == 0;
    Some(view! {
        <LiveBlock id="live-filling">
            {if is_under_way { Either::Left(under_way(filling)) } else { Either::Right(failed(filling)) }}
        </LiveBlock>
        <p class="filling-link">
            <a href=path>"Show what has been loaded by now"</a>
        </p>
    })
}

fn under_way(filling: Filling) -> impl IntoView {
    let Filling { read, failed, of, seconds_left } = filling;
    let text = if of == 0 {
        "The organisations are being loaded.".to_owned()
    } else {
        let of = counted(of.into(), "organisation");
        format!("The clients of {} of {of} have been loaded so far.", grouped(read.into()))
    };
    let left = seconds_left.map(|seconds| format!(" {} to go.", span(seconds)));
    let missing = (failed > 0).then(|| format!(" {} could not be loaded.", grouped(failed.into())));
    let progress = if of == 0 {
        Either::Left(view! { <progress class="filling-bar" aria-labelledby="filling-text"></progress> })
    } else {
        let done = read.saturating_add(failed);
        Either::Right(view! {
            <progress class="filling-bar" aria-labelledby="filling-text" max=of.to_string() value=done.to_string()></progress>
        })
    };
    view! {
        <Notice tone=Tone::Warning>
            <p id="filling-text">
                <strong>{text}</strong>
                {left}
                {missing}
                " What is not loaded yet is not in the list."
            </p>
            {progress}
        </Notice>
    }
}

fn failed(filling: Filling) -> impl IntoView {
    let (failed, of) = (grouped(filling.failed.into()), counted(filling.of.into(), "organisation"));
    view! {
        <Notice tone=Tone::Warning>
            <p>
                <strong>{format!("The clients of {failed} of {of} could not be loaded. ")}</strong>
                "They are tried again in the background."
            </p>
        </Notice>
    }
}

/// A span of time to go, as people say it: "About 3 minutes".
fn span(seconds: u32) -> String {
    match seconds {
        0..=14 => "A few seconds".to_owned(),
        15..=89 => "About a minute".to_owned(),
        90..=5_399 => format!("About {} minutes", (seconds + 30) / 60),
        5_400..=7_199 => "About 2 hours".to_owned(),
        _ => format!("About {} hours", (seconds.saturating_add(1_800)) / 3_600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_to_go_is_said_as_people_say_it() {
        let said = [
            (0, "A few seconds"),
            (20, "About a minute"),
            (89, "About a minute"),
            (90, "About 2 minutes"),
            (5_399, "About 90 minutes"),
            (5_400, "About 2 hours"),
            (u32::MAX, "About 1193046 hours"),
        ];
        for (seconds, words) in said {
            assert_eq!(span(seconds), words);
        }
    }
}
