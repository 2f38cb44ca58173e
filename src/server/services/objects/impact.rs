//! What a change of an organisation would do to what is below it.

use std::cmp::Reverse;
use std::sync::Arc;

use crate::domain::facet::{Facet, PRODUCTION};
use crate::domain::field_values::FieldValues;
use crate::domain::impact::{Affected, AffectedObject, CausedFinding, Impact, MOST_NAMED};
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::domain::organisation::Organisation;
use crate::domain::readiness::ASKED_ABOVE;
use crate::server::index::{Caused, Connection, Hit, Scope, View, off_the_workers};

/// What changes of an organisation would do below it; `None` when the organisations are not known. `before` is the
/// organisation as it is now, `after` its values once the changes are made. Whoever may edit it may see all of that.
pub(super) async fn impact(connection: &Connection, before: Organisation, after: FieldValues) -> Option<Impact> {
    let organisations = connection.index.organisations().await.ok()?;
    let tops = std::slice::from_ref(&before.id);
    let (view, coverage) = connection.index.clients(&organisations, Some(tops)).await;
    let below = |kind| affected(&view, kind, &before);
    let (organisations, clients) = (below(ObjectKind::Organisation), below(ObjectKind::OAuthClient));
    let after = Organisation { fields: after, ..before.clone() };
    let is_same = |field: &&str| before.fields.get(field) == after.fields.get(field);
    // Whoever moves gets others above.
    let caused = if ASKED_ABOVE.iter().chain(&["parent_id"]).all(is_same) {
        Vec::new()
    } else {
        let caused = connection.index.caused_below(Arc::clone(&view), before, after).await;
        off_the_workers(view.size(), move || findings(&view, caused)).await
    };
    Some(Impact { organisations, clients, is_whole: coverage.is_whole(), caused })
}

/// How many objects are below an organisation, without itself.
fn affected(view: &View, kind: ObjectKind, organisation: &Organisation) -> Affected {
    let within = ObjectQuery::default().with(Facet::Within, false, &organisation.id);
    let production = within.clone().with(Facet::Production, false, PRODUCTION[0]);
    let count = |query: &ObjectQuery| view.count_matching(kind, query, &Scope::All);
    let is_itself = kind == ObjectKind::Organisation;
    let known = view.organisation(&organisation.id).filter(|_| is_itself);
    let itself = known.as_ref().map_or(0, |_| 1);
    let itself_in_production = known.map_or(0, |known| u64::from(known.has_production_access()));
    Affected {
        all: count(&within).saturating_sub(itself),
        production: count(&production).saturating_sub(itself_in_production),
    }
}

/// Those that concern live users first.
fn findings(view: &View, caused: Vec<Caused>) -> Vec<CausedFinding> {
    let mut findings: Vec<CausedFinding> = caused.into_iter().map(|caused| finding(view, caused)).collect();
    findings.sort_by_key(|finding| Reverse(finding.is_in_production()));
    findings
}

fn finding(view: &View, caused: Caused) -> CausedFinding {
    let Caused { rule, objects } = caused;
    let (mut organisations, mut clients) = (Affected::default(), Affected::default());
    let mut objects: Vec<(bool, ObjectKind, Hit)> =
        objects.into_iter().map(|(kind, hit)| (view.is_production_at(kind, hit), kind, hit)).collect();
    for (is_production, kind, _) in &objects {
        match kind {
            ObjectKind::Organisation => organisations.add(*is_production),
            ObjectKind::OAuthClient => clients.add(*is_production),
        }
    }
    objects.sort_by_key(|(is_production, ..)| Reverse(*is_production));
    let named = objects.into_iter().filter_map(|(is_production, kind, hit)| {
        Some(AffectedObject { kind, object: view.reference_at(kind, hit)?, is_production })
    });
    CausedFinding { rule: rule.to_owned(), organisations, clients, named: named.take(MOST_NAMED).collect() }
}
