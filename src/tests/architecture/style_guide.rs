//! The style guide shows the components.

use std::collections::BTreeSet;

use super::sources::product;

/// Components that have nothing of their own to show in a guide: frames of whole pages, and wrappers of what others show.
const FRAMES: [&str; 12] = [
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
    // It looks like `Readiness`, and has the ID of its heading.
    "ReadinessAfter",
    // Views are of a list, and the guide is none.
    "SavedViews",
];

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
    let is_shown = |name: &str| {
        let opens = |end: &str| guide.contains(&format!("<{name}{end}"));
        [" ", "\n", ">", "/"].into_iter().any(opens)
    };
    let missing: Vec<_> = public.iter().filter(|name| !FRAMES.contains(&name.as_str()) && !is_shown(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let surplus: Vec<_> = FRAMES.iter().filter(|name| !public.contains(**name) || is_shown(name)).collect();
    assert!(surplus.is_empty(), "excused for nothing: {surplus:?}");
}
