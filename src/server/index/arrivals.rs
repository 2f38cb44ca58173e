//! Clients that came into the list of another organisation too: whether they moved there is known when the list of the first is read
//! again.

use std::collections::HashMap;

use time::OffsetDateTime;

/// How many are remembered: where a partner begins to list everything twice, nothing has moved.
const MOST: usize = 10_000;

/// A client that came into the list of another organisation, of which nobody was told.
#[derive(Debug)]
pub(super) struct Arrival {
    pub(super) client: String,
    /// The organisation whose list had it already.
    pub(super) from: String,
    /// The organisation whose list has it too.
    pub(super) to: String,
    /// When that list was read.
    pub(super) read_at: OffsetDateTime,
}

/// The clients of which it is not known yet whether they moved: of each where it came to last.
#[derive(Debug, Default)]
pub(super) struct Arrivals(HashMap<String, Arrival>);

impl Arrivals {
    /// Takes in what the list of an organisation brought. It also settles what came elsewhere from there: that was told, or is in both.
    pub(super) fn read(&mut self, organisation: &str, read_at: OffsetDateTime, new: Vec<Arrival>) {
        self.0.retain(|_, arrival| arrival.from != organisation || arrival.read_at >= read_at);
        for arrival in new {
            if self.0.len() >= MOST {
                self.0.clear();
            }
            self.0.insert(arrival.client.clone(), arrival);
        }
    }

    /// The organisation that a client came to.
    pub(super) fn destination(&self, client: &str) -> Option<&str> {
        self.0.get(client).map(|arrival| arrival.to.as_str())
    }
}
