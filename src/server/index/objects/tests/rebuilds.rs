//! A generation that is built from another is the one that is built from everything.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::samples::{
    Said, any_client, any_lists, any_organisation, any_organisations, build, known_client, packed, said,
};
use crate::domain::field_values::FieldValues;
use crate::domain::oauth_client::OAuthClient;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
use crate::server::index::objects::packed::Packed;
use crate::server::index::objects::{ChangedAt, ObjectChanges, Objects, PatchedObject};
use crate::server::index::source::Source;

type Lists = HashMap<String, Vec<OAuthClient>>;

/// Gives each client an id of its own, so that no two lists have one in common.
fn apart(lists: Lists) -> Lists {
    let rename = |(id, mut clients): (String, Vec<OAuthClient>)| {
        for (number, client) in clients.iter_mut().enumerate() {
            client.id = format!("{id}/{number}");
        }
        (id, clients)
    };
    lists.into_iter().map(rename).collect()
}

fn unique(organisations: Vec<Organisation>) -> Vec<Organisation> {
    organisations.into_iter().map(|one| (one.id.clone(), one)).collect::<BTreeMap<_, _>>().into_values().collect()
}

fn changes(organisations: Option<&[Organisation]>, lists: &Lists, patched: Vec<PatchedObject>) -> ObjectChanges {
    let organisations = organisations.map(|organisations| Arc::new(organisations.iter().cloned().collect()));
    ObjectChanges { organisations, clients: packed(lists), patched, changed_at: Vec::new() }
}

fn ids_once(said: &Said) -> bool {
    let organisations: BTreeSet<_> = said.organisations.iter().map(|one| &one.0.id).collect();
    let clients: BTreeSet<_> = said.clients.iter().map(|one| &one.0.id).collect();
    organisations.len() == said.organisations.len() && clients.len() == said.clients.len()
}

proptest! {
    #[test]
    fn lists_that_were_read_again_replace_those_before(
        (first, second) in (any_organisations(), option::of(any_organisations())),
        (before, after) in (any_lists().prop_map(apart), any_lists().prop_map(apart)),
    ) {
        let rebuilt = build(&first, &before).rebuilt(changes(second.as_deref(), &after, Vec::new()));
        let organisations = second.clone().unwrap_or_else(|| first.clone());
        let is_kept = |id: &String| first.iter().any(|one| one.id == *id);
        let mut lists: Lists = before.into_iter().filter(|(id, _)| is_kept(id)).collect();
        lists.extend(after);
        prop_assert_eq!(said(&rebuilt), said(&build(&organisations, &lists)));
    }

    #[test]
    fn patched_objects_replace_or_follow_what_was_read(
        (first, before) in (any_organisations(), any_lists().prop_map(apart)),
        organisations in vec(any_organisation(), 0..4),
        clients in vec((any_client(), any::<prop::sample::Index>()), 0..6),
    ) {
        let objects = build(&first, &before);
        let known: Vec<_> = said(&objects).clients.into_iter().map(|one| one.0.id).collect();
        let clients: Vec<_> = clients.into_iter().map(|(mut client, index)| {
            if !known.is_empty() && index.index(3) > 0 {
                client.id.clone_from(&known[index.index(known.len())]);
            }
            client
        }).collect();
        let patched = organisations.iter().cloned().map(PatchedObject::Organisation);
        let patched = patched.chain(clients.iter().cloned().map(PatchedObject::Client)).collect();
        let rebuilt = objects.rebuilt(changes(None, &Lists::new(), patched));
        let all: Vec<_> = first.iter().chain(&organisations).cloned().collect();
        prop_assert_eq!(said(&rebuilt).organisations, said(&build(&all, &Lists::new())).organisations);
        let newest: HashMap<_, _> = clients.iter().map(|client| (&client.id, client)).collect();
        for client in newest.values() {
            let document = rebuilt.find(ObjectKind::OAuthClient, &client.id).unwrap();
            prop_assert_eq!(rebuilt.client(document), Some(known_client(client, client.organisation_id.as_deref())));
            let owner = client.organisation_id.as_deref().and_then(|id| rebuilt.find(ObjectKind::Organisation, id));
            prop_assert_eq!(rebuilt.owner(document), owner);
        }
        let said = said(&rebuilt);
        prop_assert!(ids_once(&said));
        let new = newest.keys().filter(|id| !known.contains(id)).count();
        prop_assert_eq!(said.clients.len(), known.len() + new);
    }

    #[test]
    fn after_any_changes_each_id_stands_once(
        steps in vec((option::of(any_organisations()), any_lists(), vec(any_client(), 0..3)), 1..4),
    ) {
        let mut objects = Objects::default();
        for (organisations, lists, clients) in steps {
            let patched = clients.into_iter().map(PatchedObject::Client).collect();
            objects = objects.rebuilt(changes(organisations.as_deref(), &lists, patched));
            let said = said(&objects);
            prop_assert!(ids_once(&said));
            for (document, (client, owner, _)) in (0..).zip(&said.clients) {
                prop_assert_eq!(objects.find(ObjectKind::OAuthClient, &client.id), Some(document));
                prop_assert!(owner.is_none_or(|owner| objects.clients_of(owner).contains(&document)));
            }
        }
    }

    #[test]
    fn times_go_with_their_objects(
        (first, second) in (any_organisations().prop_map(unique), any_organisations().prop_map(unique)),
        lists in any_lists().prop_map(apart),
    ) {
        let objects = build(&first, &lists);
        for document in 0..objects.count(ObjectKind::Organisation) {
            objects.record_list_read(document, document + 1);
        }
        let ids = |kind: ObjectKind| (0..objects.count(kind)).map(move |document| (kind, document));
        let changed_at = ObjectKind::ALL.into_iter().flat_map(ids).map(|(kind, document)| {
            ChangedAt { kind, id: objects.id(kind, document).into_owned(), at: 7 + document }
        });
        let objects = objects.rebuilt(ObjectChanges { changed_at: changed_at.collect(), ..ObjectChanges::default() });
        let rebuilt = objects.rebuilt(changes(Some(&second), &Lists::new(), Vec::new()));
        for kind in ObjectKind::ALL {
            for document in 0..rebuilt.count(kind) {
                let before = objects.find(kind, &rebuilt.id(kind, document));
                prop_assert_eq!(rebuilt.changed_at(kind, document), before.map(|before| before + 7));
                if kind == ObjectKind::Organisation {
                    prop_assert_eq!(rebuilt.list_read_at(document), before.map_or(0, |before| before + 1));
                }
            }
        }
    }
}

