//! The tree of a partner's organisations: its order, its roots, and what is below an organisation.

use std::borrow::Borrow;
use std::collections::{BTreeSet, HashMap};

use super::memory::allocation;
use super::organisation::Organisation;

/// A place in the tree as it is drawn: each organisation under its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreePosition {
    /// The index into the list that was given.
    pub index: u32,
    /// 0 for a root.
    pub depth: u32,
    /// Whether there are organisations below it.
    pub has_children: bool,
}

/// The orders in which lists show organisations, and what appears among them: worked out once for each list that was
/// read, because it takes much longer than a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrganisationOrder {
    /// The order of the tree: each organisation, followed by everything below it.
    pub tree: Vec<TreePosition>,
    /// The organisations in the order of their names, with what filters ask of each.
    pub by_name: Vec<FilterKey>,
    /// The indices of the organisations in the order of their IDs.
    by_id: Vec<u32>,
    /// The products that appear.
    pub products: Vec<String>,
}

/// What filters ask of an organisation, so that they need not look into its fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterKey {
    /// The index into the list that was given.
    pub index: u32,
    /// The name in lower case.
    pub name: Box<str>,
    /// Whether it has production access.
    pub is_production: bool,
    /// Whether it was switched off.
    pub is_disabled: bool,
}

impl OrganisationOrder {
    /// The orders of these organisations.
    pub fn of(organisations: &[impl Borrow<Organisation>]) -> Self {
        let products = organisations.iter().filter_map(|organisation| organisation.borrow().allowed_products());
        let products: BTreeSet<&String> = products.flatten().collect();
        let id = |index: u32| at(organisations, index).id.as_str();
        let mut by_name: Vec<FilterKey> =
            (0..count(organisations)).map(|index| filter_key(organisations, index)).collect();
        by_name.sort_by(|left, right| left.name.cmp(&right.name).then_with(|| id(left.index).cmp(id(right.index))));
        let mut by_id: Vec<u32> = (0..count(organisations)).collect();
        by_id.sort_by_key(|index| id(*index));
        Self {
            tree: tree_order(organisations, &by_name),
            by_name,
            by_id,
            products: products.into_iter().cloned().collect(),
        }
    }

    /// The memory that they take beside their own place, in bytes.
    pub fn heap_size(&self) -> usize {
        let names = self.by_name.iter().map(|key| allocation(key.name.len()));
        let products = self.products.iter().map(|product| allocation(product.capacity()));
        allocation(self.tree.capacity() * size_of::<TreePosition>())
            + allocation(self.by_name.capacity() * size_of::<FilterKey>())
            + allocation(self.by_id.capacity() * size_of::<u32>())
            + allocation(self.products.capacity() * size_of::<String>())
            + names.chain(products).sum::<usize>()
    }

    /// The organisation with this ID, among those that were put into these orders.
    pub fn find<'a>(&self, organisations: &'a [impl Borrow<Organisation>], id: &str) -> Option<&'a Organisation> {
        // Of several with the same ID the last one counts, as in the tree.
        let end = self.by_id.partition_point(|index| at(organisations, *index).id.as_str() <= id);
        let found = at(organisations, *self.by_id[..end].last()?);
        (found.id == id).then_some(found)
    }
}

fn filter_key(organisations: &[impl Borrow<Organisation>], index: u32) -> FilterKey {
    let organisation = at(organisations, index);
    FilterKey {
        index,
        name: organisation.whole_name().to_lowercase().into_boxed_str(),
        is_production: organisation.has_production_access(),
        is_disabled: organisation.is_disabled(),
    }
}

fn at(organisations: &[impl Borrow<Organisation>], index: u32) -> &Organisation {
    organisations[index as usize].borrow()
}

/// How many there are. More than four thousand million are not read.
fn count(organisations: &[impl Borrow<Organisation>]) -> u32 {
    u32::try_from(organisations.len()).unwrap_or(u32::MAX)
}

/// Puts the organisations into the order of the tree, siblings by name. One whose parent is not in the list is a root;
/// one in a circle of parents is shown at the end, as a root, once.
fn tree_order(organisations: &[impl Borrow<Organisation>], by_name: &[FilterKey]) -> Vec<TreePosition> {
    let ids: HashMap<&str, u32> =
        (0..count(organisations)).map(|index| (at(organisations, index).id.as_str(), index)).collect();
    let mut children: HashMap<Option<u32>, Vec<u32>> = HashMap::new();
    for &FilterKey { index, .. } in by_name {
        let parent = at(organisations, index).parent_id().and_then(|id| ids.get(id).copied());
        children.entry(parent.filter(|parent| *parent != index)).or_default().push(index);
    }
    let mut order = Vec::with_capacity(organisations.len());
    let mut seen = vec![false; organisations.len()];
    let roots = children.get(&None).cloned().unwrap_or_default();
    for start in roots.into_iter().chain(0..count(organisations)) {
        let mut stack = vec![(start, 0)];
        while let Some((index, depth)) = stack.pop() {
            if std::mem::replace(&mut seen[index as usize], true) {
                continue;
            }
            let below = children.get(&Some(index)).map_or(&[][..], Vec::as_slice);
            order.push(TreePosition { index, depth, has_children: !below.is_empty() });
            stack.extend(below.iter().rev().map(|child| (*child, depth + 1)));
        }
    }
    order
}

