//! Whatever happens to the index, a search says what the log says.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration as StdDuration;

use proptest::prelude::*;
use time::{Duration, OffsetDateTime};

use super::super::SqliteAuditLog;
use super::super::index::file;
use super::entries;
use crate::domain::audit::{
    Action, Actor, AuditEntry, AuditFilter, AuditedConnection, Completion, Entries, EventGroup, Intent, Outcome, Place,
    Resolution, Target,
};
use crate::domain::change::FieldChange;
use crate::domain::connection::Environment;
use crate::domain::field::FieldValue;
use crate::domain::object::ObjectKind;
use crate::server::storage::audit_text::{EntryText, SearchText};
use crate::server::storage::{AuditStore as _, NumberingSealer, sqlite};

const AT: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

struct World {
    store: SqliteAuditLog,
    database: PathBuf,
    _directory: tempfile::TempDir,
}

impl World {
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let database = directory.path().join("audit.db");
        Self { store: open(&database).await, database, _directory: directory }
    }

    async fn part(&self, filter: &AuditFilter, place: Place) -> Entries {
        self.store.list(filter, place, 7).await.unwrap()
    }

    /// The numbers of all parts, as somebody comes to them who follows the links.
    async fn walked(&self, filter: &AuditFilter, time: StdDuration) -> Vec<i64> {
        let (mut ids, mut place) = (Vec::new(), Some(Place::Newest));
        while let Some(next) = place {
            let (pool, index) = (&self.store.pool, &self.store.index);
            let part = entries(pool, index, filter, next, 7, time).await.unwrap();
            ids.extend(part.items.iter().map(|entry| entry.id));
            place = part.older.or(part.stopped.map(|stopped| stopped.at));
        }
        ids
    }

    /// The numbers that a look at each entry gives, newest first.
    async fn expected(&self, filter: &AuditFilter) -> Vec<i64> {
        let all = self.store.after(&AuditFilter::default(), 0, 10_000).await.unwrap();
        let passing = all.iter().rev().filter(|entry| passes(entry, filter));
        passing.map(|entry| entry.id).collect()
    }

    fn index_file(&self) -> PathBuf {
        file::path_of(&self.database)
    }
}

async fn open(database: &std::path::Path) -> SqliteAuditLog {
    let pool = sqlite::open(&format!("sqlite:{}", database.display())).await.unwrap();
    SqliteAuditLog::new(pool, Arc::new(NumberingSealer))
}

/// What a filter means, without SQL and without an index.
fn passes(entry: &AuditEntry, filter: &AuditFilter) -> bool {
    let AuditEntry { intent, completion, resolution, .. } = entry;
    let (actor, target) = (&intent.actor, &intent.target);
    let is = |asked: &Option<String>, found: &[Option<&str>]| {
        asked.as_deref().is_none_or(|asked| found.contains(&Some(asked)))
    };
    let created = completion.as_ref().and_then(|completion| completion.object_id.as_deref());
    let found = resolution.as_ref().and_then(|resolution| resolution.object_id.as_deref());
    let organisation = target.organisation_id.as_deref().filter(|_| filter.with_clients);
    let partners = completion.as_ref().and_then(|completion| completion.partner_request_id.as_deref());
    let person = format!("{} {} {}", actor.subject, actor.name, actor.email.as_deref().unwrap_or_default());
    let fields: Vec<Option<&str>> = intent.changes.iter().map(|change| Some(change.field.as_str())).collect();
    is(&filter.connection, &[target.connection.as_ref().map(|connection| connection.name.as_str())])
        && filter.kind.is_none_or(|kind| target.kind == kind.into())
        && is(&filter.object_id, &[target.id.as_deref(), created, found, organisation])
        && is(&filter.request_id, &[Some(&intent.request_id), partners])
        && is(&filter.session, &[actor.session.as_deref()])
        && is(&filter.field, &fields)
        && filter.outcome.is_none_or(|outcome| entry.outcome() == outcome)
        && filter.action.is_none_or(|action| intent.action == action)
        && filter.group.is_none_or(|group| group.actions().any(|action| action == intent.action))
        && filter.actor.as_ref().is_none_or(|actor| person.to_lowercase().contains(&actor.to_lowercase()))
        && filter.between.0.is_none_or(|from| entry.intended_at >= from)
        && filter.between.1.is_none_or(|before| entry.intended_at < before)
        && filter.text.as_ref().is_none_or(|text| SearchText::parse(text).matches(&EntryText::of(entry)))
}

/// One of few, so that filters find some of what was added.
fn few() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["alpha", "Ada Lind", "beta-2", "https://a.example/b", "Łódź", "o-1"])
        .prop_map(str::to_owned)
}

