//! What pages and the command line show of a connection.

use serde_json::Value;
use time::OffsetDateTime;

use super::monitored_connection::MonitoredConnection;
use crate::domain::check::{Check, ConnectionCard, ConnectionDetail, DiagnosticStep, StepState, TokenLife};
use crate::domain::check_days::DayOfChecks;
use crate::domain::check_history::Stage;
use crate::server::oauth::{CachedToken, Claim};

/// The longest value of a claim that is shown, in characters.
const LONGEST_CLAIM: usize = 300;

impl MonitoredConnection {
    /// The connection as a row of the list of connections, at `now`.
    pub fn card(&self, now: OffsetDateTime) -> ConnectionCard {
        let settings = &self.settings;
        let held = self.token_status().and_then(|status| status.token);
        let is_test = held.as_ref().is_some_and(|held| claims_of(held, &["is_test"]).any(|(_, value)| *value == true));
        let history = self.history();
        ConnectionCard {
            name: settings.name.clone(),
            kind: settings.kind,
            environment: settings.environment,
            is_test: is_test && settings.row().shown_claims.contains(&"is_test"),
            state: history.last().map(|check| check.state),
            probe: self.probe_text(),
            token: held.map(|held| token_life(&held, settings.row().shown_claims, now)),
            since: history.since(),
            checks: history.checks(),
            last_success_at: history.last_success_at(),
            last_error: history.last_error().cloned(),
            client_secret_expires: settings.client_secret_expires,
            can_send_message: self.takes_messages(),
            next_check_at: history.next_check_at,
        }
    }

    /// The connection as its own page shows it, at `now`, with the history of its days.
    pub fn detail(&self, now: OffsetDateTime, days: Vec<DayOfChecks>) -> ConnectionDetail {
        let settings = &self.settings;
        ConnectionDetail {
            card: self.card(now),
            days,
            steps: self.steps(),
            base_url: settings.base_url.to_string(),
            token_url: settings.token_url.to_string(),
            client_id: settings.client_id.clone(),
            test_message: settings.message().map(|(_, proposal)| proposal.to_owned()),
        }
    }

    fn probe_text(&self) -> String {
        match self.settings.probe() {
            Some((path, _)) => format!("GET {path}"),
            None => "Token only".to_owned(),
        }
    }

    /// The onboarding steps of seed 000, as far as the last check got.
    fn steps(&self) -> Vec<DiagnosticStep> {
        let history = self.history();
        let last = history.last().zip(history.stage());
        let lines = [
            (Stage::Credentials, "Credentials", "The client ID and secret are configured.".to_owned()),
            (Stage::Token, "Token", "The token endpoint issues tokens.".to_owned()),
            (Stage::Probe, "Health", self.health_text()),
            (Stage::Ready, "Ready", "The connection is ready to use.".to_owned()),
        ];
        lines.into_iter().map(|(stage, title, done)| step(stage, title, done, last)).collect()
    }

    fn health_text(&self) -> String {
        match self.settings.probe() {
            Some((path, _)) => format!("GET {path} responds as expected."),
            None => "Not tested: this call would send data. Send a test message to try it.".to_owned(),
        }
    }
}

fn step(step: Stage, title: &str, done: String, last: Option<(&Check, Stage)>) -> DiagnosticStep {
    let (state, description) = match last {
        Some((check, Stage::Ready)) if step == Stage::Ready => match &check.advice {
            // It works, but will stop soon.
            Some(advice) => (StepState::Done, format!("{} {advice}", check.detail)),
            None => (StepState::Done, done),
        },
        Some((_, reached)) if step < reached => (StepState::Done, done),
        Some((check, reached)) if step == reached => {
            let advice = check.advice.as_deref().unwrap_or_default();
            (StepState::Failed, format!("{} {advice}", check.detail).trim_end().to_owned())
        }
        Some(_) => (StepState::Waiting, "Waiting for the previous step.".to_owned()),
        None => (StepState::Waiting, "Not checked yet.".to_owned()),
    };
    DiagnosticStep { title: title.to_owned(), state, description }
}

/// The cached token's lifetime, scopes and claims, without the token itself.
fn token_life(held: &CachedToken, shown: &[&str], now: OffsetDateTime) -> TokenLife {
    let claims: Vec<(String, String)> =
        claims_of(held, shown).map(|(name, value)| (name.clone(), short(&value.to_string()))).collect();
    let scopes = if held.scopes.is_empty() { claimed_scopes(held, shown) } else { held.scopes.clone() };
    TokenLife {
        expires_at: held.expires_at,
        lifetime_s: u32::try_from(held.lifetime.as_secs()).unwrap_or(u32::MAX),
        remaining_s: u32::try_from((held.expires_at - now).whole_seconds().max(0)).unwrap_or(u32::MAX),
        scopes,
        claims,
    }
}

/// The claims that are shown, in the order of the table of kinds.
fn claims_of<'a>(held: &'a CachedToken, shown: &'a [&'a str]) -> impl Iterator<Item = &'a Claim> {
    shown.iter().filter_map(|name| held.claims.iter().flatten().find(|(known, _)| known == name))
}

/// The scopes claim: seed 002 puts the scopes into the token rather than into the response.
fn claimed_scopes(held: &CachedToken, shown: &[&str]) -> Vec<String> {
    let scopes = shown.iter().filter(|name| **name == "scopes").flat_map(|_| claims_of(held, &["scopes"]));
    scopes.filter_map(|(_, value)| value.as_array()).flatten().filter_map(Value::as_str).map(short).collect()
}

fn short(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(LONGEST_CLAIM).collect()
}
