//! Judges all objects of a connection by the readiness rules.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use super::objects::Objects;
use super::readiness::Readiness;
use super::search::Patch;
use super::source::Source;
use crate::domain::catalogue::Catalogue;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
use crate::domain::readiness::{BrokenRules, MOST_ABOVE, ReturnUrl, Subject, Verdict, twin_key};

/// The rule about [`Judging::unchanged_since_sandbox`].
const UNCHANGED: &str = "unchanged_since_sandbox";

/// What objects are judged by.
#[derive(Clone, Debug, Default)]
pub struct Judging {
    /// What each product gives.
    pub catalogue: Arc<Catalogue>,
    /// The rules that somebody silenced for an object.
    pub silenced: Arc<HashMap<(ObjectKind, String), BrokenRules>>,
    /// The clients of which nothing was changed when they went into production, as the audit log says. Those that are not in
    /// production any more do not count.
    pub unchanged_since_sandbox: Arc<HashSet<String>>,
}

impl Judging {
    /// What the rules find about an object, without those that are silenced for it.
    pub(super) fn verdict(&self, kind: ObjectKind, id: &str, is_production: bool, broken: BrokenRules) -> Verdict {
        let is_unchanged =
            kind == ObjectKind::OAuthClient && is_production && self.unchanged_since_sandbox.contains(id);
        let broken = if is_unchanged { broken.and(BrokenRules::with_code(UNCHANGED)) } else { broken };
        let silenced = if self.silenced.is_empty() { None } else { self.silenced.get(&(kind, id.to_owned())) };
        Verdict::of(kind, is_production, broken.without(silenced.copied().unwrap_or_default()))
    }

    /// Judges all objects, with the organisations above them and the clients beside them as they are in a patch. The names of
    /// organisations break no rule here: the one beside an organisation may not be for a person to know.
    pub(super) fn judge(&self, objects: &Objects, patch: &Patch) -> Readiness {
        let mut walk = Walk::new(self, objects, patch);
        walk.tree(0..objects.count(ObjectKind::Organisation), Vec::new());
        walk.clients(objects.strays(), &[]);
        walk.readiness
    }

    /// Judges what is below an organisation, and its clients, as if it were `organisation` below these others, the nearest
    /// first.
    pub(super) fn judge_below(
        &self,
        objects: &Objects,
        patch: &Patch,
        document: u32,
        above: Vec<Organisation>,
        organisation: Organisation,
    ) -> Readiness {
        let below = objects.below(ObjectKind::Organisation, document);
        let end = |organisation| (below.end, organisation);
        let way: Vec<_> = above.into_iter().rev().chain([organisation]).map(end).collect();
        let mut walk = Walk::new(self, objects, patch);
        walk.clients(objects.clients_of(document), &nearest(&way));
        walk.tree(document + 1..below.end, way);
        walk.readiness
    }
}

/// The organisations of a path, the nearest first.
fn nearest(path: &[(u32, Organisation)]) -> Vec<&Organisation> {
    path.iter().rev().map(|(_, organisation)| organisation).take(MOST_ABOVE).collect()
}

/// The documents whose key others have too.
fn twins<Key: Eq + std::hash::Hash>(keys: impl Iterator<Item = (u32, Key)>) -> HashSet<u32> {
    let (mut first, mut twins) = (HashMap::new(), HashSet::new());
    for (document, key) in keys {
        let known = *first.entry(key).or_insert(document);
        if known != document {
            twins.extend([known, document]);
        }
    }
    twins
}

struct Walk<'a> {
    judging: &'a Judging,
    objects: &'a Objects,
    patch: &'a Patch,
    /// The rule about names, which stands apart from what clients have in common.
    name_twin: BrokenRules,
    /// What the clients are called that are in the patch, by the ID of their organisation.
    patched: HashMap<&'a str, Vec<String>>,
    readiness: Readiness,
}

