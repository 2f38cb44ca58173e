//! Whatever happens: once everything was read again, the index is what the partner has, and the log names what others
//! changed, once.

use std::collections::BTreeMap;

use partner_dashboard::domain::audit::{Action, AuditEntry, AuditFilter, Place};
use partner_dashboard::domain::field::FieldValue;
use proptest::prelude::*;
use sqlx::sqlite::SqliteConnection;
use tokio::runtime::Runtime;

use super::plain::Plain;
use super::steps::{By, Change, Step, any, without_faults};
use super::world::{Made, What, World};

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
        runtime().block_on(tell(&steps));
    }
}

/// The first list of its clients that is read is empty, and no view has the organisation built in yet.
#[tokio::test]
async fn the_first_client_that_others_create_below_an_organisation_of_ours_is_in_the_log() {
    // Either may be the new organisation: they are in the order of their IDs.
    let clients = [0, 1].map(|of| Step::Change(By::Others, Change::NewClient { of, word: 0 }));
    let organisation = Step::Change(By::Us, Change::NewOrganisation { below: 0, word: 1 });
    let [first, second] = clients;
    tell(&[organisation, Step::Refresh, first, second]).await;
}

/// Lets this happen, and fails unless the log has what others changed and nothing else.
async fn tell(steps: &[Step]) {
    let mut world = World::new().await;
    let mut log = Log::default();
    world.read_all().await;
    let mut known = world.plain().await;
    for step in steps {
        world = world.step(step).await;
        if matches!(step, Step::Refresh | Step::Restart) {
            world.read_all().await;
            log.assert_names(&mut world, &known).await;
            known = world.plain().await;
        }
    }
    world.read_all().await;
    log.assert_names(&mut world, &known).await;
    // Whatever was kept last is older than what was told.
    world = world.step(&Step::Crash).await;
    world.read_all().await;
    let known = world.plain().await;
    log.assert_names(&mut world, &known).await;
    world.index().keep().await;
    assert_writes_nothing(&mut world).await;
    world = world.step(&Step::Restart).await;
    assert_writes_nothing(&mut world).await;
    log.assert_names(&mut world, &known).await;
}

/// What the log had when it was last looked at.
#[derive(Default)]
struct Log {
    seen: i64,
}

impl Log {
    /// The observed entries since this was last asked, by object.
    async fn new_entries(&mut self, world: &World) -> BTreeMap<String, Vec<AuditEntry>> {
        world.app.observed_recorded().await;
        let filter = AuditFilter { action: Some(Action::Observed), ..AuditFilter::default() };
        let entries = world.app.audit.list(&filter, Place::Newest, 1_000).await.unwrap().items;
        let mut by_object: BTreeMap<String, Vec<AuditEntry>> = BTreeMap::new();
        // The newest come first.
        for entry in entries.into_iter().rev().filter(|entry| entry.id > self.seen) {
            by_object.entry(entry.intent.target.id.clone().unwrap_or_default()).or_default().push(entry);
        }
        self.seen = by_object.values().flatten().map(|entry| entry.id).max().unwrap_or(self.seen);
        by_object
    }

    /// Fails unless the log names the objects that others changed since everything was read last, once for each change
    /// at the most, as they are now, and no others. `known` is what was read then.
    async fn assert_names(&mut self, world: &mut World, known: &Plain) {
        let mut told = self.new_entries(world).await;
        let mut changes: BTreeMap<String, Vec<Made>> = BTreeMap::new();
        for made in std::mem::take(&mut world.made) {
            changes.entry(made.id.clone()).or_default().push(made);
        }
        let plain = world.plain().await;
        for (id, made) in changes {
            let told = told.remove(&id).unwrap_or_default();
            let by_others = made.iter().filter(|made| made.by == By::Others).count();
            assert!(told.len() <= by_others, "others changed {id} {by_others} times, and the log says {told:#?}");
            if must_be_told(&made, known, &plain) {
                let told = told.last().unwrap_or_else(|| panic!("the log does not say that {id} was changed"));
                assert_says(told, &made[made.len() - 1].what);
            }
        }
        assert!(told.is_empty(), "nobody else changed {told:#?}");
    }
}

/// Whether the last that was done to an object can be known to be the work of others.
fn must_be_told(made: &[Made], known: &Plain, now: &Plain) -> bool {
    let last = &made[made.len() - 1];
    // The clients of an organisation are only compared with what was read of them before.
    let was_listed = |owner: &String| known.organisations.contains_key(owner) && now.organisations.contains_key(owner);
    let was_known = known.object(&last.id).is_some() || made.iter().any(|made| made.by == By::Us);
    let is_news = !matches!(last.what, What::Removed) || was_known;
    last.by == By::Others && last.owner.as_ref().is_none_or(was_listed) && is_news
}

/// Fails unless an entry says that this was done.
fn assert_says(entry: &AuditEntry, what: &What) {
    let names = entry.intent.changes.iter().filter(|change| change.field == "name");
    let after: Vec<_> = names.map(|change| change.after.clone()).collect();
    match what {
        What::Named(name) => assert_eq!(after, [Some(FieldValue::Text(name.clone()))], "{entry:#?}"),
        What::Removed => assert!(!after.iter().any(Option::is_some), "{entry:#?}"),
        What::Moved => {}
    }
}

/// Fails when a refresh that finds nothing writes anything.
async fn assert_writes_nothing(world: &mut World) {
    let mut beside = world.app.pool().acquire().await.unwrap();
    let before = data_version(&mut beside).await;
    for _ in 0..2 {
        world.read_all().await;
        world.app.observed_recorded().await;
        world.index().keep().await;
    }
    assert_eq!(data_version(&mut beside).await, before, "somebody wrote");
}

/// Another number after each commit of another connection.
async fn data_version(connection: &mut SqliteConnection) -> i64 {
    sqlx::query_scalar("PRAGMA data_version").fetch_one(connection).await.unwrap()
}