fn client(id: &str, organisation_id: Option<&str>) -> OAuthClient {
    let fields = crate::domain::field_values::FieldValues::default();
    OAuthClient { id: id.to_owned(), organisation_id: organisation_id.map(str::to_owned), fields, unknown: Vec::new() }
}

fn organisation(id: &str) -> Organisation {
    Organisation { id: id.to_owned(), fields: FieldValues::default(), unknown: Vec::new() }
}

fn owned(objects: &Objects) -> Vec<(String, Option<u32>)> {
    said(objects).clients.into_iter().map(|(client, owner, _)| (client.id, owner)).collect()
}

#[test]
fn a_client_of_an_unknown_organisation_joins_it_when_that_is_listed_and_goes_when_it_is_not() {
    let strays = vec![PatchedObject::Client(client("x", Some("b"))), PatchedObject::Client(client("y", Some("c")))];
    let objects = build(&[organisation("a")], &Lists::new()).rebuilt(changes(None, &Lists::new(), strays));
    assert_eq!(owned(&objects), [("x".to_owned(), None), ("y".to_owned(), None)]);
    assert_eq!(objects.client(0).unwrap().organisation_id.as_deref(), Some("b"));
    let kept = objects.rebuilt(changes(None, &HashMap::from([("a".to_owned(), vec![client("z", None)])]), Vec::new()));
    assert_eq!(owned(&kept), [("z".to_owned(), Some(0)), ("x".to_owned(), None), ("y".to_owned(), None)]);
    let listed = kept.rebuilt(changes(Some(&[organisation("a"), organisation("b")]), &Lists::new(), Vec::new()));
    assert_eq!(owned(&listed), [("z".to_owned(), Some(0)), ("x".to_owned(), Some(1))]);
}

#[test]
fn a_client_in_several_lists_stays_where_it_was_until_the_list_of_that_one_lacks_it() {
    let both = [organisation("a"), organisation("b")];
    let lists = |id: &str| HashMap::from([(id.to_owned(), vec![client("x", None), client(id, None)])]);
    let listed = |objects: &Objects, organisation| -> Vec<String> {
        objects.packed_clients(organisation).iter().map(Packed::id).collect()
    };
    let objects = build(&both, &lists("b")).rebuilt(changes(None, &lists("a"), Vec::new()));
    let stays = [("a".to_owned(), Some(0)), ("x".to_owned(), Some(1)), ("b".to_owned(), Some(1))];
    assert_eq!(owned(&objects), stays);
    assert_eq!((listed(&objects, 0), listed(&objects, 1)), (ids(&["a", "x"]), ids(&["x", "b"])));
    // Whatever is read again, and in whatever order.
    let again = objects.rebuilt(changes(None, &lists("a"), Vec::new()));
    let again = again.rebuilt(changes(Some(&both), &lists("b"), Vec::new()));
    assert_eq!((owned(&again), listed(&again, 0)), (stays.to_vec(), ids(&["a", "x"])));
    // A change from here takes nothing from the other list.
    let ours = PatchedObject::Client(client("x", Some("b")));
    let patched = again.rebuilt(changes(None, &lists("a"), vec![ours]));
    assert_eq!((owned(&patched), listed(&patched, 0)), (stays.to_vec(), ids(&["a", "x"])));
    let without = HashMap::from([("b".to_owned(), vec![client("b", None)])]);
    let left = patched.rebuilt(changes(None, &without, Vec::new()));
    assert_eq!(owned(&left), [("a".to_owned(), Some(0)), ("x".to_owned(), Some(0)), ("b".to_owned(), Some(1))]);
    assert_eq!(listed(&left, 1), ids(&["b"]));
}

fn ids(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}
