//! The calls of one partner through one connection, by what they are for and how they ended.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use super::durations::{Durations, Observed};
use crate::domain::failure::FailureKind;

/// What a call is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// A token is requested.
    Token,
    /// It is looked whether the connection works.
    Probe,
    /// The status of an integration is read.
    IntegrationStatus,
    /// A test message is sent.
    TestMessage,
    /// All organisations are read.
    ListOrganisations,
    /// The clients of an organisation are read.
    ListClients,
    /// One object is read.
    Get,
    /// An object is created.
    Create,
    /// An object is changed.
    Update,
}

impl Operation {
    /// Every operation, in the order of its definition.
    pub const ALL: [Self; 9] = [
        Self::Token,
        Self::Probe,
        Self::IntegrationStatus,
        Self::TestMessage,
        Self::ListOrganisations,
        Self::ListClients,
        Self::Get,
        Self::Create,
        Self::Update,
    ];

    /// The word for it in metrics and traces.
    pub fn code(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Probe => "probe",
            Self::IntegrationStatus => "integration_status",
            Self::TestMessage => "test_message",
            Self::ListOrganisations => "list_organisations",
            Self::ListClients => "list_clients",
            Self::Get => "get",
            Self::Create => "create",
            Self::Update => "update",
        }
    }
}

/// How many ways there are to end: well, with each kind of failure, and with nobody who waits any more.
const ENDS: usize = FailureKind::ALL.len() + 2;
const WELL: usize = 0;
const ABANDONED: usize = ENDS - 1;

/// The words for how calls end.
pub fn outcomes() -> impl Iterator<Item = &'static str> {
    (0..ENDS).map(word_of)
}

fn word_of(end: usize) -> &'static str {
    match end.checked_sub(1) {
        None => "ok",
        Some(kind) => FailureKind::ALL.get(kind).map_or("abandoned", |kind| kind.code()),
    }
}

/// The calls of one connection.
#[derive(Debug, Default)]
pub struct PartnerCalls {
    in_flight: AtomicU64,
    operations: [Counted; Operation::ALL.len()],
}

#[derive(Debug, Default)]
struct Counted {
    durations: Durations,
    ends: [AtomicU64; ENDS],
}

/// The calls for one operation.
#[derive(Clone, Debug)]
pub struct CallCounts {
    /// What they were for.
    pub operation: Operation,
    /// How many ended in each way.
    pub outcomes: Vec<(&'static str, u64)>,
    /// How long they took.
    pub durations: Observed,
}

impl PartnerCalls {
    /// A call begins.
    pub fn begin(self: &Arc<Self>, operation: Operation) -> PartnerCall {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        PartnerCall { calls: Arc::clone(self), operation, end: ABANDONED, began: Instant::now() }
    }

    /// How many calls are under way.
    pub fn in_flight(&self) -> u64 {
        self.in_flight.load(Ordering::Relaxed)
    }

    /// What was counted until now, without what never was called.
    pub fn counts(&self) -> Vec<CallCounts> {
        let counted = Operation::ALL.into_iter().zip(&self.operations).filter_map(|(operation, counted)| {
            let durations = counted.durations.observed()?;
            let ends = counted.ends.iter().enumerate();
            let ends = ends.map(|(end, count)| (word_of(end), count.load(Ordering::Relaxed)));
            Some(CallCounts { operation, outcomes: ends.filter(|(_, count)| *count > 0).collect(), durations })
        });
        counted.collect()
    }
}

/// A call that is under way. One that is dropped before it was said how it ended counts as abandoned.
#[derive(Debug)]
pub struct PartnerCall {
    calls: Arc<PartnerCalls>,
    operation: Operation,
    end: usize,
    began: Instant,
}

impl PartnerCall {
    /// Says how the call ended: well, or with a failure.
    pub fn ended(mut self, failure: Option<FailureKind>) {
        self.end = failure.map_or(WELL, |kind| kind as usize + 1);
    }
}

impl Drop for PartnerCall {
    fn drop(&mut self) {
        self.calls.in_flight.fetch_sub(1, Ordering::Relaxed);
        if let Some(counted) = self.calls.operations.get(self.operation as usize) {
            counted.durations.add(self.began.elapsed());
            if let Some(count) = counted.ends.get(self.end) {
                count.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_counted_by_what_it_was_for_and_how_it_ended() {
        let calls = Arc::new(PartnerCalls::default());
        calls.begin(Operation::Update).ended(None);
        calls.begin(Operation::Update).ended(Some(FailureKind::TooLarge));
        calls.begin(Operation::Update).ended(Some(FailureKind::Refused));
        let abandoned = calls.begin(Operation::Token);
        assert_eq!(calls.in_flight(), 1);
        drop(abandoned);
        assert_eq!(calls.in_flight(), 0);
        let counts: Vec<_> = calls.counts().into_iter().map(|one| (one.operation.code(), one.outcomes)).collect();
        let updates = vec![("ok", 1), ("refused", 1), ("too_large", 1)];
        assert_eq!(counts, [("token", vec![("abandoned", 1)]), ("update", updates)]);
    }
}
