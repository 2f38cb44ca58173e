//! Made-up organisations and clients in any number. Each is computed from its number when it is asked for, and is always the
//! same, so that a million of them take no memory.

mod draw;
mod even;
mod ids;
mod names;
mod partner;
mod shares;
mod tree;
mod urls;

use std::ops::Range;

use serde::Serialize;

use self::{
    ids::Kind,
    partner::Partner,
    shares::{Shares, even_shares, partner_shares},
};

/// The largest number of organisations, and of clients.
const MOST: u32 = 1_000_000;

/// Made-up organisations and clients below one root. There are none by default.
#[derive(Debug, Default)]
pub(super) struct Generated {
    root_id: String,
    organisations: u32,
    shape: Shape,
    shares: Shares,
}

/// How the organisations hang together and what they are like.
#[derive(Debug, Default)]
enum Shape {
    /// A dozen children to each, and none to two clients: small and predictable.
    #[default]
    Even,
    /// A tree such as that of a large partner.
    Partner(Partner),
}

/// An organisation as the API sends it.
#[derive(Serialize)]
struct Organisation<'a> {
    id: &'a str,
    parent_id: &'a str,
    name: String,
    enable_custom_logo: bool,
    allowed_scopes: Vec<&'static str>,
    /// Without them, the organisation inherits those of its parent.
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed_products: Option<&'static [&'static str]>,
    allowed_provider_groups: &'static [&'static str],
    has_production_access: bool,
    enabled: bool,
}

/// A client as the API sends it.
#[derive(Serialize)]
struct Client<'a> {
    id: &'a str,
    name: String,
    token_signing_algorithm: &'static str,
    additional_scopes: Vec<&'static str>,
    required_scopes: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    return_urls: Option<Vec<String>>,
    is_production: bool,
    selected_product: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed_provider_groups: Option<&'static [&'static str]>,
    enabled: bool,
}

impl Generated {
    /// So many organisations below `root_id`. With a number of clients they are like those of a large partner; without one
    /// they are even. A million of each is the most.
    pub(super) fn new(root_id: String, organisations: usize, clients: Option<usize>) -> Self {
        let bounded = |count: usize| u32::try_from(count).map_or(MOST, |count| count.min(MOST));
        let organisations = bounded(organisations);
        let (shape, shares) = match clients {
            None => (Shape::Even, even_shares(organisations)),
            Some(clients) => {
                (Shape::Partner(Partner::new(organisations)), partner_shares(organisations, bounded(clients)))
            }
        };
        Self { root_id, organisations, shape, shares }
    }

    /// The number of organisations.
    pub(super) fn organisations(&self) -> u32 {
        self.organisations
    }

    /// The number of the organisation with an id.
    pub(super) fn organisation(&self, id: &str) -> Option<u32> {
        ids::number(Kind::Organisation, id).filter(|number| *number < self.organisations)
    }

    /// The number of the client with an id.
    pub(super) fn client(&self, id: &str) -> Option<u32> {
        ids::number(Kind::Client, id).filter(|number| *number < self.shares.count())
    }

    /// The numbers of the clients of an organisation.
    pub(super) fn clients_of(&self, organisation: u32) -> Range<u32> {
        self.shares.of(organisation)
    }

    /// The id of the organisation of a client.
    pub(super) fn owner_id(&self, client: u32) -> String {
        ids::id(Kind::Organisation, self.shares.owner(client))
    }

    /// The id of the parent of an organisation.
    pub(super) fn parent_id(&self, organisation: u32) -> String {
        let parent = match &self.shape {
            Shape::Even => even::parent(organisation),
            Shape::Partner(partner) => partner.parent(organisation),
        };
        parent.map_or_else(|| self.root_id.clone(), |parent| ids::id(Kind::Organisation, parent))
    }

    /// The secret of a client: it opens nothing.
    pub(super) fn secret(client: u32) -> String {
        ids::secret(client)
    }

    /// Writes an organisation as JSON.
    pub(super) fn write_organisation(&self, number: u32, to: &mut Vec<u8>) {
        let (id, parent_id) = (ids::id(Kind::Organisation, number), self.parent_id(number));
        write(
            &match &self.shape {
                Shape::Even => even::organisation(&id, &parent_id, number),
                Shape::Partner(partner) => partner.organisation(&id, &parent_id, number),
            },
            to,
        );
    }

    /// Writes a client as JSON.
    pub(super) fn write_client(&self, number: u32, to: &mut Vec<u8>) {
        let id = ids::id(Kind::Client, number);
        let owner = self.shares.owner(number);
        let place = number - self.shares.of(owner).start;
        write(
            &match &self.shape {
                Shape::Even => even::client(&id, owner, place),
                Shape::Partner(partner) => partner.client(&id, number, owner, place),
            },
            to,
        );
    }
}

fn write(object: &impl Serialize, to: &mut Vec<u8>) {
    // What is written into memory with text for its keys always succeeds.
    let _ = serde_json::to_writer(to, object);
}

#[cfg(test)]
mod tests;
