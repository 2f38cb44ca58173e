//! The list as a file, as it is narrowed and sorted.

use leptos::either::Either;
use leptos::prelude::*;

use crate::components::{counted, rendered_for};
use crate::domain::export::ExportFormat;
use crate::domain::listing::{Filling, Listing};
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::paths;

/// The links to the files. A native disclosure: it opens without JavaScript.
pub(super) fn export(connection: &str, kind: ObjectKind, listing: &Listing<()>) -> impl IntoView + use<> {
    let query = listing.query.clone().without_place();
    match listing.age.filling {
        None => {
            let made_for = ["export", connection, kind.collection(), &query.to_string()].join("\n");
            Either::Left(rendered_for(&made_for, || menu(connection, kind, &query, None)))
        }
        filling => Either::Right(menu(connection, kind, &query, filling)),
    }
}

fn menu(connection: &str, kind: ObjectKind, query: &ObjectQuery, filling: Option<Filling>) -> impl IntoView + use<> {
    let link = |format: ExportFormat, label: &'static str| {
        let path = paths::export(connection, kind, format, query);
        view! {
            <li>
                <a href=path download="">
                    {label}
                </a>
            </li>
        }
    };
    let missing = filling.map(|filling| view! { <p class="drop-down-note">{missing(filling)}</p> });
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
