//! How sure it is what the values of an object were, said in words.

use leptos::prelude::*;

use crate::components::grouped;
use crate::domain::audit::AuditedKind;
use crate::domain::version::{Certainty, Doubt, MOST_ENTRIES, certainty};
use crate::paths;

/// *Exact*, *approximate* or *unavailable*, with the reasons.
#[component]
pub(super) fn CertaintyLine(
    /// Organisation or client: what its fields are called.
    kind: AuditedKind,
    /// What is open.
    doubts: Vec<Doubt>,
) -> impl IntoView {
    let certainty = certainty(&doubts);
    let class = match certainty {
        Certainty::Exact => "pill pill-good",
        Certainty::Approximate => "pill pill-warning",
        Certainty::Unavailable => "pill",
    };
    let reasons = if doubts.is_empty() {
        view! { <span class="secondary">"The records are complete and agree with each other."</span> }.into_any()
    } else {
        let reasons = doubts.into_iter().map(|doubt| view! { <li>{reason(kind, doubt)}</li> });
        view! { <ul class="reasons">{reasons.collect_view()}</ul> }.into_any()
    };
    view! {
        <div class="certainty">
            <span class=class>{certainty.word()}</span>
            " "
            {reasons}
        </div>
    }
}

fn reason(kind: AuditedKind, doubt: Doubt) -> impl IntoView {
    let entry = doubt.entry().map(|id| view! { <a href=paths::audit_entry(id)>{format!("entry #{id}")}</a> });
    let (before, after) = match doubt {
        Doubt::UnknownOutcome(_) => ("It is not known whether ".to_owned(), " was applied."),
        Doubt::Gap(_, fields) => {
            let labels: Vec<&str> = fields.iter().map(|field| kind.label(field)).collect();
            (
                format!("{}: the values around ", labels.join(", ")),
                " do not fit. Something that is not in the log changed them.",
            )
        }
        Doubt::Between(_) => {
            ("The change was found later, in ".to_owned(), ". Other values may have been there in between.")
        }
        Doubt::OneOfMany(_) => ("Many objects changed at once in ".to_owned(), ". This may be one of them."),
        Doubt::NotThere(_) => ("The object was added or removed in ".to_owned(), "."),
        Doubt::NotKept(_) => {
            ("Many objects were added or removed at once in ".to_owned(), ". Their values were not kept.")
        }
        Doubt::NotObserved => {
            ("Changes made outside this dashboard are not recorded on this connection.".to_owned(), "")
        }
        Doubt::Gone => ("OneID no longer has the object.".to_owned(), ""),
        Doubt::TooMany => (format!("There are more than {} entries in between.", grouped(MOST_ENTRIES.into())), ""),
    };
    view! { {before} {entry} {after} }
}
