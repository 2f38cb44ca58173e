//! Texts about connections, checks and tokens, so that every page uses the same.

use time::OffsetDateTime;

use super::check::{Check, ConnectionCard, ConnectionState, TokenLife};
use super::connection::{ConnectionKind, ConnectionSummary};

/// From how many days before it expires a secret is mentioned.
const SECRET_NOTICE_DAYS: i64 = 14;

impl TokenLife {
    /// The remaining lifetime: "19 h 41 min left".
    pub fn remaining_text(&self) -> String {
        if self.remaining_s == 0 { "Expired".to_owned() } else { format!("{} left", duration(self.remaining_s)) }
    }

    /// The remaining share of the lifetime, from 0 to 100.
    pub fn percent(&self) -> u32 {
        let whole = u64::from(self.lifetime_s.max(1));
        let percent = (u64::from(self.remaining_s) * 100 + whole / 2) / whole;
        u32::try_from(percent.min(100)).unwrap_or(100)
    }
}

impl Check {
    /// The response in short: "204 in 61 ms".
    pub fn answer(&self) -> String {
        match self.http_status {
            Some(status) => format!("{status} in {}", milliseconds(self.duration_ms)),
            None if self.is_from_memory => "Token only · cached token".to_owned(),
            None if self.state == ConnectionState::NotConfigured => "not called".to_owned(),
            None => format!("no response in {}", milliseconds(self.duration_ms)),
        }
    }
}

impl ConnectionCard {
    /// The label on its pill: the state, or a short reason such as "Secret expired".
    pub fn state_label(&self, now: OffsetDateTime) -> String {
        let Some(state) = self.state else {
            return "Not checked yet".to_owned();
        };
        let days = self.client_secret_expires.map(|end| (end - now.date()).whole_days());
        let names_integration =
            || self.checks.last().is_some_and(|check| check.detail.to_ascii_lowercase().contains("integration"));
        match (state, days) {
            (ConnectionState::Expired, Some(..=0)) => "Secret expired".to_owned(),
            (ConnectionState::Expired, _) if names_integration() => "Integration expired".to_owned(),
            (ConnectionState::Expiring, Some(0)) => "Secret expires today".to_owned(),
            (ConnectionState::Expiring, Some(1)) => "Secret expires tomorrow".to_owned(),
            (ConnectionState::Expiring, Some(days @ 2..=SECRET_NOTICE_DAYS)) => {
                format!("Secret expires in {days} days")
            }
            _ => state.word().to_owned(),
        }
    }

    /// Whether somebody has to look at it: it does not work, or will not for long.
    pub fn needs_attention(&self) -> bool {
        self.state.is_some_and(|state| state != ConnectionState::Works)
    }

    /// What pages need to know of it, beside all others of the configuration.
    pub fn summary(&self, all: &[Self]) -> ConnectionSummary {
        let is_like = |other: &&Self| other.kind == self.kind && other.environment == self.environment;
        ConnectionSummary {
            name: self.name.clone(),
            kind: self.kind,
            environment: self.environment,
            is_ambiguous: all.iter().filter(is_like).count() > 1,
        }
    }

    /// The quiet line below the name: which of its kind, which environment, and whether it is a test.
    pub fn note(&self, is_ambiguous: bool) -> String {
        format!("{} · {}", self.which(is_ambiguous), self.place())
    }

    /// Which of its kind it is.
    pub fn which(&self, is_ambiguous: bool) -> &str {
        match self.kind {
            ConnectionKind::OneId if !is_ambiguous => "Partner API",
            _ => &self.name,
        }
    }

    /// Which environment, and whether it is a test.
    pub fn place(&self) -> String {
        let test = if self.is_test { " · test partner" } else { "" };
        format!("{}{test}", self.environment.word())
    }
}

/// A length of time in its two largest units: "3 d 4 h", "19 h 41 min", "2 min 12 s", "40 s".
pub fn duration(seconds: u32) -> String {
    let units = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
    let first = units.iter().position(|(unit, _)| seconds >= *unit).unwrap_or(units.len() - 1);
    let (unit, word) = units[first];
    let whole = format!("{} {word}", seconds / unit);
    match units.get(first + 1) {
        // From ten minutes on, seconds say nothing.
        Some((next, word)) if seconds % unit >= *next && (unit != 60 || seconds < 600) => {
            format!("{whole} {} {word}", seconds % unit / next)
        }
        _ => whole,
    }
}

/// A duration for reading: "61 ms", "2.4 s".
pub fn milliseconds(duration_ms: u32) -> String {
    if duration_ms < 1_000 {
        format!("{duration_ms} ms")
    } else {
        format!("{}.{} s", duration_ms / 1_000, duration_ms % 1_000 / 100)
    }
}

/// A round duration that is at least `slowest` milliseconds, for the top of a scale: 10, 20, 50, 100 and so on.
pub fn scale(slowest: u32) -> u32 {
    let mut tens: u32 = 10;
    loop {
        for step in [1, 2, 5] {
            let top = tens.saturating_mul(step);
            if top >= slowest {
                return top;
            }
        }
        tens = tens.saturating_mul(10);
    }
}

/// The counts of all connections: "7 partner systems: 4 healthy, 1 expiring, 2 failing."
pub fn sentence(cards: &[ConnectionCard]) -> String {
    let count = |state: Option<ConnectionState>| cards.iter().filter(|card| card.state == state).count();
    let parts = [
        (Some(ConnectionState::Works), "healthy"),
        (Some(ConnectionState::Expiring), "expiring"),
        (Some(ConnectionState::Expired), "expired"),
        (Some(ConnectionState::Failing), "failing"),
        (Some(ConnectionState::NotConfigured), "not configured"),
        (None, "not checked yet"),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter_map(|(state, word)| match count(state) {
            0 => None,
            count => Some(format!("{count} {word}")),
        })
        .collect();
    let systems = if cards.len() == 1 { "system" } else { "systems" };
    format!("{} partner {systems}: {}.", cards.len(), parts.join(", "))
}

/// How the last checks went: "all passed", "the last 11 failed", "3 failed".
pub fn history(checks: &[Check]) -> String {
    let failed = checks.iter().filter(|check| !check.state.is_working()).count();
    let last = checks.iter().rev().take_while(|check| !check.state.is_working()).count();
    match (failed, last) {
        (0, _) if checks.len() == 1 => "passed".to_owned(),
        (0, _) => "all passed".to_owned(),
        _ if checks.len() == 1 => "failed".to_owned(),
        (failed, _) if failed == checks.len() => "all failed".to_owned(),
        (1, 1) => "the last one failed".to_owned(),
        (failed, last) if failed == last => format!("the last {last} failed"),
        (failed, 1) => format!("{failed} failed, including the last one"),
        (failed, _) => format!("{failed} failed"),
    }
}

/// The heading of a list of checks: "Last 40 checks", "Last check".
pub fn span(checks: &[Check]) -> String {
    match checks.len() {
        1 => "Last check".to_owned(),
        count => format!("Last {count} checks"),
    }
}

#[cfg(test)]
#[path = "check_text_test.rs"]
mod tests;
