//! `/connections/{name}`: one connection, from its credentials to its last checks.

use leptos::prelude::*;

use super::super::Address;
use super::actions::{CheckOnPage, Freshness, TestMessage};
use super::claims::{ClaimsCard, TokenCard};
use super::facts::SettingsCard;
use crate::components::{
    CheckChart, CheckTable, Crumb, DaysChart, DaysTable, Html, Layout, Live, LiveBlock, Location, Notice, PageHead,
    RelativeTime, StatePill, TextWithTimes, shell,
};
use crate::domain::check::{Check, ConnectionCard, ConnectionDetail, ConnectionState, DiagnosticStep, StepState};
use crate::domain::check_days::{DayOfChecks, Uptime};
use crate::domain::check_text::{history, span};
use crate::domain::shell::Tone;
use crate::error::AppError;
use crate::paths;
use crate::server_fns::connections::load_connection;

/// The page of one connection.
///
/// # Errors
/// When there is none of this name.
pub async fn detail(address: Address) -> Result<Html, AppError> {
    Ok(Html::of(page(load_connection(address.part("name")).await?)))
}

fn page(detail: ConnectionDetail) -> impl IntoView {
    let card = detail.card.clone();
    let name = card.name.clone();
    let title = format!("{} · {}", card.kind.word(), card.name);
    let crumbs = vec![Crumb::to("Connections", paths::CONNECTIONS.to_owned()), Crumb::here(&name)];
    let message = detail.test_message.clone().map(|document| view! { <TestMessage name=name.clone() document/> });
    let claims = card.token.as_ref().map(|token| token.claims.clone()).filter(|claims| !claims.is_empty());
    let claims = claims.map(|claims| view! { <ClaimsCard claims/> });
    let checks = checks_card(card.checks.clone());
    let days = days_card(detail.days.clone());
    let (subline, notice, steps) = (subline(&card), notice(&card), steps(detail.steps.clone()));
    view! {
        <Layout title=title.clone() connection=Some(name.clone()) location=Location::Connections crumbs>
            <PageHead
                title=title.clone()
                subline=subline.into_any()
                actions=view! { <CheckOnPage name/> }.into_any()
            />
            <LiveBlock id="live-notice">{notice}</LiveBlock>
            <div class="columns">
                <div class="column">
                    {steps} {checks} {days} {claims} {message}
                </div>
                <aside class="column" aria-label="About this connection">
                    <TokenCard token=card.token of=title/>
                    <SettingsCard detail/>
                </aside>
            </div>
        </Layout>
    }
}

fn subline(card: &ConnectionCard) -> impl IntoView + use<> {
    let checked = card.checks.last().map(|check| {
        view! {
            "Checked "
            <RelativeTime at=check.at/>
            {format!(" · {}", check.answer())}
        }
    });
    let since = card.since.map(|at| view! { " since " <RelativeTime at/> });
    let (place, card) = (card.place(), card.clone());
    view! {
        <Live id="live-state" is_announced=true>
            <StatePill card/>
        </Live>
        // Not announced: its text changes from minute to minute.
        <Live id="live-since">{since}</Live>
        " "
        <span>{place}</span>
        " "
        <span>
            <Live id="live-checked">{checked}</Live>
        </span>
        " "
        <Freshness/>
    }
}

/// What is wrong and what to do, when something is.
fn notice(card: &ConnectionCard) -> impl IntoView + use<> {
    let last = card.checks.last().cloned().filter(|check| check.state != ConnectionState::Works);
    last.map(|check| {
        let tone = match check.state {
            ConnectionState::Expired | ConnectionState::Failing => Tone::Bad,
            _ => Tone::Warning,
        };
        let request_id = check.request_id.map(|id| {
            view! {
                " Partner request ID "
                <code>{id}</code>
                "."
            }
        });
        view! {
            <Notice tone>
                <p>
                    <strong><TextWithTimes text=check.detail/></strong>
                    {check.advice.map(|advice| format!(" {advice}"))}
                    {request_id}
                </p>
            </Notice>
        }
    })
}

fn steps(steps: Vec<DiagnosticStep>) -> impl IntoView {
    let step = |step: DiagnosticStep| {
        let (class, mark) = match step.state {
            StepState::Done => ("step-done", view! { <span class="small muted">"Done"</span> }.into_any()),
            StepState::Failed => ("step-current", view! { <span class="pill pill-bad">"Failed"</span> }.into_any()),
            StepState::Waiting => ("", view! { <span class="pill pill-off">"Pending"</span> }.into_any()),
        };
        view! {
            <li class=class>
                <div class="step-text">
                    <h3>{step.title}</h3>
                    <p><TextWithTimes text=step.description/></p>
                </div>
                {mark}
            </li>
        }
    };
    view! {
        <section class="card" aria-labelledby="diagnostics">
            <div class="card-head">
                <h2 id="diagnostics">"Diagnostics"</h2>
                <span class="card-note">"from credentials to a working connection"</span>
            </div>
            <LiveBlock id="live-steps">
                <ol class="steps">{steps.into_iter().map(step).collect_view()}</ol>
            </LiveBlock>
        </section>
    }
}

fn checks_card(checks: Vec<Check>) -> impl IntoView {
    let (title, summary) = match checks.len() {
        0 => ("Last checks".to_owned(), "none yet".to_owned()),
        _ => (span(&checks), history(&checks)),
    };
    let table = (!checks.is_empty()).then(|| {
        let checks = checks.clone();
        view! {
            <details class="check-details">
                <summary>"View as table"</summary>
                <LiveBlock id="live-check-table">
                    <CheckTable checks/>
                </LiveBlock>
            </details>
        }
    });
    view! {
        <section class="card" aria-labelledby="checks">
            <div class="card-head">
                <h2 id="checks">
                    <Live id="live-checks-title">{title}</Live>
                </h2>
                <span class="card-note">
                    <Live id="live-checks-summary">{summary}</Live>
                </span>
            </div>
            <div class="card-body">
                <LiveBlock id="live-chart">
                    <CheckChart checks/>
                </LiveBlock>
            </div>
            {table}
        </section>
    }
}

/// Uptime and latency of each day; nothing before the first day ends up in the history.
fn days_card(days: Vec<DayOfChecks>) -> Option<impl IntoView> {
    let today = shell()?.now.date();
    let uptime = Uptime::of(&days)?.text();
    let table = days.clone();
    Some(view! {
        <section class="card" aria-labelledby="days">
            <div class="card-head">
                <h2 id="days">"Last 90 days"</h2>
                <span class="card-note">
                    <Live id="live-uptime">{format!("uptime {uptime}")}</Live>
                </span>
            </div>
            <div class="card-body">
                <LiveBlock id="live-days">
                    <DaysChart days today/>
                </LiveBlock>
            </div>
            <details class="check-details">
                <summary>"View days as table"</summary>
                <LiveBlock id="live-days-table">
                    <DaysTable days=table/>
                </LiveBlock>
            </details>
        </section>
    })
}
