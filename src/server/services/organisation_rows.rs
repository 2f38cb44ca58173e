//! Organisations as rows of a list.

use super::place::disabled_by;
use super::reach::Reach;
use crate::domain::beyond_parent::beyond_parent;
use crate::domain::fragment::Fragment;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
use crate::domain::readiness::MOST_ABOVE;
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

    /// The organisations above another that the person may see, the root first. Of a very long way those in the middle are left out.
    pub(super) fn path(&self, id: &str) -> Vec<ObjectReference> {
        let mut path = self.view.way_to(id, MOST_ABOVE);
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use async_trait::async_trait;

    use super::*;
    use crate::domain::change::FieldChange;
    use crate::domain::failure::{Effect, FailureKind, PartnerFailure};
    use crate::domain::field::FieldValue;
    use crate::domain::field_values::FieldValues;
    use crate::domain::oauth_client::OAuthClient;
    use crate::server::clock::SystemClock;
    use crate::server::index::{Index, IndexSettings};
    use crate::server::oneid::{Answer, Budget, PartnerApi, RemoteObject, Share, Sink};

    const DEPTH: u32 = 20_000;

    /// A partner whose organisations are each below the one before.
    #[derive(Debug)]
    struct Deep;

    fn id(number: u32) -> String {
        format!("o-{number:05}")
    }

    fn failure() -> PartnerFailure {
        PartnerFailure {
            kind: FailureKind::Unavailable,
            status: None,
            message: None,
            fields: Vec::new(),
            request_id: None,
            effect: Effect::None,
            retry_after: None,
        }
    }

    #[async_trait]
    impl PartnerApi for Deep {
        async fn stream_organisations(&self, mut sink: Box<dyn Sink<Organisation>>) -> Result<Share, PartnerFailure> {
            for number in 0..DEPTH {
                let mut fields = FieldValues::default();
                fields.set("name", Some(FieldValue::Text(format!("Place {number}"))));
                fields.set("parent_id", number.checked_sub(1).map(|above| FieldValue::Text(id(above))));
                sink.take(Organisation { id: id(number), fields, unknown: Vec::new() });
            }
            Ok(Budget::divided(1_000_000, 1)[0].share())
        }

        async fn stream_clients(&self, _: &str, _: Box<dyn Sink<OAuthClient>>) -> Result<Share, PartnerFailure> {
            Err(failure())
        }

        async fn get(&self, _: ObjectKind, _: &str) -> Result<RemoteObject, PartnerFailure> {
            Err(failure())
        }

        async fn create(
            &self,
            _: ObjectKind,
            _: Option<&str>,
            _: &FieldValues,
        ) -> Result<RemoteObject, PartnerFailure> {
            Err(failure())
        }

        async fn update(&self, _: ObjectKind, _: &RemoteObject, _: &[FieldChange]) -> Result<Answer, PartnerFailure> {
            Err(failure())
        }
    }

    #[tokio::test]
    async fn the_way_to_an_organisation_is_no_longer_than_a_page_can_have_however_deep_it_is() {
        let index = Index::new(Arc::new(Deep), Arc::new(SystemClock), IndexSettings::default());
        let view = index.organisations().await.unwrap().list();
        let reach = Reach::Everywhere;
        let rows = Rows::of(&view, &reach);
        for document in DEPTH - 50..DEPTH {
            let row = rows.row(Hit::Document(document), None).unwrap();
            assert_eq!(row.organisation.id, id(document));
            assert_eq!(row.path.len(), MOST_ABOVE);
            let ends = [row.path.first(), row.path.last()].map(|end| end.map(|above| above.id.clone()));
            assert_eq!(ends, [Some(id(0)), Some(id(document - 1))], "the root and the nearest one");
        }
    }
}
