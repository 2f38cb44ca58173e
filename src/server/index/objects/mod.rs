//! The organisations and clients of a connection, packed: a hundred thousand and a million take some 200 MB.
//!
//! [`PackedList`] holds one list as it was read, [`Objects`] all of them in the order of the tree. Nothing here changes:
//! what is new makes another generation, which shares or copies what stayed.
//!
//! May import: domain, the folding, and the `Source` of the index.

mod changed;
mod changes;
mod clients_draft;
pub(super) mod columns;
mod difference;
mod id;
mod id_order;
mod interner;
mod layout;
mod owners;
mod packed;
mod packed_list;
mod packed_parent;
mod patches;
mod ragged;
mod rebuild;
mod rebuild_clients;
mod rebuild_organisations;
mod row_values;
mod rows;
mod rows_builder;
mod searched;
mod second_lists;
mod shape;
mod snapshot;
mod snapshot_error;
mod snapshot_rows;
mod sound;
mod store;
mod symbols;
#[cfg(test)]
mod tests;
mod texts;
mod tree;
mod tree_order;

pub use changes::{ChangedAt, ObjectChanges, PatchedObject};
pub use difference::Difference;
pub use packed::Packed;
pub use packed_list::{Packable, PackedList};
pub use snapshot_error::SnapshotError;
pub use store::Objects;