fn intents() -> impl Strategy<Value = Intent> {
    let actions = prop::sample::select(vec![Action::Create, Action::Update, Action::SignIn, Action::PermissionRefused]);
    let values = prop::collection::vec((few(), few()), 0..3);
    (actions, few(), few(), few(), few(), any::<(bool, bool)>(), values).prop_map(
        |(action, person, connection, id, request, (is_client, has_session), values)| Intent {
            actor: Actor {
                subject: person.to_lowercase(),
                session: has_session.then(|| format!("s-{person}")),
                ..Actor::nobody(&person)
            },
            action,
            target: Target {
                connection: Some(AuditedConnection { name: connection, environment: Environment::Sandbox }),
                kind: if is_client { ObjectKind::OAuthClient } else { ObjectKind::Organisation }.into(),
                id: Some(id.clone()),
                name: person,
                organisation_id: is_client.then_some(id),
            },
            changes: values
                .into_iter()
                .map(|(field, value)| FieldChange {
                    field,
                    before: Some(FieldValue::List(vec![value.clone(), value.clone()])),
                    after: Some(FieldValue::Text(value)),
                })
                .collect(),
            request_id: request,
            observation: None,
            answers: None,
            restores: None,
        },
    )
}

#[derive(Clone, Debug)]
enum Step {
    Add(Box<Intent>, i64),
    Complete(prop::sample::Index, Outcome, String),
    Resolve(prop::sample::Index, String),
    Fill,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let outcomes = prop::sample::select(vec![Outcome::Applied, Outcome::Refused, Outcome::Unknown]);
    let step = prop_oneof![
        6 => (intents(), -50..50_i64).prop_map(|(intent, minutes)| Step::Add(Box::new(intent), minutes)),
        3 => (any::<prop::sample::Index>(), outcomes, few()).prop_map(|(at, outcome, id)| Step::Complete(at, outcome, id)),
        1 => (any::<prop::sample::Index>(), few()).prop_map(|(at, id)| Step::Resolve(at, id)),
        1 => Just(Step::Fill),
    ];
    prop::collection::vec(step, 1..60)
}

fn filters() -> impl Strategy<Value = AuditFilter> {
    let part = prop_oneof![
        few().prop_map(|value| AuditFilter { connection: Some(value), ..AuditFilter::default() }),
        few().prop_map(|value| AuditFilter { text: Some(value), ..AuditFilter::default() }),
        few().prop_map(|value| AuditFilter { text: Some(format!("\"{value}\" {value}")), ..AuditFilter::default() }),
        (few(), any::<bool>()).prop_map(|(value, with_clients)| {
            AuditFilter { object_id: Some(value), with_clients, ..AuditFilter::default() }
        }),
        few().prop_map(|value| AuditFilter { request_id: Some(value), ..AuditFilter::default() }),
        few().prop_map(|value| AuditFilter { session: Some(format!("s-{value}")), ..AuditFilter::default() }),
        few().prop_map(|value| AuditFilter { field: Some(value), ..AuditFilter::default() }),
        few().prop_map(|value| AuditFilter { actor: Some(value), ..AuditFilter::default() }),
        Just(AuditFilter { actor: Some("A".to_owned()), ..AuditFilter::default() }),
        Just(AuditFilter { actor: Some("nobody".to_owned()), ..AuditFilter::default() }),
        prop::sample::select(Outcome::ALL.to_vec())
            .prop_map(|outcome| AuditFilter { outcome: Some(outcome), ..AuditFilter::default() }),
        prop::sample::select(EventGroup::ALL.to_vec())
            .prop_map(|group| AuditFilter { group: Some(group), ..AuditFilter::default() }),
        Just(AuditFilter { kind: Some(ObjectKind::OAuthClient), ..AuditFilter::default() }),
        Just(AuditFilter { action: Some(Action::SignIn), ..AuditFilter::default() }),
        (-60..60_i64, 0..60_i64).prop_map(|(from, length)| {
            let from = AT + Duration::minutes(from);
            AuditFilter { between: (Some(from), Some(from + Duration::minutes(length))), ..AuditFilter::default() }
        }),
    ];
    (part.clone(), part, any::<bool>()).prop_map(|(one, other, both)| if both { merged(one, other) } else { one })
}

fn merged(one: AuditFilter, other: AuditFilter) -> AuditFilter {
    AuditFilter {
        connection: one.connection.or(other.connection),
        kind: one.kind.or(other.kind),
        object_id: one.object_id.or(other.object_id),
        request_id: one.request_id.or(other.request_id),
        session: one.session.or(other.session),
        outcome: one.outcome.or(other.outcome),
        actor: one.actor.or(other.actor),
        action: one.action.or(other.action),
        group: one.group.or(other.group),
        text: one.text.or(other.text),
        field: one.field.or(other.field),
        between: if one.between == (None, None) { other.between } else { one.between },
        with_clients: one.with_clients || other.with_clients,
        ..AuditFilter::default()
    }
}

