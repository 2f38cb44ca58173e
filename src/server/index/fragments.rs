//! Parts of lists that were made of one state of the index: made once, and shown to everybody who may see all of it.

use std::sync::OnceLock;

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use time::OffsetDateTime;

use super::search::{Counted, Hit, Hits};
use crate::domain::fragment::Fragment;
use crate::domain::listing::FacetCounts;
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::domain::reference::ObjectReference;
use crate::domain::rows::{Branch, OAuthClientRow, OrganisationRow};

/// The most memory that the fragments of a kind take, in bytes.
const CAPACITY: u64 = 12 * 1024 * 1024;
/// What a row takes besides its texts: itself and the elements of its HTML, in bytes.
const ROW: usize = 1_200;
/// How often a text of a row stands in memory: in the row and in its HTML, twice with what is read out.
const COPIES: usize = 3;
/// How many rows of a kind there are about, for the size of the tables.
const ROWS: usize = 8_000;
/// What a value of a filter takes besides its text, in bytes.
const VALUE: usize = 450;
/// How often the text of a value stands in memory.
const VALUE_COPIES: usize = 7;
/// How many lists there are about whose counts are kept, for the size of the table.
const LISTS: usize = 500;

/// Where a row of an organisation is shown: in the tree at a depth, with what is below it; `None` in a flat list.
pub type TreePlace = Option<(u32, Branch)>;

/// Fragments of one state of the index. They are gone with it.
#[derive(Default)]
pub struct Fragments {
    // Most states are followed by another one before anybody asks for a list of theirs.
    organisations: Kept<(Hit, TreePlace), Fragment<OrganisationRow>>,
    clients: Kept<Hit, Fragment<OAuthClientRow>>,
    counts: Kept<(ObjectKind, String), KeptCounts>,
    pages: Kept<(ObjectKind, String), Hits>,
}

/// The counts of a list, and until when they hold.
#[derive(Clone, Debug)]
struct KeptCounts {
    counts: Vec<Fragment<FacetCounts>>,
    hold_until: Option<i64>,
}

type Kept<Key, Value> = OnceLock<Cache<Key, Value, Texts>>;

impl Fragments {
    /// The row of an organisation; `make` makes it when it is not kept.
    pub fn organisation(
        &self,
        hit: Hit,
        place: TreePlace,
        make: impl FnOnce() -> Option<OrganisationRow>,
    ) -> Option<Fragment<OrganisationRow>> {
        let rows = self.organisations.get_or_init(|| Cache::with_weighter(ROWS, CAPACITY, Texts));
        // The number of clients comes when they are read for the first time, which need not change the index.
        kept(rows, (hit, place), make, |row| row.clients.is_some())
    }

    /// The row of a client; `make` makes it when it is not kept.
    pub fn client(&self, hit: Hit, make: impl FnOnce() -> Option<OAuthClientRow>) -> Option<Fragment<OAuthClientRow>> {
        let rows = self.clients.get_or_init(|| Cache::with_weighter(ROWS, CAPACITY, Texts));
        kept(rows, hit, make, |_| true)
    }

    /// What a query finds, with its counts: these are the same on every page and in every order, until time changes what
    /// was changed in the last days. `find` finds it, with or without them. It must not depend on the time otherwise.
    pub fn counted(
        &self,
        kind: ObjectKind,
        query: &ObjectQuery,
        now: OffsetDateTime,
        find: impl FnOnce(Counted) -> Hits,
    ) -> Hits {
        let lists = self.counts.get_or_init(|| Cache::with_weighter(LISTS, CAPACITY, Texts));
        let list = ObjectQuery { sort: None, columns: Vec::new(), ..query.clone().without_place() };
        let key = (kind, list.to_string());
        let holds = |kept: &KeptCounts| kept.hold_until.is_none_or(|until| now.unix_timestamp() <= until);
        let pages = self.pages.get_or_init(|| Cache::with_weighter(LISTS, CAPACITY, Texts));
        // What is open of a tree, and which columns are shown, is no matter of the index.
        let page = (kind, ObjectQuery { open: Vec::new(), at: None, columns: Vec::new(), ..query.clone() }.to_string());
        if let Some(KeptCounts { counts, .. }) = lists.get(&key).filter(holds) {
            let hits = pages.get(&page).unwrap_or_else(|| {
                let hits = find(Counted::No);
                pages.insert(page, hits.clone());
                hits
            });
            return Hits { counts, ..hits };
        }
        let hits = find(Counted::Yes);
        lists.insert(key, KeptCounts { counts: hits.counts.clone(), hold_until: hits.counts_hold_until });
        pages.insert(page, Hits { counts: Vec::new(), ..hits.clone() });
        hits
    }
}

