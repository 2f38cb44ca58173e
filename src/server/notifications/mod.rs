//! Messages to people who do not look at the dashboard: what is told, when, and how it is sent.
//!
//! [`detection`] finds what is to be told and tells each thing once. [`queue`] keeps it until the target has it. [`deliver`]
//! sends what is due in the order that [`order`] says, and tries again what was not taken. A channel is one file.
//!
//! May import: domain, paths, audit, backup, clock, connections, hexadecimal, `response_body`, the trait of storage for
//! notifications, reqwest and lettre. Never services, context or axum.

mod answer;
mod counts;
mod deliver;
mod detection;
mod email;
mod ending;
mod kept;
mod memory;
mod message;
mod notifier;
mod order;
mod queue;
mod quiet_hours;
mod sender;
mod settings;
mod slack;
mod sources;
mod summary;
mod teams;
mod under_way;
mod webhook;

pub use email::is_mailbox;
pub use notifier::{Notifications, TestResult};
pub use quiet_hours::QuietHours;
pub use settings::{Channel, SecretUrl, SigningKey, SmtpSecurity, SmtpSettings, TargetSettings};
pub use sources::Sources;
