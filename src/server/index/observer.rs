//! Who is told when a refresh finds what this dashboard did not change.

use time::OffsetDateTime;

use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;

/// An object that a refresh found other than it was last seen, and not through this dashboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObservedChange {
    /// The connection's name.
    pub connection: String,
    /// Organisation or client.
    pub kind: ObjectKind,
    /// The object's id.
    pub object_id: String,
    /// Its name now; of one that is gone, the last one.
    pub name: String,
    /// The organisation that a client belongs to, where it is known.
    pub organisation_id: Option<String>,
    /// The values when it was last seen; `None` when it is new.
    pub before: Option<FieldValues>,
    /// The values now; `None` when it is gone.
    pub after: Option<FieldValues>,
    /// When it was last seen as it was before.
    pub last_seen: OffsetDateTime,
    /// When the partner was asked for what it is now.
    pub read_at: OffsetDateTime,
    /// Whether it was compared with a view that was kept, which may be older than what was told.
    pub may_be_recorded: bool,
}

/// Fields that the API has newly begun to send. They are no change of the data: they are told once for all objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFields {
    /// The connection's name.
    pub connection: String,
    /// The kind of the objects that have them.
    pub kind: ObjectKind,
    /// The partner's names of the fields.
    pub names: Vec<String>,
}

/// Is told what refreshes find. Neither call waits for anything, and neither may be made outside of the runtime.
pub trait Observer: Send + Sync + std::fmt::Debug {
    /// What one refresh found changed: all of it in one call, because above a bound it is recorded as one.
    fn observed(&self, changes: Vec<ObservedChange>);

    /// Fields that were not sent before.
    fn new_fields(&self, fields: NewFields);

    /// Whether all of it is where it outlives this process. Before, no view is kept that has it: a restart would find nothing changed.
    fn is_all_recorded(&self) -> bool;
}

/// Is told everything and keeps nothing: for a connection whose changes nobody wants to know.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unobserved;

impl Observer for Unobserved {
    fn observed(&self, _changes: Vec<ObservedChange>) {}

    fn new_fields(&self, _fields: NewFields) {}

    fn is_all_recorded(&self) -> bool {
        true
    }
}
