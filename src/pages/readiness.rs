//! What the readiness rules find of an object, with the forms that silence one and report it again.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::components::{FindingActions, Readiness, RelativeTime};
use crate::domain::object::ObjectKind;
use crate::domain::readiness::{RULES, Report, SilencedRule};
use crate::pages::reason::reason;
use crate::paths;
use crate::server_fns::readiness::{SilenceRule, UnsilenceRule};

/// An object whose rules can be silenced.
#[derive(Clone, Debug)]
pub(super) struct Judged {
    /// The name of the connection.
    pub(super) connection: String,
    /// Its kind.
    pub(super) kind: ObjectKind,
    /// Its ID.
    pub(super) id: String,
}

/// The card on the page of an object. `may_read` is whether the person may read entries of the audit log.
pub(super) fn readiness_card(object: &Judged, report: Report, may_read: bool) -> impl IntoView + use<> {
    let Report { findings, silenced, may_silence } = report;
    let below = silenced_list(object, silenced, may_silence, may_read);
    let object = object.clone();
    let actions: FindingActions = Box::new(move |rule| silence(&object, rule.code, rule.title).into_any());
    if may_silence {
        view! { <Readiness findings actions below/> }.into_any()
    } else {
        view! { <Readiness findings below/> }.into_any()
    }
}

/// The form that silences a rule: a native disclosure, so that it opens without JavaScript.
fn silence(object: &Judged, rule: &'static str, title: &'static str) -> impl IntoView + use<> {
    view! {
        <details class="disclosed">
            <summary>
                "Silence" <span class="visually-hidden">{format!(": {title}")}</span>
            </summary>
            <form method="post" action=SilenceRule::url() class="disclosed-form">
                {about(object, rule)}
                {reason(format!("reason-{rule}"), "Why it does not matter here", "Silence this rule")}
            </form>
        </details>
    }
}

/// The rules that are silenced; nothing where none is.
fn silenced_list(object: &Judged, silenced: Vec<SilencedRule>, may_silence: bool, may_read: bool) -> AnyView {
    if silenced.is_empty() {
        return ().into_any();
    }
    let count = match silenced.len() {
        1 => "1 rule is silenced".to_owned(),
        count => format!("{count} rules are silenced"),
    };
    let rows = silenced.into_iter().map(|rule| silenced_row(object, rule, may_silence, may_read)).collect_view();
    view! {
        <details class="disclosed">
            <summary>{count}</summary>
            <ul class="findings">{rows}</ul>
        </details>
    }
    .into_any()
}

fn silenced_row(object: &Judged, silenced: SilencedRule, may_silence: bool, may_read: bool) -> impl IntoView + use<> {
    let SilencedRule { rule, reason, silenced_at, entry, .. } = silenced;
    // One of an earlier version of the dashboard is called by its code.
    let title =
        RULES.iter().find(|known| known.code == rule).map_or_else(|| rule.clone(), |rule| rule.title.to_owned());
    let entry = entry.filter(|_| may_read);
    let entry = entry.map(|entry| view! { " · " <a href=paths::audit_entry(entry)>"View entry"</a> });
    let unsilence = may_silence.then(|| {
        view! {
            <form method="post" action=UnsilenceRule::url()>
                {about(object, &rule)}
                <button class="button button-small" type="submit">
                    "Stop silencing" <span class="visually-hidden">{format!(": {title}")}</span>
                </button>
            </form>
        }
    });
    view! {
        <li>
            <div>
                <h3>{title}</h3>
                <p class="silence-reason">{reason}</p>
                <p class="muted">
                    "Silenced " <RelativeTime at=silenced_at/> {entry}
                </p>
                {unsilence}
            </div>
        </li>
    }
}

fn about(object: &Judged, rule: &str) -> impl IntoView + use<> {
    let Judged { connection, kind, id } = object.clone();
    view! {
        <input type="hidden" name="connection" value=connection/>
        <input type="hidden" name="kind" value=kind.code()/>
        <input type="hidden" name="id" value=id/>
        <input type="hidden" name="rule" value=rule.to_owned()/>
    }
}
