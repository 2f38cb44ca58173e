//! What the readiness rules would find below an organisation if it were another one.

use std::sync::Arc;

use super::judging::Judging;
use super::search::{Hit, Patch};
use super::source::Source as _;
use super::view::View;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
use crate::domain::readiness::{MOST_ABOVE, READINESS_VALUES, RULES};

/// The objects that would break a rule, and do not break it now.
#[derive(Debug)]
pub struct Caused {
    /// The code of the rule.
    pub rule: &'static str,
    /// The objects.
    pub objects: Vec<(ObjectKind, Hit)>,
}

impl View {
    /// What the rules would find below an organisation, and of its clients, if it were `after`, and do not find while it is
    /// `before`. Walks through all of that twice.
    pub(super) fn caused_below(&self, judging: &Judging, before: &Organisation, after: &Organisation) -> Vec<Caused> {
        let mut caused: Vec<Caused> =
            RULES.iter().map(|rule| Caused { rule: rule.code, objects: Vec::new() }).collect();
        self.add_documents(judging, before, after, &mut caused);
        self.add_patched(judging, before, after, &mut caused);
        caused.retain(|caused| !caused.objects.is_empty());
        caused
    }

    fn add_documents(&self, judging: &Judging, before: &Organisation, after: &Organisation, caused: &mut [Caused]) {
        let Some(document) = self.objects.find(ObjectKind::Organisation, &before.id) else {
            return;
        };
        let judge = |organisation: &Organisation| {
            let above = organisation.parent_id().map(|id| self.organisations_from(id, MOST_ABOVE)).unwrap_or_default();
            judging.judge_below(&self.objects, document, above, organisation.clone())
        };
        let (before, after) = (judge(before), judge(after));
        for kind in ObjectKind::ALL {
            for ((value, after), (_, before)) in after.values(kind).zip(before.values(kind)) {
                let Some(caused) = caused.iter_mut().find(|caused| caused.rule == value) else { continue };
                let new = after - before;
                let is_as_built = |document: &u32| self.patch.find(kind, &self.objects.id(kind, *document)).is_none();
                caused.objects.extend(new.iter().filter(is_as_built).map(|document| (kind, Hit::Document(document))));
            }
        }
    }

    /// The same of what was changed from here since the view was built.
    fn add_patched(&self, judging: &Judging, before: &Organisation, after: &Organisation, caused: &mut [Caused]) {
        if self.patch.is_empty() {
            return;
        }
        let with = |organisation: &Organisation| {
            let mut patch = Patch::clone(&self.patch);
            patch.put_organisation(&*self.objects, organisation.clone(), None);
            Self { patch: Arc::new(patch), ..self.clone() }
        };
        let (before_view, after_view) = (with(before), with(after));
        let tops = std::slice::from_ref(&before.id);
        let organisations =
            self.patch.organisations().map(|one| (ObjectKind::Organisation, one.id.as_str(), Some(&one.id)));
        let clients =
            self.patch.clients().map(|one| (ObjectKind::OAuthClient, one.id.as_str(), one.organisation_id.as_ref()));
        for (kind, id, place) in organisations.chain(clients) {
            let is_below = place.is_some_and(|place| self.is_within(place, tops)) && id != before.id;
            let Some(hit) = self.patch.find(kind, id).filter(|_| is_below).map(Hit::Patched) else { continue };
            let known = before_view.verdict(judging, kind, id);
            let new = after_view.verdict(judging, kind, id);
            let known: Vec<usize> = known.places().collect();
            for place in new.places().filter(|place| !known.contains(place)) {
                let rule = READINESS_VALUES.get(place);
                if let Some(caused) = caused.iter_mut().find(|caused| Some(&caused.rule) == rule) {
                    caused.objects.push((kind, hit));
                }
            }
        }
    }

    /// Whether live users are concerned by an object that was found.
    pub fn is_production_at(&self, kind: ObjectKind, hit: Hit) -> bool {
        match (hit, kind) {
            (Hit::Document(document), _) => self.objects.is_production(kind, document),
            (Hit::Patched(place), ObjectKind::Organisation) => {
                self.patch.organisation(place).is_some_and(Organisation::has_production_access)
            }
            (Hit::Patched(place), ObjectKind::OAuthClient) => {
                self.patch.client(place).is_some_and(crate::domain::oauth_client::OAuthClient::is_production)
            }
        }
    }
}
