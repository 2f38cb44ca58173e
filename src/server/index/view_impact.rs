//! What the readiness rules would find below an organisation if it were another one.

use std::collections::HashMap;
use std::sync::Arc;

use super::judging::Judging;
use super::search::{Hit, Patch};
use super::source::Source as _;
use super::view::View;
use crate::domain::facet::Facet;
use crate::domain::field_values::FieldValues;
use crate::domain::oauth_client::OAuthClient;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
use crate::domain::readiness::{MOST_ABOVE, RULES};

/// The rules that go by lists of what an organisation allows: the list, and what of an object it is about.
const ALLOWED: [(&str, &str, Facet); 3] = [
    ("scope_not_allowed", "allowed_scopes", Facet::Scope),
    ("product_not_allowed", "allowed_products", Facet::Product),
    ("provider_group_not_allowed", "allowed_provider_groups", Facet::ProviderGroup),
];

/// The objects that would break a rule, or break it with another value, and do not now.
#[derive(Debug)]
pub struct Caused {
    /// The code of the rule.
    pub rule: &'static str,
    /// The objects.
    pub objects: Vec<(ObjectKind, Hit)>,
}

/// An organisation with those above it, the nearest first.
struct Chain {
    organisations: Vec<Organisation>,
}

impl Chain {
    fn refuses(&self, list: &str, value: &str) -> bool {
        self.organisations.iter().any(|organisation| refuses(&organisation.fields, list, value))
    }
}

/// Whether a list is there, and does not have a value.
fn refuses(fields: &FieldValues, list: &str, value: &str) -> bool {
    fields.list(list).is_some_and(|allowed| allowed.iter().all(|known| known != value))
}

impl View {
    /// What the rules would find below an organisation, and of its clients, if it were `after`, and do not find while it is
    /// `before`. Walks through all of that.
    pub(super) fn caused_below(&self, judging: &Judging, before: &Organisation, after: &Organisation) -> Vec<Caused> {
        let mut caused: Vec<Caused> =
            RULES.iter().map(|rule| Caused { rule: rule.code, objects: Vec::new() }).collect();
        if let Some(document) = self.objects.find(ObjectKind::Organisation, &before.id) {
            self.add_newly_broken(judging, (document, before, after), &mut caused);
            let (before, after) = (self.chain(before), self.chain(after));
            for (rule, list, facet) in ALLOWED {
                let newly = |value: &str| after.refuses(list, value) && !before.refuses(list, value);
                if let Some(caused) = caused.iter_mut().find(|caused| caused.rule == rule) {
                    caused.objects = self.with_refused_value(document, (list, facet), &newly);
                }
            }
        }
        self.add_changed(judging, before, after, &mut caused);
        caused.retain(|caused| !caused.objects.is_empty());
        caused
    }

    /// The organisations above one that may not be what it is here, the nearest first.
    fn above(&self, organisation: &Organisation) -> Vec<Organisation> {
        organisation.parent_id().map(|id| self.organisations_from(id, MOST_ABOVE)).unwrap_or_default()
    }

    fn chain(&self, organisation: &Organisation) -> Chain {
        Chain { organisations: std::iter::once(organisation.clone()).chain(self.above(organisation)).collect() }
    }

    /// The same of what was created or changed from here since the view was built.
    fn add_changed(&self, judging: &Judging, before: &Organisation, after: &Organisation, caused: &mut [Caused]) {
        if self.patch.is_empty() {
            return;
        }
        let with = |organisation: &Organisation| {
            let mut patch = Patch::clone(&self.patch);
            patch.put_organisation(&*self.objects, organisation.clone(), None);
            Self { patch: Arc::new(patch), ..self.clone() }
        };
        let (old, new) = (with(before), with(after));
        let organisations =
            self.patch.organisations().map(|one| (ObjectKind::Organisation, one.id.as_str(), one.parent_id()));
        let clients =
            self.patch.clients().map(|one| (ObjectKind::OAuthClient, one.id.as_str(), one.organisation_id.as_deref()));
        let tops = std::slice::from_ref(&before.id);
        for (kind, id, above) in organisations.chain(clients).filter(|(_, id, _)| *id != before.id) {
            let Some(above) = above.filter(|above| old.is_within(above, tops)) else { continue };
            let Some(place) = self.patch.find(kind, id) else { continue };
            let known: Vec<&str> = old.verdict(judging, kind, id).values().collect();
            let broken: Vec<&str> = new.verdict(judging, kind, id).values().collect();
            let [old, new] =
                [&old, &new].map(|view| Chain { organisations: view.organisations_from(above, MOST_ABOVE) });
            for caused in caused.iter_mut() {
                let is_new = broken.contains(&caused.rule) && !known.contains(&caused.rule);
                let by_value = ALLOWED.iter().filter(|(rule, ..)| *rule == caused.rule);
                let mut values = by_value.flat_map(|(_, list, facet)| {
                    self.patch.values(kind, place, *facet).iter().map(move |value| (*list, value.as_str()))
                });
                if is_new || values.any(|(list, value)| new.refuses(list, value) && !old.refuses(list, value)) {
                    caused.objects.push((kind, Hit::Patched(place)));
                }
            }
        }
    }

