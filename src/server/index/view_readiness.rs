//! What the readiness rules find of the objects of a view that were changed from here since it was built.

use std::sync::Arc;

use time::OffsetDateTime;

use super::judging::Judging;
use super::search::{Hit, Scope};
use super::view::View;
use crate::domain::facet::Facet;
use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::domain::readiness::{BrokenRules, MOST_ABOVE, ReturnUrl, Subject, Verdict, twin_key};

/// The most objects of the same name that are looked at.
const MOST_NAMESAKES: usize = 50;

/// An object with a name, among those beside it.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    /// Its kind.
    pub kind: ObjectKind,
    /// Its ID; empty for one that is not there yet.
    pub id: &'a str,
    /// Its name.
    pub name: &'a str,
    /// The ID of the organisation of a client, or of the parent of an organisation.
    pub above: Option<&'a str>,
}

impl View {
    /// Whether another client of the same organisation, or another organisation below the same parent, has the same name.
    /// `narrow` says what of a query a person may ask.
    pub fn has_name_twin(
        &self,
        named: Named<'_>,
        narrow: impl FnOnce(ObjectQuery) -> ObjectQuery,
        scope: &Scope,
        now: OffsetDateTime,
    ) -> bool {
        let query = ObjectQuery { search: named.name.trim().to_owned(), ..ObjectQuery::default() };
        let query = match named.above {
            Some(above) => query.with(Facet::Within, false, above),
            None => query,
        };
        let (hits, _) = self.first(named.kind, &narrow(query), scope, MOST_NAMESAKES, now);
        let key = twin_key(named.name);
        hits.into_iter().any(|hit| self.is_twin(named, &key, hit))
    }

    fn is_twin(&self, named: Named<'_>, key: &str, hit: Hit) -> bool {
        let is_same =
            |id: &str, name: &str, above: Option<&str>| id != named.id && above == named.above && twin_key(name) == key;
        match named.kind {
            ObjectKind::Organisation => {
                self.organisation_at(hit).is_some_and(|other| is_same(&other.id, other.whole_name(), other.parent_id()))
            }
            ObjectKind::OAuthClient => self
                .client_at(hit)
                .is_some_and(|other| is_same(&other.id, other.whole_name(), other.organisation_id.as_deref())),
        }
    }

    /// Judges one object that was changed from here, or all of them.
    pub(super) fn judge_changed(&mut self, judging: &Judging, only: Option<(ObjectKind, &str)>) {
        let verdicts: Vec<(ObjectKind, String, Verdict)> = if let Some((kind, id)) = only {
            vec![(kind, id.to_owned(), self.verdict(judging, kind, id))]
        } else {
            let organisations = self.patch.organisations().map(|one| (ObjectKind::Organisation, &one.id));
            let clients = self.patch.clients().map(|one| (ObjectKind::OAuthClient, &one.id));
            let all = organisations.chain(clients);
            all.map(|(kind, id)| (kind, id.clone(), self.verdict(judging, kind, id))).collect()
        };
        if verdicts.is_empty() {
            return;
        }
        let patch = Arc::make_mut(&mut self.patch);
        for (kind, id, verdict) in verdicts {
            patch.put_verdict(kind, &id, verdict);
        }
    }

    /// What the rules find of an object as it is here.
    pub(super) fn verdict(&self, judging: &Judging, kind: ObjectKind, id: &str) -> Verdict {
        let known = match kind {
            ObjectKind::Organisation => self.organisation(id).map(|organisation| {
                let parent = organisation.parent_id().map(str::to_owned);
                (organisation.fields, parent)
            }),
            ObjectKind::OAuthClient => self.client(id).map(|client| (client.fields, client.organisation_id)),
        };
        let Some((fields, above)) = known else { return Verdict::default() };
        let organisations = above.as_deref().map_or_else(Vec::new, |id| self.organisations_from(id, MOST_ABOVE));
        let broken = BrokenRules::of_object(&Subject {
            kind,
            fields: &fields,
            above: &organisations.iter().collect::<Vec<_>>(),
            catalogue: &judging.catalogue,
            has_name_twin: self.has_twin(kind, id, &fields, above.as_deref()),
            is_unchanged_since_sandbox: false,
        });
        let of_urls = match kind {
            ObjectKind::Organisation => BrokenRules::default(),
            ObjectKind::OAuthClient => {
                let urls = fields.list("return_urls").unwrap_or_default();
                BrokenRules::of_return_urls(&ReturnUrl::all(urls.iter().map(String::as_str)))
            }
        };
        judging.verdict(kind, id, fields.is_production(kind), broken.and(of_urls))
    }

    /// Whether another client of the same organisation has the name of this one.
    pub(super) fn client_has_twin(&self, id: &str) -> bool {
        self.client(id).is_some_and(|client| {
            self.has_twin(ObjectKind::OAuthClient, id, &client.fields, client.organisation_id.as_deref())
        })
    }

    /// Whether another client of the same organisation has its name. Names of organisations are left out, as in
    /// [`Judging::judge`].
    fn has_twin(&self, kind: ObjectKind, id: &str, fields: &FieldValues, above: Option<&str>) -> bool {
        let named = |name| Named { kind, id, name, above };
        // No filter of the query goes by the time.
        let now = OffsetDateTime::UNIX_EPOCH;
        let is_known = kind == ObjectKind::OAuthClient && above.is_some_and(|above| self.has_organisation(above));
        let name = fields.text("name").filter(|_| is_known);
        name.is_some_and(|name| self.has_name_twin(named(name), |query| query, &Scope::All, now))
    }
}