async fn run(world: &World, step: Step) {
    let count = world.store.after(&AuditFilter::default(), 0, 10_000).await.unwrap().len();
    let some = |at: prop::sample::Index| i64::try_from(at.index(count) + 1).unwrap();
    let (outcome, object_id) = match &step {
        Step::Complete(_, outcome, id) => (*outcome, Some(id.clone())),
        _ => (Outcome::Applied, None),
    };
    let detail = Some("The partner answered.".to_owned());
    let completion = Completion {
        outcome,
        http_status: None,
        partner_request_id: object_id.clone(),
        object_id,
        detail,
        duration_ms: 1,
    };
    match step {
        Step::Add(intent, minutes) => {
            world.store.append_intent(&intent, AT + Duration::minutes(minutes)).await.unwrap();
        }
        Step::Complete(at, ..) if count > 0 => {
            world.store.append_completion(some(at), AT, &completion).await.unwrap();
        }
        Step::Resolve(at, id) if count > 0 => {
            let outcome = Outcome::Applied;
            let resolution = Resolution { resolved_at: AT, outcome, object_id: Some(id), detail: "Found.".to_owned() };
            world.store.append_resolution(some(at), &resolution).await.unwrap();
        }
        Step::Fill => world.store.fill_index().await.unwrap(),
        Step::Complete(..) | Step::Resolve(..) => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn a_search_says_what_a_look_at_each_entry_says(
        steps in steps(),
        filters in prop::collection::vec(filters(), 6),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = World::new().await;
            for step in steps {
                run(&world, step).await;
            }
            for filter in &filters {
                let expected = world.expected(filter).await;
                for time in [StdDuration::from_mins(1), StdDuration::ZERO] {
                    assert_eq!(world.walked(filter, time).await, expected, "{filter:?} {time:?}");
                }
                let count = world.part(filter, Place::Newest).await.count;
                assert_eq!((count.number, count.is_least), (expected.len() as u64, false), "{filter:?}");
            }
        });
    }
}

fn sign_in(name: &str) -> Intent {
    Intent::event(Action::SignIn, Actor::nobody(name), Target::of_dashboard(None), "r-1")
}

fn of_person(name: &str) -> AuditFilter {
    AuditFilter { actor: Some(name.to_owned()), ..AuditFilter::default() }
}

#[tokio::test]
async fn an_index_that_is_damaged_or_gone_or_of_another_log_is_made_again() {
    let (world, other) = (World::new().await, World::new().await);
    for name in ["Ada", "Eve", "Ada"] {
        world.store.append_intent(&sign_in(name), AT).await.unwrap();
        other.store.append_intent(&sign_in("Somebody else"), AT).await.unwrap();
    }
    other.store.fill_index().await.unwrap();
    let others = file::open(&other.index_file()).await.unwrap();
    // The logs of tests have the same leaves.
    for statement in ["UPDATE progress SET leaf = 'another'", "PRAGMA wal_checkpoint(TRUNCATE)"] {
        sqlx::query(statement).execute(&others.pool).await.unwrap();
    }
    let foreign = std::fs::read(other.index_file()).unwrap();
    let mut older = foreign.clone();
    // The version of the tables, in the header of the file.
    older[60..64].copy_from_slice(&7_i32.to_be_bytes());
    let mut torn = foreign.clone();
    torn[4_096..].fill(0xa5);
    for bytes in [
        Some(b"not a database at all, and longer than its header would have to be to be one: ".repeat(9)),
        Some(Vec::new()),
        Some(foreign),
        Some(older),
        Some(torn),
        None,
    ] {
        file::remove(&world.index_file()).unwrap();
        if let Some(bytes) = bytes {
            std::fs::write(world.index_file(), bytes).unwrap();
        }
        let store = open(&world.database).await;
        assert_eq!(store.list(&of_person("ada"), Place::Newest, 5).await.unwrap().count.number, 2, "before it is read");
        assert_eq!(store.unindexed().await.unwrap(), 3);
        // The first may find the damage alone.
        while let Err(error) = store.index.fill(&store.pool).await {
            store.index.report(&error);
            assert!(file::is_damage(&error), "{error:?}");
        }
        store.fill_index().await.unwrap();
        assert_eq!(store.unindexed().await.unwrap(), 0);
        assert_eq!(store.list(&of_person("ada"), Place::Newest, 5).await.unwrap().count.number, 2);
        assert_eq!(store.list(&of_person("somebody"), Place::Newest, 5).await.unwrap().count.number, 0);
        store.pool.close().await;
    }
}

