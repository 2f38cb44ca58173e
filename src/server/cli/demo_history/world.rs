//! The dashboard in the two weeks before the demo: its parts, its people, and how its days pass.

use std::time::Duration;

use axum::Router;
use time::OffsetDateTime;
use url::Url;

use super::HistoryError;
use super::clock::EarlierClock;
use super::person::Person;
use crate::domain::principal::Role;
use crate::server::clock::Clock as _;
use crate::server::sandbox::Sandbox;
use crate::server::state::AppState;

/// The connection that most happens on.
pub(super) const SANDBOX: &str = "sandbox";
/// The one with live users.
pub(super) const PRODUCTION: &str = "production";
/// The organisation above all others.
pub(super) const TOP: &str = "Meridian Partner Services";
/// How long a round of checks is after the one before.
const ROUND: Duration = Duration::from_hours(2);
/// How many rounds a day has.
pub(super) const ROUNDS: u32 = 12;
/// Longer than lists count as fresh, and than a person takes for a form.
pub(super) const A_WHILE: Duration = Duration::from_mins(7);

/// The dashboard in these two weeks.
pub(super) struct Story<'a> {
    pub(super) state: &'a AppState,
    pub(super) sandbox: &'a Sandbox,
    pub(super) clock: &'a EarlierClock,
    pub(super) router: Router,
    pub(super) origin: Url,
    /// When the last day begins: what is left open then is still there when somebody looks.
    pub(super) today: OffsetDateTime,
}

impl Story<'_> {
    /// Rounds of checks, one every two hours.
    pub(super) async fn a_day_passes(&self, rounds: u32) {
        for _ in 0..rounds {
            self.clock.advance(ROUND);
            self.state.monitor.check_all().await;
            self.state.monitor.checks_are_due_in(ROUND);
        }
    }

    /// Rounds of checks until the last day begins.
    pub(super) async fn time_passes_until_today(&self) {
        while self.clock.now() + ROUND < self.today {
            self.a_day_passes(1).await;
        }
    }

    /// Somebody arrives, a while after what was before.
    pub(super) async fn person(&self, role: Role) -> Result<Person, HistoryError> {
        self.clock.advance(A_WHILE);
        Person::arrives(&self.router, &self.origin, role).await
    }
}
