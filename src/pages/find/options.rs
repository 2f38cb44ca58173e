//! The options of the command palette and of controls that choose an object: documents that islands take their lists
//! from. All text in them is escaped by the same renderer as that of pages.

use leptos::prelude::*;

use super::super::Address;
use super::groups::{heading, path_of, title_of};
use crate::components::{Html, counted};
use crate::domain::audit::AuditEntry;
use crate::domain::find::{Destination, FindPage, FindRequest, FoundObject, Sought};
use crate::domain::object::ObjectKind;
use crate::error::AppError;
use crate::paths;
use crate::server_fns::find::{find_everything, suggest_objects};

/// The most ways to go that the palette offers of one sort.
const MOST_DESTINATIONS: usize = 6;

/// One option of a list.
struct Choice {
    /// Where it leads, or the ID that it stands for.
    value: String,
    name: String,
    note: String,
}

/// What the palette shows for `q` on the page `here`.
///
/// # Errors
/// When the person may see no objects at all, or the audit log cannot be read.
pub async fn palette(address: Address) -> Result<Html, AppError> {
    let request = FindRequest { query: address.object_query(), here: address.query("here"), is_palette: true };
    let page = find_everything(request).await?;
    let groups: Vec<_> = groups(page).into_iter().filter(|(_, choices)| !choices.is_empty()).collect();
    let count: usize = groups.iter().map(|(_, choices)| choices.len()).sum();
    let groups = groups.into_iter().enumerate().map(|(number, (title, choices))| {
        let id = format!("palette-group-{number}");
        let labelled_by = id.clone();
        view! {
            <ul role="group" aria-labelledby=labelled_by>
                <li class="option-heading" role="presentation" id=id>
                    {title}
                </li>
                {choices.into_iter().map(|choice| option("data-href", choice)).collect_view()}
            </ul>
        }
    });
    Ok(document(count, groups.collect_view()))
}

/// The groups of the palette, in their order.
fn groups(page: FindPage) -> Vec<(String, Vec<Choice>)> {
    let mut groups = vec![
        ("Opened last".to_owned(), page.recent.into_iter().map(to_object).collect::<Vec<_>>()),
        ("Actions".to_owned(), to_destinations(page.actions)),
    ];
    for group in page.groups {
        let title = heading(&group);
        let all = (group.matching > group.rows.len() as u64).then(|| Choice {
            name: format!("View all {}", counted(group.matching, group.kind.word())),
            value: group.list,
            note: String::new(),
        });
        groups.push((title, group.rows.into_iter().map(to_object).chain(all).collect()));
    }
    groups.push(("Audit log".to_owned(), page.entries.into_iter().map(to_entry).collect()));
    groups.push(("Connections".to_owned(), to_destinations(page.connections)));
    groups.push(("Pages".to_owned(), to_destinations(page.pages)));
    groups
}

fn to_object(found: FoundObject) -> Choice {
    let place = path_of(&found);
    Choice {
        value: paths::object(&found.connection, found.kind, &found.object.id),
        note: if place.is_empty() { title_of(&found.connection) } else { place },
        name: found.object.name,
    }
}

fn to_destinations(all: Vec<Destination>) -> Vec<Choice> {
    let choice = |Destination { title, note, path }: Destination| Choice { value: path, name: title, note };
    all.into_iter().take(MOST_DESTINATIONS).map(choice).collect()
}

fn to_entry(entry: AuditEntry) -> Choice {
    let name = format!("{} {} {}", entry.intent.actor.shown(), entry.verb(), entry.intent.target.name);
    Choice { value: paths::audit_entry(entry.id), name, note: format!("Entry {}", entry.id) }
}

/// What a control offers for `q`: objects of one kind on one connection, but for those at and below `except`.
///
/// # Errors
/// When the connection is not known, fails, or the person may not choose from it.
pub async fn choices(address: Address) -> Result<Html, AppError> {
    let sought = Sought {
        connection: address.query_if_any("connection"),
        kind: ObjectKind::from_collection(&address.query("kind")),
        text: address.query("q"),
        except: address.query_if_any("except"),
        is_to_edit: address.query("edit") == "1",
    };
    let found = suggest_objects(sought).await?;
    let count = found.len();
    let options = found.into_iter().map(|found| {
        let note = path_of(&found);
        option("data-value", Choice { value: found.object.id, name: found.object.name, note })
    });
    let options = view! { <ul role="presentation">{options.collect_view()}</ul> };
    Ok(document(count, options))
}

fn option(attribute: &'static str, choice: Choice) -> impl IntoView {
    let Choice { value, name, note } = choice;
    let note = (!note.is_empty()).then(|| view! { " " <span class="option-note">{note}</span> });
    let (href, id) = if attribute == "data-href" { (Some(value), None) } else { (None, Some(value)) };
    let shown = name.clone();
    view! {
        <li role="option" data-href=href data-value=id data-name=name>
            <span class="option-name">{shown}</span>
            {note}
        </li>
    }
}

/// A whole document, of which islands take what stands in `#options`.
fn document(count: usize, options: impl IntoView + 'static) -> Html {
    let said = match count {
        0 => "Nothing found.".to_owned(),
        _ => format!("{}.", counted(count as u64, "result")),
    };
    Html::of(view! {
        <!DOCTYPE html>
        <html lang="en-GB">
            <head>
                <meta charset="utf-8"/>
                <title>"Results · Partner Dashboard"</title>
            </head>
            <body>
                <div id="options" role="listbox" aria-label="Results" data-said=said>
                    {options}
                </div>
            </body>
        </html>
    })
}
