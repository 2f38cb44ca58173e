//! How often something is done to a server, and when.

/// Numbers that look like chance and are the same in each run.
pub fn chance(seed: usize, below: u64) -> u64 {
    let mut number = (seed as u64).wrapping_add(0x9e37_79b9_7f4a_7c15);
    number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (number ^ (number >> 31)) % below
}

/// How many rounds one test makes: few with the others, and many in `make bench-faults`.
pub fn rounds(few: usize) -> usize {
    std::env::var("FAULT_ROUNDS").map_or(few, |rounds| rounds.parse().unwrap())
}
