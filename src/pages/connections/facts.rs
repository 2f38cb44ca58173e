//! What is configured for a connection, without anything secret.

use leptos::prelude::*;

use crate::components::{Card, EnvironmentPill, Fact, Live, TimeUntil};
use crate::domain::check::ConnectionDetail;
use crate::domain::time_format::day;
use crate::islands::CopyButton;

/// The settings of a connection.
#[component]
pub(super) fn SettingsCard(
    /// The connection.
    detail: ConnectionDetail,
) -> impl IntoView {
    let card = detail.card;
    let secret = match card.client_secret_expires {
        Some(end) => format!("Never shown; expires on {}", day(end)),
        None => "Never shown".to_owned(),
    };
    let next = card.next_check_at.map(|at| view! { <TimeUntil at=at/> });
    view! {
        <Card id="settings" title="Settings">
            <div class="card-body">
                <dl class="facts facts-narrow">
                    <Fact name="Name">
                        <code>{card.name}</code>
                    </Fact>
                    <Fact name="System">{card.kind.word()}</Fact>
                    <Fact name="Environment">
                        <EnvironmentPill environment=card.environment/>
                    </Fact>
                    <Fact name="API URL">
                        <code>{detail.base_url}</code>
                    </Fact>
                    <Fact name="Token URL">
                        <code>{detail.token_url}</code>
                    </Fact>
                    <Fact name="Client ID">
                        <code>{detail.client_id.clone()}</code>
                        " "
                        <CopyButton text=detail.client_id label="client ID".to_owned()/>
                    </Fact>
                    <Fact name="Client secret">{secret}</Fact>
                    <Fact name="Health check">{card.probe}</Fact>
                    <Fact name="Next check">
                        <Live id="live-next">
                            {match next {
                                Some(next) => next.into_any(),
                                None => view! { <span class="muted">"Manual checks only"</span> }.into_any(),
                            }}
                        </Live>
                    </Fact>
                </dl>
            </div>
        </Card>
    }
}
