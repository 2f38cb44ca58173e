//! Which entries to list, and how addresses say it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{Action, EventGroup, Outcome};
use crate::domain::object::ObjectKind;

/// The value of `action` for what was observed and neither accepted nor reverted yet. No action has this code.
pub const OPEN: &str = "open";

/// The parameters of an address that say which part of a list it is.
const PLACES: [&str; 2] = ["before", "after"];

/// A period that ends now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The value in addresses.
    pub code: &'static str,
    /// How long it is.
    pub hours: i64,
    /// The label in the filter.
    pub label: &'static str,
}

/// The periods that the filter offers.
pub const PERIODS: [Period; 5] = [
    Period { code: "1h", hours: 1, label: "Last hour" },
    Period { code: "24h", hours: 24, label: "Last 24 hours" },
    Period { code: "7d", hours: 7 * 24, label: "Last 7 days" },
    Period { code: "30d", hours: 30 * 24, label: "Last 30 days" },
    Period { code: "90d", hours: 90 * 24, label: "Last 90 days" },
];

/// When entries were recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeRange {
    /// The last so many hours, by a code such as `24h`. It takes the place of both ends.
    pub period: Option<String>,
    /// From this local date, or date and time, on.
    pub from: Option<String>,
    /// Until this local date, which is part of it, or until this date and time.
    pub until: Option<String>,
    /// The name of the time zone of both ends, such as `Europe/London`; UTC when there is none.
    pub zone: Option<String>,
}

/// Which entries to list; every part narrows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AuditFilter {
    /// Entries of this connection.
    pub connection: Option<String>,
    /// Entries about this kind of object.
    pub kind: Option<ObjectKind>,
    /// Entries about the object, or the session, with this id.
    pub object_id: Option<String>,
    /// Entries of the request with this id, ours or the partner's.
    pub request_id: Option<String>,
    /// Entries of people who acted in the session with this handle.
    pub session: Option<String>,
    /// Entries with this outcome.
    pub outcome: Option<Outcome>,
    /// Entries by a person whose subject, name or email address contains this.
    pub actor: Option<String>,
    /// Entries about this event.
    pub action: Option<Action>,
    /// Entries about these events.
    pub group: Option<EventGroup>,
    /// Entries with all of these words, phrases in double quotes, and IDs.
    pub text: Option<String>,
    /// Entries about changes of this field.
    pub field: Option<String>,
    /// Entries of this time, as the address says it.
    pub time: TimeRange,
    /// The same in moments: from, and before.
    #[serde(skip)]
    pub between: (Option<OffsetDateTime>, Option<OffsetDateTime>),
    /// Only what was observed and neither accepted nor reverted yet.
    pub is_open: bool,
    /// Also the entries of the clients of the organisation `object_id`.
    pub with_clients: bool,
}

impl AuditFilter {
    /// Reads the parameters of an address. What means nothing is left out.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut filter = Self::default();
        for (name, value) in pairs.into_iter().map(|(name, value)| (name, value.trim())) {
            if value.is_empty() {
                continue;
            }
            let text = Some(value.to_owned());
            match name {
                "q" => filter.text = text,
                "connection" => filter.connection = text,
                "object" => filter.object_id = text,
                "request" => filter.request_id = text,
                "session" => filter.session = text,
                "outcome" => filter.outcome = Outcome::from_code(value),
                "person" => filter.actor = text,
                "field" => filter.field = text,
                "period" => filter.time.period = text,
                "from" => filter.time.from = text,
                "until" => filter.time.until = text,
                "zone" => filter.time.zone = text,
                "action" => {
                    filter.action = Action::from_code(value);
                    filter.group = EventGroup::from_code(value);
                    filter.is_open = value == OPEN;
                }
                _ => {}
            }
        }
        // A zone alone narrows nothing: it is that of the dates.
        if filter.time.from.is_none() && filter.time.until.is_none() {
            filter.time.zone = None;
        }
        filter
    }

    /// Reads the query of an address.
    pub fn from_query(query: &str) -> Self {
        let pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
        Self::from_pairs(pairs.iter().map(|(name, value)| (name.as_ref(), value.as_ref())))
    }

    /// The same of what somebody typed or copied: no part that narrows is left out. The place in the list narrows nothing.
    ///
    /// # Errors
    /// The first part that means nothing, or whose name was there before.
    pub fn from_query_strictly(query: &str) -> Result<Self, String> {
        let query = query.strip_prefix('?').unwrap_or(query);
        let mut names = BTreeSet::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            // A form sends the fields that nobody filled in too.
            if value.trim().is_empty() || PLACES.contains(&name.as_ref()) {
                continue;
            }
            let part = Self::from_pairs([(name.as_ref(), value.as_ref())]);
            if (part == Self::default() && name != "zone") || !names.insert(name.clone()) {
                return Err(format!("{name}={value}"));
            }
        }
        Ok(Self::from_query(query))
    }

    /// The parameters of its address, in the order of the form; those without a value are left out.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let pairs = [
            ("q", text(&self.text)),
            ("person", text(&self.actor)),
            ("object", text(&self.object_id)),
            ("connection", text(&self.connection)),
            ("action", self.action_code().to_owned()),
            ("outcome", self.outcome.map(Outcome::code).unwrap_or_default().to_owned()),
            ("field", text(&self.field)),
            ("period", text(&self.time.period)),
            ("from", text(&self.time.from)),
            ("until", text(&self.time.until)),
            ("zone", text(&self.time.zone)),
            ("request", text(&self.request_id)),
            ("session", text(&self.session)),
        ];
        pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// The same as the query of an address.
    pub fn to_query(&self) -> String {
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(self.pairs()).finish()
    }

    /// The value of `action` in the address.
    pub fn action_code(&self) -> &'static str {
        if self.is_open {
            return OPEN;
        }
        self.action.map(Action::code).or_else(|| self.group.map(EventGroup::code)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_it_was_read_from() {
        let all = [
            ("q", "\"two words\" and"),
            ("person", "Ada & Co"),
            ("object", "o-1"),
            ("connection", "sandbox"),
            ("action", "sign_in"),
            ("outcome", "refused"),
            ("field", "name"),
            ("from", "2026-11-01"),
            ("until", "2026-11-02T09:00"),
            ("zone", "Europe/London"),
            ("request", "r-1"),
            ("session", "s-1"),
        ];
        let filter = AuditFilter::from_pairs(all);
        assert_eq!(filter.pairs(), all.map(|(name, value)| (name, value.to_owned())));
        assert!(filter.to_query().starts_with("q=%22two+words%22+and&person=Ada+%26+Co&object=o-1&"));
        for action in [OPEN, "changes"] {
            assert_eq!(AuditFilter::from_pairs([("action", action)]).action_code(), action);
        }
        for (query, refused) in [
            ("actor=ada", "actor=ada"),
            ("person=ada&action=updated", "action=updated"),
            ("person=ada&person=grace", "person=grace"),
        ] {
            assert_eq!(AuditFilter::from_query_strictly(query).unwrap_err(), refused);
        }
        let whole = AuditFilter::from_query_strictly("?q=&before=123&action=update&from=2026-11-01&zone=Europe/London")
            .unwrap();
        assert_eq!(whole.to_query(), "action=update&from=2026-11-01&zone=Europe%2FLondon");
        let nonsense = [("outcome", "x"), ("action", "x"), ("person", " "), ("page", "2")];
        assert_eq!(AuditFilter::from_pairs(nonsense), AuditFilter::default());
    }
}
