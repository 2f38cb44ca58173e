//! Client secrets that end soon: told 30, 7 and 1 days before, each once.

use time::OffsetDateTime;

use super::Found;
use crate::domain::check::ConnectionCard;
use crate::domain::connection::Environment;
use crate::domain::notification::{Notification, NotificationEvent};
use crate::domain::time_format::day;
use crate::paths;

/// How many days before the end it is told.
const DAYS: [i64; 3] = [1, 7, 30];

pub(super) fn found(
    card: &ConnectionCard,
    told: impl Fn(&str) -> Option<String>,
    now: OffsetDateTime,
) -> Option<Found> {
    let end = card.client_secret_expires?;
    let left = (end - now.to_offset(time::UtcOffset::UTC).date()).whole_days();
    // That it has ended is the state of the connection.
    let step = DAYS.into_iter().find(|days| (0..=*days).contains(&left))?;
    // Under the date: another secret begins anew.
    let watched = format!("secret:{}:{end}", card.name);
    if told(&watched).and_then(|told| told.parse::<i64>().ok()).is_some_and(|told| told <= step) {
        return None;
    }
    let when = match left {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        days => format!("in {days} days"),
    };
    let notification = Notification {
        advice: Some(
            "Ask the partner for a new secret, put it into the secret file, and restart the dashboard. A reload is enough, \
             unless systemd hands the secret on."
                .to_owned(),
        ),
        path: paths::connection(&card.name),
        connection: Some(card.name.clone()),
        environment: Some(card.environment),
        is_urgent: left <= 1 && card.environment == Environment::Production,
        ..Notification::new(
            format!("secret_expires:{}:{end}:{step}", card.name),
            NotificationEvent::SecretExpires,
            now,
            format!("The client secret of {} ends {when} ({})", card.name, day(end)),
            "The configuration says so. The connection stops working then.".to_owned(),
        )
    };
    Some(Found { watched, told: step.to_string(), notification: Some(notification) })
}
