//! Connections that do not work, and what that does to the others.

use std::time::{Duration, Instant};

use axum::http::{Method, StatusCode};
use partner_dashboard::domain::check::{Check, ConnectionState, StepState};
use partner_dashboard::domain::time_format::day;
use partner_dashboard::server::connections::ConnectionClient;
use partner_dashboard::server::sandbox::{Fault, FaultKind, SandboxOptions, System};

use super::Rig;

const NAMES: [(&str, System); 5] = [
    ("sandbox", System::OneIdSandbox),
    ("oneconnect", System::OneConnect),
    ("oneio-qa", System::OneIoQa),
    ("bookings", System::Bookings),
    ("share-now", System::ShareNow),
];

/// The issuer of a system does not know the client.
fn refusing(system: System) -> Fault {
    let refusal = FaultKind::Status {
        status: StatusCode::UNAUTHORIZED,
        body: Some(r#"{"error":"invalid_client","error_description":"No such client"}"#.to_owned()),
        content_type: Some("application/json".to_owned()),
    };
    Fault::new(system, refusal).on(&Method::POST, "/")
}

/// The first check by itself that is like this.
async fn checked_by_itself(rig: &Rig, name: &str, is_like_this: impl Fn(&Check) -> bool) -> Check {
    let found = async {
        loop {
            match rig.watched(name).last_check().filter(&is_like_this) {
                Some(check) => return check,
                None => tokio::task::yield_now().await,
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), found).await.expect("there is no such check")
}

#[tokio::test]
async fn a_refused_client_is_told_with_the_issuers_words() {
    let rig = Rig::new().await;
    for (name, system) in NAMES {
        rig.sandbox.inject(refusing(system));
        let check = rig.check(name).await;
        assert_eq!((check.state, check.http_status), (ConnectionState::Failing, Some(401)), "{name}");
        assert!(check.detail.contains("invalid_client") && check.detail.contains("No such client"), "{}", check.detail);
        assert!(check.request_id.is_some() && check.advice.is_some(), "{name}");
        let steps = rig.watched(name).detail(rig.clock.now(), Vec::new()).steps;
        let states: Vec<StepState> = steps.iter().map(|step| step.state).collect();
        assert_eq!(states, [StepState::Failed, StepState::Waiting, StepState::Waiting, StepState::Waiting], "{name}");
    }
}

#[tokio::test]
async fn a_failing_probe_is_told_with_status_and_request_id() {
    let rig = Rig::new().await;
    for (name, system) in NAMES.into_iter().filter(|(name, _)| *name != "oneio-qa") {
        rig.sandbox
            .inject(Fault::new(system, FaultKind::status(StatusCode::SERVICE_UNAVAILABLE)).on(&Method::GET, "/"));
        let check = rig.check(name).await;
        assert_eq!((check.state, check.http_status), (ConnectionState::Failing, Some(503)), "{name}");
        assert!(check.request_id.is_some(), "{name}");
        let steps = rig.watched(name).detail(rig.clock.now(), Vec::new()).steps;
        let states: Vec<StepState> = steps.iter().map(|step| step.state).collect();
        assert_eq!(states, [StepState::Done, StepState::Done, StepState::Failed, StepState::Waiting], "{name}");
        assert_eq!(rig.card(name).last_error, Some(check));
    }
}

#[tokio::test]
async fn a_web_page_a_torn_answer_and_a_lost_connection_are_no_success() {
    let rig = Rig::new().await;
    for (kind, words) in [
        (FaultKind::Malformed, "web page"),
        (FaultKind::Truncate, "incomplete"),
        (FaultKind::Drop, "connection was lost"),
        (FaultKind::status(StatusCode::FORBIDDEN), "403 although the token is new"),
        (FaultKind::status(StatusCode::NOT_FOUND), "404"),
        (FaultKind::status(StatusCode::TOO_MANY_REQUESTS), "429"),
    ] {
        rig.sandbox.clear_faults();
        rig.sandbox.inject(Fault::new(System::ShareNow, kind.clone()).on(&Method::GET, "/"));
        let check = rig.check("share-now").await;
        assert_eq!(check.state, ConnectionState::Failing, "{kind:?}");
        assert!(check.detail.contains(words), "{kind:?}: {}", check.detail);
    }
    rig.sandbox.clear_faults();
    assert_eq!(rig.check("share-now").await.state, ConnectionState::Works, "and it recovers at once");
}

#[tokio::test]
async fn a_slow_connection_delays_no_other() {
    let rig = Rig::new().await;
    rig.sandbox.inject(Fault::new(System::Bookings, FaultKind::Latency(Duration::from_secs(4))));
    rig.sandbox.inject(Fault::new(System::OneConnect, FaultKind::Drop));
    let slow = rig.check("bookings");
    let started = Instant::now();
    let others = async {
        for name in ["sandbox", "oneio-qa", "share-now"] {
            assert_eq!(rig.check(name).await.state, ConnectionState::Works);
        }
        assert_eq!(rig.check("oneconnect").await.state, ConnectionState::Failing);
        started.elapsed()
    };
    let took = tokio::select! {
        took = others => took,
        _ = slow => panic!("the slow one was first"),
    };
    assert!(took < Duration::from_secs(3), "{took:?}");
}

#[tokio::test]
async fn checks_by_themselves_come_at_the_interval_and_keep_to_one_token() {
    let rig = Rig::new().await;
    rig.monitor.watch(Duration::from_millis(50));
    let checked = async {
        while rig.card("share-now").checks.len() <= 5 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), checked).await.expect("the checks do not come");
    assert!(rig.card("share-now").next_check_at.is_some());
    let token_requests = rig.asked(System::ShareNow).iter().filter(|line| line.starts_with("POST")).count();
    assert_eq!(token_requests, 1);
}

#[tokio::test]
async fn a_check_that_needed_only_the_token_in_memory_does_not_say_that_there_was_no_answer() {
    let rig = Rig::new().await;
    rig.monitor.watch(Duration::from_millis(20));
    let second = async {
        loop {
            if let Some(check) = rig.card("oneio-qa").checks.get(1) {
                return check.clone();
            }
            tokio::task::yield_now().await;
        }
    };
    let check = tokio::time::timeout(Duration::from_secs(10), second).await.unwrap();
    assert_eq!((check.state, check.answer().as_str()), (ConnectionState::Works, "Token only · cached token"));
    assert!(rig.card("oneio-qa").checks[0].answer().starts_with("200 in "), "the first one fetched it");
}

#[tokio::test]
async fn a_hundred_clicks_are_few_checks() {
    let rig = Rig::new().await;
    futures::future::join_all((0..100).map(|_| rig.check("share-now"))).await;
    let probes = rig.asked(System::ShareNow).iter().filter(|line| line.starts_with("GET")).count();
    assert!(probes <= 2, "{probes}");
}

#[tokio::test]
async fn a_token_that_cannot_be_renewed_makes_the_connection_expiring_and_check_now_tries_at_once() {
    let (rig, clock) = Rig::timed(SandboxOptions::default()).await;
    assert_eq!(rig.check("share-now").await.state, ConnectionState::Works);
    clock.advance(Duration::from_secs(250));
    let down = FaultKind::status(StatusCode::SERVICE_UNAVAILABLE);
    rig.sandbox.inject(Fault::new(System::ShareNow, down).on(&Method::POST, "/"));
    let check = rig.check("share-now").await;
    assert_eq!(check.state, ConnectionState::Expiring, "{}", check.detail);
    assert!(check.detail.contains("expires in 50 s"), "{}", check.detail);
    clock.advance(Duration::from_secs(40));
    assert_eq!(rig.check("share-now").await.state, ConnectionState::Failing, "the token is over");
    rig.sandbox.clear_faults();
    assert_eq!(rig.check("share-now").await.state, ConnectionState::Works, "whatever the token layer waits for");
}

#[tokio::test]
async fn a_token_in_memory_does_not_hide_that_the_issuer_refuses_the_next_one() {
    let (rig, clock) = Rig::timed(SandboxOptions::default()).await;
    assert_eq!(rig.check("oneio-qa").await.state, ConnectionState::Works);
    rig.sandbox.inject(refusing(System::OneIoQa));
    let check = rig.check("oneio-qa").await;
    assert_eq!((check.state, check.http_status), (ConnectionState::Expiring, Some(401)), "{}", check.detail);
    assert!(check.detail.contains("invalid_client") && !check.detail.contains("issues tokens"), "{}", check.detail);
    assert!(check.request_id.is_some() && check.advice.is_some());

    rig.monitor.watch(Duration::from_millis(20));
    let check = checked_by_itself(&rig, "oneio-qa", |check| check.is_from_memory).await;
    assert_eq!(check.state, ConnectionState::Expiring, "a check by itself says the same: {}", check.detail);
    assert!(check.detail.contains("invalid_client") && check.http_status.is_none(), "{check:?}");
    assert_eq!(rig.asked(System::OneIoQa).len(), 2, "and asks for nothing while the token layer waits");
    rig.sandbox.clear_faults();
    clock.advance(Duration::from_secs(31));
    checked_by_itself(&rig, "oneio-qa", |check| check.state == ConnectionState::Works).await;
}

#[tokio::test]
async fn a_token_endpoint_that_is_not_there_is_no_outage_of_the_partner() {
    let rig = Rig::new().await;
    for (status, advice) in [
        (StatusCode::NOT_FOUND, "token_url"),
        (StatusCode::METHOD_NOT_ALLOWED, "token_url"),
        (StatusCode::REQUEST_TIMEOUT, "Wait"),
        (StatusCode::SERVICE_UNAVAILABLE, "Wait"),
    ] {
        rig.sandbox.clear_faults();
        rig.sandbox.inject(Fault::new(System::ShareNow, FaultKind::status(status)).on(&Method::POST, "/"));
        let check = rig.check("share-now").await;
        assert_eq!((check.state, check.http_status), (ConnectionState::Failing, Some(status.as_u16())));
        assert!(check.advice.as_deref().is_some_and(|text| text.contains(advice)), "{status}: {:?}", check.advice);
    }
}

#[tokio::test]
async fn the_end_of_the_secret_is_seen_fourteen_days_before() {
    for (days, state) in [
        (30, ConnectionState::Works),
        (14, ConnectionState::Works),
        (13, ConnectionState::Expiring),
        (0, ConnectionState::Expiring),
        (-1, ConnectionState::Expired),
    ] {
        let end = time::OffsetDateTime::now_utc().date() + time::Duration::days(days);
        let rig = Rig::with(SandboxOptions::default(), |mut settings| {
            settings.client_secret_expires = Some(end);
            settings
        })
        .await;
        let check = rig.check("bookings").await;
        assert_eq!(check.state, state, "{days} days: {}", check.detail);
        assert_eq!(check.detail.contains(&day(end)), state != ConnectionState::Works);
    }
}

#[tokio::test]
async fn a_connection_without_a_secret_is_not_configured_and_nothing_is_sent() {
    let rig = Rig::with(SandboxOptions::default(), |mut settings| {
        settings.client = ConnectionClient::NotConfigured("/run/credentials/x is empty".to_owned());
        settings
    })
    .await;
    assert_eq!(rig.card("bookings").state, Some(ConnectionState::NotConfigured), "known before any check");
    rig.monitor.watch(Duration::from_millis(10));
    let check = rig.check("bookings").await;
    assert_eq!(check.state, ConnectionState::NotConfigured);
    assert!(check.detail.contains("is empty"), "{}", check.detail);
    assert!(rig.sandbox.requests().is_empty());
}
