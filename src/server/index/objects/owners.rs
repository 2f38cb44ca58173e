//! Which clients belong to which organisation: they are numbered in the order of the organisations.

use std::ops::Range;

/// The organisation of each client.
#[derive(Debug)]
pub(super) struct Owners {
    /// Where the clients of each organisation begin, and at last where those of unknown ones do.
    starts: Vec<u32>,
    /// The organisation of each client that has a known one.
    organisations: Vec<u32>,
    /// The id of the organisation of each client after these, as far as it is said.
    strays: Vec<Option<String>>,
}

impl Owners {
    /// The clients that begin at these places, and those of unknown organisations; `None` when the places are not
    /// in order.
    pub(super) fn of(starts: Vec<u32>, strays: Vec<Option<String>>) -> Option<Self> {
        if starts.first() != Some(&0) || !starts.is_sorted() {
            return None;
        }
        let known = *starts.last()? as usize;
        let mut organisations = Vec::with_capacity(known);
        for (organisation, clients) in (0..).zip(starts.windows(2)) {
            if let [start, end] = clients {
                organisations.extend(std::iter::repeat_n(organisation, (end - start) as usize));
            }
        }
        Some(Self { starts, organisations, strays })
    }

    pub(super) fn starts(&self) -> &[u32] {
        &self.starts
    }

    pub(super) fn strays(&self) -> &[Option<String>] {
        &self.strays
    }

    /// The organisation of a client, when it is known.
    pub(super) fn organisation(&self, client: u32) -> Option<u32> {
        self.organisations.get(client as usize).copied()
    }

    /// The id that a client of an unknown organisation names.
    pub(super) fn stray(&self, client: u32) -> Option<&str> {
        let place = (client as usize).checked_sub(self.organisations.len())?;
        self.strays.get(place)?.as_deref()
    }

    /// The clients of several organisations that follow each other.
    pub(super) fn clients(&self, organisations: Range<u32>) -> Range<u32> {
        let start = |organisation: u32| self.starts.get(organisation as usize).copied();
        start(organisations.start).zip(start(organisations.end)).map_or(0..0, |(start, end)| start..end)
    }

    /// The clients whose organisation is not known.
    pub(super) fn unknown(&self) -> Range<u32> {
        let start = self.starts.last().copied().unwrap_or_default();
        start..start.saturating_add(u32::try_from(self.strays.len()).unwrap_or(u32::MAX))
    }

    /// The memory that they take, in bytes.
    pub(super) fn heap_size(&self) -> usize {
        let texts: usize = self.strays.iter().flatten().map(String::capacity).sum();
        let places = (self.starts.capacity() + self.organisations.capacity()) * size_of::<u32>();
        places + self.strays.capacity() * size_of::<Option<String>>() + texts
    }
}

impl Default for Owners {
    fn default() -> Self {
        Self { starts: vec![0], organisations: Vec::new(), strays: Vec::new() }
    }
}
