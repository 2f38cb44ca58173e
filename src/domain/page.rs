//! One page of a longer list.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

/// One page of a list, with what is needed to go to the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The items on this page, in the order of the list.
    pub items: Vec<T>,
    /// The number of this page, counted from 1.
    pub number: u32,
    /// The most items on one page.
    pub size: u32,
    /// How many there are on all pages.
    pub total: u64,
}

impl<T> Page<T> {
    /// Cuts one page out of a whole list, of which nothing else is looked at. A number beyond the end shows the last page.
    pub fn of<I>(items: I, number: u32, size: u32) -> Self
    where
        I: IntoIterator<Item = T, IntoIter: ExactSizeIterator>,
    {
        let items = items.into_iter();
        let total = items.len() as u64;
        let number = number.clamp(1, last_page(total, size));
        let skipped = (number as usize - 1) * size as usize;
        let items = items.skip(skipped).take(size as usize).collect();
        Self { items, number, size, total }
    }

    /// The page that a list would have in an order. Only what is on the page is put into order: the list may be long.
    pub fn in_order(mut items: Vec<T>, number: u32, size: u32, order: impl Fn(&T, &T) -> Ordering) -> Self {
        let total = items.len() as u64;
        let number = number.clamp(1, last_page(total, size));
        let first = (number as usize - 1) * size as usize;
        let end = items.len().min(first + size as usize);
        if end < items.len() {
            items.select_nth_unstable_by(end, &order);
            items.truncate(end);
        }
        if first > 0 && first < end {
            items.select_nth_unstable_by(first, &order);
        }
        let mut items = items.split_off(first.min(end));
        items.sort_by(&order);
        Self { items, number, size, total }
    }

    /// The same page with something made of each item.
    pub fn map<U>(self, make: impl FnMut(T) -> U) -> Page<U> {
        let Self { items, number, size, total } = self;
        Page { items: items.into_iter().map(make).collect(), number, size, total }
    }

    /// The items, and the page as it stands in a way through the pages.
    pub fn split(self) -> (Page<()>, Vec<T>) {
        let Self { items, number, size, total } = self;
        (Page { items: vec![(); items.len()], number, size, total }, items)
    }

    /// The number of the last page, at least 1.
    pub fn last(&self) -> u32 {
        last_page(self.total, self.size)
    }

    /// The positions of the first and last item on this page, counted from 1; `None` when empty.
    pub fn range(&self) -> Option<(u64, u64)> {
        let first = u64::from(self.number - 1) * u64::from(self.size) + 1;
        (!self.items.is_empty()).then(|| (first, first + self.items.len() as u64 - 1))
    }
}

/// The number of the last page of a list of `total` items, at least 1.
pub fn last_page(total: u64, size: u32) -> u32 {
    u32::try_from(total.div_ceil(u64::from(size.max(1)))).unwrap_or(u32::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn pages_cover_the_list_once() {
        let numbers: Vec<u32> = (0..103).collect();
        let pages: Vec<_> = (1..=3).flat_map(|number| Page::of(&numbers, number, 50).items).collect();
        assert_eq!(pages, numbers.iter().collect::<Vec<_>>());
    }

    proptest! {
        #[test]
        fn a_page_in_order_is_that_of_the_list_in_order(
            mut numbers in prop::collection::vec(0..500_u32, 0..60), page in 0..9_u32, size in 1..12_u32,
        ) {
            // Only whatever is told apart has one order.
            numbers.sort_unstable();
            numbers.dedup();
            let sorted = Page::of(numbers.clone(), page, size);
            numbers.reverse();
            let middle = numbers.len() / 3;
            numbers.rotate_left(middle);
            prop_assert_eq!(Page::in_order(numbers, page, size, u32::cmp), sorted);
        }
    }

    #[test]
    fn a_page_beyond_the_end_is_the_last_one_and_page_zero_the_first() {
        assert_eq!(Page::of((0..10).collect::<Vec<_>>(), 9, 4).items, [8, 9]);
        assert_eq!(Page::of((0..10).collect::<Vec<_>>(), 0, 4).range(), Some((1, 4)));
        assert_eq!(Page::of(Vec::<u32>::new(), 7, 4).range(), None);
    }
}
