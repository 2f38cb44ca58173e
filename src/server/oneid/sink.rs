//! What takes the entries of a list while it arrives, so that a list need never be in memory as a whole.

/// Takes the entries of one list, one by one, on the thread that reads it.
///
/// A list counts only when the call that was given the sink succeeds: before that, what was taken may be part of one.
pub trait Sink<T>: Send {
    /// Takes an entry. Returns how many bytes of memory the sink takes more than before, which count against the budget
    /// of the connection; `None` when it has no room, and then the list is too large.
    fn take(&mut self, entry: T) -> Option<usize>;

    /// Drops everything that was taken: another list of the same answer counts in place of it. Its bytes are given back
    /// to the budget.
    fn restart(&mut self);
}
