//! The filters of the audit log: a form whose answers are in the address.

use leptos::prelude::*;

use crate::components::{FilterChips, FilterSearch, FilterSelect, pairs, shell};
use crate::domain::audit::{Action, AuditFilter, AuditedKind, EventGroup, OPEN, Outcome, PERIODS};
use crate::domain::object::ObjectKind;
use crate::domain::time_display::UTC;
use crate::paths;

/// Time zones, beside UTC, that partners of OneID and their teams work in; any other one can be typed into the address.
const ZONES: [&str; 5] = ["Europe/London", "Europe/Paris", "Europe/Berlin", "America/New_York", "Asia/Kolkata"];

/// The form, and what narrows the list already.
#[component]
pub(super) fn AuditFilters(
    /// What is chosen.
    filter: AuditFilter,
) -> impl IntoView {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let connections = shell().map(|shell| shell.connections.clone()).unwrap_or_default();
    let connections = connections.into_iter().map(|connection| (connection.name.clone(), connection.title())).collect();
    let periods = PERIODS.map(|period| (period.code, period.label));
    let hidden = [("request", text(&filter.request_id)), ("session", text(&filter.session))];
    let hidden = hidden.into_iter().filter(|(_, value)| !value.is_empty());
    let hidden = hidden.map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    let outcomes = pairs(Outcome::ALL.map(|outcome| (outcome.code(), outcome.word())));
    let outcome = filter.outcome.map(Outcome::code).unwrap_or_default().to_owned();
    view! {
        <form class="filters" method="get" action=paths::AUDIT aria-label="Filter the audit log">
            <FilterSearch name="q" label="Search" placeholder="Words, \"a phrase\" or an ID" value=text(&filter.text)/>
            <FilterSearch name="person" label="Person" placeholder="Name or email address" value=text(&filter.actor)/>
            <FilterSearch
                name="object"
                label="Object ID"
                placeholder="Organisation or client ID"
                value=text(&filter.object_id)
            />
            <FilterSelect name="connection" label="Connection" options=connections chosen=text(&filter.connection)/>
            <FilterSelect name="action" label="Event" options=events() chosen=filter.action_code().to_owned()/>
            <FilterSelect name="outcome" label="Outcome" options=outcomes chosen=outcome/>
            <FilterSelect name="field" label="Field" options=fields() chosen=text(&filter.field)/>
            <FilterSelect name="period" label="Time" options=pairs(periods) chosen=text(&filter.time.period)/>
            {hidden.collect_view()}
            {dates(&filter)}
            <button class="button" type="submit">
                "Apply"
            </button>
        </form>
        <FilterChips chips=chips(&filter) clear=paths::AUDIT.to_owned()/>
    }
}

/// From and until, in a time zone. They are open where they say something.
fn dates(filter: &AuditFilter) -> impl IntoView + use<> {
    let time = filter.time.clone();
    let is_open = time.from.is_some() || time.until.is_some();
    let end = |name: &'static str, label: &'static str, value: Option<String>| {
        view! {
            <div class="filter">
                <label for=name>{label}</label>
                <input class="input" type="text" id=name name=name value=value placeholder="2026-11-30 or 2026-11-30T09:00"/>
            </div>
        }
    };
    let own = shell().map(|shell| shell.times.zone.name.clone()).filter(|own| own != UTC);
    // An address says its zone, so that whoever it is sent to sees the same entries.
    let chosen = time.zone.or_else(|| own.clone().filter(|_| !is_open)).unwrap_or_default();
    let mut zones: Vec<_> = ZONES.map(str::to_owned).into();
    for other in [Some(chosen.clone()), own].into_iter().flatten().filter(|other| !other.is_empty() && other != UTC) {
        if !zones.contains(&other) {
            zones.insert(0, other);
        }
    }
    let zones = zones.into_iter().map(|zone| (zone.clone(), zone.replace('_', " "))).collect();
    view! {
        <details class="filter-more disclosure" open=is_open>
            <summary>"Dates"</summary>
            <div class="filter-more-body">
                {end("from", "From", time.from)} {end("until", "Until", time.until)}
                <FilterSelect
                    name="zone"
                    label="Time zone"
                    options=zones
                    chosen=chosen
                    any="UTC"
                />
            </div>
        </details>
    }
}

/// Groups of events, events, and what nobody has answered.
fn events() -> Vec<(String, String)> {
    let groups = EventGroup::ALL.map(|group| (group.code(), group.word())).into_iter();
    let events = groups.chain(Action::ALL.map(|action| (action.code(), action.word())));
    let events = events.chain([(OPEN, "Changed elsewhere, not answered")]);
    events.map(|(code, word)| (code.to_owned(), word.to_owned())).collect()
}

/// The fields of both kinds of objects, each once.
fn fields() -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for field in ObjectKind::ALL.iter().flat_map(|kind| kind.fields()) {
        if !fields.iter().any(|(name, _)| name == field.name) {
            fields.push((field.name.to_owned(), field.label.to_owned()));
        }
    }
    fields
}

/// What narrows the list, with the address without it.
fn chips(filter: &AuditFilter) -> Vec<(&'static str, String, String)> {
    let without = |clear: fn(&mut AuditFilter)| {
        let mut filter = filter.clone();
        clear(&mut filter);
        paths::audit_log(&filter)
    };
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let code = filter.action_code();
    let event = events().into_iter().find(|(other, _)| other == code).map(|(_, word)| word).unwrap_or_default();
    let period = PERIODS.iter().find(|period| Some(period.code) == filter.time.period.as_deref());
    let field = filter.field.as_deref().map(|name| {
        let labels = ObjectKind::ALL.map(|kind| AuditedKind::from(kind).label(name).to_owned());
        labels.into_iter().find(|label| label != name).unwrap_or_else(|| name.to_owned())
    });
    vec![
        ("Search", text(&filter.text), without(|filter| filter.text = None)),
        ("Person", text(&filter.actor), without(|filter| filter.actor = None)),
        ("Object", text(&filter.object_id), without(|filter| filter.object_id = None)),
        ("Connection", text(&filter.connection), without(|filter| filter.connection = None)),
        ("Event", event, without(|filter| (filter.action, filter.group, filter.is_open) = (None, None, false))),
        (
            "Outcome",
            filter.outcome.map(Outcome::word).unwrap_or_default().to_owned(),
            without(|filter| filter.outcome = None),
        ),
        ("Field", field.unwrap_or_default(), without(|filter| filter.field = None)),
        (
            "Time",
            period.map(|period| period.label.to_owned()).unwrap_or_default(),
            without(|filter| filter.time.period = None),
        ),
        ("From", text(&filter.time.from), without(|filter| filter.time.from = None)),
        ("Until", text(&filter.time.until), without(|filter| filter.time.until = None)),
        ("Time zone", text(&filter.time.zone), without(|filter| filter.time.zone = None)),
        ("Request", text(&filter.request_id), without(|filter| filter.request_id = None)),
        ("Session", text(&filter.session), without(|filter| filter.session = None)),
    ]
}
