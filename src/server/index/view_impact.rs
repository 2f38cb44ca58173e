//! What the readiness rules would find below an organisation if it were another one.

use std::collections::HashMap;

use super::judging::Judging;
use super::search::Hit;
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
        let Some(document) = self.objects.find(ObjectKind::Organisation, &before.id) else {
            return Vec::new();
        };
        self.add_newly_broken(judging, (document, before, after), &mut caused);
        let chain = |organisation: &Organisation| {
            let above = organisation.parent_id().map(|id| self.organisations_from(id, MOST_ABOVE)).unwrap_or_default();
            Chain { organisations: std::iter::once(organisation.clone()).chain(above).collect() }
        };
        let (before, after) = (chain(before), chain(after));
        for (rule, list, facet) in ALLOWED {
            let newly = |value: &str| after.refuses(list, value) && !before.refuses(list, value);
            if let Some(caused) = caused.iter_mut().find(|caused| caused.rule == rule) {
                caused.objects = self.with_refused_value(document, (list, facet), &newly);
            }
        }
        caused.retain(|caused| !caused.objects.is_empty());
        caused
    }

    /// What breaks a rule and broke it not at all before.
    fn add_newly_broken(
        &self,
        judging: &Judging,
        (document, before, after): (u32, &Organisation, &Organisation),
        caused: &mut [Caused],
    ) {
        let judge = |organisation: &Organisation| {
            let above = organisation.parent_id().map(|id| self.organisations_from(id, MOST_ABOVE)).unwrap_or_default();
            judging.judge_below(&self.objects, &self.patch, document, above, organisation.clone())
        };
        let (before, after) = (judge(before), judge(after));
        for kind in ObjectKind::ALL {
            for ((value, after), (_, before)) in after.values(kind).zip(before.values(kind)) {
                if let Some(caused) = caused.iter_mut().find(|caused| caused.rule == value) {
                    caused.objects.extend((after - before).iter().map(|document| (kind, self.hit(kind, document))));
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
                let hit = self.hit(kind, document);
                let refused: Vec<String> = if let Hit::Patched(place) = hit {
                    let values = self.patch.values(kind, place, facet).iter();
                    values.filter(|value| newly(value)).cloned().collect()
                } else {
                    let values = self.objects.values(kind, document, facet);
                    values.filter(|value| newly(value)).map(str::to_owned).collect()
                };
                let mut is_new =
                    |value: &String| !self.is_refused_between(top, kind, document, (list, value), &mut between);
                if refused.iter().any(&mut is_new) {
                    found.push((kind, hit));
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
                let hit = self.hit(ObjectKind::Organisation, organisation);
                self.organisation_at(hit).map(|organisation| organisation.fields).unwrap_or_default()
            });
            if refuses(fields, list, value) {
                return true;
            }
            next = self.objects.parent(organisation);
        }
        false
    }

    /// Where an object is: among what was changed from here, or as it was built.
    fn hit(&self, kind: ObjectKind, document: u32) -> Hit {
        let changed = || self.patch.find(kind, &self.objects.id(kind, document));
        let changed = if self.patch.is_empty() { None } else { changed() };
        changed.map_or(Hit::Document(document), Hit::Patched)
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