fn kept<Key: Eq + std::hash::Hash, Row>(
    rows: &Cache<Key, Fragment<Row>, Texts>,
    key: Key,
    make: impl FnOnce() -> Option<Row>,
    may_be_kept: impl FnOnce(&Row) -> bool,
) -> Option<Fragment<Row>>
where
    Texts: Weighter<Key, Fragment<Row>>,
{
    if let Some(row) = rows.get(&key) {
        return Some(row);
    }
    let row = Fragment::from(make()?);
    if may_be_kept(&row) {
        rows.insert(key, row.clone());
    }
    Some(row)
}

impl std::fmt::Debug for Fragments {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Fragments").finish_non_exhaustive()
    }
}

/// Weighs fragments by their texts.
#[derive(Clone, Debug)]
struct Texts;

impl Weighter<(Hit, TreePlace), Fragment<OrganisationRow>> for Texts {
    fn weight(&self, _: &(Hit, TreePlace), row: &Fragment<OrganisationRow>) -> u64 {
        let products = row.products.iter().flatten().map(String::len);
        let beyond = row.beyond_parent.iter().map(|beyond| beyond.value.len());
        weight(
            reference(&row.organisation) + row.path.iter().map(reference).chain(products).chain(beyond).sum::<usize>(),
        )
    }
}

impl Weighter<Hit, Fragment<OAuthClientRow>> for Texts {
    fn weight(&self, _: &Hit, row: &Fragment<OAuthClientRow>) -> u64 {
        let names = [&row.product, &row.algorithm].into_iter().flatten().map(String::len);
        let names = names.chain(row.beyond_parent.iter().map(|beyond| beyond.value.len()));
        weight(reference(&row.client) + row.organisation.iter().map(reference).chain(names).sum::<usize>())
    }
}

impl Weighter<(ObjectKind, String), KeptCounts> for Texts {
    fn weight(&self, (_, list): &(ObjectKind, String), kept: &KeptCounts) -> u64 {
        let values = kept.counts.iter().flat_map(|counts| &counts.values);
        let values: usize = values.map(|(value, _)| VALUE + VALUE_COPIES * value.len()).sum();
        let names = kept.counts.iter().flat_map(|counts| &counts.names);
        let names: usize = names.map(|(id, name)| id.len() + VALUE_COPIES * name.len()).sum();
        (ROW + list.len() + values + names) as u64
    }
}

impl Weighter<(ObjectKind, String), Hits> for Texts {
    fn weight(&self, (_, page): &(ObjectKind, String), hits: &Hits) -> u64 {
        let cursors = [&hits.previous, &hits.next].into_iter().flatten().map(String::len).sum::<usize>();
        (ROW + page.len() + cursors + hits.rows.len() * size_of::<Hit>()) as u64
    }
}

fn reference(reference: &ObjectReference) -> usize {
    reference.id.len() + reference.name.len()
}

fn weight(texts: usize) -> u64 {
    (ROW + COPIES * texts) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str) -> OAuthClientRow {
        OAuthClientRow {
            client: ObjectReference { id: "c".to_owned(), name: name.to_owned() },
            organisation: None,
            product: None,
            algorithm: None,
            is_production: false,
            is_disabled: false,
            disabled_by: None,
            beyond_parent: Vec::new(),
            return_urls: 0,
            changed_at: None,
        }
    }

    #[test]
    fn a_row_is_made_once() {
        let rows = Fragments::default();
        let first = rows.client(Hit::Document(1), || Some(row("a"))).unwrap();
        assert_eq!(rows.client(Hit::Document(1), || unreachable!("it is kept")), Some(first));
        assert_eq!(rows.client(Hit::Patched(1), || None), None, "another object");
    }

    #[test]
    fn the_memory_that_rows_take_has_a_limit() {
        let rows = Fragments::default();
        let name = "n".repeat(1_000_000);
        (0..100).for_each(|number| drop(rows.client(Hit::Document(number), || Some(row(&name)))));
        let kept = rows.clients.get().unwrap();
        assert!(kept.weight() <= CAPACITY, "{}", kept.weight());
        let name = "n".repeat(20_000_000);
        assert!(rows.client(Hit::Document(100), || Some(row(&name))).is_some(), "shown, and not kept");
        assert!(kept.weight() <= CAPACITY, "{}", kept.weight());
    }
}