impl<'a> Walk<'a> {
    fn new(judging: &'a Judging, objects: &'a Objects, patch: &'a Patch) -> Self {
        let name_twin = BrokenRules::with_code("name_twin");
        let mut patched: HashMap<&str, Vec<String>> = HashMap::new();
        for client in patch.clients() {
            if let Some(id) = client.organisation_id.as_deref() {
                patched.entry(id).or_default().push(twin_key(client.whole_name()));
            }
        }
        Self { judging, objects, patch, name_twin, patched, readiness: Readiness::default() }
    }

    fn is_patched(&self, client: u32) -> bool {
        self.patch.find(ObjectKind::OAuthClient, &self.objects.id(ObjectKind::OAuthClient, client)).is_some()
    }

    fn changed(&self, document: u32) -> Option<Organisation> {
        if self.patch.is_empty() {
            return None;
        }
        let place = self.patch.find(ObjectKind::Organisation, &self.objects.id(ObjectKind::Organisation, document))?;
        self.patch.organisation(place).cloned()
    }

    /// Organisations that follow each other, each with its clients. `path` are those above them, the root first, each with
    /// where what is below it ends.
    fn tree(&mut self, organisations: Range<u32>, mut path: Vec<(u32, Organisation)>) {
        let objects = self.objects;
        for document in organisations {
            while path.pop_if(|(end, _)| *end <= document).is_some() {}
            let known = self.changed(document).or_else(|| objects.organisation(document));
            let Some(organisation) = known else { continue };
            self.organisation(document, &organisation, &nearest(&path));
            path.push((objects.below(ObjectKind::Organisation, document).end, organisation));
            self.clients(objects.clients_of(document), &nearest(&path));
        }
    }

    fn organisation(&mut self, document: u32, organisation: &Organisation, above: &[&Organisation]) {
        let broken = BrokenRules::of_object(&Subject {
            kind: ObjectKind::Organisation,
            fields: &organisation.fields,
            above,
            catalogue: &self.judging.catalogue,
            has_name_twin: false,
            is_unchanged_since_sandbox: false,
        });
        self.put(ObjectKind::Organisation, document, broken);
    }

    /// The clients of an organisation. What they have in common is judged once.
    fn clients(&mut self, clients: Range<u32>, above: &[&Organisation]) {
        let objects = self.objects;
        // Those of unknown organisations are not beside each other.
        let named = if above.is_empty() { 0..0 } else { clients.clone() };
        let patched = above.first().and_then(|organisation| self.patched.get(organisation.id.as_str()));
        let is_as_it_was = |client: &u32| patched.is_none() || !self.is_patched(*client);
        let key = |client| (client, twin_key(objects.name(ObjectKind::OAuthClient, client)));
        // No client of the list has such a number.
        let numbers = (0..u32::MAX).rev();
        let twins =
            twins(named.filter(is_as_it_was).map(key).chain(numbers.zip(patched.into_iter().flatten().cloned())));
        let mut judged: HashMap<_, BrokenRules> = HashMap::new();
        for client in clients {
            let of_values = *judged.entry(objects.values_in_common(client)).or_insert_with(|| {
                let fields = objects.client(client).map(|client| client.fields).unwrap_or_default();
                BrokenRules::of_object(&Subject {
                    kind: ObjectKind::OAuthClient,
                    fields: &fields,
                    above,
                    catalogue: &self.judging.catalogue,
                    has_name_twin: false,
                    is_unchanged_since_sandbox: false,
                })
            });
            let of_urls = BrokenRules::of_return_urls(&ReturnUrl::all(objects.return_urls(client)));
            let of_name = if twins.contains(&client) { self.name_twin } else { BrokenRules::default() };
            self.put(ObjectKind::OAuthClient, client, of_values.and(of_urls).and(of_name));
        }
    }

    fn put(&mut self, kind: ObjectKind, document: u32, broken: BrokenRules) {
        let is_production = self.objects.is_production(kind, document);
        let verdict = self.judging.verdict(kind, &self.objects.id(kind, document), is_production, broken);
        self.readiness.put(kind, document, verdict);
    }
}
