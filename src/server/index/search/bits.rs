//! Documents as a bit of each: the fastest to look many up in, and to go through where they are many.

use roaring::RoaringBitmap;

/// What the bytes of a bitmap without runs begin with, and of one with them: the published format of Roaring bitmaps.
const COOKIE: u32 = 12_346;
const COOKIE_OF_RUNS: u16 = 12_347;
/// So many documents one container has at most: those whose numbers have the same upper half.
const CONTAINER: usize = 1 << 16;
/// A container of more documents is one of bits.
const MOST_LISTED: usize = 4_096;
/// From so many containers on, their places stand before them even when some of them are runs.
const WITH_PLACES: usize = 4;

/// Documents as a bit of each.
#[derive(Debug)]
pub(super) struct Bits(Vec<u8>);

impl Bits {
    /// These documents, of `count` in all. A bitmap gives its documents one by one, but its bytes as a whole: that takes a
    /// small part of the time.
    pub(super) fn of(documents: &RoaringBitmap, count: u32) -> Self {
        let mut bytes = Vec::with_capacity(documents.serialized_size());
        let mut bits = Self::none(count);
        let is_written = documents.serialize_into(&mut bytes).is_ok();
        if !is_written || bits.read(&bytes).is_none() {
            bits = Self::none(count);
            documents.iter().for_each(|document| bits.set(document));
        }
        bits
    }

    /// None, of `count` in all.
    pub(super) fn none(count: u32) -> Self {
        Self(vec![0; (count as usize).div_ceil(64) * 8])
    }

    /// Whether a document is among them.
    pub(super) fn has(&self, document: u32) -> bool {
        self.0.get(document as usize / 8).is_some_and(|byte| byte & (1 << (document % 8)) != 0)
    }

    /// The documents, in ascending order.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> {
        let (words, _) = self.0.as_chunks::<8>();
        (0..).step_by(64).zip(words).flat_map(|(first, word)| {
            let mut word = u64::from_le_bytes(*word);
            std::iter::from_fn(move || {
                let place = (word != 0).then(|| word.trailing_zeros())?;
                word &= word - 1;
                Some(first + place)
            })
        })
    }

    /// The same as a bitmap.
    pub(super) fn bitmap(&self) -> RoaringBitmap {
        RoaringBitmap::from_lsb0_bytes(0, &self.0)
    }

    /// Adds a document.
    pub(super) fn set(&mut self, document: u32) {
        if let Some(byte) = self.0.get_mut(document as usize / 8) {
            *byte |= 1 << (document % 8);
        }
    }

    /// Adds the documents from the first to the last one.
    fn set_all(&mut self, first: u32, last: u32) {
        let (first, last) = (first as usize, (last as usize).min((8 * self.0.len()).saturating_sub(1)));
        let (from, to) = (u8::MAX << (first % 8), u8::MAX >> (7 - last % 8));
        match self.0.get_mut(first / 8..=last / 8) {
            Some([only]) => *only |= from & to,
            Some([start, between @ .., end]) => {
                *start |= from;
                between.fill(u8::MAX);
                *end |= to;
            }
            _ => {}
        }
    }

    /// Adds what the bytes of a bitmap name; `None` when they are in another format.
    fn read(&mut self, mut bytes: &[u8]) -> Option<()> {
        let cookie = u32::from_le_bytes(take(&mut bytes)?);
        let mut runs: &[u8] = &[];
        let containers = if cookie & 0xFFFF == u32::from(COOKIE_OF_RUNS) {
            let containers = (cookie >> 16) as usize + 1;
            (runs, bytes) = bytes.split_at_checked(containers.div_ceil(8))?;
            containers
        } else {
            let containers = u32::from_le_bytes(take(&mut bytes)?) as usize;
            (cookie == COOKIE).then_some(containers)?
        };
        let (heads, rest) = bytes.split_at_checked(containers * 4)?;
        bytes = rest;
        if runs.is_empty() || containers >= WITH_PLACES {
            bytes = bytes.get(containers * 4..)?;
        }
        for (place, [low, high, count_low, count_high]) in heads.as_chunks().0.iter().enumerate() {
            let first = u32::from(u16::from_le_bytes([*low, *high])) << 16;
            let count = usize::from(u16::from_le_bytes([*count_low, *count_high])) + 1;
            if runs.get(place / 8).is_some_and(|byte| byte & (1 << (place % 8)) != 0) {
                for _ in 0..u16::from_le_bytes(take(&mut bytes)?) {
                    let start = first + u32::from(u16::from_le_bytes(take(&mut bytes)?));
                    let length = u32::from(u16::from_le_bytes(take(&mut bytes)?));
                    self.set_all(start, start.saturating_add(length));
                }
            } else if count > MOST_LISTED {
                let (bits, rest) = bytes.split_at_checked(CONTAINER / 8)?;
                let own = self.0.get_mut(first as usize / 8..)?;
                own.iter_mut().zip(bits).for_each(|(own, bits)| *own = *bits);
                bytes = rest;
            } else {
                for _ in 0..count {
                    self.set(first + u32::from(u16::from_le_bytes(take(&mut bytes)?)));
                }
            }
        }
        bytes.is_empty().then_some(())
    }
}

/// Takes the next bytes.
fn take<const COUNT: usize>(bytes: &mut &[u8]) -> Option<[u8; COUNT]> {
    let (taken, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*taken)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn bits_are_those_of_the_documents(
            listed in prop::collection::btree_set(0_u32..400_000, 0..50),
            ranges in prop::collection::vec((0_u32..400_000, 0_u32..100_000, 1_usize..4), 0..6),
            with_runs in any::<bool>(),
        ) {
            let mut documents: RoaringBitmap = listed.into_iter().collect();
            for (start, length, step) in ranges {
                documents.extend((start..(start + length).min(400_000)).step_by(step));
            }
            if with_runs {
                documents.optimize();
            }
            let mut bytes = Vec::new();
            documents.serialize_into(&mut bytes).unwrap();
            let mut bits = Bits::none(400_000);
            prop_assert_eq!(bits.read(&bytes), Some(()), "the format is the one that is known");
            prop_assert!(bits.iter().eq(documents.iter()));
            prop_assert_eq!(&Bits::of(&documents, 400_000).bitmap(), &documents);
            for document in documents.iter().take(10).flat_map(|document| [document, document + 1]) {
                prop_assert_eq!(bits.has(document), documents.contains(document));
            }
        }

        /// The bytes are those of a bitmap in memory, but if the format ever changes, that is no reason to panic.
        #[test]
        fn bytes_that_are_damaged_are_read_wrongly_or_not_at_all(
            listed in prop::collection::btree_set(0_u32..200_000, 1..30),
            start in 0_u32..150_000,
            place in any::<prop::sample::Index>(),
            change in 1_u8..=255,
            is_cut in any::<bool>(),
        ) {
            let mut documents: RoaringBitmap = listed.into_iter().collect();
            documents.insert_range(start..start + 9_000);
            documents.optimize();
            let mut bytes = Vec::new();
            documents.serialize_into(&mut bytes).unwrap();
            let place = place.index(bytes.len());
            let mut bits = Bits::none(200_001);
            if is_cut {
                prop_assert_eq!(bits.read(&bytes[..place]), None);
            } else {
                bytes[place] ^= change;
                let _ = bits.read(&bytes);
                prop_assert!(bits.iter().all(|document| document < 200_064));
            }
        }
    }
}
