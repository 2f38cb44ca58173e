//! The list as a file, as it is narrowed and sorted.

use leptos::prelude::*;

use crate::components::counted;
use crate::domain::export::ExportFormat;
use crate::domain::listing::{Filling, Listing};
use crate::domain::object::ObjectKind;
use crate::paths;

/// The links to the files. A native disclosure: it opens without JavaScript.
pub(super) fn export(connection: &str, kind: ObjectKind, listing: &Listing<()>) -> impl IntoView + use<> {
    let link = |format: ExportFormat, label: &'static str| {
        let path = paths::export(connection, kind, format, &listing.query);
        view! {
            <li>
                <a href=path download="">
                    {label}
                </a>
            </li>
        }
    };
    let missing = listing.age.filling.map(|filling| view! { <p class="drop-down-note">{missing(filling)}</p> });
    view! {
        <details class="drop-down">
            <summary class="button">"Export"</summary>
            <div class="drop-down-panel">
                <ul>
                    {link(ExportFormat::Csv, "CSV, for spreadsheets")}
                    {link(ExportFormat::JsonLines, "JSON lines, for programs")}
                </ul>
                {missing}
            </div>
        </details>
    }
}

/// What a file of now would lack.
fn missing(filling: Filling) -> String {
    match filling.of.saturating_sub(filling.read) {
        0 => "What is not loaded yet is not in the file.".to_owned(),
        left => format!(
            "The clients of {} are not in the file: they are not loaded yet.",
            counted(left.into(), "organisation")
        ),
    }
}
