//! Objects in memory, numbered as a source numbers them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use crate::domain::facet::Facet;
use crate::domain::oauth_client::OAuthClient;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
use crate::server::folding::name_key;
use crate::server::index::search::subject::{Subject, value_facet};
use crate::server::index::source::Source;

/// Objects in memory.
#[derive(Debug, Default)]
pub(super) struct MemorySource {
    organisations: Vec<(Organisation, Subject)>,
    parents: Vec<Option<u32>>,
    /// One after the last organisation below each.
    ends: Vec<u32>,
    clients: Vec<(OAuthClient, Subject, Option<u32>)>,
}

impl MemorySource {
    /// Objects with the times when they were last changed. IDs must be unique.
    pub(super) fn new(organisations: &[(Organisation, Option<u32>)], clients: &[(OAuthClient, Option<u32>)]) -> Self {
        let mut source = Self::default();
        let parents: Vec<Option<usize>> = parents(organisations);
        let mut children: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
        for (index, parent) in parents.iter().enumerate() {
            children.entry(*parent).or_default().push(index);
        }
        for siblings in children.values_mut() {
            siblings.sort_by_key(|index| {
                let organisation = &organisations[*index].0;
                (name_key(organisation.whole_name()), organisation.id.clone())
            });
        }
        source.add_below(None, None, organisations, &children);
        let mut by_owner: Vec<(Option<u32>, usize)> = Vec::new();
        for (index, (client, _)) in clients.iter().enumerate() {
            let owner = client.organisation_id.as_ref();
            by_owner.push((owner.and_then(|id| source.find(ObjectKind::Organisation, id)), index));
        }
        by_owner.sort_by_key(|(owner, index)| (owner.is_none(), *owner, *index));
        for (owner, index) in by_owner {
            let (client, changed_at) = clients[index].clone();
            let subject = Subject::of_client(&client, changed_at);
            source.clients.push((client, subject, owner));
        }
        source
    }

    fn add_below(
        &mut self,
        parent: Option<usize>,
        document: Option<u32>,
        organisations: &[(Organisation, Option<u32>)],
        children: &BTreeMap<Option<usize>, Vec<usize>>,
    ) {
        for index in children.get(&parent).into_iter().flatten() {
            let (organisation, changed_at) = organisations[*index].clone();
            let this = u32::try_from(self.organisations.len()).unwrap();
            let subject = Subject::of_organisation(&organisation, changed_at);
            self.organisations.push((organisation, subject));
            self.parents.push(document);
            self.ends.push(0);
            self.add_below(Some(*index), Some(this), organisations, children);
            self.ends[this as usize] = u32::try_from(self.organisations.len()).unwrap();
        }
    }

    fn subject(&self, kind: ObjectKind, document: u32) -> &Subject {
        match kind {
            ObjectKind::Organisation => &self.organisations[document as usize].1,
            ObjectKind::OAuthClient => &self.clients[document as usize].1,
        }
    }
}

/// The parent of each organisation that is neither missing nor, for the smallest of a circle, in the same circle.
fn parents(organisations: &[(Organisation, Option<u32>)]) -> Vec<Option<usize>> {
    let find = |id: &str| organisations.iter().position(|(organisation, _)| organisation.id == id);
    let parent = |index: usize| organisations[index].0.parent_id().and_then(find);
    let is_cut = |index: usize| {
        let mut circle = vec![index];
        while let Some(next) = parent(*circle.last().unwrap()) {
            if next == index {
                return circle.iter().all(|member| organisations[index].0.id <= organisations[*member].0.id);
            }
            if circle.contains(&next) {
                return false;
            }
            circle.push(next);
        }
        false
    };
    (0..organisations.len()).map(|index| parent(index).filter(|_| !is_cut(index))).collect()
}

impl Source for MemorySource {
    fn count(&self, kind: ObjectKind) -> u32 {
        let count = match kind {
            ObjectKind::Organisation => self.organisations.len(),
            ObjectKind::OAuthClient => self.clients.len(),
        };
        u32::try_from(count).unwrap()
    }

    fn name(&self, kind: ObjectKind, document: u32) -> &str {
        match kind {
            ObjectKind::Organisation => self.organisations[document as usize].0.whole_name(),
            ObjectKind::OAuthClient => self.clients[document as usize].0.whole_name(),
        }
    }

    fn id(&self, kind: ObjectKind, document: u32) -> Cow<'_, str> {
        Cow::Borrowed(&self.subject(kind, document).id)
    }

    fn find(&self, kind: ObjectKind, id: &str) -> Option<u32> {
        (0..self.count(kind)).find(|document| self.subject(kind, *document).id == id)
    }

    fn values(&self, kind: ObjectKind, document: u32, facet: Facet) -> impl Iterator<Item = &str> {
        let facet = value_facet(facet).unwrap();
        self.subject(kind, document).values[facet].iter().rev().map(String::as_str)
    }

    fn return_urls(&self, client: u32) -> impl Iterator<Item = &str> {
        self.clients[client as usize].0.return_urls().iter().map(String::as_str)
    }

    fn is_production(&self, kind: ObjectKind, document: u32) -> bool {
        self.subject(kind, document).is_production
    }

    fn is_disabled(&self, kind: ObjectKind, document: u32) -> bool {
        self.subject(kind, document).is_disabled
    }

    fn changed_at(&self, kind: ObjectKind, document: u32) -> Option<u32> {
        self.subject(kind, document).changed_at
    }

    fn above(&self, kind: ObjectKind, document: u32) -> Option<u32> {
        match kind {
            ObjectKind::Organisation => self.parents[document as usize],
            ObjectKind::OAuthClient => self.clients[document as usize].2,
        }
    }

    fn below(&self, kind: ObjectKind, organisation: u32) -> Range<u32> {
        let organisations = organisation..self.ends[organisation as usize];
        match kind {
            ObjectKind::Organisation => organisations,
            ObjectKind::OAuthClient => {
                let place =
                    |bound: u32| self.clients.partition_point(|(_, _, owner)| owner.is_some_and(|owner| owner < bound));
                let [start, end] =
                    [organisations.start, organisations.end].map(|bound| u32::try_from(place(bound)).unwrap());
                start..end
            }
        }
    }

    fn clients(&self, organisation: u32) -> u32 {
        let own = self.clients.iter().filter(|(_, _, owner)| *owner == Some(organisation));
        u32::try_from(own.count()).unwrap()
    }
}
