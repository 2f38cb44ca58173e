//! An object that was found.

/// An object that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hit {
    /// A document of the source.
    Document(u32),
    /// An object of the patch, by its place there.
    Patched(u32),
}
