//! Organisations as rows of a list.

use super::place::disabled_by;
use super::reach::Reach;
use crate::domain::beyond_parent::beyond_parent;
use crate::domain::fragment::Fragment;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
use crate::domain::reference::ObjectReference;
use crate::domain::rows::{Branch, OrganisationRow, Parentage};
use crate::server::index::{CountsBelow, Hit, TreePlace, View};

/// What rows are made of.
pub(super) struct Rows<'a> {
    pub(super) view: &'a View,
    pub(super) reach: &'a Reach,
    pub(super) below: CountsBelow<'a>,
}

impl<'a> Rows<'a> {
    /// Rows of a view, as far as somebody may see it.
    pub(super) fn of(view: &'a View, reach: &'a Reach) -> Self {
        Self { view, reach, below: view.counts_below() }
    }

    /// The row of a flat list, with the way to the organisation; or of the tree.
    pub(super) fn row(&self, hit: Hit, place: TreePlace) -> Option<Fragment<OrganisationRow>> {
        let make = || {
            let organisation = self.view.organisation_at(hit)?;
            let row = self.without_place(hit, &organisation);
            Some(match place {
                None => OrganisationRow { path: self.path(&organisation.id), ..row },
                Some((depth, branch)) => OrganisationRow { depth, branch, ..row },
            })
        };
        // Whoever may not see all sees other paths, and other parents.
        if self.reach.is_everywhere() {
            self.view.fragments.organisation(hit, place, make)
        } else {
            make().map(Fragment::from)
        }
    }

    /// The organisations above another that the person may see, the root first.
    pub(super) fn path(&self, id: &str) -> Vec<ObjectReference> {
        let mut path = self.view.ancestors(id);
        path.retain(|above| self.reach.holds(&above.id));
        path
    }

    fn without_place(&self, hit: Hit, organisation: &Organisation) -> OrganisationRow {
        let parent = organisation.parent_id().filter(|id| self.reach.holds(id));
        let parent = parent.and_then(|id| self.view.organisation(id));
        OrganisationRow {
            organisation: organisation.reference(),
            path: Vec::new(),
            products: organisation.allowed_products().map(<[String]>::to_vec),
            is_production: organisation.has_production_access(),
            is_disabled: organisation.is_disabled(),
            disabled_by: organisation
                .parent_id()
                .and_then(|id| disabled_by(self.view, self.reach, id))
                .map(|by| by.name),
            clients: self.view.client_count(&organisation.id),
            below: self.below.of(&organisation.id),
            changed_at: self.view.changed_at(ObjectKind::Organisation, hit),
            depth: 0,
            branch: Branch::Leaf,
            parentage: self.parentage(organisation),
            beyond_parent: parent
                .map(|parent| beyond_parent(ObjectKind::Organisation, &organisation.fields, &parent))
                .unwrap_or_default(),
        }
    }

    fn parentage(&self, organisation: &Organisation) -> Parentage {
        match organisation.parent_id() {
            Some(parent) if self.reach.is_everywhere() => {
                if !self.view.has_organisation(parent) {
                    Parentage::Missing
                } else if self.view.is_in_a_circle(&organisation.id) {
                    Parentage::Circle
                } else {
                    Parentage::Known
                }
            }
            _ => Parentage::Known,
        }
    }
}
