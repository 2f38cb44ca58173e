//! How much memory a record takes, so that lists can be kept within a budget.

/// The memory that an allocation of so many bytes takes, in bytes: allocators keep a word for themselves and round up.
/// The figures are those of the GNU C library, and close to those of others.
pub fn allocation(bytes: usize) -> usize {
    const WORD: usize = 8;
    const STEP: usize = 16;
    const SMALLEST: usize = 32;
    if bytes == 0 { 0 } else { bytes.saturating_add(WORD).next_multiple_of(STEP).max(SMALLEST) }
}
