//! `/`: every OneID connection at a glance, the last changes, and the first steps.

use leptos::prelude::*;

use crate::components::{Card, Crumb, HistoryCard, Layout, Location, PageHead, grouped, loaded};
use crate::domain::shell::Shell;
use crate::domain::views::{ConnectionOverview, OrganisationCounts, Overview};
use crate::paths;
use crate::server_fns::overview::load_overview;

/// The overview.
#[component]
pub fn OverviewPage() -> impl IntoView {
    loaded(None, load_overview(), page)
}

fn page(overview: Overview) -> impl IntoView {
    let failing = overview.connections.iter().filter(|connection| connection.organisations.is_err()).count();
    let all = overview.connections.len();
    let subline = match failing {
        0 if all == 1 => "The connection answers.".to_owned(),
        0 => format!("All {all} connections answer."),
        _ => format!("{failing} of {all} connections need attention."),
    };
    let cards = overview.connections.into_iter().map(card).collect_view();
    view! {
        <Layout title="Overview" connection=None location=Location::Overview crumbs=vec![Crumb::here("Overview")]>
            <PageHead title="Overview" subline=view! { <span>{subline}</span> }.into_any()/>
            <div class="grid">{cards}</div>
            <div class="columns">
                <div class="column">
                    <HistoryCard
                        history=overview.history
                        path=paths::AUDIT.to_owned()
                        nothing="Nothing has been changed from here yet. Every change will be listed, with who, when and what."
                    />
                </div>
                <aside class="column" aria-label="First steps">
                    <Card id="first-steps" title="How it works">
                        <ol class="steps">
                            {step("Create an organisation", "One for each customer that you integrate. They form a tree.")}
                            {step("Create its clients", "Each application gets an id and a secret, and uses one product.")}
                            {step("Change them safely", "You see what changes before anything is sent, and it is recorded first.")}
                        </ol>
                    </Card>
                </aside>
            </div>
        </Layout>
    }
}

fn step(title: &'static str, words: &'static str) -> impl IntoView {
    view! {
        <li>
            <div class="step-text">
                <h3>{title}</h3>
                <p>{words}</p>
            </div>
        </li>
    }
}

fn card(overview: ConnectionOverview) -> impl IntoView {
    let name = overview.connection;
    let title = use_context::<Shell>()
        .and_then(|shell| shell.connection(&name).map(crate::domain::connection::ConnectionSummary::title))
        .unwrap_or_else(|| name.clone());
    let id = format!("connection-{name}");
    let heading_id = id.clone();
    let (pill, body) = match overview.organisations {
        Ok(counts) => {
            (view! { <span class="pill pill-good">"Answers"</span> }.into_any(), counts_view(counts).into_any())
        }
        Err(failure) => (
            view! { <span class="pill pill-bad">"Failing"</span> }.into_any(),
            view! { <p class="secondary">{failure.title()} ". " {failure.advice()}</p> }.into_any(),
        ),
    };
    view! {
        <section class="card connection-card" aria-labelledby=heading_id>
            <div class="card-head">
                <div class="card-head-text">
                    <h2 id=id>{title}</h2>
                </div>
                {pill}
            </div>
            <div class="card-body">
                {body}
                <div class="button-row">
                    <a class="button" href=paths::organisations(&name)>
                        "Organisations"
                    </a>
                    <a class="button button-quiet" href=paths::clients(&name)>
                        "Clients"
                    </a>
                </div>
            </div>
        </section>
    }
}

fn counts_view(counts: OrganisationCounts) -> impl IntoView {
    let line = |name: &'static str, number: Option<u32>| {
        let words = number.map_or_else(|| "–".to_owned(), |number| grouped(number.into()));
        let title = number.is_none().then_some("Not read yet: open the clients once");
        view! {
            <div>
                <dt>{name}</dt>
                <dd title=title>{words}</dd>
            </div>
        }
    };
    view! {
        <dl class="counts">
            {line("Organisations", Some(counts.all))}
            {line("Clients", counts.clients)}
            {line("Production access", Some(counts.production))}
            {line("Disabled", Some(counts.disabled))}
        </dl>
    }
}
