//! What needs the person: a row for each, with its remedy and a link, the worst first.

use leptos::prelude::*;

use super::super::title_of;
use crate::components::{Card, RelativeTime, TextWithTimes, counted, grouped};
use crate::domain::attention::{Attention, ConnectionTrouble};
use crate::domain::audit::{AuditFilter, Outcome};
use crate::domain::excerpt::{LONGEST_NAME, cut};
use crate::domain::object::ObjectKind;
use crate::domain::overview::{errors_in_production, live_below_disabled};
use crate::domain::review::DraftSummary;
use crate::domain::shell::Tone;
use crate::domain::unknown_creation::WaitingCreation;
use crate::islands::CopyButton;
use crate::paths;

/// What to do while the audit log takes nothing.
const NOT_WRITTEN: &str = "The database does not accept what waits. It is kept in memory and tried again every few seconds: do not \
    stop the server before it is written.";

/// The card, or one line that says that nothing needs anybody.
#[component]
pub(super) fn AttentionCard(
    /// The rows, the worst first.
    rows: Vec<Attention>,
) -> impl IntoView {
    if rows.is_empty() {
        return view! { <p class="secondary">"Nothing needs your attention."</p> }.into_any();
    }
    let note = counted(u64::try_from(rows.len()).unwrap_or(u64::MAX), "item");
    view! {
        <Card id="attention" title="Needs attention" note=note.into_any()>
            <ul class="attention">{rows.into_iter().map(line).collect_view()}</ul>
        </Card>
    }
    .into_any()
}

/// What a row consists of: a word, a sentence, what to do, and where.
struct Row {
    word: String,
    what: AnyView,
    remedy: AnyView,
    path: String,
    link: &'static str,
}

fn line(attention: Attention) -> impl IntoView {
    let class = match attention.tone() {
        Some(Tone::Bad) => "pill pill-bad",
        Some(Tone::Warning | Tone::Good) => "pill pill-warning",
        None => "pill pill-off",
    };
    let Row { word, what, remedy, path, link } = row(attention);
    view! {
        <li>
            <span class="attention-word">
                <span class=class>{word}</span>
            </span>
            <div class="attention-text">
                <p>{what}</p>
                <p class="secondary small">{remedy}</p>
            </div>
            <a class="attention-link" href=path>
                {link}
            </a>
        </li>
    }
}

fn row(attention: Attention) -> Row {
    match attention {
        Attention::LogBehind { outcomes, saves } => Row {
            word: "Log".to_owned(),
            what: format!(
                "Not written to the audit log: {}. While it takes nothing, no change is sent.",
                waiting(outcomes, saves)
            )
            .into_any(),
            remedy: NOT_WRITTEN.into_any(),
            path: paths::AUDIT.to_owned(),
            link: "Open the audit log",
        },
        Attention::Connection(trouble) => connection(*trouble),
        Attention::Unreadable { connection, failure } => Row {
            word: "Failing".to_owned(),
            what: format!("{}: {}.", title_of(&connection), failure.title()).into_any(),
            remedy: failure.advice().into_any(),
            path: paths::connection(&connection),
            link: "Open the connection",
        },
        Attention::Creation(creation) => lost_creation(&creation),
        Attention::Unknown { changes } => Row {
            word: "Unknown".to_owned(),
            what: format!("Outcome unknown: {} may or may not have been applied.", counted(changes, "change"))
                .into_any(),
            remedy: "OneID sent no reliable response. The dashboard keeps checking. Check the objects at OneID."
                .into_any(),
            path: paths::audit_log(&AuditFilter { outcome: Some(Outcome::Unknown), ..AuditFilter::default() }),
            link: "View in the audit log",
        },
        Attention::Readiness { connection, kind, objects } => with_errors(&connection, kind, objects),
        Attention::BelowDisabled { connection, clients } => below_disabled(&connection, clients),
        Attention::Observed { connection, changes } => Row {
            word: "Observed".to_owned(),
            what: format!("{}: {} made outside this dashboard.", title_of(&connection), counted(changes, "change"))
                .into_any(),
            remedy: "Look at each change, then accept or revert it.".into_any(),
            path: "#observed".to_owned(),
            link: "View the changes",
        },
        Attention::Backup { failed_at } => Row {
            word: "Backup".to_owned(),
            what: view! { "The last backup failed " <RelativeTime at=failed_at/> "." }.into_any(),
            remedy: "The log of the server says why. It is tried again every 15 minutes.".into_any(),
            path: "#backup".to_owned(),
            link: "View the backups",
        },
        Attention::Drafts { drafts, newest } => draft(drafts, newest),
    }
}

