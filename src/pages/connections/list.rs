//! `/connections`: the partner systems, those that need attention first, kept up to date while the page is open.

use leptos::prelude::*;

use super::super::Address;
use super::actions::{CheckAll, Freshness};
use super::card::CardOfConnection;
use super::table::HealthyTable;
use crate::components::{Crumb, Empty, Html, IconName, Layout, Live, Location, PageHead};
use crate::domain::check::{ConnectionCard, ConnectionState};
use crate::domain::check_text::sentence;
use crate::domain::connection_tab::ConnectionTab;
use crate::error::AppError;
use crate::paths;
use crate::server_fns::connections::load_connections;

/// The page of all connections.
///
/// # Errors
/// When the person may not see them.
pub async fn list(address: Address) -> Result<Html, AppError> {
    let tab = ConnectionTab::from_code(&address.query("show"));
    Ok(Html::of(page(load_connections().await?, tab)))
}

fn page(cards: Vec<ConnectionCard>, tab: ConnectionTab) -> impl IntoView {
    let crumbs = vec![Crumb::here("Connections")];
    if cards.is_empty() {
        return view! {
            <Layout title="Connections" connection=None location=Location::Connections crumbs>
                <PageHead title="Connections"/>
                <Empty
                    icon=IconName::Plug
                    title="No connections configured"
                    description="Each partner system is a [[connections]] table in the configuration file. Add one, then reload the configuration or restart the dashboard."
                >
                    <a class="button" href=paths::OVERVIEW>
                        "Overview"
                    </a>
                </Empty>
            </Layout>
        }
        .into_any();
    }
    let (summary, names) = (sentence(&cards), names(&cards));
    let subline = view! {
        <span>
            <Live id="live-sentence" is_announced=true>
                {summary}
                <span class="visually-hidden">{names}</span>
            </Live>
        </span>
        " "
        <Freshness/>
    };
    let tabs = tabs(&cards, tab);
    let (attention, healthy) = parts(cards, tab);
    // When a connection comes or goes here, the page is loaded anew.
    let of_attention = attention.iter().map(|(card, _)| card.name.as_str()).collect::<Vec<_>>().join("-");
    let nothing = (attention.is_empty() && healthy.is_empty()).then(|| nothing(tab));
    let attention = (!attention.is_empty()).then(|| {
        let cards = attention.into_iter().map(|(card, is_ambiguous)| view! { <CardOfConnection card is_ambiguous/> });
        view! {
            <section class="stack" aria-labelledby="attention">
                <h2 class="section-head" id="attention">
                    "Needs attention"
                </h2>
                <div class="grid">{cards.collect_view()}</div>
            </section>
        }
    });
    let are_all_checked = healthy.iter().all(|(card, _)| card.state.is_some());
    let heading = if are_all_checked { "Working" } else { "Working or not checked yet" };
    let healthy = (!healthy.is_empty()).then(|| {
        view! {
            <section class="stack" aria-labelledby="healthy">
                <h2 class="section-head" id="healthy">
                    <Live id="live-healthy">{heading}</Live>
                </h2>
                <HealthyTable cards=healthy/>
            </section>
        }
    });
    view! {
        <Layout title="Connections" connection=None location=Location::Connections crumbs>
            <PageHead
                title="Connections"
                subline=subline.into_any()
                actions=view! { <CheckAll/> }.into_any()
            />
            {tabs}
            <Live id=format!("live-attention-{of_attention}")>""</Live>
            {attention}
            {healthy}
            {nothing}
        </Layout>
    }
    .into_any()
}

/// A connection, and whether another has the same kind and environment.
type Shown = (ConnectionCard, bool);

/// The connections of the tab: those that need attention, the worst first, and the rest.
fn parts(cards: Vec<ConnectionCard>, tab: ConnectionTab) -> (Vec<Shown>, Vec<Shown>) {
    let are_ambiguous: Vec<bool> = cards.iter().map(|card| card.summary(&cards).is_ambiguous).collect();
    let shown = cards.into_iter().zip(are_ambiguous).filter(|(card, _)| tab.shows(card));
    let (mut attention, healthy): (Vec<Shown>, Vec<Shown>) = shown.partition(|(card, _)| card.needs_attention());
    attention.sort_by_key(|(card, _)| match card.state {
        Some(ConnectionState::Failing) => 0,
        Some(ConnectionState::Expired) => 1,
        Some(ConnectionState::NotConfigured) => 2,
        _ => 3,
    });
    (attention, healthy)
}

fn tabs(cards: &[ConnectionCard], open: ConnectionTab) -> impl IntoView + use<> {
    let links = ConnectionTab::ALL.map(|tab| {
        let count = cards.iter().filter(|card| tab.shows(card)).count();
        let path = paths::with_query(paths::CONNECTIONS, [("show", tab.code())]);
        view! {
            <li>
                <a class="tab" href=path aria-current=(tab == open).then_some("page")>
                    {tab.label()}
                    " "
                    <span class="tab-count">
                        <Live id=format!("live-tab-{}", tab.label())>{count.to_string()}</Live>
                    </span>
                </a>
            </li>
        }
    });
    view! {
        <nav aria-label="Connections to show">
            <ul class="tabs">{links.collect_view()}</ul>
        </nav>
    }
}

fn nothing(tab: ConnectionTab) -> impl IntoView {
    let (title, description) = match tab {
        ConnectionTab::All | ConnectionTab::Attention => {
            ("Nothing needs attention", "Connections that fail, or will not work for long, are listed here.")
        }
        ConnectionTab::Sandbox => ("No sandbox connections", "No connection of the configuration is a sandbox."),
        ConnectionTab::Production => {
            ("No production connections", "No connection of the configuration is for production.")
        }
    };
    view! {
        <Empty icon=IconName::Plug title description>
            <a class="button" href=paths::CONNECTIONS>
                "All connections"
            </a>
        </Empty>
    }
}

/// The names of connections that need attention, for screen reader users, who do not see the cards at a glance.
fn names(cards: &[ConnectionCard]) -> String {
    let names: Vec<String> = cards
        .iter()
        .filter(|card| card.needs_attention())
        .map(|card| format!("{}, {}", card.kind.word(), card.note(card.summary(cards).is_ambiguous)))
        .collect();
    if names.is_empty() { String::new() } else { format!(" Needs attention: {}.", names.join("; ")) }
}
