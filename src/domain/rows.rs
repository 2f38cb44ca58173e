//! The rows of the lists of organisations and clients, and how the tree of organisations is shown.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::beyond_parent::BeyondParent;
use super::fragment::Fragment;
use super::listing::Listing;
use super::oauth_client::OAuthClient;
use super::reference::ObjectReference;

/// One row of the list of organisations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganisationRow {
    /// Its ID and name.
    pub organisation: ObjectReference,
    /// In a flat list: the organisations above it that the person may see, the root first. Empty in the tree.
    pub path: Vec<ObjectReference>,
    /// The products its clients may use, when the partner sent them.
    pub products: Option<Vec<String>>,
    /// Whether it may have production clients.
    pub is_production: bool,
    /// Whether it was switched off.
    pub is_disabled: bool,
    /// The name of the nearest organisation above it that was switched off.
    pub disabled_by: Option<String>,
    /// How many clients it has itself; `None` while they have not been read.
    pub clients: Option<u32>,
    /// How many organisations are below it, at any depth.
    pub below: u32,
    /// When it was last changed here, or seen to have changed.
    #[serde(with = "time::serde::rfc3339::option")]
    pub changed_at: Option<OffsetDateTime>,
    /// How deep it is in the branch that is shown; 0 in a flat list.
    pub depth: u32,
    /// Whether there are organisations below it, in the tree.
    pub branch: Branch,
    /// What is wrong with its parent.
    pub parentage: Parentage,
    /// What it has that its parent does not allow, in the order of the filters.
    pub beyond_parent: Vec<BeyondParent>,
}

/// What is below a row of the tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Branch {
    /// No organisations; or a flat list, which has no tree.
    #[default]
    Leaf,
    /// Organisations that are listed below it.
    Open,
    /// Organisations that are hidden.
    Closed,
}

/// Whether the place of an organisation in the tree is the one that the partner gives it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Parentage {
    /// It has no parent, or one that is known; also when the person may not see the parent.
    #[default]
    Known,
    /// Its parent is not among the partner's organisations; it is shown at the top.
    Missing,
    /// Its parents lead back to it; it is shown at the top.
    Circle,
}

/// A page of organisations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganisationListing {
    /// The rows and what goes with them. In a tree `before` and `matching` count the organisations of the top level of
    /// what is shown, and `previous` and `next` lead through these.
    pub listing: Listing<Fragment<OrganisationRow>>,
    /// How the tree is shown; `None` for a flat list: one that is narrowed or sorted.
    pub tree: Option<TreePage>,
}

/// How a page shows the tree.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreePage {
    /// The organisation whose branch is shown; `None` for the whole tree.
    pub at: Option<ObjectReference>,
    /// The organisations above it that the person may see, the root first.
    pub ancestors: Vec<ObjectReference>,
    /// Whether branches are open that the query does not name.
    pub is_open_by_default: bool,
    /// How many rows of this page are of its top level.
    pub on_level: u64,
    /// Where there are more children than are listed, in the order of the page.
    pub more: Vec<MoreChildren>,
}

/// Children of an open branch that are not listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoreChildren {
    /// How many rows of the page stand before this place.
    pub after: u32,
    /// The organisation of the branch.
    pub parent: ObjectReference,
    /// How deep the children are.
    pub depth: u32,
    /// How many children are listed.
    pub listed: u64,
    /// How many there are.
    pub of: u64,
    /// The cursor of the page that goes on, in the branch of `parent`.
    pub cursor: String,
}

/// One row of a list of clients.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OAuthClientRow {
    /// Its ID and name.
    pub client: ObjectReference,
    /// The organisation that it belongs to, where that is known and within reach.
    pub organisation: Option<ObjectReference>,
    /// The product that it uses.
    pub product: Option<String>,
    /// The algorithm that signs its tokens; `None` for the partner's default.
    pub algorithm: Option<String>,
    /// Whether it serves live users.
    pub is_production: bool,
    /// Whether it was switched off.
    pub is_disabled: bool,
    /// The name of the nearest organisation above it that was switched off.
    pub disabled_by: Option<String>,
    /// What it has that its organisation does not allow, in the order of the filters.
    pub beyond_parent: Vec<BeyondParent>,
    /// How many return URLs it has.
    pub return_urls: u32,
    /// When it was last changed here, or seen to have changed.
    #[serde(with = "time::serde::rfc3339::option")]
    pub changed_at: Option<OffsetDateTime>,
}

impl OAuthClientRow {
    /// The row of a client as it was read, without the time of its last change, and without what is above it.
    pub fn of(client: &OAuthClient, organisation: Option<ObjectReference>) -> Self {
        Self {
            client: client.reference(),
            organisation,
            product: client.selected_product().map(str::to_owned),
            algorithm: client.token_signing_algorithm().map(str::to_owned),
            is_production: client.is_production(),
            is_disabled: client.is_disabled(),
            disabled_by: None,
            beyond_parent: Vec::new(),
            return_urls: u32::try_from(client.return_urls().len()).unwrap_or(u32::MAX),
            changed_at: None,
        }
    }
}
