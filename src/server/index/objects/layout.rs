//! Where the fields of a kind are kept in a row, worked out from the kind's table.

use crate::domain::facet::Facet;
use crate::domain::field::FieldType;
use crate::domain::object::ObjectKind;

use super::shape::Held;

/// Where the value of a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Among the texts of the object itself: names and addresses, which hardly any two objects share.
    Own,
    /// A number of a list of shared texts, in this column.
    Shared(usize),
}

/// The rows of a kind.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// The kind.
    pub(super) kind: ObjectKind,
    /// The place of each field, in the order of the table.
    pub(super) places: Box<[Place]>,
    /// How many columns of shared values a row has.
    pub(super) width: usize,
}

impl Layout {
    /// The rows of a kind.
    pub(super) fn of(kind: ObjectKind) -> Self {
        let mut width = 0;
        let places = kind.fields().iter().map(|field| {
            let is_parent = kind.parent_field() == Some(field.name);
            if is_parent || field.name == "name" || field.field_type == FieldType::Urls {
                Place::Own
            } else {
                width += 1;
                Place::Shared(width - 1)
            }
        });
        Self { kind, places: places.collect(), width }
    }

    /// The index of a field, and its place.
    pub(super) fn field(&self, name: &str) -> Option<(usize, Place)> {
        let index = self.kind.fields().iter().position(|field| field.name == name)?;
        Some((index, *self.places.get(index)?))
    }

    /// Whether the field at an index is the name.
    pub(super) fn is_name(&self, index: usize) -> bool {
        self.kind.fields().get(index).is_some_and(|field| field.name == "name")
    }

    /// Whether the field at an index holds the id of a parent.
    pub(super) fn is_parent(&self, index: usize) -> bool {
        self.kind.fields().get(index).is_some_and(|field| Some(field.name) == self.kind.parent_field())
    }

    /// The fields that hold the values of a facet, with what such a field must hold.
    pub(super) const fn facet(&self, facet: Facet) -> &'static [(&'static str, Held)] {
        match (self.kind, facet) {
            (ObjectKind::Organisation, Facet::Product) => &[("allowed_products", Held::List)],
            (ObjectKind::Organisation, Facet::Scope) => &[("allowed_scopes", Held::List)],
            (_, Facet::ProviderGroup) => &[("allowed_provider_groups", Held::List)],
            (ObjectKind::OAuthClient, Facet::Product) => &[("selected_product", Held::Text)],
            (ObjectKind::OAuthClient, Facet::Scope) => {
                &[("required_scopes", Held::List), ("additional_scopes", Held::List)]
            }
            (ObjectKind::OAuthClient, Facet::Algorithm) => &[("token_signing_algorithm", Held::Text)],
            _ => &[],
        }
    }
}
