//! The clients on the page of their organisation.

use leptos::prelude::*;

use super::super::oauth_clients::{client_row, client_table};
use super::super::permission::EditButton;
use crate::components::{Card, Empty, FragmentList, IconName, Notice, StaleNotice, grouped};
use crate::domain::beyond_parent::beyond_parent;
use crate::domain::facet::Facet;
use crate::domain::failure::PartnerFailure;
use crate::domain::listing::ROWS_PER_PAGE;
use crate::domain::oauth_client::by_name;
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::domain::organisation::Organisation;
use crate::domain::rows::OAuthClientRow;
use crate::domain::shell::Tone;
use crate::domain::staleness::Staleness;
use crate::domain::views::OrganisationClients;
use crate::paths;

/// The clients of an organisation: as they are, as they were, or why they could not be read. `disabled_by` is the name of
/// the organisation that disables them: this one, or one above it.
pub(super) fn clients(
    connection: String,
    organisation: &Organisation,
    clients: Result<OrganisationClients, PartnerFailure>,
    disabled_by: Option<&str>,
    refusal: Option<&'static str>,
) -> impl IntoView + use<> {
    let new_client = paths::new_object(&connection, ObjectKind::OAuthClient, Some(&organisation.id));
    let within = ObjectQuery::default().with(Facet::Within, false, &organisation.id);
    let below = paths::listing(&connection, ObjectKind::OAuthClient, &within);
    let body = match clients {
        Err(failure) => view! {
            <div class="card-body">
                <Notice tone=Tone::Warning>
                    <p>
                        <strong>{failure.title()} ". "</strong>
                        "The clients could not be loaded. "
                        {failure.advice()}
                    </p>
                </Notice>
            </div>
        }
        .into_any(),
        Ok(OrganisationClients { clients, stale }) if clients.is_empty() => view! {
            {old_clients(stale)}
            <Empty
                icon=IconName::Key
                title="No clients yet"
                description="A client is an application that signs users in with OneID. It has a client ID, a secret and one product."
            >
                <EditButton connection path=new_client label="Create the first client" refusal/>
            </Empty>
        }
        .into_any(),
        Ok(OrganisationClients { mut clients, stale }) => {
            clients.sort_by(by_name);
            let count = clients.len();
            let mut rows = FragmentList::with_room_for(clients.len().min(ROWS_PER_PAGE));
            for client in clients.iter().take(ROWS_PER_PAGE) {
                let disabled_by = disabled_by.map(str::to_owned);
                let beyond_parent = beyond_parent(ObjectKind::OAuthClient, &client.fields, organisation);
                let row = OAuthClientRow { disabled_by, beyond_parent, ..OAuthClientRow::of(client, None) };
                rows.push(client_row(&connection, &row, false));
            }
            let rest = (count > ROWS_PER_PAGE).then(|| {
                let text = format!("These are {ROWS_PER_PAGE} of {} clients.", grouped(count as u64));
                view! { <p class="card-body hint">{text}</p> }
            });
            view! {
                {old_clients(stale)}
                {client_table(rows.into_element(), None)}
                {rest}
            }
            .into_any()
        }
    };
    view! {
        <Card id="clients" title="Clients" note=view! { <a href=below>"Show clients below"</a> }.into_any()>
            {body}
        </Card>
    }
}

/// What stands above clients that could not be read with the rest of the page.
fn old_clients(stale: Option<Staleness>) -> impl IntoView {
    stale.map(|stale| {
        view! {
            <div class="card-body">
                <StaleNotice stale=Some(stale) what="These clients were loaded"/>
            </div>
        }
    })
}
