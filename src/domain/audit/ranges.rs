//! Numbers of entries as ranges: "3", "5-9".

use std::ops::RangeInclusive;

/// Ranges of numbers that come in their order.
pub fn write(numbers: impl IntoIterator<Item = i64>) -> Vec<String> {
    let mut ranges: Vec<RangeInclusive<i64>> = Vec::new();
    for number in numbers {
        match ranges.last_mut() {
            Some(last) if last.end().checked_add(1) == Some(number) => *last = *last.start()..=number,
            _ => ranges.push(number..=number),
        }
    }
    let text = |range: &RangeInclusive<i64>| match (range.start(), range.end()) {
        (first, last) if first == last => first.to_string(),
        (first, last) => format!("{first}-{last}"),
    };
    ranges.iter().map(text).collect()
}

/// The numbers of one range; `None` when it is none.
pub fn read(text: &str) -> Option<RangeInclusive<i64>> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    Some(first.parse().ok()?..=last.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn ranges_have_the_numbers_that_they_were_made_of(numbers in prop::collection::btree_set(0_i64..60, 0..40)) {
            let texts = write(numbers.iter().copied());
            let read: BTreeSet<i64> = texts.iter().flat_map(|text| read(text).unwrap()).collect();
            prop_assert_eq!(read, numbers);
        }
    }

    #[test]
    fn neighbours_are_one_range() {
        assert_eq!(write([1, 3, 4, 5, 9]), ["1", "3-5", "9"]);
        assert_eq!(read("x"), None);
    }
}
