//! Many numbers, each in as few bytes as the largest of them needs: those of a million documents fit into three.

use std::ops::Range;

/// Many numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Numbers {
    /// How many bytes each takes: from one to four; none where there are no numbers.
    width: usize,
    bytes: Vec<u8>,
}

impl Numbers {
    /// These numbers.
    pub(super) fn of(numbers: &[u32]) -> Self {
        let largest = numbers.iter().copied().max().unwrap_or_default();
        let width = (4 - largest.leading_zeros() as usize / 8).max(1);
        let mut bytes = Vec::with_capacity(numbers.len() * width);
        for number in numbers {
            bytes.extend_from_slice(number.to_le_bytes().get(..width).unwrap_or_default());
        }
        Self { width, bytes }
    }

    /// What [`Numbers::width`] and [`Numbers::bytes`] gave; `None` when they were not of the same.
    pub(super) fn from_bytes(width: u64, bytes: Vec<u8>) -> Option<Self> {
        let width = usize::try_from(width).ok().filter(|width| (1..=4).contains(width))?;
        bytes.len().is_multiple_of(width).then_some(Self { width, bytes })
    }

    pub(super) const fn width(&self) -> u64 {
        // One for no numbers at all, so that it can be read again.
        if self.width == 0 { 1 } else { self.width as u64 }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len().checked_div(self.width).unwrap_or_default()
    }

    /// The number at a place.
    pub(super) fn get(&self, place: usize) -> Option<u32> {
        let start = place.checked_mul(self.width)?;
        let bytes = self.bytes.get(start..)?;
        match (self.width, bytes) {
            (1, [first, ..]) => Some(u32::from(*first)),
            (2, [first, second, ..]) => Some(u32::from_le_bytes([*first, *second, 0, 0])),
            (3, [first, second, third, ..]) => Some(u32::from_le_bytes([*first, *second, *third, 0])),
            (4, [first, second, third, fourth, ..]) => Some(u32::from_le_bytes([*first, *second, *third, *fourth])),
            _ => None,
        }
    }

    /// All of them, in their order.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = u32> {
        self.part(0..self.len())
    }

    /// Those in a range of places.
    pub(super) fn part(&self, range: Range<usize>) -> impl DoubleEndedIterator<Item = u32> {
        range.filter_map(|place| self.get(place))
    }

    /// Shows those in a range of places, one after another: several times as fast as [`Numbers::part`]. The range is within
    /// them, or nothing is shown.
    pub(super) fn each(&self, range: Range<usize>, mut see: impl FnMut(u32)) {
        let place = |place: usize| place.saturating_mul(self.width);
        let bytes = self.bytes.get(place(range.start)..place(range.end)).unwrap_or_default();
        match self.width {
            1 => bytes.iter().for_each(|byte| see(u32::from(*byte))),
            2 => bytes.as_chunks().0.iter().for_each(|number| see(u32::from(u16::from_le_bytes(*number)))),
            3 => bytes.as_chunks().0.iter().for_each(|[low, middle, high]| {
                see(u32::from_le_bytes([*low, *middle, *high, 0]));
            }),
            _ => bytes.as_chunks().0.iter().for_each(|number| see(u32::from_le_bytes(*number))),
        }
    }

    /// How many of the first hold, when all that hold come before all that do not.
    pub(super) fn partition_point(&self, holds: impl Fn(u32) -> bool) -> usize {
        let (mut start, mut end) = (0, self.len());
        while start < end {
            let middle = start.midpoint(end);
            if self.get(middle).is_some_and(&holds) {
                start = middle + 1;
            } else {
                end = middle;
            }
        }
        start
    }

    /// Whether all of them are below another.
    pub(super) fn are_below(&self, bound: u32) -> bool {
        self.iter().max().is_none_or(|largest| largest < bound)
    }

    pub(super) const fn heap_size(&self) -> usize {
        self.bytes.capacity()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn numbers_are_kept_in_any_width(numbers in prop::collection::vec(any::<u32>(), 0..20), shift in 0..32_u32) {
            let numbers: Vec<u32> = numbers.into_iter().map(|number| number >> shift).collect();
            let kept = Numbers::of(&numbers);
            prop_assert_eq!(kept.iter().collect::<Vec<_>>(), numbers.clone());
            prop_assert_eq!((kept.len(), kept.get(numbers.len())), (numbers.len(), None));
            let mut seen = Vec::new();
            let part = numbers.len() / 3..numbers.len() * 2 / 3;
            kept.each(part.clone(), |number| seen.push(number));
            prop_assert_eq!(&seen, &numbers[part]);
            Numbers::default().each(0..1, |_| seen.clear());
            prop_assert_eq!(seen.len(), numbers.len() * 2 / 3 - numbers.len() / 3);
            let again = Numbers::from_bytes(kept.width(), kept.bytes().to_vec()).unwrap();
            prop_assert_eq!(again.iter().rev().collect::<Vec<_>>(), numbers.iter().rev().copied().collect::<Vec<_>>());
            let mut sorted = numbers;
            sorted.sort_unstable();
            for bound in [0, 1, 1 << 8, 1 << 24, u32::MAX] {
                let point = Numbers::of(&sorted).partition_point(|number| number < bound);
                prop_assert_eq!(point, sorted.partition_point(|number| *number < bound));
            }
        }
    }
}
