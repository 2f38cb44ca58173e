//! How much memory the index takes.

use roaring::RoaringBitmap;

use super::SearchIndex;
use super::folded::Folded;
use super::kind::KindIndex;
use super::order::Order;
use super::rows::Rows;
use super::terms::TermIndex;
use super::url_table::UrlTable;

/// What a bitmap keeps of each of its containers beside the numbers in it, in bytes.
const CONTAINER: usize = 40;

impl SearchIndex {
    /// The memory that it takes, in bytes, with the orders that were asked for so far.
    pub fn heap_size(&self) -> usize {
        self.organisations.heap_size() + self.clients.heap_size()
    }
}

impl KindIndex {
    fn heap_size(&self) -> usize {
        let terms = [&self.names, &self.urls, &self.hosts].into_iter().chain(&self.values);
        let bitmaps = [&self.all, &self.production, &self.disabled].into_iter();
        let orders = self.orders().map(Order::heap_size);
        terms.map(TermIndex::heap_size).sum::<usize>()
            + bitmaps.map(heap_size_of_bitmap).sum::<usize>()
            + orders.sum::<usize>()
            + heap_size_of(&self.changed)
            + self.whole_urls.heap_size()
            + self.folded.heap_size()
            + self.rows.heap_size()
    }
}

impl TermIndex {
    fn heap_size(&self) -> usize {
        let heavy = self.heavy.iter().map(|(_, documents)| heap_size_of_bitmap(documents));
        self.terms.as_fst().as_bytes().len()
            + heap_size_of(&self.starts)
            + self.documents.heap_size()
            + heap_size_of(&self.heavy)
            + heavy.sum::<usize>()
    }
}

impl UrlTable {
    fn heap_size(&self) -> usize {
        heap_size_of(&self.hashes) + self.documents.heap_size() + heap_size_of_bitmap(&self.shared)
    }
}

impl Folded {
    fn heap_size(&self) -> usize {
        let texts = self.values.iter().map(|(folded, ..)| folded.capacity());
        let ids = heap_size_of(&self.id_hashes) + self.id_documents.heap_size();
        ids + heap_size_of(&self.values) + texts.sum::<usize>()
    }
}

impl Rows {
    fn heap_size(&self) -> usize {
        let facets = self.facets.iter();
        let sizes =
            facets.map(|facet| facet.documents.heap_size() + heap_size_of(&facet.starts) + heap_size_of(&facet.values));
        sizes.sum()
    }
}

impl Order {
    const fn heap_size(&self) -> usize {
        self.documents.heap_size() + self.ranks.heap_size()
    }
}

const fn heap_size_of<T>(items: &Vec<T>) -> usize {
    items.capacity() * size_of::<T>()
}

fn heap_size_of_bitmap(bitmap: &RoaringBitmap) -> usize {
    let statistics = bitmap.statistics();
    let bytes =
        statistics.n_bytes_array_containers + statistics.n_bytes_run_containers + statistics.n_bytes_bitset_containers;
    usize::try_from(bytes).unwrap_or(usize::MAX) + statistics.n_containers as usize * CONTAINER
}
