//! Which clients are whose: the clients of an organisation have numbers in a row.

use std::ops::Range;

use super::{
    draw::{Topic, draw, percent},
    even,
};

/// The largest number of clients that one organisation has.
const MOST_OF_ONE: u32 = 5_000;

/// Where the clients of each organisation begin, and at the end how many there are. Four bytes for each organisation.
#[derive(Debug, Default)]
pub(super) struct Shares(Vec<u32>);

impl Shares {
    /// The number of clients.
    pub(super) fn count(&self) -> u32 {
        self.0.last().copied().unwrap_or(0)
    }

    /// The numbers of the clients of an organisation.
    pub(super) fn of(&self, organisation: u32) -> Range<u32> {
        let start = |organisation: Option<usize>| {
            organisation.and_then(|organisation| self.0.get(organisation).copied()).unwrap_or_else(|| self.count())
        };
        let place = usize::try_from(organisation).ok();
        start(place)..start(place.and_then(|place| place.checked_add(1)))
    }

    /// The organisation of a client.
    pub(super) fn owner(&self, client: u32) -> u32 {
        let after = self.0.partition_point(|start| *start <= client);
        u32::try_from(after.saturating_sub(1)).unwrap_or(u32::MAX)
    }
}

/// None to two clients for each.
pub(super) fn even_shares(organisations: u32) -> Shares {
    let mut starts = vec![0];
    let mut clients = 0;
    for organisation in 0..organisations {
        clients += even::clients(organisation);
        starts.push(clients);
    }
    Shares(starts)
}

/// So many clients altogether: none for some organisations, a few for most, many for a few, and 5,000 for the first.
pub(super) fn partner_shares(organisations: u32, clients: u32) -> Shares {
    let of_first = MOST_OF_ONE.min(clients / 10);
    let weights: u64 = (1..organisations).map(weight).sum();
    let (of_first, others) =
        if weights == 0 { (clients, 0) } else { (of_first, u64::from(clients.saturating_sub(of_first))) };
    if organisations == 0 {
        return Shares(vec![0]);
    }
    let mut starts = vec![0, of_first];
    let mut sum = 0;
    for organisation in 1..organisations {
        sum += weight(organisation);
        let start = u64::from(of_first) + (sum * others).checked_div(weights).unwrap_or(0);
        starts.push(u32::try_from(start).unwrap_or(u32::MAX));
    }
    Shares(starts)
}

/// How many clients an organisation has when there are ten to each, about.
fn weight(organisation: u32) -> u64 {
    let between = |least: u64, most: u64| least + draw(!organisation, Topic::Weight) % (most - least + 1);
    match percent(organisation, Topic::Weight) {
        0..10 => 0,
        10..86 => between(3, 15),
        86..97 => between(12, 24),
        _ => between(25, 60),
    }
}