#[tokio::test]
async fn whom_the_log_does_not_name_any_more_the_index_does_not_name_either() {
    let world = World::new().await;
    for name in ["Ada Lindqvist", "Eve"] {
        world.store.append_intent(&sign_in(name), AT).await.unwrap();
    }
    world.store.fill_index().await.unwrap();
    // Another program erases, while this one has the index open.
    let eraser = open(&world.database).await;
    eraser.erase_actors(&[1]).await.unwrap();
    eraser.index.remove().unwrap();
    world.store.fill_index().await.unwrap();
    assert_eq!(world.part(&of_person("lindqvist"), Place::Newest).await.count.number, 0);
    assert_eq!(world.part(&of_person("eve"), Place::Newest).await.count.number, 1);
    let bytes: Vec<u8> = ["", "-wal"]
        .into_iter()
        .filter_map(|suffix| std::fs::read(format!("{}{suffix}", world.index_file().display())).ok())
        .flatten()
        .collect();
    let has = |word: &[u8]| bytes.windows(word.len()).any(|window| window == word);
    assert!(has(b"eve") && !has(b"lindqvist"), "nothing of it is left in the files");
}

#[tokio::test]
async fn entries_that_are_removed_because_they_are_old_are_forgotten() {
    let world = World::new().await;
    let entries: Vec<Intent> = (0..300).map(|number| sign_in(if number < 256 { "Ada" } else { "Eve" })).collect();
    world.store.append_complete(&entries, AT).await.unwrap();
    world.store.fill_index().await.unwrap();
    world.store.prune(256).await.unwrap();
    for is_filled in [false, true] {
        if is_filled {
            world.store.fill_index().await.unwrap();
        }
        assert_eq!(world.part(&of_person("ada"), Place::Newest).await.count.number, 0);
        assert_eq!(world.part(&of_person("eve"), Place::Newest).await.count.number, 44);
    }
    let index = file::open(&world.index_file()).await.unwrap();
    let (people, documents): (i64, i64) =
        sqlx::query_as("SELECT (SELECT count(*) FROM people), (SELECT count(*) FROM documents_docsize)")
            .fetch_one(&index.pool)
            .await
            .unwrap();
    assert_eq!((people, documents), (1, 44));
}

#[tokio::test]
async fn words_that_many_entries_have_are_found_with_facts_that_few_have() {
    let world = World::new().await;
    let entry = |number: usize| {
        let action = if number.is_multiple_of(100) { Action::SessionEnded } else { Action::SignIn };
        let entry = Intent::event(action, Actor::nobody("Ada"), Target::of_dashboard(None), "r-1");
        entry.with_text("name", if number.is_multiple_of(30) { "Harbour Limited" } else { "Harbour" })
    };
    let entries: Vec<Intent> = (0..3_000).map(entry).collect();
    for some in entries.chunks(500) {
        world.store.append_complete(some, AT).await.unwrap();
    }
    world.store.fill_index().await.unwrap();
    let with = |text: &str, action| AuditFilter { text: Some(text.to_owned()), action, ..AuditFilter::default() };
    for (filter, count) in [
        (with("harbour", Some(Action::SessionEnded)), 30),
        (with("harbour limited", Some(Action::SessionEnded)), 10),
        (with("harbour limited", Some(Action::SignIn)), 90),
        (with("harbour", Some(Action::Export)), 0),
        (with("nothing", Some(Action::SignIn)), 0),
    ] {
        let expected = world.expected(&filter).await;
        assert_eq!(expected.len(), count);
        for time in [StdDuration::from_mins(1), StdDuration::ZERO] {
            assert_eq!(world.walked(&filter, time).await, expected, "{filter:?}");
        }
    }
}

#[tokio::test]
async fn two_programs_that_fill_one_index_lose_nothing_of_each_other() {
    let world = World::new().await;
    for name in ["Ada", "Eve", "Ada"] {
        world.store.append_intent(&sign_in(name), AT).await.unwrap();
    }
    world.store.fill_index().await.unwrap();
    let index = file::open(&world.index_file()).await.unwrap();
    let batch = "INSERT INTO batches VALUES ('[]', '[]', '[]', '[]', 2, 4, '')";
    let refused = sqlx::query(batch).execute(&index.pool).await.unwrap_err();
    assert!(refused.to_string().contains("another program fills the index"), "{refused}");
    assert!(!file::is_damage(&file::of_index(refused)), "it is right, and this one begins again");
    assert_eq!(world.part(&of_person("ada"), Place::Newest).await.count.number, 2);
}
