//! What stands around lists: filters, tabs, the way through pages, histories and errors.

use leptos::prelude::*;
use time::{Duration, OffsetDateTime};

use super::part;
use crate::components::{
    ErrorPanel, FilterChips, FilterSearch, FilterSelect, FlagFact, HistoryCard, HistoryTable, ListFact,
    LogSearchNotice, Measure, Pagination, Tab, Tabs, TextArea, TextWithTimes, UnknownFields, ValueChips, WhoElse,
};
use crate::domain::audit::{
    Action, Actor, AuditEntry, Completion, Count, Entries, Intent, Outcome, Place, Stopped, Target,
};
use crate::domain::change::FieldChange;
use crate::domain::connection::Environment;
use crate::domain::facet::Facet;
use crate::domain::field::{FieldValue, UnknownField};
use crate::domain::object::ObjectKind;
use crate::domain::page::Page;
use crate::error::{AppError, AppErrorCode};
use crate::paths;

pub(super) fn filters() -> impl IntoView {
    let options =
        vec![("production".to_owned(), "Production".to_owned()), ("sandbox".to_owned(), "Sandbox".to_owned())];
    let chips = vec![("Environment", "Production".to_owned(), paths::STYLEGUIDE.to_owned())];
    let body = view! {
        <form class="filters" method="get" action=paths::STYLEGUIDE aria-label="Filter the example">
            <FilterSearch name="q" label="Search" placeholder="Name or ID" value=String::new()/>
            <FilterSelect name="environment" label="Environment" options chosen="production".to_owned()/>
            <button class="button" type="submit">
                "Apply"
            </button>
        </form>
        <FilterChips chips clear=paths::STYLEGUIDE.to_owned()/>
        <Tabs
            of="tenant-portal"
            connection="sandbox".to_owned()
            kind=ObjectKind::OAuthClient
            id="example".to_owned()
            entries=Some(Count { number: 3, is_least: false })
            open=Tab::Overview
        />
        <Pagination page=Page { items: vec![(); 50], number: 2, size: 50, total: 1_284 } path=paths::STYLEGUIDE.to_owned()/>
    };
    part("style-filters", "Filters, tabs and pages", body)
}

pub(super) fn facts() -> impl IntoView {
    let unknown = UnknownField { name: "new_at_the_partner".to_owned(), json: "{\"is\":\"shown\"}".to_owned() };
    let body = view! {
        <dl class="facts">
            <ListFact name="A list" values=Some(vec!["openid".to_owned(), "email".to_owned()])/>
            <ListFact name="An empty list" values=Some(Vec::new())/>
            <ListFact name="No list" values=None/>
            <FlagFact name="On" flag=Some(true)/>
            <FlagFact name="Off" flag=Some(false)/>
            <FlagFact name="No value" flag=None/>
        </dl>
        <dl class="measures">
            <Measure name="A measure">"42 ms"</Measure>
            <Measure name="A sentence" is_prose=true>
                "Nothing was measured yet."
            </Measure>
        </dl>
        <p class="sentence">
            <WhoElse facet=Facet::Product value="sign_in".to_owned() shown="Who else uses this?".to_owned()/>
            ", a value in a sentence: " <ValueChips value=Some(FieldValue::Text("PS256".to_owned()))/>
            " and one that is " <ValueChips value=None/>
        </p>
        <label class="field">
            "Several lines"
            <TextArea name="example_lines" value="One\nTwo".to_owned() rows=2/>
        </label>
        <p>
            <TextWithTimes text="A partner says that it expired at 2026-11-22T09:30:00Z."/>
        </p>
    };
    let facts = part("style-facts", "Facts", body);
    view! { {facts} <UnknownFields fields=vec![unknown]/> }
}

pub(super) fn history(now: OffsetDateTime) -> impl IntoView {
    let items: Vec<_> = (1..).zip(Outcome::ALL).map(|(number, outcome)| entry(now, number, outcome)).collect();
    let entries = Entries {
        items: items.clone(),
        count: Count { number: 120, is_least: false },
        newer: Some(Place::After(9)),
        older: Some(Place::Before(1)),
        stopped: None,
        behind: None,
    };
    let path = || paths::STYLEGUIDE.to_owned();
    let stopped = Some(Stopped { at: Place::Before(1), until: Some(now - Duration::days(90)) });
    let body = view! {
        <LogSearchNotice stopped behind=None path=path()/>
        <div class="table-card">
            <HistoryTable entries=items/>
        </div>
    };
    let list = part("style-history", "Entries", body);
    view! {
        {list}
        <HistoryCard history=Some(entries) path=path() nothing="Nothing was changed yet."/>
    }
}

/// A change with this outcome.
fn entry(now: OffsetDateTime, number: i64, outcome: Outcome) -> AuditEntry {
    let at = now - Duration::hours(number);
    let target = Target {
        kind: ObjectKind::OAuthClient.into(),
        id: Some("example".to_owned()),
        name: "tenant-portal".to_owned(),
        ..Target::of_connection("sandbox", Environment::Sandbox)
    };
    let change = FieldChange {
        field: "name".to_owned(),
        before: Some(FieldValue::Text("tenants".to_owned())),
        after: Some(FieldValue::Text("tenant-portal".to_owned())),
    };
    let intent = Intent {
        changes: vec![change],
        ..Intent::event(Action::Update, Actor::nobody("Somebody"), target, "0198a3c4-5d6e-7f80-9123-456789abcdef")
    };
    let completion = Completion {
        outcome,
        http_status: None,
        partner_request_id: None,
        object_id: None,
        detail: None,
        duration_ms: 42,
    };
    AuditEntry {
        id: number,
        intended_at: at,
        intent,
        completed_at: Some(at),
        completion: Some(completion),
        resolution: None,
    }
}

pub(super) fn errors() -> impl IntoView {
    view! {
        <ErrorPanel error=AppError::new(AppErrorCode::NotFound)>
            <a class="button" href=paths::STYLEGUIDE>
                "The way on"
            </a>
        </ErrorPanel>
    }
}
