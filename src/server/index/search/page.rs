//! A page of what matches: found by walking the order from its cursor, or by putting what matches in order, whichever is
//! less.

use std::ops::Range;

use roaring::RoaringBitmap;

use super::bits::Bits;
use super::hit::Hit;
use super::order::Order;
use super::place::{Place, Places};
use crate::server::index::source::Source;

/// When no more than one document in so many is in a set, each of them is looked at: making its bits takes longer.
const SPARSE: u64 = 128;

/// What matches equally well: documents in the order of the index, and the hits that are not where the index has them.
#[derive(Debug, Default)]
pub(super) struct Segment {
    pub(super) class: u8,
    pub(super) documents: RoaringBitmap,
    /// In ascending order.
    pub(super) others: Vec<(Place, Hit)>,
}

/// What matches, in order.
#[derive(Debug)]
pub(super) struct Pages<'a, S> {
    /// The places as they are now.
    pub(super) places: Places<'a, S>,
    /// The places as the index has them.
    pub(super) indexed: Places<'a, S>,
    pub(super) order: &'a Order,
    pub(super) is_descending: bool,
    /// In ascending order of their classes.
    pub(super) segments: Vec<Segment>,
}

impl<S: Source> Pages<'_, S> {
    /// At most so many hits after a place or before it, the nearest first, each with the class of its segment.
    pub(super) fn take(&self, from: Option<&Place>, is_backward: bool, limit: usize) -> Vec<(u8, Hit)> {
        let is_up = self.is_descending == is_backward;
        let mut taken = Vec::new();
        let mut take = |segment: &Segment| {
            let left = limit.saturating_sub(taken.len());
            // Where there is one segment, classes do not count.
            let class = |from: &Place| if self.segments.len() == 1 { segment.class } else { from.class };
            let is_past = |from: &&Place| if is_up { class(from) > segment.class } else { class(from) < segment.class };
            if left > 0 && !from.as_ref().is_some_and(is_past) {
                let from = from.filter(|from| class(from) == segment.class);
                let hits = self.take_of(segment, from, is_up, left);
                taken.extend(hits.into_iter().map(|hit| (segment.class, hit)));
            }
        };
        if is_up {
            self.segments.iter().for_each(&mut take);
        } else {
            self.segments.iter().rev().for_each(&mut take);
        }
        taken
    }

    /// The place of a hit as it is now.
    pub(super) fn place(&self, class: u8, hit: Hit) -> Option<Place> {
        let place = match hit {
            Hit::Document(document) => self.places.of_document(document),
            Hit::Patched(place) => self.places.of_patched(place)?,
        };
        Some(Place { class, ..place })
    }

    fn take_of(&self, segment: &Segment, from: Option<&Place>, is_up: bool, limit: usize) -> Vec<Hit> {
        let from = from.map(|from| Place { class: 0, ..from.clone() });
        let ranks = self.ranks(from.as_ref(), is_up);
        let documents = select(&segment.documents, self.order, ranks, is_up, limit);
        let is_on_this_side =
            |place: &Place| from.as_ref().is_none_or(|from| if is_up { place > from } else { place < from });
        let mut others: Vec<&(Place, Hit)> =
            segment.others.iter().filter(|(place, _)| is_on_this_side(place)).collect();
        if others.is_empty() {
            return documents.into_iter().map(Hit::Document).collect();
        }
        if !is_up {
            others.reverse();
        }
        let mut others = others.into_iter().peekable();
        let mut hits = Vec::new();
        for document in documents {
            let place = self.indexed.of_document(document);
            while let Some((_, other)) = others.next_if(|(other, _)| (*other < place) == is_up) {
                hits.push(*other);
            }
            hits.push(Hit::Document(document));
        }
        hits.extend(others.map(|(_, other)| *other));
        hits.truncate(limit);
        hits
    }

    /// The ranks of the documents on one side of a place.
    fn ranks(&self, from: Option<&Place>, is_up: bool) -> Range<u32> {
        let count = u32::try_from(self.order.documents.len()).unwrap_or(u32::MAX);
        let Some(from) = from else { return 0..count };
        let place = |document: u32| self.indexed.of_document(document);
        let documents = &self.order.documents;
        let bound = if is_up {
            documents.partition_point(|document| place(document) <= *from)
        } else {
            documents.partition_point(|document| place(document) < *from)
        };
        let bound = u32::try_from(bound).unwrap_or(u32::MAX);
        if is_up { bound..count } else { 0..bound }
    }
}

