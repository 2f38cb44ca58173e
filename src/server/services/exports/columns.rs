//! The columns of an exported list, and the values of a row.

use std::collections::HashMap;

use super::super::reach::Reach;
use crate::domain::field::FieldValue;
use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;
use crate::domain::time_format::rfc3339;
use crate::server::index::{Hit, View};

/// The most organisations that a path names: the nearest ones.
const LONGEST_PATH: usize = 32;

/// The values of a row, in the order of its columns; `None` for what the partner did not send.
pub(super) type Values = Vec<Option<FieldValue>>;

/// What the partner calls its fields is called so here too. What it does not send has a name of ours.
#[derive(Clone, Copy, Debug)]
enum Column {
    /// The partner's ID of the object.
    Id,
    /// The ID of the organisation that a client belongs to.
    OrganisationId,
    /// Its name.
    OrganisationName,
    /// The name of the organisation directly above.
    ParentName,
    /// The names of the organisations above, the root first: of a client with its own.
    Path,
    /// When it was last changed here, or seen to have changed.
    ChangedAt,
    /// A field of the partner.
    Field(&'static str),
}

/// The columns of a kind, in order. Nothing that the partner sends beyond its documented fields is exported, and no
/// secret is among these.
fn columns(kind: ObjectKind) -> impl Iterator<Item = Column> {
    let (before, after): (&[Column], &[Column]) = match kind {
        ObjectKind::Organisation => (&[Column::Id], &[Column::ParentName, Column::Path, Column::ChangedAt]),
        ObjectKind::OAuthClient => {
            (&[Column::Id], &[Column::OrganisationId, Column::OrganisationName, Column::Path, Column::ChangedAt])
        }
    };
    let fields = kind.fields().iter().map(|field| Column::Field(field.name));
    before.iter().copied().chain(fields).chain(after.iter().copied())
}

/// The names of the columns of a kind, in order.
pub(super) fn names(kind: ObjectKind) -> Vec<&'static str> {
    let name = |column| match column {
        Column::Id => "id",
        Column::OrganisationId => "organisation_id",
        Column::OrganisationName => "organisation_name",
        Column::ParentName => "parent_name",
        Column::Path => "path",
        Column::ChangedAt => "changed_at",
        Column::Field(name) => name,
    };
    columns(kind).map(name).collect()
}

/// The rows of a view, as far as somebody may see it.
pub(super) struct Rows<'a> {
    pub(super) view: &'a View,
    pub(super) reach: &'a Reach,
    /// The names of organisations with those above them, by ID: many rows have the same.
    pub(super) paths: HashMap<String, Vec<String>>,
}

/// What a row is made of.
struct Subject {
    id: String,
    fields: FieldValues,
    /// The organisation that it belongs to or is below, where the person may know it.
    above: Option<String>,
    changed_at: Option<String>,
}

impl Rows<'_> {
    /// The values of a row; `None` when the view has no such object.
    pub(super) fn row(&mut self, kind: ObjectKind, hit: Hit) -> Option<Values> {
        let subject = self.subject(kind, hit)?;
        let path = subject.above.as_deref().map(|above| self.path(above)).unwrap_or_default();
        let name = path.last().filter(|_| subject.above.as_deref().is_some_and(|id| self.view.has_organisation(id)));
        let value = |column| match column {
            Column::Id => Some(FieldValue::Text(subject.id.clone())),
            Column::OrganisationId => subject.above.clone().map(FieldValue::Text),
            Column::OrganisationName | Column::ParentName => name.cloned().map(FieldValue::Text),
            Column::Path => Some(FieldValue::List(path.clone())),
            Column::ChangedAt => subject.changed_at.clone().map(FieldValue::Text),
            Column::Field(name) if kind.parent_field() == Some(name) => {
                subject.fields.get(name).filter(|_| subject.above.is_some()).cloned()
            }
            Column::Field(name) => subject.fields.get(name).cloned(),
        };
        Some(columns(kind).map(value).collect())
    }

    fn subject(&self, kind: ObjectKind, hit: Hit) -> Option<Subject> {
        let changed_at = self.view.changed_at(kind, hit).map(rfc3339);
        let (id, fields, above) = match kind {
            ObjectKind::Organisation => {
                let organisation = self.view.organisation_at(hit)?;
                let above = organisation.parent_id().map(str::to_owned);
                (organisation.id, organisation.fields, above)
            }
            ObjectKind::OAuthClient => {
                let client = self.view.client_at(hit)?;
                (client.id, client.fields, client.organisation_id)
            }
        };
        let above = above.filter(|id| self.reach.holds(id));
        Some(Subject { id, fields, above, changed_at })
    }

    /// The names of an organisation and of those above it that the person may see, the root first.
    fn path(&mut self, id: &str) -> Vec<String> {
        if let Some(path) = self.paths.get(id) {
            return path.clone();
        }
        let mut path = self.view.nearest_ancestors(id, LONGEST_PATH - 1);
        path.retain(|above| self.reach.holds(&above.id));
        path.extend(self.view.reference(ObjectKind::Organisation, id));
        let names: Vec<String> = path.into_iter().map(|organisation| organisation.name).collect();
        self.paths.insert(id.to_owned(), names.clone());
        names
    }
}
