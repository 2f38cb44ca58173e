//! SIGHUP: the configuration is read again while the server answers.

mod early;
mod said;

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::http::Method;
use futures::future::join_all;
use partner_dashboard::server::sandbox::System;

use super::metrics::measured;
use super::{CHECK_INTERVAL, Dashboard};
use crate::support::program::{another_table, command};
use crate::support::until;

const RELOADS: usize = 20;

impl Dashboard {
    /// Changes the file of the configuration.
    fn rewrite(&self, change: impl FnOnce(String) -> String) {
        let path = &self.configured.path;
        fs::write(path, change(fs::read_to_string(path).unwrap())).unwrap();
    }

    /// Changes it, and waits until it is in use.
    pub(super) async fn reload(&self, change: impl FnOnce(String) -> String) {
        self.rewrite(change);
        let reloaded = "the configuration was reloaded";
        let before = self.server.logged(reloaded);
        self.server.signal("HUP");
        until(async || self.server.logged(reloaded) > before).await;
    }

    /// The table of another connection to the same partner, with its secret in a file.
    fn another(&self, name: &str) -> String {
        let description = self.sandbox.description();
        let described = description.connection(System::OneIdSandbox).unwrap();
        let secret = self.configured.directory.path().join("another-secret");
        fs::write(&secret, &described.client_secret).unwrap();
        another_table(described, name, &secret)
    }

