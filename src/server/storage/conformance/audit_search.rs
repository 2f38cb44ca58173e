//! A search says what the log says, whatever has happened to it.

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use time::{Duration, OffsetDateTime};

use super::Fresh;
use crate::domain::audit::{
    Action, Actor, AuditEntry, AuditFilter, AuditedConnection, Completion, EventGroup, Intent, Outcome, Place,
    Resolution, Target,
};
use crate::domain::change::FieldChange;
use crate::domain::connection::Environment;
use crate::domain::field::FieldValue;
use crate::domain::object::ObjectKind;
use crate::server::storage::AuditStore;
use crate::server::storage::audit_text::{EntryText, SearchText};

const AT: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;
/// How often something happens to the log, and it is searched then.
const ROUNDS: usize = 8;
/// Entries of a part.
const PART: u32 = 7;

pub(in crate::server::storage) async fn a_search_says_what_a_look_at_each_entry_says(fresh: Fresh) {
    let (store, mut runner) = (fresh.stores.audit.as_ref(), TestRunner::deterministic());
    for _ in 0..ROUNDS {
        let round = (steps(), prop::collection::vec(filters(), 6)).new_tree(&mut runner).unwrap();
        let (steps, filters) = round.current();
        for step in steps {
            run(store, step).await;
        }
        for filter in &filters {
            let expected = expected(store, filter).await;
            let (mut found, mut place) = (Vec::new(), Some(Place::Newest));
            while let Some(next) = place {
                let part = store.list(filter, next, PART).await.unwrap();
                assert_eq!((part.count.number, part.count.is_least), (expected.len() as u64, false), "{filter:?}");
                found.extend(part.items.iter().map(|entry| entry.id));
                place = part.older.or(part.stopped.map(|stopped| stopped.at));
            }
            assert_eq!(found, expected, "{filter:?}");
            // What is exported is the same, the oldest first.
            let exported = store.after(filter, 0, 10_000).await.unwrap();
            assert!(exported.iter().rev().map(|entry| &entry.id).eq(&expected), "{filter:?}");
        }
    }
}

/// The numbers that a look at each entry gives, newest first.
pub(in crate::server::storage) async fn expected(store: &dyn AuditStore, filter: &AuditFilter) -> Vec<i64> {
    let all = store.after(&AuditFilter::default(), 0, 10_000).await.unwrap();
    let passing = all.iter().rev().filter(|entry| passes(entry, filter));
    passing.map(|entry| entry.id).collect()
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
    prop::sample::select(vec!["alpha", "Ada Lind", "beta-2", "https://a.example/b", "Łódź", "ŁÓDŹ", "o-1"])
        .prop_map(str::to_owned)
}

fn intents() -> impl Strategy<Value = Intent> {
    let actions = prop::sample::select(vec![Action::Create, Action::Update, Action::SignIn, Action::PermissionRefused]);
    let values = prop::collection::vec((few(), few()), 0..3);
    (actions, few(), few(), few(), few(), any::<(bool, bool)>(), values).prop_map(
        |(action, person, connection, id, request, (is_client, has_session), values)| Intent {
            actor: Actor {
                subject: format!("u-{}", person.len()),
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

/// What can happen to a log.
#[derive(Clone, Debug)]
pub(in crate::server::storage) enum Step {
    Add(Box<Intent>, i64),
    Complete(prop::sample::Index, Outcome, String),
    Resolve(prop::sample::Index, String),
    Fill,
}

/// What happens to a log, in this order.
pub(in crate::server::storage) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let outcomes = prop::sample::select(vec![Outcome::Applied, Outcome::Refused, Outcome::Unknown]);
    let step = prop_oneof![
        6 => (intents(), -50..50_i64).prop_map(|(intent, minutes)| Step::Add(Box::new(intent), minutes)),
        3 => (any::<prop::sample::Index>(), outcomes, few()).prop_map(|(at, outcome, id)| Step::Complete(at, outcome, id)),
        1 => (any::<prop::sample::Index>(), few()).prop_map(|(at, id)| Step::Resolve(at, id)),
        1 => Just(Step::Fill),
    ];
    prop::collection::vec(step, 1..60)
}

/// What somebody asks for.
pub(in crate::server::storage) fn filters() -> impl Strategy<Value = AuditFilter> {
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

/// Does one step.
pub(in crate::server::storage) async fn run(store: &dyn AuditStore, step: Step) {
    let count = store.after(&AuditFilter::default(), 0, 10_000).await.unwrap().len();
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
            store.append_intent(&intent, AT + Duration::minutes(minutes)).await.unwrap();
        }
        Step::Complete(at, ..) if count > 0 => {
            store.append_completion(some(at), AT, &completion).await.unwrap();
        }
        Step::Resolve(at, id) if count > 0 => {
            let outcome = Outcome::Applied;
            let resolution = Resolution { resolved_at: AT, outcome, object_id: Some(id), detail: "Found.".to_owned() };
            store.append_resolution(some(at), &resolution).await.unwrap();
        }
        Step::Fill => store.fill_index().await.unwrap(),
        Step::Complete(..) | Step::Resolve(..) => {}
    }
}
