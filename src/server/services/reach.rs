//! Where a person may do something: the parts of the tree that their roles hold for.

use std::borrow::Cow;
use std::sync::Arc;

use super::ServiceError;
use crate::domain::facet::Facet;
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::domain::organisation::Organisation;
use crate::server::index::{Scope, View};

/// The organisations of one connection for which a person may do something.
#[derive(Clone, Debug)]
pub(super) enum Reach {
    /// All of them, and what belongs to none.
    Everywhere,
    /// Some organisations and what is below them, in the tree of a view.
    Within(Arc<View>, Vec<String>),
}

/// To which subtrees of a connection a permission of a person is limited; to none when it holds everywhere.
#[derive(Clone, Debug)]
pub(super) struct Limits(Option<Vec<String>>);

impl Limits {
    /// It may be done everywhere.
    pub(super) fn none() -> Self {
        Self(None)
    }

    /// It may be done in these organisations and below them.
    pub(super) fn below(tops: Vec<&str>) -> Self {
        Self(Some(tops.into_iter().map(str::to_owned).collect()))
    }

    /// Whether it may be done everywhere.
    pub(super) fn are_none(&self) -> bool {
        self.0.is_none()
    }

    /// The organisations that it is limited to.
    pub(super) fn tops(&self) -> Option<&[String]> {
        self.0.as_deref()
    }

    /// What the index is asked for.
    pub(super) fn scope(&self) -> Scope {
        self.0.clone().map_or(Scope::All, Scope::Below)
    }

    /// What they mean in the tree of a view.
    pub(super) fn among(&self, view: &Arc<View>) -> Reach {
        match &self.0 {
            None => Reach::Everywhere,
            Some(tops) => Reach::Within(Arc::clone(view), tops.clone()),
        }
    }
}

impl Reach {
    /// Whether it is without a limit.
    pub(super) fn is_everywhere(&self) -> bool {
        matches!(self, Self::Everywhere)
    }

    /// Whether an organisation is within reach.
    pub(super) fn holds(&self, organisation_id: &str) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Within(view, tops) => view.is_within(organisation_id, tops),
        }
    }

    /// What a query asks for as far as the person may see: what is below an organisation out of reach would tell where it
    /// is. Of such a branch nothing is found.
    pub(super) fn narrowed<'q>(&self, query: &'q ObjectQuery) -> Cow<'q, ObjectQuery> {
        if self.is_everywhere() {
            return Cow::Borrowed(query);
        }
        let mut query = query.clone();
        for filter in query.filters.iter_mut().filter(|filter| filter.facet == Facet::Within) {
            filter.values.retain(|id| self.holds(id));
            if filter.values.is_empty() {
                // No organisation has an empty ID.
                filter.values.push(String::new());
            }
        }
        Cow::Owned(query)
    }

    /// Takes the parent out of an organisation, when it is not within reach. Whether it was there.
    pub(super) fn hide_parent(&self, organisation: &mut Organisation) -> bool {
        let is_outside = organisation.parent_id().is_some_and(|parent| !self.holds(parent));
        if is_outside {
            organisation.fields.set("parent_id", None);
        }
        is_outside
    }

    /// The ID of the organisation that is alone at the top of what is within reach; `None` where there are several.
    pub(super) fn only_top(&self, view: &View) -> Option<String> {
        let tops = match self {
            Self::Everywhere => view.children(None),
            Self::Within(view, tops) => view.tops(tops),
        };
        match tops.as_slice() {
            [top] => view.reference_at(ObjectKind::Organisation, *top).map(|top| top.id),
            _ => None,
        }
    }

    /// Whether a place is within reach.
    ///
    /// # Errors
    /// When it is not, or is not known.
    pub(super) fn require(&self, organisation_id: Option<&str>) -> Result<(), ServiceError> {
        match (self, organisation_id) {
            (Self::Everywhere, _) => Ok(()),
            (Self::Within(..), Some(id)) if self.holds(id) => Ok(()),
            // What cannot be placed is out of reach too: a limit never gives way to a doubt.
            (Self::Within(..), _) => Err(ServiceError::OutOfReach),
        }
    }
}
