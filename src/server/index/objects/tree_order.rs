//! Puts organisations into the order of the tree, whatever parents the partner names.

/// The order of the tree.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct TreeOrder {
    /// The given numbers, in preorder.
    pub(super) order: Vec<u32>,
    /// For each place in that order, the place of its parent.
    pub(super) parents: Vec<Option<u32>>,
}

/// What the walk up from an organisation has seen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    Never,
    /// On the walk that began at this organisation.
    On(u32),
}

/// The order of the tree. `parents` are the numbers that the organisations name. `sorted` holds all numbers in the
/// order of siblings, `by_id` the place of each in the order of ids. Of a circle the smallest id becomes a root.
///
/// Nothing here calls itself, and each step is done once for each organisation, so neither a long chain nor a large
/// circle costs more than any other tree of the size.
pub(super) fn tree_order(mut parents: Vec<Option<u32>>, sorted: &[u32], by_id: &[u32]) -> TreeOrder {
    cut_circles(&mut parents, by_id);
    let children = Children::of(&parents, sorted);
    let mut tree = TreeOrder { order: Vec::with_capacity(parents.len()), parents: Vec::with_capacity(parents.len()) };
    let mut open: Vec<(u32, Option<u32>)> = children.roots.iter().rev().map(|root| (*root, None)).collect();
    while let Some((number, parent)) = open.pop() {
        let place = u32::try_from(tree.order.len()).unwrap_or(u32::MAX);
        tree.order.push(number);
        tree.parents.push(parent);
        open.extend(children.of_one(number).iter().rev().map(|child| (*child, Some(place))));
    }
    tree
}

/// Takes the parent away from the member of each circle whose id is the smallest.
fn cut_circles(parents: &mut [Option<u32>], by_id: &[u32]) {
    let mut seen = vec![Seen::Never; parents.len()];
    for start in (0..).take(parents.len()) {
        let mut at = start;
        while seen.get(at as usize) == Some(&Seen::Never) {
            set(&mut seen, at, Seen::On(start));
            match parent(parents, at) {
                Some(above) => at = above,
                None => break,
            }
        }
        // This walk has come back to itself: `at` is in a circle that no walk has seen before.
        if seen.get(at as usize) == Some(&Seen::On(start)) && parent(parents, at).is_some() {
            let circle =
                std::iter::successors(parent(parents, at), |member| parent(parents, *member).filter(|_| *member != at));
            if let Some(smallest) = circle.min_by_key(|member| by_id.get(*member as usize)) {
                set(parents, smallest, None);
            }
        }
    }
}

fn parent(parents: &[Option<u32>], number: u32) -> Option<u32> {
    parents.get(number as usize).copied().flatten()
}

fn set<T>(places: &mut [T], number: u32, value: T) {
    if let Some(place) = places.get_mut(number as usize) {
        *place = value;
    }
}

/// The children of all, in one list.
struct Children {
    roots: Vec<u32>,
    items: Vec<u32>,
    /// Where the children of each begin, and at last where all end.
    starts: Vec<u32>,
}

impl Children {
    fn of(parents: &[Option<u32>], sorted: &[u32]) -> Self {
        let mut starts = vec![0_u32; parents.len() + 1];
        for parent in parents.iter().flatten() {
            if let Some(start) = starts.get_mut(*parent as usize + 1) {
                *start += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let (mut roots, mut items) = (Vec::new(), vec![0; sum as usize]);
        for number in sorted {
            let Some(parent) = parent(parents, *number) else {
                roots.push(*number);
                continue;
            };
            if let Some(place) = next.get_mut(parent as usize) {
                set(&mut items, *place, *number);
                *place += 1;
            }
        }
        Self { roots, items, starts }
    }

    fn of_one(&self, number: u32) -> &[u32] {
        let number = number as usize;
        let find = || self.items.get(*self.starts.get(number)? as usize..*self.starts.get(number + 1)? as usize);
        find().unwrap_or_default()
    }
}
