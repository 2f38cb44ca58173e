//! What the server hands to pages: objects with the names, counts and times that go with them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::audit::Entries;
use super::catalogue::Suggestion;
use super::duplicate::Duplicated;
use super::failure::PartnerFailure;
use super::field_values::FieldValues;
use super::find::Choosing;
use super::form::FormValues;
use super::oauth_client::OAuthClient;
use super::object::ObjectKind;
use super::observed::OpenChange;
use super::organisation::Organisation;
use super::readiness::Report;
use super::reference::ObjectReference;
use super::review::{Draft, DraftSummary};
use super::staleness::{EditRefusal, Staleness};
use super::unknown_creation::LostCreation;

/// One organisation with what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganisationDetail {
    /// The organisation.
    pub organisation: Organisation,
    /// Its ancestors, the root first, as far as they are known.
    pub ancestors: Vec<ObjectReference>,
    /// Whether it has a parent that is not for the person to know: then it is not in the organisation either.
    pub is_parent_outside: bool,
    /// The nearest organisation above it that was switched off; without an ID where the person may not know it.
    pub disabled_by: Option<ObjectReference>,
    /// Why the person may not edit it nor create clients in it; `None` when they may.
    pub edit_refusal: Option<EditRefusal>,
    /// How many organisations are below it, at any depth.
    pub below: Option<u32>,
    /// Its clients, or why they could not be read.
    pub clients: Result<OrganisationClients, PartnerFailure>,
    /// Set when its place in the tree is older than the rest.
    pub stale: Option<Staleness>,
    /// Its last changes, for those who may read the audit log.
    pub history: Option<Entries>,
    /// What was changed elsewhere, and nobody has answered yet.
    pub observed: Option<OpenChange>,
    /// What the readiness rules find.
    pub readiness: Report,
    /// When it was read from the partner.
    #[serde(with = "time::serde::rfc3339")]
    pub read_at: OffsetDateTime,
}

/// The clients of one organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganisationClients {
    /// The clients.
    pub clients: Vec<OAuthClient>,
    /// Set when they are older than the rest of the page.
    pub stale: Option<Staleness>,
}

/// One client with what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OAuthClientDetail {
    /// The client.
    pub client: OAuthClient,
    /// The organisation that it belongs to, when it could be found.
    pub organisation: Option<ObjectReference>,
    /// The nearest organisation above it that was switched off; without an ID where the person may not know it.
    pub disabled_by: Option<ObjectReference>,
    /// Why the person may not edit it; `None` when they may.
    pub edit_refusal: Option<EditRefusal>,
    /// The secret, on the one page that shows it.
    pub secret: OneTimeSecret,
    /// Whether the person can see the secret of a client that was there before.
    pub reveal: Reveal,
    /// The scopes that its product is known not to give.
    pub scopes_beyond_product: Vec<String>,
    /// What the readiness rules find.
    pub readiness: Report,
    /// Its last changes, for those who may read the audit log.
    pub history: Option<Entries>,
    /// What was changed elsewhere, and nobody has answered yet.
    pub observed: Option<OpenChange>,
    /// When it was read from the partner.
    #[serde(with = "time::serde::rfc3339")]
    pub read_at: OffsetDateTime,
}

/// The secret of a client that has just been created.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum OneTimeSecret {
    /// This is not the page after a creation.
    NotAsked,
    /// Shown now, and never again.
    Shown(String),
    /// It has been shown, or waited too long.
    Gone,
    /// Nobody knows now whether it is still there: the database does not say.
    Unread,
    /// That of a client that was there before: read from the partner now.
    Revealed(String),
    /// The ticket of such a page shows it no more: it was used, is too old, or is somebody else's.
    NotShown,
}

/// Whether a person can see the secret of a client that was there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reveal {
    /// The partner does not give it again.
    NotGiven,
    /// The person may not.
    Refused,
    /// It is revealed when they ask for it.
    AtOnce,
    /// It is revealed when they say why.
    WithReason,
}

impl std::fmt::Debug for OneTimeSecret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::NotAsked => "NotAsked",
            Self::Shown(_) => "Shown([redacted])",
            Self::Gone => "Gone",
            Self::Unread => "Unread",
            Self::Revealed(_) => "Revealed([redacted])",
            Self::NotShown => "NotShown",
        })
    }
}

/// A form, new or on an object, with everything that its controls offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormPage {
    /// Organisation or client.
    pub kind: ObjectKind,
    /// The object that is edited; `None` for a creation.
    pub object: Option<ObjectReference>,
    /// For a client: the organisation that it belongs to, or will.
    pub organisation: Option<Organisation>,
    /// The values that the form opened on: the base of the difference.
    pub shown: FieldValues,
    /// The controls as they stand.
    pub form: FormValues,
    /// A draft that came back, with its errors.
    pub draft: Option<Draft>,
    /// The one-time id of the form: that of the draft which it becomes, and of the one creation that it is good for.
    pub form_id: String,
    /// The object that the form was filled in from.
    pub duplicated: Option<Duplicated>,
    /// What is known of the creation that the draft was sent as, when its answer was lost.
    pub lost: Option<LostCreation>,
    /// A draft of the same form that the person left behind.
    pub left_behind: Option<DraftSummary>,
    /// The choice of a parent, for kinds that have one.
    pub parent: Choosing,
    /// Suggestions by field.
    pub suggestions: BTreeMap<String, Vec<Suggestion>>,
    /// Products for a client: identifier, label, and whether the organisation may use it.
    pub products: Vec<Suggestion>,
}

/// The audit log, or the part of it that is about one object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// The object, as the partner has it now, or as the log last knew it.
    pub object: ObjectReference,
    /// For a client: its organisation, when it is known.
    pub organisation: Option<ObjectReference>,
    /// The entries.
    pub entries: Entries,
}
