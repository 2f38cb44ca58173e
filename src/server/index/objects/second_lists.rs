//! Clients that are in the lists of several organisations: each stands with one of them, and here is who else lists it.

/// Organisations with the clients that their lists have too, although these stand with another one.
#[derive(Debug, Default)]
pub(super) struct SecondLists {
    /// An organisation and a client, in order.
    by_organisation: Vec<(u32, u32)>,
    /// The same, the client first.
    by_client: Vec<(u32, u32)>,
}

impl SecondLists {
    /// Pairs of an organisation and a client, in any order.
    pub(super) fn of(mut pairs: Vec<(u32, u32)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        pairs.shrink_to_fit();
        let mut by_client: Vec<(u32, u32)> =
            pairs.iter().map(|(organisation, client)| (*client, *organisation)).collect();
        by_client.sort_unstable();
        Self { by_organisation: pairs, by_client }
    }

    /// The clients that an organisation lists and that stand with another one.
    pub(super) fn clients(&self, organisation: u32) -> impl Iterator<Item = u32> {
        paired(&self.by_organisation, organisation)
    }

    /// The organisations that list a client, but for the one that it stands with.
    pub(super) fn organisations(&self, client: u32) -> impl Iterator<Item = u32> {
        paired(&self.by_client, client)
    }

    /// The memory that it takes, in bytes.
    pub(super) const fn heap_size(&self) -> usize {
        (self.by_organisation.capacity() + self.by_client.capacity()) * size_of::<(u32, u32)>()
    }
}

/// What stands in pairs beside a number that they begin with.
fn paired(pairs: &[(u32, u32)], with: u32) -> impl Iterator<Item = u32> {
    let start = pairs.partition_point(|(first, _)| *first < with);
    let from = pairs.get(start..).unwrap_or_default().iter();
    from.take_while(move |(first, _)| *first == with).map(|(_, second)| *second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_lists_what_is_found_from_both_sides() {
        let lists = SecondLists::of(vec![(7, 1), (2, 3), (2, 1), (7, 1), (5, 3)]);
        let of_client = |client| lists.organisations(client).collect::<Vec<_>>();
        let of_organisation = |organisation| lists.clients(organisation).collect::<Vec<_>>();
        assert_eq!([of_client(0), of_client(1), of_client(3)], [vec![], vec![2, 7], vec![2, 5]]);
        assert_eq!([of_organisation(2), of_organisation(3), of_organisation(7)], [vec![1, 3], vec![], vec![1]]);
    }
}