    /// What breaks a rule and broke it not at all before.
    fn add_newly_broken(
        &self,
        judging: &Judging,
        (document, before, after): (u32, &Organisation, &Organisation),
        caused: &mut [Caused],
    ) {
        let judge = |organisation: &Organisation| {
            judging.judge_below(&self.objects, &self.patch, document, self.above(organisation), organisation.clone())
        };
        let (before, after) = (judge(before), judge(after));
        for kind in ObjectKind::ALL {
            for ((value, after), (_, before)) in after.values(kind).zip(before.values(kind)) {
                if let Some(caused) = caused.iter_mut().find(|caused| caused.rule == value) {
                    let new = (after - before).into_iter().filter(|document| self.is_as_built(kind, *document));
                    caused.objects.extend(new.map(|document| (kind, Hit::Document(document))));
                }
            }
        }
    }

    /// What is below an organisation and has a value that would be refused there, unless an organisation in between
    /// refuses it already.
    fn with_refused_value(
        &self,
        top: u32,
        (list, facet): (&str, Facet),
        newly: &dyn Fn(&str) -> bool,
    ) -> Vec<(ObjectKind, Hit)> {
        let mut between: HashMap<u32, FieldValues> = HashMap::new();
        let mut found = Vec::new();
        for kind in ObjectKind::ALL {
            for document in
                self.objects.below(kind, top).filter(|document| (kind, *document) != (ObjectKind::Organisation, top))
            {
                if !self.is_as_built(kind, document) {
                    continue;
                }
                let values = self.objects.values(kind, document, facet);
                let refused: Vec<&str> = values.filter(|value| newly(value)).collect();
                let mut is_new =
                    |value: &&str| !self.is_refused_between(top, kind, document, (list, value), &mut between);
                if refused.iter().any(&mut is_new) {
                    found.push((kind, Hit::Document(document)));
                }
            }
        }
        found
    }

    /// Whether an organisation above an object and below another one does not allow a value.
    fn is_refused_between(
        &self,
        top: u32,
        kind: ObjectKind,
        document: u32,
        (list, value): (&str, &str),
        known: &mut HashMap<u32, FieldValues>,
    ) -> bool {
        let mut next = self.objects.above(kind, document);
        while let Some(organisation) = next.filter(|organisation| *organisation != top) {
            let fields = known.entry(organisation).or_insert_with(|| {
                let id = self.objects.id(ObjectKind::Organisation, organisation);
                self.organisation(&id).map(|organisation| organisation.fields).unwrap_or_default()
            });
            if refuses(fields, list, value) {
                return true;
            }
            next = self.objects.parent(organisation);
        }
        false
    }

    /// Whether nothing was changed from here of an object since the view was built.
    fn is_as_built(&self, kind: ObjectKind, document: u32) -> bool {
        self.patch.is_empty() || self.patch.find(kind, &self.objects.id(kind, document)).is_none()
    }

    /// Whether live users are concerned by an object that was found.
    pub fn is_production_at(&self, kind: ObjectKind, hit: Hit) -> bool {
        match (hit, kind) {
            (Hit::Document(document), _) => self.objects.is_production(kind, document),
            (Hit::Patched(place), ObjectKind::Organisation) => {
                self.patch.organisation(place).is_some_and(Organisation::has_production_access)
            }
            (Hit::Patched(place), ObjectKind::OAuthClient) => {
                self.patch.client(place).is_some_and(OAuthClient::is_production)
            }
        }
    }
}
