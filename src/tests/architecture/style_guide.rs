//! The style guide shows the components.

use std::collections::BTreeSet;

use super::sources::product;

/// Components that have nothing of their own to show in a guide: frames of whole pages, and wrappers of what others show.
const FRAMES: [&str; 13] = [
    // The frame of every page is around the guide too.
    "Brand",
    "Document",
    "ErrorPage",
    "FlashNotice",
    "SignOut",
    // They look like what is in them.
    "Live",
    "LiveBlock",
    // It looks like `Pagination`.
    "LogParts",
    // They stand in others that are shown.
    "FieldMessages",
    "HistoryFeed",
    "TextArea",
    "ValueChips",
    "WhoElse",
];

/// Lists of views are a person's own, and the guide has no list that they could be of.
const OF_LISTS: [&str; 2] = ["ReadinessAfter", "SavedViews"];

#[test]
fn the_style_guide_shows_every_component() {
    let sources = product();
    let public: BTreeSet<String> = sources
        .iter()
        .filter(|source| source.file.starts_with("components/"))
        .flat_map(|source| {
            source
                .text
                .split("#[component]\npub fn ")
                .skip(1)
                .map(|after| after.chars().take_while(|letter| letter.is_alphanumeric()).collect())
                .collect::<Vec<String>>()
        })
        .collect();
    assert!(public.len() > 40, "{public:?}");
    let guide: String = sources
        .iter()
        .filter(|source| source.file.starts_with("pages/styleguide/"))
        .map(|source| source.text.as_str())
        .collect();
    let is_shown = |name: &str| guide.contains(&format!("<{name}"));
    let missing: Vec<_> = public
        .iter()
        .filter(|name| !FRAMES.contains(&name.as_str()) && !OF_LISTS.contains(&name.as_str()) && !is_shown(name))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
