//! Numbers that look random and are always the same: each is drawn for a number and a topic.

/// What is drawn. Draws of different topics have nothing to do with each other.
#[derive(Clone, Copy)]
pub(super) enum Topic {
    OrganisationId,
    ClientId,
    Secret,
    Weight,
    Production,
    State,
    Bundle,
    Groups,
    Logo,
    Pattern,
    Place,
    Trade,
    Family,
    Partner,
    Algorithm,
    Product,
    Urls,
    Host,
}

/// A number out of all 64-bit numbers (`SplitMix64`).
pub(super) fn draw(number: u32, topic: Topic) -> u64 {
    let seed = (u64::from(number) << 8) | topic as u64;
    let mut mixed = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// A number from 0 to 99.
pub(super) fn percent(number: u32, topic: Topic) -> u64 {
    draw(number, topic) % 100
}

/// One of a few things, the first of them far more often than the last. There must be at least one, and at most 1,024.
pub(super) fn skewed<T: Copy>(number: u32, topic: Topic, things: &[T]) -> T {
    // The cube of an even draw: half of all draws are in the first eighth.
    let share = draw(number, topic) >> 46;
    let place = ((share * share * share) >> 44).saturating_mul(things.len() as u64) >> 10;
    things[usize::try_from(place).map_or(0, |place| place.min(things.len() - 1))]
}
