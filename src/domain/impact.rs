//! What a change of an organisation does to what is below it.

use serde::{Deserialize, Serialize};

use super::object::ObjectKind;
use super::readiness::{RULES, Rule};
use super::reference::ObjectReference;

/// The most objects that are named for one rule.
pub const MOST_NAMED: usize = 20;

/// What a change may affect beyond the organisation itself: everything below it, at any depth.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Impact {
    /// The organisations below it.
    pub organisations: Affected,
    /// Its clients and theirs, as far as they were read.
    pub clients: Affected,
    /// Whether the clients of all of them were read.
    pub is_whole: bool,
    /// What the readiness rules would find there because of the change; what concerns live users first.
    pub caused: Vec<CausedFinding>,
}

/// How many objects there are, and how many of them are in production.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Affected {
    /// All of them.
    pub all: u64,
    /// Production clients, or organisations with production access.
    pub production: u64,
}

/// A rule that objects would break because of the change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CausedFinding {
    /// The rule's code.
    pub rule: String,
    /// How many organisations would break it.
    pub organisations: Affected,
    /// How many clients would.
    pub clients: Affected,
    /// Some of them, those in production first.
    pub named: Vec<AffectedObject>,
}

/// An object that would break a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AffectedObject {
    /// Organisation or client.
    pub kind: ObjectKind,
    /// Its ID and name.
    pub object: ObjectReference,
    /// Whether live users are concerned.
    pub is_production: bool,
}

impl Affected {
    /// Counts one more.
    pub const fn add(&mut self, is_production: bool) {
        self.all += 1;
        self.production += is_production as u64;
    }
}

impl CausedFinding {
    /// The rule.
    pub fn rule(&self) -> Option<&'static Rule> {
        RULES.iter().find(|rule| rule.code == self.rule)
    }

    /// How many objects are not named.
    pub fn more(&self) -> u64 {
        (self.organisations.all + self.clients.all).saturating_sub(self.named.len() as u64)
    }

    /// Whether live users are concerned.
    pub const fn is_in_production(&self) -> bool {
        self.organisations.production + self.clients.production > 0
    }
}
