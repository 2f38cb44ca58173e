//! The way of a change, in the order in which it runs.
//!
//! 1. [`form`]: the values that a form opens on, and what its controls offer. It carries a one-time id.
//! 2. [`create`]: a new object. The id is used up, the intent recorded, the object sent once.
//! 3. [`submit`]: an edit is checked and kept as a draft. Nothing is sent.
//! 4. [`review`]: the draft against the object as it is now.
//! 5. [`save`]: the draft is sent, if the object is still what the review showed.
//! 6. [`settle`]: a change whose outcome nobody knows is looked up at the partner later.
//!
//! What was typed is kept in [`drafts`] until the change is made or given up.

pub mod create;
pub mod drafts;
pub mod form;
mod found;
pub mod posted;
pub mod review;
pub mod save;
pub mod settle;
mod submission;
pub mod submit;
