//! `/audit/compare`: two versions of an object, or one and the object as it is now.

use leptos::prelude::*;

use super::super::Address;
use super::certainty::CertaintyLine;
use super::place::place;
use super::restore::RestoreButton;
use crate::components::{Card, ChangeRows, Crumb, Html, Layout, PageHead, display, shell};
use crate::domain::audit::AuditEntry;
use crate::domain::version::{Certainty, ComparedVersions, certainty};
use crate::error::AppError;
use crate::paths;
use crate::server_fns::audit_log::compare_versions;

/// What `to` says for the object as it is now.
const NOW: &str = "now";

/// The page of two versions.
///
/// # Errors
/// When there is no such version, or the person may not read the log.
pub async fn compare(address: Address) -> Result<Html, AppError> {
    // Entries are counted from 1: anything that is not a number finds none.
    let from = address.query("from").parse().unwrap_or(0);
    let to = Some(address.query("to")).filter(|to| !to.is_empty() && to != NOW);
    let to = to.map(|to| to.parse().unwrap_or(0));
    let compared = compare_versions(from, to).await?;
    Ok(Html::of(page(compared)))
}

fn page(compared: ComparedVersions) -> impl IntoView {
    let ComparedVersions { object, from, to, comparison, versions, may_restore } = compared;
    let target = from.intent.target.clone();
    let connection = shell().and_then(|shell| shell.connection(target.connection_name()).cloned());
    let certainty = certainty(&comparison.doubts);
    let body = if certainty == Certainty::Unavailable {
        ().into_any()
    } else if comparison.changes.is_empty() {
        view! {
            <div class="card-body">
                <p class="prose">"The two versions have the same values."</p>
            </div>
        }
        .into_any()
    } else {
        let changes: Vec<_> = comparison.changes.into_iter().map(|change| (change, None)).collect();
        view! { <ChangeRows kind=target.kind changes is_new=false/> }.into_any()
    };
    let newer = to.as_ref().filter(|to| to.id != from.id);
    let sides_of =
        view! { {side(&from, "version-from", may_restore)} {newer.map(|to| side(to, "version-to", may_restore))} };
    let title = format!("Versions of {}", object.name);
    let (location, log) = place();
    let (from_id, to_id) = (from.id, to.as_ref().map(|to| to.id));
    view! {
        <Layout
            title=title.clone()
            connection=connection.map(|connection| connection.name)
            location
            crumbs=vec![log, Crumb::here("Versions")]
        >
            <PageHead
                title
                subline=view! {
                    <span>
                        {target.kind.word()}
                        " "
                        <a href=paths::audited(target.connection_name(), target.kind, &object.id)>
                            <code>{object.id.clone()}</code>
                        </a>
                    </span>
                }
                    .into_any()
            />
            <form class="filters" method="get" action=paths::VERSIONS aria-label="Choose two versions">
                {choice("from", "From", &versions, Some(&from), Some(from_id), false)}
                {choice("to", "To", &versions, to.as_ref(), to_id, true)}
                <button class="button" type="submit">
                    "Compare"
                </button>
            </form>
            <Card id="comparison" title="Before and after" note=sides(&from, to.as_ref()).into_any()>
                <div class="card-body">
                    <CertaintyLine kind=target.kind doubts=comparison.doubts/>
                </div>
                {body}
            </Card>
            {sides_of}
        </Layout>
    }
}

/// One of the versions, with the way back to it.
fn side(entry: &AuditEntry, heading: &'static str, may_restore: bool) -> impl IntoView + use<> {
    let (id, label) = (entry.id, label(entry));
    view! {
        <Card id=heading title=format!("Version after #{id}")>
            <div class="card-body">
                <p>{label}</p>
                <div class="button-row">
                    <a class="button" href=paths::audit_entry(id)>
                        "View entry"
                    </a>
                    <RestoreButton entry=id may_restore/>
                </div>
            </div>
        </Card>
    }
}

fn sides(from: &AuditEntry, to: Option<&AuditEntry>) -> String {
    let to =
        to.map_or_else(|| "the object as it is now".to_owned(), |to| format!("the version after entry #{}", to.id));
    format!("From the version after entry #{} to {to}", from.id)
}

/// "#17 · 12 March 2026, 10:00:00 UTC · Ada changed".
fn label(entry: &AuditEntry) -> String {
    format!("#{} · {} · {} {}", entry.id, display().exact(entry.intended_at), entry.intent.actor.shown(), entry.verb())
}

/// One of the two versions. One that is older than those that are offered is there too.
fn choice(
    name: &'static str,
    text: &'static str,
    versions: &[AuditEntry],
    chosen: Option<&AuditEntry>,
    chosen_id: Option<i64>,
    with_now: bool,
) -> impl IntoView + use<> {
    let mut all: Vec<AuditEntry> = versions.to_vec();
    all.extend(chosen.filter(|chosen| all.iter().all(|other| other.id != chosen.id)).cloned());
    let options = all.into_iter().map(|entry| {
        view! {
            <option value=entry.id.to_string() selected=chosen_id == Some(entry.id)>
                {label(&entry)}
            </option>
        }
    });
    let now = with_now.then(|| {
        view! {
            <option value=NOW selected=chosen_id.is_none()>
                "As it is now"
            </option>
        }
    });
    view! {
        <div class="filter filter-wide">
            <label for=name>{text}</label>
            <select class="input" id=name name=name>
                {now}
                {options.collect_view()}
            </select>
        </div>
    }
}