    /// What a metric without labels is.
    async fn number(&self, metric: &str) -> f64 {
        let text = measured(self).await;
        let line = text.lines().find_map(|line| line.strip_prefix(&format!("{metric} ")));
        line.unwrap_or_else(|| panic!("{metric} is not in {text}")).parse().unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_connection_serves_and_one_that_is_removed_is_gone() {
    let dashboard = Dashboard::start(command()).await;
    let visitor = dashboard.visitor();
    let another = dashboard.another("second");
    assert_eq!(visitor.get("/second/organisations").await.status().as_u16(), 404);

    dashboard.reload(|text| text + &another).await;
    let page = visitor.get("/second/organisations").await;
    assert_eq!(page.status().as_u16(), 200);
    assert!(page.text().await.unwrap().contains("Copperfield Books"));
    assert_eq!(visitor.get("/connections/second").await.status().as_u16(), 200);
    assert!(measured(&dashboard).await.contains("connection=\"second\""));
    // It is read in the background, as those of the start are.
    let read = "partner_dashboard_index_coverage_ratio{connection=\"second\"} 1.0";
    until(async || measured(&dashboard).await.contains(read)).await;

    dashboard.reload(|text| text.replace(&another, "")).await;
    assert_eq!(visitor.get("/second/organisations").await.status().as_u16(), 404);
    assert_eq!(visitor.get("/connections/second").await.status().as_u16(), 404);
    assert!(!measured(&dashboard).await.contains("connection=\"second\""));
    assert_eq!(visitor.get("/sandbox/organisations").await.status().as_u16(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_is_replaced_is_used_from_then_on_and_nobody_starts_anything_again() {
    let dashboard = Dashboard::start(command()).await;
    let secret = dashboard.configured.directory.path().join("secret-0");
    let right = fs::read_to_string(&secret).unwrap();
    let visitor = dashboard.visitor();
    let check = async || {
        let form = visitor.http.post(format!("{}/api/connections/check", visitor.address)).form(&[("name", "sandbox")]);
        assert_eq!(visitor.send(form).await.unwrap().status().as_u16(), 303);
        measured(&dashboard).await
    };
    let is = |state: &str| format!("state=\"{state}\"}} 1\n");
    let working = check().await;
    assert!(working.contains(&is("works")), "{working}");
    fs::write(&secret, "another secret").unwrap();
    assert!(check().await.contains(&is("works")), "nobody has said that it changed");
    dashboard.reload(|text| text).await;
    let failing = check().await;
    assert!(failing.contains(&is("failing")), "{failing}");
    fs::write(&secret, right).unwrap();
    dashboard.reload(|text| text).await;
    let working = check().await;
    assert!(working.contains(&is("works")), "{working}");
    assert_eq!(visitor.get("/sandbox/organisations").await.status().as_u16(), 200);
    let mut entries = Vec::new();
    for id in 1..=10 {
        entries.push(visitor.get(&format!("/audit/{id}")).await.text().await.unwrap());
    }
    assert_eq!(entries.iter().filter(|entry| entry.contains("connections.sandbox.client_secret")).count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_is_lost_and_each_save_is_made_once_while_it_is_read_again_and_again() {
    let mut program = command();
    program.env("PARTNER_DASHBOARD_LIMITS__REQUESTS_PER_MINUTE", "100000");
    let dashboard = Dashboard::start(program).await;
    let is_over = AtomicBool::new(false);
    let readers = (0..4).map(|_| async {
        let visitor = dashboard.visitor();
        while !is_over.load(Ordering::Relaxed) {
            for path in ["/", "/sandbox/organisations", "/connections", "/sandbox/organisations/new"] {
                assert_eq!(visitor.get(path).await.status().as_u16(), 200, "{path}");
            }
        }
    });
    let saves = async {
        let (visitor, mut made) = (dashboard.visitor(), 0);
        while !is_over.load(Ordering::Relaxed) {
            let form = visitor.new_organisation(&format!("Meridian {made}")).await;
            assert_eq!(visitor.submit(&form).await.unwrap().status().as_u16(), 303);
            made += 1;
        }
        made
    };
    let reloads = async {
        let another = dashboard.another("second");
        for round in 0..RELOADS {
            let table = if round % 2 == 0 { another.as_str() } else { "" };
            dashboard.reload(|text| text.replace(&another, "") + table).await;
        }
        is_over.store(true, Ordering::Relaxed);
    };
    let (_, made, ()) = tokio::join!(join_all(readers), saves, reloads);
    assert!(made > 0);
    let mut database = dashboard.database().await;
    let mut count = async |of: &'static str| sqlx::query_scalar::<_, i64>(of).fetch_one(&mut database).await.unwrap();
    let applied = "SELECT count(*) FROM audit_intents JOIN audit_completions ON intent_id = id
         WHERE action = 'create' AND outcome = 'applied'";
    assert_eq!(usize::try_from(count(applied).await).unwrap(), made);
    assert_eq!(count("SELECT count(*) FROM audit_intents WHERE action = 'create'").await, count(applied).await);
    let created = dashboard.sandbox.requests().iter().filter(|request| request.method == "POST").count();
    let tokens = dashboard.sandbox.requests().iter().filter(|request| request.path.ends_with("/token")).count();
    assert_eq!(created - tokens, made);
    assert!(tokens <= 1 + RELOADS / 2, "a connection that has not changed keeps its token: {tokens}");
    // The second connection is another way to the same partner: what is made on the first one is observed there.
    let observed = "SELECT count(*) FROM audit_intents WHERE action LIKE 'observed%' AND connection = 'sandbox'";
    assert_eq!(count(observed).await, 0, "what was made here is nobody else's change");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_save_that_is_under_way_ends_though_its_connection_is_removed() {
    let dashboard = Dashboard::start(command()).await;
    let another = dashboard.another("second");
    dashboard.reload(|text| text + &another).await;
    let visitor = dashboard.visitor();
    let form = visitor.new_organisation("Meridian").await.set("connection", "second");
    dashboard.slow_partner(&Method::POST, Duration::from_secs(3));
    let removed = async {
        dashboard.asks_the_partner(&Method::POST).await;
        dashboard.reload(|text| text.replace(&another, "")).await;
        let mut database = dashboard.database().await;
        assert_eq!(Dashboard::outcomes(&mut database).await, [None], "it is still under way");
    };
    let (answer, ()) = tokio::join!(visitor.submit(&form), removed);
    assert_eq!(answer.unwrap().status().as_u16(), 303);
    let mut database = dashboard.database().await;
    assert_eq!(Dashboard::outcomes(&mut database).await, [Some("applied".to_owned())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_reloaded_ends_as_every_other_does() {
    let dashboard = Dashboard::start(command()).await;
    dashboard.reload(|text| text).await;
    dashboard.server.signal("TERM");
    let (status, _, log) = dashboard.server.ends().await;
    assert!(status.success(), "{log}");
    assert!(log.contains("stopped: the outcome of every save is in the audit log"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_checked_by_itself_once_a_reload_has_brought_it_and_no_more_once_it_is_gone() {
    let mut program = command();
    program.env(CHECK_INTERVAL, "3600");
    let dashboard = Dashboard::start(program).await;
    let another = dashboard.another("second");
    dashboard.reload(|text| text + &another).await;
    let works = |name: &str| {
        format!("connection_state{{connection=\"{name}\",kind=\"oneid\",environment=\"sandbox\",state=\"works\"}} 1\n")
    };
    until(async || measured(&dashboard).await.contains(&works("second"))).await;
    let checks = async || {
        let mut database = dashboard.database().await;
        let all = "SELECT count(*) FROM connection_checks WHERE connection = 'sandbox'";
        sqlx::query_scalar::<_, i64>(all).fetch_one(&mut database).await.unwrap()
    };
    until(async || checks().await == 1).await;
    dashboard.reload(|text| text.replace(&another, "")).await;
    assert!(measured(&dashboard).await.contains(&works("sandbox")), "its last check is still known");
    assert_eq!(checks().await, 1, "one that has not changed is not checked because of a reload");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_who_has_used_up_a_limit_does_not_get_another_by_a_reload() {
    let mut program = command();
    program.env("PARTNER_DASHBOARD_LIMITS__REQUESTS_PER_MINUTE", "10");
    let dashboard = Dashboard::start(program).await;
    let visitor = dashboard.visitor();
    let is_refused = async || visitor.get("/account").await.status().as_u16() == 429;
    until(is_refused).await;
    dashboard.reload(|text| text).await;
    assert!(is_refused().await);
}
