//! The organisations of a connection as they were read at one moment.

use time::OffsetDateTime;

use crate::domain::organisation::Organisation;
use crate::domain::tree::OrganisationOrder;
use crate::server::oneid::Share;

/// The organisations as they were read at one moment.
#[derive(Debug)]
pub struct Snapshot {
    /// In the order in which the partner listed them.
    pub organisations: Vec<Organisation>,
    /// The orders in which lists show them.
    pub order: OrganisationOrder,
    /// When the partner was asked.
    pub read_at: OffsetDateTime,
    _share: Share,
}

impl Snapshot {
    /// What was read. It holds its share of the memory for answers as long as it lives.
    pub(super) const fn new(
        organisations: Vec<Organisation>,
        order: OrganisationOrder,
        read_at: OffsetDateTime,
        share: Share,
    ) -> Self {
        Self { organisations, order, read_at, _share: share }
    }
}
