//! Notices: messages of the last action, and messages that belong to the page.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use super::times::TextWithTimes;
use crate::domain::shell::{Flash, Tone};

/// A message of the last action, announced to screen readers.
#[component]
pub fn FlashNotice(
    /// The message and its tone.
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
                <p><TextWithTimes text=flash.message/></p>
            </div>
        </div>
    }
}

/// A message that belongs to the page; without a tone it is information.
#[component]
pub fn Notice(
    /// Decides colour and icon.
    #[prop(optional)]
    tone: Option<Tone>,
    /// Paragraphs and buttons.
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

/// A notice that is read out at once: a form or a review came back. A page opens on it where it takes the focus.
pub fn alert(tone: Tone, takes_focus: bool, body: impl IntoView + 'static) -> impl IntoView {
    let class = match tone {
        Tone::Good | Tone::Warning => "notice notice-warning error-summary",
        Tone::Bad => "notice notice-bad error-summary",
    };
    view! {
        <div class=class role="alert" id="error-summary" tabindex="-1" autofocus=takes_focus>
            <Icon name=icon(tone)/>
            <div class="notice-body">{body}</div>
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
