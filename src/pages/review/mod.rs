//! The review before a save: what changes, its impact, and what someone else changed meanwhile.

mod creation;
mod decision;
mod impact;
mod notices;

use leptos::prelude::*;

use self::decision::decision_form;
use self::impact::impact_card;
use self::notices::notices;
use super::{Address, way_to};
use crate::components::{Card, ChangeRows, Crumb, Html, Layout, Location, PageHead, ReadinessAfter};
use crate::domain::field::FieldValue;
use crate::domain::object::ObjectKind;
use crate::domain::review::{FormTarget, Review};
use crate::error::AppError;
use crate::paths;
use crate::server_fns::changes::review_of_draft;

/// The review with the names of parents in place of their ids.
fn with_names(mut review: Review) -> Review {
    let names = std::mem::take(&mut review.names);
    let parent = review.draft.kind.parent_field();
    let name = |value: &mut Option<FieldValue>| {
        if let Some(FieldValue::Text(id)) = value
            && let Some(name) = names.get(id)
        {
            name.clone_into(id);
        }
    };
    let changes = review.changes.iter_mut().map(|row| &mut row.change).chain(&mut review.kept);
    for change in changes.filter(|change| Some(change.field.as_str()) == parent) {
        name(&mut change.before);
        name(&mut change.after);
    }
    for conflict in review.conflicts.iter_mut().filter(|conflict| Some(conflict.field.as_str()) == parent) {
        name(&mut conflict.shown);
        name(&mut conflict.mine);
        name(&mut conflict.theirs);
    }
    review
}

/// The draft that an address asks to review; `None` for the form itself.
pub(super) fn draft_to_review(address: &Address) -> Option<String> {
    address.query_if_any("draft").filter(|_| address.query("step") == "review")
}

/// The review of a draft about what an address says.
///
/// # Errors
/// When the draft is gone, its object cannot be read, or the person may not create it.
pub(super) async fn review(about: FormTarget, draft: String) -> Result<Html, AppError> {
    let connection = about.connection.clone();
    let review = review_of_draft(draft, Some(about)).await?;
    Ok(if review.is_creation() {
        Html::of(creation::page(connection, review))
    } else {
        Html::of(page(connection, review))
    })
}

fn page(connection: String, review: Review) -> impl IntoView {
    let review = with_names(review);
    let kind = review.draft.kind;
    let id = review.draft.object_id.clone().unwrap_or_default();
    let object_path = paths::object(&connection, kind, &id);
    let edit_path = paths::edit_object(&connection, kind, &id);
    let location = Location::Objects(kind);
    let mut crumbs = way_to(kind, &connection, review.organisation.as_ref());
    crumbs.push(Crumb::to(&review.object_name, object_path));
    crumbs.push(Crumb::to("Edit", paths::draft(&edit_path, &review.draft.id)));
    crumbs.push(Crumb::here("Review"));
    let title = format!("Review changes to {}", review.object_name);
    let subline = subline(&review);
    let changes: Vec<_> = review.changes.iter().map(|row| (row.change.clone(), row.risk.clone())).collect();
    let changes = (!changes.is_empty()).then(|| {
        view! {
            <Card id="changes" title="What changes" note="compared with OneID now".into_any()>
                <ChangeRows kind changes/>
            </Card>
        }
    });
    let impact =
        (kind == ObjectKind::Organisation).then(|| impact_card(&review.draft.connection, &id, review.impact.as_ref()));
    let about = view! { {notices(&review)} {changes} {kept(&review)} {decision_form(&review, &edit_path)} };
    let aside = view! {
        {impact}
        <ReadinessAfter findings=review.findings.clone()/>
        {next(
            "change",
            "PUT",
            ". OneID has no locking: a change made outside this dashboard at the same moment can be overwritten.",
        )}
    };
    frame(Head { title, subline, connection, location, crumbs }, about, aside)
}

/// What a review says above its columns, and where it stands.
struct Head {
    title: String,
    subline: String,
    connection: String,
    location: Location,
    crumbs: Vec<Crumb>,
}

/// A review: what it is about and the decision, beside what that would do.
fn frame(head: Head, about: impl IntoView + 'static, aside: impl IntoView + 'static) -> impl IntoView {
    let Head { title, subline, connection, location, crumbs } = head;
    view! {
        <Layout title=title.clone() connection=Some(connection) location crumbs>
            <PageHead title subline=view! { <span>{subline}</span> }.into_any()/>
            <div class="columns">
                <div class="column">{about}</div>
                <aside class="column" aria-label="What this does">
                    {aside}
                </aside>
            </div>
        </Layout>
    }
}

/// How something is sent and recorded. `unknown` goes on where its outcome is not known.
fn next(what: &'static str, method: &'static str, unknown: &'static str) -> impl IntoView {
    view! {
        <Card id="next" title="What happens next">
            <div class="card-body">
                <p class="prose">
                    {format!(
                        "The {what} is recorded in the audit log, then sent to OneID as one {method} request. Then the outcome is \
                         recorded. If OneID does not respond, the outcome is ",
                    )}
                    <strong>"unknown"</strong>
                    {unknown}
                </p>
            </div>
        </Card>
    }
}

fn subline(review: &Review) -> String {
    let risks = review.changes.iter().filter(|row| row.risk.is_some()).count();
    let conflicts = review.conflicts.len();
    let text = match review.changes.len() {
        0 if conflicts == 0 => "No changes to save.".to_owned(),
        0 => "Nothing has been sent yet.".to_owned(),
        1 => "Nothing has been sent yet. 1 field changes".to_owned(),
        count => format!("Nothing has been sent yet. {count} fields change"),
    };
    let text = match risks {
        _ if review.changes.is_empty() => text,
        0 => text + ".",
        1 => format!("{text}, 1 needs care."),
        risks => format!("{text}, {risks} need care."),
    };
    match conflicts {
        0 => text,
        1 => text + " 1 field was also changed by someone else: choose which value to keep.",
        count => format!("{text} {count} fields were also changed by someone else: choose which values to keep."),
    }
}

/// What someone else changed since the form was opened. It is kept.
fn kept(review: &Review) -> impl IntoView + use<> {
    let kind = review.draft.kind;
    (!review.kept.is_empty()).then(|| {
        let changes = review.kept.iter().map(|change| (change.clone(), None)).collect::<Vec<_>>();
        view! {
            <Card
                id="kept"
                title="Also changed by someone else"
                note="does not conflict with your changes, so it is kept".into_any()
            >
                <ChangeRows kind changes/>
            </Card>
        }
    })
}