/// The one organisation at the top, where there is exactly one.
pub fn only_root<'a>(organisations: &[&'a Organisation]) -> Option<&'a Organisation> {
    let ids: BTreeSet<&str> = organisations.iter().map(|organisation| organisation.id.as_str()).collect();
    let is_root = |organisation: &&&'a Organisation| {
        organisation.parent_id().is_none_or(|parent| parent == organisation.id || !ids.contains(parent))
    };
    let mut roots = organisations.iter().filter(is_root);
    let root = roots.next()?;
    roots.next().is_none().then_some(*root)
}

/// The ids of an organisation and of everything below it. Looks at each organisation once.
pub fn subtree<'a>(organisations: &'a [Organisation], root: &'a str) -> BTreeSet<&'a str> {
    let mut children: HashMap<&str, Vec<&str>> = HashMap::new();
    for organisation in organisations {
        if let Some(parent) = organisation.parent_id() {
            children.entry(parent).or_default().push(&organisation.id);
        }
    }
    let mut found = BTreeSet::from([root]);
    let mut next = vec![root];
    while let Some(parent) = next.pop() {
        let below = children.get(parent).into_iter().flatten();
        next.extend(below.filter(|child| found.insert(child)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::field::FieldValue;
    use crate::domain::field_values::FieldValues;

    fn organisation(id: &str, parent: Option<&str>) -> Organisation {
        let mut fields = FieldValues::default();
        fields.set("name", Some(FieldValue::Text(id.to_uppercase())));
        fields.set("parent_id", parent.map(|parent| FieldValue::Text(parent.to_owned())));
        Organisation { id: id.to_owned(), fields, unknown: Vec::new() }
    }

    fn drawn(organisations: &[Organisation]) -> Vec<(String, u32)> {
        OrganisationOrder::of(organisations)
            .tree
            .into_iter()
            .map(|position| (organisations[position.index as usize].id.clone(), position.depth))
            .collect()
    }

    #[test]
    fn children_follow_their_parent_in_the_order_of_their_names() {
        let list = [
            organisation("c", Some("a")),
            organisation("b", Some("a")),
            organisation("a", None),
            organisation("d", Some("b")),
        ];
        let expected = [("a", 0), ("b", 1), ("d", 2), ("c", 1)];
        assert_eq!(drawn(&list), expected.map(|(id, depth)| (id.to_owned(), depth)));
    }

    #[test]
    fn an_organisation_whose_parent_is_not_in_the_list_is_a_root() {
        assert_eq!(drawn(&[organisation("a", Some("gone"))]), [("a".to_owned(), 0)]);
    }

    #[test]
    fn a_circle_of_parents_is_shown_once_and_does_not_hang() {
        let list = [organisation("a", Some("b")), organisation("b", Some("a")), organisation("c", Some("c"))];
        let mut ids: Vec<_> = drawn(&list).into_iter().map(|(id, _)| id).collect();
        ids.sort();
        assert_eq!(ids, ["a", "b", "c"]);
    }

    #[test]
    fn names_are_ordered_without_regard_to_case_and_an_organisation_is_found_by_its_id() {
        let list = [organisation("b", None), organisation("a", None), organisation("c", Some("a"))];
        let order = OrganisationOrder::of(&list);
        assert_eq!(order.by_name.iter().map(|key| &*key.name).collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(order.find(&list, "c"), Some(&list[2]));
        assert_eq!(order.find(&list, "d"), None);
    }

    #[test]
    fn a_subtree_holds_the_root_and_all_below() {
        let list = [
            organisation("a", None),
            organisation("c", Some("b")),
            organisation("b", Some("a")),
            organisation("x", None),
        ];
        assert_eq!(subtree(&list, "a"), BTreeSet::from(["a", "b", "c"]));
        assert_eq!(subtree(&list, "x"), BTreeSet::from(["x"]));
    }

    #[test]
    fn the_subtree_of_a_circle_ends() {
        let list = [organisation("a", Some("b")), organisation("b", Some("a")), organisation("c", Some("c"))];
        assert_eq!(subtree(&list, "a"), BTreeSet::from(["a", "b"]));
        assert_eq!(subtree(&list, "c"), BTreeSet::from(["c"]));
    }

    #[test]
    fn one_organisation_at_the_top_is_found_and_of_two_none() {
        let list = [organisation("b", Some("a")), organisation("a", Some("gone")), organisation("x", None)];
        let of = |count: usize| only_root(&list.iter().take(count).collect::<Vec<_>>()).map(|root| root.id.as_str());
        assert_eq!(of(2), Some("a"));
        assert_eq!(of(3), None);
        assert_eq!(of(0), None);
    }
}
