//! Checks, states of connections, changes and what is empty.

use leptos::prelude::*;
use time::{Duration, OffsetDateTime};

use super::part;
use crate::components::{
    ChangeRows, CheckChart, CheckSpark, CheckTable, DaysChart, DaysTable, Empty, ExactTime, IconName, Life, Readiness,
    RelativeTime, StatePill, TimeUntil,
};
use crate::domain::change::FieldChange;
use crate::domain::check::{Check, ConnectionCard, ConnectionState, TokenLife};
use crate::domain::check_days::DayOfChecks;
use crate::domain::connection::{ConnectionKind, Environment};
use crate::domain::field::FieldValue;
use crate::domain::object::ObjectKind;
use crate::domain::readiness::{Finding, FindingValue, Severity};
use crate::domain::risk::risk_of;
use crate::paths;

fn check(at: OffsetDateTime, state: ConnectionState, duration_ms: u32) -> Check {
    Check { at, http_status: Some(204), ..Check::sample(state, duration_ms) }
}

pub(super) fn checks(now: OffsetDateTime) -> impl IntoView {
    let checks: Vec<Check> = (0..30_u32)
        .map(|number| {
            let state = if (9..13).contains(&number) { ConnectionState::Failing } else { ConnectionState::Works };
            check(now - Duration::minutes(i64::from(30 - number)), state, 20 + number * 7 % 60)
        })
        .collect();
    let days: Vec<_> = (0..20_u32)
        .rev()
        .map(|ago| {
            let working_ms = match ago {
                3 => 0,
                7 => 43_200_000,
                12 => 86_340_000,
                _ => 86_400_000,
            };
            let day = (now - Duration::days(i64::from(ago))).date();
            DayOfChecks { day, checks: 1_440, working: 1_440, p95_ms: Some(60), watched_ms: 86_400_000, working_ms }
        })
        .collect();
    let (few, few_days) =
        (checks.iter().rev().take(3).rev().cloned().collect(), days.iter().rev().take(3).rev().copied().collect());
    let body = view! {
        <CheckSpark checks=checks.clone()/>
        <CheckSpark checks=Vec::new()/>
        <CheckChart checks/>
        <DaysChart days today=now.date()/>
        <div class="table-card">
            <CheckTable checks=few/>
        </div>
        <div class="table-card">
            <DaysTable days=few_days/>
        </div>
        <p>
            <RelativeTime at=now - Duration::minutes(5)/> ", " <TimeUntil at=now + Duration::hours(3)/> ", "
            <ExactTime at=now/>
        </p>
    };
    part("style-checks", "Checks and times", body)
}

pub(super) fn states(now: OffsetDateTime) -> impl IntoView {
    let token = |remaining_s| TokenLife {
        expires_at: now + Duration::seconds(i64::from(remaining_s)),
        lifetime_s: 3_600,
        remaining_s,
        scopes: Vec::new(),
        claims: Vec::new(),
    };
    let states = ConnectionState::ALL.into_iter().map(Some).chain([None]);
    let pills = states.map(|state| {
        let checks = state.map(|state| check(now, state, 20)).into_iter().collect();
        view! { <StatePill card=card(state, checks)/> }
    });
    let body = view! {
        <div class="pills">{pills.collect_view()}</div>
        <Life token=Some(token(3_000)) of="a fresh token"/>
        <Life token=Some(token(120)) of="a token that ends soon"/>
        <Life token=None of="no token"/>
    };
    part("style-states", "States of connections", body)
}

fn card(state: Option<ConnectionState>, checks: Vec<Check>) -> ConnectionCard {
    ConnectionCard {
        name: "example".to_owned(),
        kind: ConnectionKind::OneId,
        environment: Environment::Sandbox,
        is_test: false,
        state,
        probe: "GET /v1/health".to_owned(),
        token: None,
        since: None,
        checks,
        last_success_at: None,
        last_error: None,
        client_secret_expires: None,
        can_send_message: false,
        next_check_at: None,
    }
}

pub(super) fn changes() -> impl IntoView {
    let text = |value: &str| Some(FieldValue::Text(value.to_owned()));
    let list = |values: &[&str]| Some(FieldValue::List(values.iter().map(|value| (*value).to_owned()).collect()));
    let change = |field: &str, before, after| {
        let change = FieldChange { field: field.to_owned(), before, after };
        let risk = risk_of(ObjectKind::OAuthClient, &change);
        (change, risk)
    };
    let changes = vec![
        change("name", text("tenant-portal"), text("tenants")),
        change("required_scopes", list(&["openid", "email"]), list(&["openid", "phone"])),
        change("is_production", Some(FieldValue::Flag(false)), Some(FieldValue::Flag(true))),
    ];
    let finding = |code: &str, severity, values: &[&str]| Finding {
        code: code.to_owned(),
        severity,
        values: values
            .iter()
            .map(|value| FindingValue { value: (*value).to_owned(), because_of: None, is_new: false })
            .collect(),
        more: 0,
        is_new: false,
    };
    let findings = vec![
        finding("return_url_localhost", Severity::Error, &["http://localhost:8080/callback"]),
        finding("no_product", Severity::Warning, &[]),
    ];
    let body = view! {
        <ChangeRows kind=ObjectKind::OAuthClient changes is_new=false/>
    };
    let changes = part("style-changes", "Changes", body);
    view! { {changes} <Readiness findings/> }
}

pub(super) fn empty() -> impl IntoView {
    let body = view! {
        <Empty icon=IconName::Search title="Nothing here" description="What would be here, and how it comes here.">
            <a class="button" href=paths::STYLEGUIDE>
                "The way on"
            </a>
        </Empty>
    };
    part("style-empty", "Nothing to show", body)
}
