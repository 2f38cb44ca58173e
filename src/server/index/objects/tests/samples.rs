//! Made-up objects, many of them strange, and what a generation says of all of its own.

use std::collections::HashMap;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::domain::field::{FieldValue, UnknownField};
use crate::domain::field_values::FieldValues;
use crate::domain::oauth_client::OAuthClient;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
use crate::server::index::objects::{Objects, PackedList};
use crate::server::index::source::Source;

/// Few ids, so that they meet: canonical UUIDs, others, and texts.
pub(super) fn any_id() -> impl Strategy<Value = String> {
    prop_oneof![
        (0_u8..12).prop_map(|number| format!("67e55044-10b1-426f-9247-bb680e5fe0{number:02x}")),
        (0_u8..4).prop_map(|number| format!("67E55044-10B1-426F-9247-BB680E5FE0{number:02X}")),
        "[a-d]{1,2}",
        Just(String::new()),
    ]
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-c]{0,3}", ".{0,12}", any_id(), Just("É\u{301}ß".repeat(40))]
}

fn any_value() -> impl Strategy<Value = FieldValue> {
    prop_oneof![
        any::<bool>().prop_map(FieldValue::Flag),
        any_text().prop_map(FieldValue::Text),
        vec(any_text(), 0..4).prop_map(FieldValue::List),
    ]
}

/// Any values in any fields of a kind, some of them of the wrong type, and one field that is in no table.
fn any_fields(kind: ObjectKind) -> impl Strategy<Value = FieldValues> {
    let count = kind.fields().len();
    (vec(option::weighted(0.7, any_value()), count), option::of(any_value())).prop_map(move |(values, other)| {
        let mut fields = FieldValues::default();
        for (field, value) in kind.fields().iter().zip(values) {
            fields.set(field.name, value);
        }
        fields.set("secret", other);
        fields
    })
}

pub(super) fn any_organisation() -> impl Strategy<Value = Organisation> {
    let fields =
        (any_fields(ObjectKind::Organisation), option::weighted(0.7, any_id()), option::weighted(0.9, any_text()));
    (any_id(), fields).prop_map(|(id, (mut fields, parent, name))| {
        fields.set("parent_id", parent.map(FieldValue::Text));
        fields.set("name", name.map(FieldValue::Text));
        Organisation { id, fields, unknown: unknown() }
    })
}

pub(super) fn any_client() -> impl Strategy<Value = OAuthClient> {
    (any_id(), option::of(any_id()), any_fields(ObjectKind::OAuthClient))
        .prop_map(|(id, organisation_id, fields)| OAuthClient { id, organisation_id, fields, unknown: unknown() })
}

pub(super) fn any_organisations() -> impl Strategy<Value = Vec<Organisation>> {
    vec(any_organisation(), 0..14)
}

/// Lists of clients, by the id of the organisation that each belongs to.
pub(super) fn any_lists() -> impl Strategy<Value = HashMap<String, Vec<OAuthClient>>> {
    let lists = vec((any_id(), vec(any_client(), 0..5)), 0..8);
    lists.prop_map(|lists| lists.into_iter().collect())
}

fn unknown() -> Vec<UnknownField> {
    vec![UnknownField { name: "canary".to_owned(), json: "\"canary\"".to_owned() }]
}

/// What is kept of fields.
pub(super) fn known(kind: ObjectKind, fields: &FieldValues) -> FieldValues {
    let known = fields.iter().filter(|(name, _)| kind.field(name).is_some());
    known.map(|(name, value)| (name.to_owned(), value.clone())).collect()
}

pub(super) fn known_organisation(organisation: &Organisation) -> Organisation {
    let fields = known(ObjectKind::Organisation, &organisation.fields);
    Organisation { id: organisation.id.clone(), fields, unknown: Vec::new() }
}

pub(super) fn known_client(client: &OAuthClient, organisation_id: Option<&str>) -> OAuthClient {
    let fields = known(ObjectKind::OAuthClient, &client.fields);
    let organisation_id = organisation_id.map(str::to_owned);
    OAuthClient { id: client.id.clone(), organisation_id, fields, unknown: Vec::new() }
}

pub(super) fn build(organisations: &[Organisation], lists: &HashMap<String, Vec<OAuthClient>>) -> Objects {
    Objects::build(organisations.iter().cloned().collect(), packed(lists))
}

pub(super) fn packed(lists: &HashMap<String, Vec<OAuthClient>>) -> HashMap<String, PackedList> {
    lists.iter().map(|(id, clients)| (id.clone(), clients.iter().cloned().collect())).collect()
}

/// Everything that a generation says.
#[derive(Debug, PartialEq)]
pub(super) struct Said {
    pub(super) organisations: Vec<(Organisation, Option<u32>, u32, u32, Option<u32>)>,
    pub(super) clients: Vec<(OAuthClient, Option<u32>, Option<u32>)>,
}

pub(super) fn said(objects: &Objects) -> Said {
    let organisation = |document| {
        let end = objects.below(ObjectKind::Organisation, document).end;
        let changed = objects.changed_at(ObjectKind::Organisation, document);
        let place = (objects.parent(document), objects.list_read_at(document));
        (objects.organisation(document).unwrap(), place.0, end, place.1, changed)
    };
    let client = |document| {
        let changed = objects.changed_at(ObjectKind::OAuthClient, document);
        (objects.client(document).unwrap(), objects.owner(document), changed)
    };
    Said {
        organisations: (0..objects.count(ObjectKind::Organisation)).map(organisation).collect(),
        clients: (0..objects.count(ObjectKind::OAuthClient)).map(client).collect(),
    }
}
