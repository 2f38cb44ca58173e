//! Messages in a box.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use crate::domain::shell::{Flash, Tone};

/// A message of the change before, announced to screen readers.
#[component]
pub fn FlashNotice(
    /// What it says.
    flash: Flash,
) -> impl IntoView {
    let (class, role) = match flash.tone {
        Tone::Good => ("notice notice-good flash", "status"),
        Tone::Warning => ("notice notice-warning flash", "status"),
        Tone::Bad => ("notice notice-bad flash", "alert"),
    };
    view! {
        <div class=class role=role>
            <Icon name=icon(flash.tone)/>
            <div class="notice-body">
                <p>{flash.words}</p>
            </div>
        </div>
    }
}

/// A message that belongs to the page; without a tone it is information.
#[component]
pub fn Notice(
    /// How it looks.
    #[prop(optional)]
    tone: Option<Tone>,
    /// What it says.
    children: Children,
) -> impl IntoView {
    let class = match tone {
        None => "notice",
        Some(Tone::Good) => "notice notice-good",
        Some(Tone::Warning) => "notice notice-warning",
        Some(Tone::Bad) => "notice notice-bad",
    };
    view! {
        <div class=class>
            <Icon name=tone.map_or(IconName::Info, icon)/>
            <div class="notice-body">{children()}</div>
        </div>
    }
}

fn icon(tone: Tone) -> IconName {
    match tone {
        Tone::Good => IconName::Good,
        Tone::Warning => IconName::Warning,
        Tone::Bad => IconName::Bad,
    }
}
