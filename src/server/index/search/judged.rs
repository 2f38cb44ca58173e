//! What the rules say of each patched object.

use super::lineage::Lineage;
use super::patch::Patch;
use super::question::{Question, Scope};
use super::rules::{Class, Search, passes};
use super::subject::Subject;
use crate::domain::facet::Facet;
use crate::server::index::source::Source;

/// A patched object within reach that matches the search.
#[derive(Debug)]
pub(super) struct Judged<'a> {
    /// Its place in the patch.
    pub(super) place: u32,
    pub(super) subject: &'a Subject,
    pub(super) class: Class,
    refused: Refused,
}

/// The facets whose filters do not let an object through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refused {
    None,
    By(Facet),
    BySeveral,
}

impl Judged<'_> {
    /// Whether all filters let it through, or all but those of one facet.
    pub(super) fn passes(&self, except: Option<Facet>) -> bool {
        match self.refused {
            Refused::None => true,
            Refused::By(facet) => Some(facet) == except,
            Refused::BySeveral => false,
        }
    }
}

/// Judges all patched objects of the kind that is asked for. Those that are within reach are counted too.
pub(super) fn judged<'a>(
    source: &impl Source,
    patch: &'a Patch,
    question: &Question<'_>,
    search: &Search,
) -> (Vec<Judged<'a>>, u64) {
    let mut reached = 0;
    let mut all = Vec::new();
    let asks_where = question.query.has_filter_of(Facet::Within);
    for (place, subject) in patch.subjects(question.kind).iter() {
        let needs_lineage = asks_where || !matches!(question.scope, Scope::All);
        let lineage = if needs_lineage { Lineage::of(source, patch, subject) } else { Lineage::default() };
        if let Scope::Below(ids) = question.scope
            && !ids.iter().any(|id| lineage.is_within(source, id))
        {
            continue;
        }
        reached += 1;
        if let Some(class) = search.class_of(subject) {
            let mut refused = Refused::None;
            for filter in &question.query.filters {
                if !passes(filter, subject, |id| lineage.is_within(source, id), question.now) {
                    refused = match refused {
                        Refused::None => Refused::By(filter.facet),
                        Refused::By(facet) if facet == filter.facet => refused,
                        _ => Refused::BySeveral,
                    };
                }
            }
            all.push(Judged { place, subject, class, refused });
        }
    }
    (all, reached)
}
