//! The way of an edit, in the order in which it runs.
//!
//! 1. [`form::organisation`] and [`form::oauth_client`] give the values that a form opens on and what its controls offer.
//! 2. [`submit::submit`] works out what the form means, checks it and keeps it as a draft. Nothing has been sent.
//! 3. [`review::review`] reads the object, lays the edit over it and notes in the draft what the person sees.
//! 4. [`save::save`] starts a task that runs to its end (`recorded::to_the_end`), takes the lock of the object and reads
//!    it once more. If it is not what the review showed, or a decision is missing, back to 3.
//! 5. `recorded::audited` commits the intent ([`AuditLog::begin`]). If that fails, the edit ends here.
//! 6. [`PartnerApi::update`] sends one `PUT`: the object as it came, with the reviewed fields changed.
//! 7. `recorded::audited` commits what came of it ([`AuditLog::complete`]): applied, refused, not sent or unknown.
//! 8. [`Connection::forget`] forgets the list, `drafts::let_go` the draft; `messages::tell_of_change` leaves a message.
//! 9. The object is read back, and fields that the partner did not keep as they were sent are named.
//! 10. [`settle::Settler`] looks up later what nobody knows. Nothing is ever sent again.
//!
//! A new object is reviewed where it concerns live users or a readiness rule finds an error ([`creation_review`]).
//! [`create::create`] uses the one-time id of the form up, and goes on at 5 with [`PartnerApi::create`]. What was typed is kept in [`drafts`] until the change is made or given up.
//!
//! [`AuditLog::begin`]: crate::server::audit::AuditLog::begin
//! [`AuditLog::complete`]: crate::server::audit::AuditLog::complete
//! [`Connection::forget`]: crate::server::index::Connection::forget
//! [`PartnerApi::update`]: crate::server::oneid::PartnerApi::update
//! [`PartnerApi::create`]: crate::server::oneid::PartnerApi::create

pub mod create;
pub mod created;
mod creation_review;
pub mod decide;
pub mod drafts;
mod duplicate;
pub mod form;
mod found;
mod impact;
mod listed;
mod lost_form;
mod parent;
pub mod review;
pub mod save;
pub mod settle;
pub mod sides;
mod submission;
pub mod submit;
pub mod switch;
pub mod under_way;
pub mod waiting;