/// The first documents of a set in a range of ranks, or the last ones from its end on.
fn select(documents: &RoaringBitmap, order: &Order, ranks: Range<u32>, is_up: bool, limit: usize) -> Vec<u32> {
    if limit == 0 || documents.is_empty() || ranks.is_empty() {
        return Vec::new();
    }
    let count = u32::try_from(order.documents.len()).unwrap_or(u32::MAX);
    // How many steps a walk takes where the documents are spread evenly.
    let expected = (limit as u64).saturating_mul(u64::from(count)) / documents.len();
    let short = expected.saturating_mul(4);
    if short < documents.len() / 4
        && let Some(found) = walk(|document| documents.contains(document), order, &ranks, is_up, limit, short)
    {
        return found;
    }
    if documents.len() <= u64::from(count) / SPARSE {
        return sort(documents.iter(), order, &ranks, is_up, limit);
    }
    // With bits a step takes a small part of what it takes to look at a document of the set.
    let bits = Bits::of(documents, count);
    let long = documents.len() / 2;
    let found = (long > short).then(|| walk(|document| bits.has(document), order, &ranks, is_up, limit, long));
    found.flatten().unwrap_or_else(|| sort(bits.iter(), order, &ranks, is_up, limit))
}

/// Walks the order for at most so many steps; `None` when these were not enough.
fn walk(
    has: impl Fn(u32) -> bool,
    order: &Order,
    ranks: &Range<u32>,
    is_up: bool,
    limit: usize,
    most: u64,
) -> Option<Vec<u32>> {
    let most = usize::try_from(most).unwrap_or(usize::MAX).max(limit);
    let is_whole = ranks.len() <= most;
    let slice = order.documents.part(ranks.start as usize..ranks.end as usize);
    let found: Vec<u32> = if is_up {
        slice.take(most).filter(|document| has(*document)).take(limit).collect()
    } else {
        slice.rev().take(most).filter(|document| has(*document)).take(limit).collect()
    };
    (is_whole || found.len() == limit).then_some(found)
}

/// Looks at each document of the set, and keeps the nearest ones.
fn sort(
    documents: impl Iterator<Item = u32>,
    order: &Order,
    ranks: &Range<u32>,
    is_up: bool,
    limit: usize,
) -> Vec<u32> {
    // Distances from the near end of the range, so that both directions are the same.
    let last = ranks.end.saturating_sub(1);
    let distance = |rank: u32| if is_up { rank.wrapping_sub(ranks.start) } else { last.wrapping_sub(rank) };
    let room = limit.saturating_mul(4).max(256);
    let mut nearest: Vec<u32> = Vec::with_capacity(room);
    let mut farthest = u32::MAX;
    documents.for_each(|document| {
        let rank = order.rank(document);
        let distance = distance(rank);
        if ranks.contains(&rank) && distance < farthest {
            nearest.push(distance);
            if nearest.len() == room {
                let (_, bound, _) = nearest.select_nth_unstable(limit);
                farthest = *bound;
                nearest.truncate(limit);
            }
        }
    });
    nearest.sort_unstable();
    nearest.truncate(limit);
    let rank = |distance: u32| if is_up { ranks.start + distance } else { last - distance };
    nearest.into_iter().filter_map(|distance| order.documents.get(rank(distance) as usize)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::server::index::search::numbers::Numbers;

    proptest! {
        /// Few documents and many, spread evenly and side by side: each way to find a page.
        #[test]
        fn a_page_is_the_same_whichever_way_it_is_found(
            start in 0_usize..3_000,
            length in 0_usize..3_000,
            step in prop_oneof![Just(1_usize), 2_usize..6, 100_usize..1_500],
            range in (0_u32..3_000, 0_u32..3_000),
            multiplier in prop_oneof![Just(1_u32), Just(7), Just(1_009)],
            is_up in any::<bool>(),
            limit in 1_usize..40,
        ) {
            let ordered: Vec<u32> = (0..3_000_u32).map(|rank| rank * multiplier % 3_000).collect();
            let order = Order::of(Numbers::of(&ordered)).unwrap();
            let chosen = ordered[start..].iter().take(length).step_by(step);
            let documents: RoaringBitmap = chosen.copied().collect();
            let ranks = range.0.min(range.1)..range.0.max(range.1);
            let mut expected: Vec<u32> = ordered[ranks.start as usize..ranks.end as usize].to_vec();
            if !is_up {
                expected.reverse();
            }
            expected.retain(|document| documents.contains(*document));
            expected.truncate(limit);
            prop_assert_eq!(select(&documents, &order, ranks, is_up, limit), expected);
        }
    }
}
