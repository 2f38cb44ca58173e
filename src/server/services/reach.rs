//! Where a person may do something: the parts of the tree that their roles hold for.

use std::collections::BTreeSet;

use super::ServiceError;
use crate::domain::organisation::Organisation;
use crate::domain::tree::subtree;

/// The organisations of one connection for which a person may do something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// All of them, and what belongs to none.
    Everywhere,
    /// Those with these ids.
    Within(BTreeSet<String>),
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

    /// What they mean among these organisations. Walks through all of them.
    pub(super) fn among(&self, organisations: &[Organisation]) -> Reach {
        match &self.0 {
            None => Reach::Everywhere,
            Some(tops) => {
                let subtrees = tops.iter().flat_map(|top| subtree(organisations, top));
                Reach::Within(subtrees.map(str::to_owned).collect())
            }
        }
    }
}

impl Reach {
    /// Whether an organisation is within reach.
    pub(super) fn holds(&self, organisation_id: &str) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Within(ids) => ids.contains(organisation_id),
        }
    }

    /// The organisations of a list that are within reach.
    pub(super) fn of<'a>(&self, organisations: &'a [Organisation]) -> Vec<&'a Organisation> {
        organisations.iter().filter(|organisation| self.holds(&organisation.id)).collect()
    }

    /// Whether a place is within reach.
    ///
    /// # Errors
    /// When it is not, or is not known.
    pub(super) fn require(&self, organisation_id: Option<&str>) -> Result<(), ServiceError> {
        match (self, organisation_id) {
            (Self::Everywhere, _) => Ok(()),
            (Self::Within(ids), Some(id)) if ids.contains(id) => Ok(()),
            // What cannot be placed is out of reach too: a limit never gives way to a doubt.
            (Self::Within(_), _) => Err(ServiceError::OutOfReach),
        }
    }
}
