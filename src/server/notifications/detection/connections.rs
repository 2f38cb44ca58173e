//! The state of a connection: told when two checks in a row agree.
//!
//! One lost packet must wake nobody, so a failure counts with the second check. It is the same in the other direction: a
//! connection that comes and goes would otherwise close and open an incident each minute. Nothing is checked of a connection
//! that is not configured, so that this counts at once.

use time::OffsetDateTime;

use super::{Found, milliseconds};
use crate::domain::check::{ConnectionCard, ConnectionState};
use crate::domain::connection::Environment;
use crate::domain::notification::{Notification, NotificationEvent};
use crate::paths;

/// How many checks in a row have to agree.
const CHECKS: usize = 2;

pub(super) fn found(
    card: &ConnectionCard,
    told: impl Fn(&str) -> Option<String>,
    now: OffsetDateTime,
) -> Option<Found> {
    let last = card.checks.last()?;
    let agreeing = card.checks.iter().rev().take_while(|check| check.state == last.state).count();
    let needed = if last.state == ConnectionState::NotConfigured { 1 } else { CHECKS };
    let watched = format!("connection:{}", card.name);
    let before = told(&watched);
    if agreeing < needed || before.as_deref() == Some(last.state.code()) {
        return None;
    }
    let known = before.as_deref().and_then(ConnectionState::from_code);
    // That it works is no news where it was never told that it does not.
    let is_news = known.is_some() || last.state != ConnectionState::Works;
    let since = card.since.unwrap_or(last.at);
    let is_production = card.environment == Environment::Production;
    let was_down = known.is_some_and(|known| !known.is_working());
    let notification = is_news.then(|| Notification {
        since: Some(since),
        advice: last.advice.clone(),
        path: paths::connection(&card.name),
        connection: Some(card.name.clone()),
        environment: Some(card.environment),
        // Who was woken up wants to know that it is over.
        is_urgent: is_production && (!last.state.is_working() || was_down),
        ..Notification::new(
            format!("connection_state:{}:{}:{}", card.name, last.state.code(), milliseconds(since)),
            NotificationEvent::ConnectionState,
            now,
            title(card, last.state),
            last.detail.clone(),
        )
    });
    Some(Found { watched, told: last.state.code().to_owned(), notification })
}

fn title(card: &ConnectionCard, state: ConnectionState) -> String {
    let name = format!("{} ({} {})", card.name, card.kind.word(), card.environment.word());
    match state {
        ConnectionState::Works => format!("{name} is healthy again"),
        ConnectionState::Expiring => format!("{name} works, but not for long"),
        ConnectionState::Expired => format!("{name} has expired"),
        ConnectionState::Failing => format!("{name} is failing"),
        ConnectionState::NotConfigured => format!("{name} is not configured"),
    }
}
