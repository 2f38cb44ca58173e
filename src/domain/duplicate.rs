//! A form for a new object that opens on the values of another one.

use serde::{Deserialize, Serialize};

use super::readiness::Finding;
use super::reference::ObjectReference;

/// Which object a new one is to be a duplicate of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DuplicateOf {
    /// The name of the connection that has it.
    pub connection: String,
    /// Its ID.
    pub id: String,
}

/// What the form says of the object that it was filled in from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duplicated {
    /// The object.
    pub from: ObjectReference,
    /// The name of the connection that has it.
    pub connection: String,
    /// The names of the other connections on which the person may create a duplicate of it.
    pub others: Vec<String>,
    /// What the readiness rules find about the duplicate as the form opens.
    pub findings: Vec<Finding>,
}
