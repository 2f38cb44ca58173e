//! The shape of a large partner's tree: many small branches, one with very many children, and one that is very deep.

/// The children of the wide branch.
const WIDEST: u32 = 10_000;
/// The organisations of the deep branch, each below the one before.
const DEEPEST: u32 = 300;
/// The organisations of one district, its head included.
const DISTRICT: u32 = 1_000;
/// The organisations of one small branch, its head included.
const BRANCH: u32 = 12;
/// From here on, the organisations of a small branch are below the others of it.
const LOWER: u32 = 8;

/// Where each of a number of organisations hangs.
#[derive(Debug)]
pub(super) struct Tree {
    /// How many are in small branches; the wide branch follows.
    small: u32,
    /// How many are in the wide branch, its head included; the deep branch follows.
    wide: u32,
}

/// The part of the tree that an organisation is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The head of a district of small branches.
    District,
    /// An organisation of a small branch.
    Small,
    /// The head of the wide branch.
    WideHead,
    /// A child of that head.
    Wide,
    /// An organisation of the deep branch, and how many of it are above.
    Deep(u32),
}

impl Tree {
    /// A tree of so many organisations. The wide and the deep branch are at most a tenth each.
    pub(super) fn new(organisations: u32) -> Self {
        let wide = match WIDEST.min(organisations / 10) {
            0 => 0,
            children => children + 1,
        };
        let deep = DEEPEST.min(organisations / 10);
        Self { small: organisations.saturating_sub(wide + deep), wide }
    }

    /// The part that an organisation is in.
    pub(super) fn part(&self, number: u32) -> Part {
        let wide = self.small..self.small + self.wide;
        if wide.contains(&number) {
            if number == wide.start { Part::WideHead } else { Part::Wide }
        } else if let Some(above) = number.checked_sub(wide.end) {
            Part::Deep(above)
        } else if number.is_multiple_of(DISTRICT) {
            Part::District
        } else {
            Part::Small
        }
    }

    /// The parent of an organisation, which has a smaller number. `None` where the partner itself is the parent.
    pub(super) fn parent(&self, number: u32) -> Option<u32> {
        match self.part(number) {
            Part::District | Part::WideHead | Part::Deep(0) => None,
            Part::Wide => Some(self.small),
            Part::Deep(_) => Some(number - 1),
            Part::Small => {
                let in_district = number % DISTRICT;
                Some(match (in_district - 1) % BRANCH {
                    0 => number - in_district,
                    place @ 1..LOWER => number - place,
                    // One of those that are directly below the head.
                    _ => number - (LOWER - 1),
                })
            }
        }
    }
}
