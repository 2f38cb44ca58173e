//! Whatever happens: once everything was read again, the index is what the partner has, and the log names what others
//! changed, once.

use std::collections::{BTreeMap, BTreeSet};

use partner_dashboard::domain::audit::{Action, AuditEntry, AuditFilter};
use partner_dashboard::domain::field::FieldValue;
use proptest::prelude::*;
use sqlx::sqlite::SqliteConnection;
use tokio::runtime::Runtime;

use super::steps::{By, Step, any, without_faults};
use super::world::World;

/// How many sequences are tried.
fn config() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(12);
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 60, ..ProptestConfig::default() }
}

/// A runtime of one thread, as each test has.
fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_index_is_what_the_partner_has_once_everything_was_read_again(steps in any()) {
        runtime().block_on(async {
            let mut world = World::new().await;
            for step in &steps {
                world = world.step(step).await;
            }
            world.read_all().await;
            world.plain().await.assert_is(&world.index().view());
            // What is kept of it is the same.
            world = world.step(&Step::Restart).await;
            world.plain().await.assert_is(&world.index().view());
        });
    }

    #[test]
    fn the_log_has_what_others_changed_and_nothing_else(steps in without_faults()) {
        runtime().block_on(async {
            let mut world = World::new().await;
            let mut log = Log::default();
            world.read_all().await;
            let mut lists = organisations(&world).await;
            for step in &steps {
                world = world.step(step).await;
                if matches!(step, Step::Refresh | Step::Restart) {
                    world.read_all().await;
                    log.assert_names(&mut world, &lists).await;
                    lists = organisations(&world).await;
                }
            }
            world.read_all().await;
            log.assert_names(&mut world, &lists).await;
            world.index().keep().await;
            assert_writes_nothing(&mut world).await;
            world = world.step(&Step::Restart).await;
            assert_writes_nothing(&mut world).await;
            log.assert_names(&mut world, &lists).await;
        });
    }
}

/// The IDs of the organisations whose clients were read.
async fn organisations(world: &World) -> BTreeSet<String> {
    world.plain().await.organisations.into_keys().collect()
}

/// What the log had when it was last looked at.
#[derive(Default)]
struct Log {
    seen: i64,
}

impl Log {
    /// The observed entries since this was last asked, by object.
    async fn new_entries(&mut self, world: &World) -> BTreeMap<String, Vec<AuditEntry>> {
        world.app.audit.write_observed().await.unwrap();
        let filter = AuditFilter { action: Some(Action::Observed), ..AuditFilter::default() };
        let entries = world.app.audit.list(&filter, 1, 1_000).await.unwrap().items;
        let mut by_object: BTreeMap<String, Vec<AuditEntry>> = BTreeMap::new();
        // The newest come first.
        for entry in entries.into_iter().rev().filter(|entry| entry.id > self.seen) {
            by_object.entry(entry.intent.target.id.clone().unwrap_or_default()).or_default().push(entry);
        }
        self.seen = by_object.values().flatten().map(|entry| entry.id).max().unwrap_or(self.seen);
        by_object
    }

    /// Fails unless the log names the objects that others changed since it was last looked at, once for each change at
    /// the most, as they are now, and no others. `lists` are the organisations whose clients were read before.
    async fn assert_names(&mut self, world: &mut World, lists: &BTreeSet<String>) {
        let mut told = self.new_entries(world).await;
        let mut changes: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for made in std::mem::take(&mut world.made) {
            changes.entry(made.id.clone()).or_default().push(made);
        }
        let plain = world.plain().await;
        for (id, made) in changes {
            let told = told.remove(&id).unwrap_or_default();
            let by_others = made.iter().filter(|made| made.by == By::Others).count();
            assert!(told.len() <= by_others, "{id} was changed {by_others} times by others, and the log says {told:#?}");
            let was_listed = plain.clients.get(&id).is_none_or(|(owner, _)| lists.contains(owner));
            let Some(last) = made.last().filter(|last| last.by == By::Others && was_listed) else {
                continue;
            };
            let last_told = told.last().unwrap_or_else(|| panic!("the log does not say that {id} was changed"));
            if let Some(name) = &last.name {
                let names = last_told.intent.changes.iter().filter(|change| change.field == "name");
                let after: Vec<_> = names.map(|change| change.after.clone()).collect();
                assert_eq!(after, [Some(FieldValue::Text(name.clone()))], "{id}");
            }
        }
        assert!(told.is_empty(), "nobody else changed {told:#?}");
    }
}

/// Fails when a refresh that finds nothing writes anything.
async fn assert_writes_nothing(world: &mut World) {
    let mut beside = world.app.pool().acquire().await.unwrap();
    let before = data_version(&mut beside).await;
    for _ in 0..2 {
        world.read_all().await;
        world.index().keep().await;
        world.app.audit.write_observed().await.unwrap();
    }
    assert_eq!(data_version(&mut beside).await, before, "somebody wrote");
}

/// Another number after each commit of another connection.
async fn data_version(connection: &mut SqliteConnection) -> i64 {
    sqlx::query_scalar("PRAGMA data_version").fetch_one(connection).await.unwrap()
}
