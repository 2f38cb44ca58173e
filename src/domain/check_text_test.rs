//! The texts about connections, checks and tokens.

use time::macros::{date, datetime};

use super::*;
use crate::domain::connection::Environment;

const NOW: OffsetDateTime = datetime!(2026-11-22 14:03:27 UTC);

fn check(state: ConnectionState, detail: &str) -> Check {
    Check {
        at: NOW,
        state,
        detail: detail.to_owned(),
        advice: None,
        http_status: Some(200),
        request_id: None,
        duration_ms: 61,
        is_from_memory: false,
    }
}

fn card(state: Option<ConnectionState>) -> ConnectionCard {
    ConnectionCard {
        name: "production".to_owned(),
        kind: ConnectionKind::OneId,
        environment: Environment::Production,
        is_test: false,
        state,
        probe: "GET /organisations".to_owned(),
        token: None,
        since: None,
        checks: Vec::new(),
        last_success_at: None,
        last_error: None,
        client_secret_expires: None,
        can_send_message: false,
        next_check_at: None,
    }
}

fn life(remaining_s: u32, lifetime_s: u32) -> TokenLife {
    TokenLife { expires_at: NOW, lifetime_s, remaining_s, scopes: Vec::new(), claims: Vec::new() }
}

#[test]
fn the_remaining_life_is_said_in_two_units() {
    let said = [
        (0, "Expired"),
        (1, "1 s left"),
        (40, "40 s left"),
        (60, "1 min left"),
        (132, "2 min 12 s left"),
        (599, "9 min 59 s left"),
        (2_299, "38 min left"),
        (3_600, "1 h left"),
        (70_860, "19 h 41 min left"),
        (86_400, "1 d left"),
        (273_600, "3 d 4 h left"),
        (10_000_000, "115 d 17 h left"),
    ];
    for (seconds, words) in said {
        assert_eq!(life(seconds, seconds).remaining_text(), words);
    }
}

#[test]
fn the_bar_never_leaves_its_frame() {
    assert_eq!(life(0, 0).percent(), 0);
    assert_eq!(life(1_800, 3_599).percent(), 50);
    assert_eq!(life(4_000, 3_600).percent(), 100);
    assert_eq!(life(u32::MAX, u32::MAX).percent(), 100);
}

#[test]
fn a_pill_says_why_where_that_is_short() {
    let mut expired = card(Some(ConnectionState::Expired));
    assert_eq!(expired.state_label(NOW), "Expired");
    expired.checks.push(check(ConnectionState::Expired, "The integration expired on 20 November."));
    assert_eq!(expired.state_label(NOW), "Integration expired");
    expired.client_secret_expires = Some(date!(2026 - 11 - 21));
    assert_eq!(expired.state_label(NOW), "Secret expired");

    let mut expiring = card(Some(ConnectionState::Expiring));
    assert_eq!(expiring.state_label(NOW), "Expiring");
    expiring.client_secret_expires = Some(date!(2026 - 11 - 28));
    assert_eq!(expiring.state_label(NOW), "Secret expires in 6 days");
    expiring.client_secret_expires = Some(date!(2027 - 11 - 28));
    assert_eq!(expiring.state_label(NOW), "Expiring");

    assert_eq!(card(None).state_label(NOW), "Not checked yet");
}

#[test]
fn the_counts_are_a_sentence() {
    use ConnectionState::{Expired, Expiring, Failing, NotConfigured, Works};
    let states = [Works, Works, Expiring, Expired, Failing, Failing, NotConfigured].map(Some);
    let mut cards: Vec<_> = states.into_iter().map(card).collect();
    assert_eq!(sentence(&cards), "7 partner systems: 2 healthy, 1 expiring, 1 expired, 2 failing, 1 not configured.");
    cards.truncate(1);
    assert_eq!(sentence(&cards), "1 partner system: 1 healthy.");
    assert_eq!(sentence(&[card(None)]), "1 partner system: 1 not checked yet.");
}

#[test]
fn the_last_checks_are_told_in_words() {
    let history_of = |pattern: &str| {
        let checks: Vec<_> = pattern
            .chars()
            .map(|letter| check(if letter == '+' { ConnectionState::Works } else { ConnectionState::Failing }, ""))
            .collect();
        format!("{}: {}", span(&checks), history(&checks))
    };
    assert_eq!(history_of("+"), "Last check: passed");
    assert_eq!(history_of("-"), "Last check: failed");
    assert_eq!(history_of("++++"), "Last 4 checks: all passed");
    assert_eq!(history_of("----"), "Last 4 checks: all failed");
    assert_eq!(history_of("++--"), "Last 4 checks: the last 2 failed");
    assert_eq!(history_of("+++-"), "Last 4 checks: the last one failed");
    assert_eq!(history_of("+-+-"), "Last 4 checks: 2 failed, including the last one");
    assert_eq!(history_of("-++-+"), "Last 5 checks: 2 failed");
}

#[test]
fn answers_have_their_status_and_time() {
    let mut answer = check(ConnectionState::Works, "");
    assert_eq!(answer.answer(), "200 in 61 ms");
    answer.http_status = None;
    answer.duration_ms = 10_049;
    assert_eq!(answer.answer(), "no response in 10.0 s");
    answer.duration_ms = 0;
    answer.is_from_memory = true;
    assert_eq!(answer.answer(), "Token only · cached token");
    let missing = Check { http_status: None, ..check(ConnectionState::NotConfigured, "") };
    assert_eq!(missing.answer(), "not called");
}

#[test]
fn the_note_tells_connections_of_one_kind_apart() {
    let mut one = card(None);
    assert_eq!(one.note(false), "Partner API · production");
    assert_eq!(one.note(true), "production · production");
    one.is_test = true;
    one.kind = ConnectionKind::PartnerJson;
    one.name = "bookings".to_owned();
    assert_eq!(one.note(false), "bookings · production · test partner");
}

#[test]
fn a_scale_ends_at_a_round_duration() {
    let tops = [0, 10, 11, 61, 100, 101, 4_999, u32::MAX].map(scale);
    assert_eq!(tops, [10, 10, 20, 100, 100, 200, 5_000, u32::MAX]);
}
