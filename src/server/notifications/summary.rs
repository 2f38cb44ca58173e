//! What was held back during quiet hours, as one message.

use time::OffsetDateTime;

use super::message::moment;
use crate::domain::notification::{Notification, NotificationEvent};
use crate::paths;
use crate::server::storage::Delivery;

/// One message for all that was held back until a moment. Its id is that of the moment, so that it is the same after a
/// restart.
pub(super) fn summary(held: &[Delivery], until: OffsetDateTime, now: OffsetDateTime) -> Notification {
    let details = held.iter().map(|delivery| {
        let Notification { title, at, .. } = &delivery.notification;
        format!("{}: {title}", moment(*at))
    });
    let title = format!("{} messages were held back during quiet hours", held.len());
    let text = "What happened meanwhile, the earliest first. The dashboard shows how things are now.".to_owned();
    Notification {
        details: details.collect(),
        since: held.iter().map(|delivery| delivery.notification.at).min(),
        path: paths::OVERVIEW.to_owned(),
        ..Notification::new(format!("summary:{}", until.unix_timestamp()), NotificationEvent::Summary, now, title, text)
    }
}
