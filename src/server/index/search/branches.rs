//! How many objects are in each branch of the tree: the organisations at its top, or directly below the only one there.

use std::borrow::Cow;
use std::ops::Range;

use roaring::RoaringBitmap;

use super::lineage::Lineage;
use super::patch::Patch;
use super::question::Scope;
use super::subject::Subject;
use super::tally::Tally;
use crate::domain::facet::Facet;
use crate::domain::listing::FacetCounts;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
use crate::server::index::source::Source;

const KIND: ObjectKind = ObjectKind::Organisation;
/// Of more branches than this none is offered: to choose one, it is searched for.
pub(super) const MOST_BRANCHES: usize = 5_000;

/// The branches that a filter offers, as far as a person may see them.
#[derive(Debug)]
pub(super) struct Branches<'a, S> {
    source: &'a S,
    patch: &'a Patch,
    level: Level<'a>,
    /// The documents of the organisations that are counted, in their order: those of the level, and the chosen ones.
    documents: Vec<u32>,
    /// Whether those of the level are offered: else there are too many.
    are_offered: bool,
    /// What else each patched object is asked for, besides its branch of the level.
    others: Vec<&'a str>,
}

/// Which organisations are the tops of branches.
#[derive(Debug)]
enum Level<'a> {
    /// Those without a parent.
    Roots,
    /// Those directly below this one, which is alone at the top.
    Below(Cow<'a, str>),
    /// Those that a person is limited to.
    These,
}

impl<'a, S: Source> Branches<'a, S> {
    /// The branches of a level of the tree, and the chosen ones.
    pub(super) fn of(source: &'a S, patch: &'a Patch, scope: &'a Scope, chosen: &[&'a str]) -> Self {
        let roots = match scope {
            Scope::All => siblings(source, 0..source.count(KIND)),
            Scope::Below(_) => Vec::new(),
        };
        let only: Option<Cow<'a, str>> = match (scope, roots.as_slice()) {
            (Scope::All, [only]) => Some(source.id(KIND, *only)),
            (Scope::Below(ids), _) if ids.len() == 1 => ids.first().map(|id| Cow::Borrowed(id.as_str())),
            _ => None,
        };
        let mut others = chosen.to_vec();
        let (level, mut documents) = match (only, scope) {
            (Some(id), _) => {
                let tree = source.find(KIND, &id).map_or(0..0, |document| source.below(KIND, document));
                (Level::Below(id), siblings(source, tree.start.saturating_add(1)..tree.end))
            }
            (None, Scope::All) => (Level::Roots, roots),
            (None, Scope::Below(ids)) => {
                others.extend(ids.iter().map(String::as_str));
                (Level::These, Vec::new())
            }
        };
        let are_offered = documents.len() <= MOST_BRANCHES;
        if !are_offered {
            documents.clear();
        }
        others.sort_unstable();
        others.dedup();
        documents.extend(others.iter().filter_map(|id| source.find(KIND, id)));
        documents.sort_unstable();
        documents.dedup();
        Self { source, patch, level, documents, are_offered, others }
    }

    /// How many of some documents of a kind are in each branch, together with patched objects.
    pub(super) fn count<'s>(
        &self,
        kind: ObjectKind,
        documents: &RoaringBitmap,
        patched: impl Iterator<Item = &'s Subject>,
        chosen: &[&str],
    ) -> FacetCounts {
        let patched: Vec<Cow<'_, str>> = patched.flat_map(|subject| self.branches_of(subject)).collect();
        let counts = self
            .documents
            .iter()
            .map(|branch| (*branch, documents.range_cardinality(self.source.below(kind, *branch))));
        let needed = chosen.iter().copied().chain(patched.iter().map(AsRef::as_ref));
        let needed = needed.filter_map(|id| self.source.find(KIND, id)).collect();
        let id = |document: u32| self.source.id(KIND, document);
        let mut tally = Tally::of(
            counts.collect(),
            needed,
            |left, right| id(*left).cmp(&id(*right)),
            |document| Some(id(document).into_owned()),
            FacetCounts::most(Facet::Within),
        );
        tally.add_all(patched);
        let mut counts = tally.finish(Facet::Within, chosen, FacetCounts::most(Facet::Within));
        counts.names = counts.values.iter().filter_map(|(id, _)| Some((id.clone(), self.name(id)?))).collect();
        counts
    }

    /// The branches that a patched object is in: of the level, and of those that are asked for besides.
    fn branches_of(&self, subject: &Subject) -> Vec<Cow<'a, str>> {
        let lineage = Lineage::of(self.source, self.patch, subject);
        let mut branches: Vec<Cow<'a, str>> = Vec::new();
        branches.extend(self.branch_of(&lineage));
        for id in &self.others {
            if !branches.iter().any(|branch| branch == id) && lineage.is_within(self.source, id) {
                branches.push(Cow::Borrowed(*id));
            }
        }
        branches
    }

    /// The branch of the level that a patched object is in.
    fn branch_of(&self, lineage: &Lineage<'_>) -> Option<Cow<'a, str>> {
        if !self.are_offered {
            return None;
        }
        let owned = |id: &str| Cow::Owned(id.to_owned());
        match (&self.level, lineage.document()) {
            (Level::These, _) => None,
            (Level::Roots, Some(document)) => self.child_towards(None, document),
            (Level::Roots, None) => lineage.root().map(owned),
            (Level::Below(top), document) => {
                if let Some(place) = lineage.patched().iter().position(|id| *id == top.as_ref()) {
                    return lineage.patched().get(place.checked_sub(1)?).map(|id| owned(id));
                }
                let (document, top) = (document?, self.source.find(KIND, top)?);
                match lineage.patched().last() {
                    patched if document == top => patched.map(|id| owned(id)),
                    _ => self.child_towards(Some(top), document),
                }
            }
        }
    }

    /// The organisation directly below another, or at the top, on the way to one further down.
    fn child_towards(&self, top: Option<u32>, document: u32) -> Option<Cow<'a, str>> {
        let mut child = document;
        while let Some(parent) = self.source.above(KIND, child).filter(|parent| Some(*parent) != top) {
            child = parent;
        }
        (self.source.above(KIND, child) == top).then(|| self.source.id(KIND, child))
    }

    fn name(&self, id: &str) -> Option<String> {
        if let Some(place) = self.patch.find(KIND, id) {
            return self
                .patch
                .organisation(place)
                .map(|organisation| Organisation::whole_name(organisation).to_owned());
        }
        self.source.find(KIND, id).map(|document| self.source.name(KIND, document).to_owned())
    }
}

/// The organisations of a part of the tree that are below none of it.
fn siblings(source: &impl Source, part: Range<u32>) -> Vec<u32> {
    let first = Some(part.start).filter(|start| *start < part.end);
    let next = |child: &u32| Some(source.below(KIND, *child).end).filter(|next| *next < part.end);
    std::iter::successors(first, next).collect()
}
