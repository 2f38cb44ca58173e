//! What can happen to an index and its partner.

use std::time::Duration;

use axum::http::StatusCode;
use partner_dashboard::server::sandbox::FaultKind;
use proptest::prelude::*;

/// Who changes something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Somebody through the dashboard.
    Us,
    /// The same, while everything is being read.
    UsDuringReads,
    /// Somebody at the partner.
    Others,
}

/// A change. Numbers choose among what there is.
#[derive(Clone, Debug)]
pub enum Change {
    NewOrganisation { below: usize, word: usize },
    Rename { which: usize, word: usize },
    Move { which: usize, below: usize },
    NewClient { of: usize, word: usize },
    EditClient { which: usize, word: usize },
}

impl Change {
    /// The word that it names the object with.
    pub fn word(&self) -> usize {
        match *self {
            Self::NewOrganisation { word, .. }
            | Self::Rename { word, .. }
            | Self::NewClient { word, .. }
            | Self::EditClient { word, .. } => word,
            Self::Move { .. } => 0,
        }
    }
}

/// One thing that happens.
#[derive(Clone, Debug)]
pub enum Step {
    Change(By, Change),
    /// Somebody at the partner removes everything but the partner's own organisation.
    Remove,
    /// The partner fails from now on.
    Fault(FaultKind),
    /// It answers again.
    Mend,
    /// Somebody looks at the lists a little later.
    Visit,
    /// Somebody has everything read again.
    Refresh,
    /// The server ends and starts again.
    Restart,
    /// The server ends without keeping anything, and starts again.
    Crash,
}

fn change() -> impl Strategy<Value = Change> {
    let number = || 0..8_usize;
    prop_oneof![
        3 => (number(), number()).prop_map(|(below, word)| Change::NewOrganisation { below, word }),
        2 => (number(), number()).prop_map(|(which, word)| Change::Rename { which, word }),
        2 => (number(), number()).prop_map(|(which, below)| Change::Move { which, below }),
        3 => (number(), number()).prop_map(|(of, word)| Change::NewClient { of, word }),
        2 => (number(), number()).prop_map(|(which, word)| Change::EditClient { which, word }),
    ]
}

fn by() -> impl Strategy<Value = By> {
    prop_oneof![Just(By::Us), Just(By::UsDuringReads), Just(By::Others)]
}

fn fault() -> impl Strategy<Value = FaultKind> {
    prop_oneof![
        Just(FaultKind::status(StatusCode::INTERNAL_SERVER_ERROR)),
        Just(FaultKind::status(StatusCode::TOO_MANY_REQUESTS)),
        Just(FaultKind::Drop),
        Just(FaultKind::DropAfter),
        Just(FaultKind::Truncate),
        Just(FaultKind::Malformed),
        Just(FaultKind::Latency(Duration::from_millis(3))),
    ]
}

/// What happens while the partner answers.
pub fn without_faults() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (by(), change()).prop_map(|(by, change)| Step::Change(by, change)),
        1 => Just(Step::Remove),
        1 => Just(Step::Visit),
        1 => Just(Step::Refresh),
        1 => Just(Step::Restart),
    ];
    prop::collection::vec(step, 1..=8)
}

/// Whatever can happen.
pub fn any() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        7 => (by(), change()).prop_map(|(by, change)| Step::Change(by, change)),
        3 => fault().prop_map(Step::Fault),
        1 => Just(Step::Mend),
        1 => Just(Step::Remove),
        1 => Just(Step::Visit),
        1 => Just(Step::Refresh),
        1 => Just(Step::Restart),
        1 => Just(Step::Crash),
    ];
    prop::collection::vec(step, 1..=8)
}
