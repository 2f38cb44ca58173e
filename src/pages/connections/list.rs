//! `/connections`: a card for each partner system, kept up to date while the page is open.

use leptos::prelude::*;

use super::actions::{CheckAll, Freshness};
use super::card::CardOfConnection;
use crate::components::{Crumb, Empty, Html, IconName, Layout, Live, Location, PageHead};
use crate::domain::check::{ConnectionCard, ConnectionState};
use crate::domain::check_text::sentence;
use crate::error::AppError;
use crate::paths;
use crate::server_fns::connections::load_connections;

/// The page of all connections.
///
/// # Errors
/// When the person may not see them.
pub async fn list() -> Result<Html, AppError> {
    Ok(Html::of(page(load_connections().await?)))
}

fn page(cards: Vec<ConnectionCard>) -> impl IntoView {
    let crumbs = vec![Crumb::here("Connections")];
    if cards.is_empty() {
        return view! {
            <Layout title="Connections" connection=None location=Location::Connections crumbs>
                <PageHead title="Connections"/>
                <Empty
                    icon=IconName::Plug
                    title="No connections configured"
                    description="Each partner system is a [[connections]] table in the configuration file. Add one, then restart the dashboard."
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
    let is_ambiguous: Vec<bool> = cards.iter().map(|card| is_ambiguous(card, &cards)).collect();
    let cards = cards
        .into_iter()
        .zip(is_ambiguous)
        .map(|(card, is_ambiguous)| view! { <CardOfConnection card is_ambiguous/> })
        .collect_view();
    view! {
        <Layout title="Connections" connection=None location=Location::Connections crumbs>
            <PageHead
                title="Connections"
                subline=subline.into_any()
                actions=view! { <CheckAll/> }.into_any()
            />
            <div class="grid">{cards}</div>
        </Layout>
    }
    .into_any()
}

/// The names of connections that need attention, for screen reader users, who do not see the cards at a glance.
fn names(cards: &[ConnectionCard]) -> String {
    let broken = |card: &&ConnectionCard| {
        matches!(card.state, Some(ConnectionState::Failing | ConnectionState::Expired | ConnectionState::Expiring))
    };
    let names: Vec<String> = cards
        .iter()
        .filter(broken)
        .map(|card| format!("{}, {}", card.kind.word(), card.note(is_ambiguous(card, cards))))
        .collect();
    if names.is_empty() { String::new() } else { format!(" Needs attention: {}.", names.join("; ")) }
}

fn is_ambiguous(card: &ConnectionCard, cards: &[ConnectionCard]) -> bool {
    let is_like = |other: &&ConnectionCard| other.kind == card.kind && other.environment == card.environment;
    cards.iter().filter(is_like).count() > 1
}