fn waiting(outcomes: u64, saves: u64) -> String {
    let outcomes = (outcomes > 0).then(|| counted(outcomes, "outcome"));
    let saves = match saves {
        0 => None,
        1 => Some("1 save, which was not sent".to_owned()),
        many => Some(format!("{} saves, which were not sent", grouped(many))),
    };
    outcomes.into_iter().chain(saves).collect::<Vec<_>>().join(" and ")
}

fn connection(trouble: ConnectionTrouble) -> Row {
    let ConnectionTrouble { name, title, label, since, check, .. } = trouble;
    let since = since.map(|at| view! { " Since " <RelativeTime at/> "." });
    let request_id = check.request_id.map(|id| {
        view! {
            " Partner request ID "
            <code>{id.clone()}</code>
            " "
            <CopyButton text=id label="partner request ID".to_owned()/>
        }
    });
    Row {
        word: label,
        what: view! { {format!("{title}: ")} <TextWithTimes text=check.detail/> {since} }.into_any(),
        remedy: view! { {check.advice} {request_id} }.into_any(),
        path: paths::connection(&name),
        link: "Open the connection",
    }
}

fn lost_creation(creation: &WaitingCreation) -> Row {
    Row {
        word: "Unknown".to_owned(),
        what: view! {
            {format!("Was the {} “{}” created? Sent to {} ", creation.kind.word(),
                cut(&creation.name, LONGEST_NAME), title_of(&creation.connection))}
            <RelativeTime at=creation.sent_at/>
            "."
        }
        .into_any(),
        remedy: "The response was lost. Compare the candidates and decide: until then, it is not sent again."
            .into_any(),
        path: paths::unknown_creation(&creation.connection, creation.entry),
        link: "Decide",
    }
}

fn with_errors(connection: &str, kind: ObjectKind, objects: u32) -> Row {
    Row {
        word: "Error".to_owned(),
        what: format!(
            "{}: {} in production with readiness errors.",
            title_of(connection),
            counted(objects.into(), kind.word())
        )
        .into_any(),
        remedy: "Journeys may fail for real users. Each one says what is wrong and how to correct it.".into_any(),
        path: paths::listing(connection, kind, &errors_in_production()),
        link: "View the list",
    }
}

fn below_disabled(connection: &str, clients: u32) -> Row {
    Row {
        word: "Disabled".to_owned(),
        what: format!(
            "{}: {} below a disabled organisation.",
            title_of(connection),
            counted(clients.into(), "live client")
        )
        .into_any(),
        remedy: "Enable the organisation, or disable its clients as well.".into_any(),
        path: paths::listing(connection, ObjectKind::OAuthClient, &live_below_disabled()),
        link: "View the list",
    }
}

fn draft(drafts: u64, newest: DraftSummary) -> Row {
    let kept = view! { " Kept " <RelativeTime at=newest.kept_at/> "." };
    let (what, path, link) = if drafts == 1 {
        let path = paths::draft(&paths::form(&newest.target), &newest.id);
        (format!("You have not sent “{}”.", newest.title()), path, "Continue")
    } else {
        let what = format!(
            "You have {} that you have not sent. The newest is “{}”.",
            counted(drafts, "draft"),
            newest.title()
        );
        (what, format!("{}#drafts", paths::ACCOUNT), "View your drafts")
    };
    Row {
        word: "Draft".to_owned(),
        what: view! { {what} {kept} }.into_any(),
        remedy: "Nothing of it has been sent. Drafts are kept for one day.".into_any(),
        path,
        link,
    }
}
