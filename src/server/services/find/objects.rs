//! The objects of one kind on one connection that a query finds, as far as the person may see them.

use std::collections::HashMap;
use std::sync::Arc;

use super::candidate::Candidate;
use super::matching::{Matcher, Rank};
use crate::domain::excerpt::{LONGEST_NAME, cut};
use crate::domain::find::FoundObject;
use crate::domain::list::Coverage;
use crate::domain::listing::{Filling, IndexAge};
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::domain::organisation::Organisation;
use crate::domain::principal::Permission;
use crate::domain::reference::ObjectReference;
use crate::domain::tree::subtree;
use crate::server::context::RequestContext;
use crate::server::index::{
    ClientIndex, Connection, OrganisationIds as _, Selection, Served, Snapshot, off_the_workers,
};
use crate::server::services::ServiceError;
use crate::server::services::reach::Reach;

/// The most names of a path: a tree may be deep, and may go round.
const DEEPEST: usize = 32;

/// Which objects are asked for.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    /// Where.
    pub connection: &'a Connection,
    /// Organisations or clients.
    pub kind: ObjectKind,
    /// What the person must be allowed to do with them.
    pub permission: Permission,
    /// The search and the filters.
    pub query: &'a ObjectQuery,
    /// An organisation that is left out, with everything below it.
    pub except: Option<&'a str>,
    /// The most rows.
    pub most: usize,
    /// Whether clients that are not known yet are waited for.
    pub may_wait: bool,
}

/// What was found.
#[derive(Debug)]
pub(super) struct Objects {
    /// The best, at most as many as were asked for.
    pub rows: Vec<FoundObject>,
    /// How many match.
    pub matching: u64,
    /// How complete and how old the answer is.
    pub age: IndexAge,
}

/// Looks for objects within the reach of the person.
///
/// # Errors
/// When the person may not, or the partner does not give its organisations and none are kept.
pub(super) async fn objects(context: &RequestContext, asked: &Asked<'_>) -> Result<Objects, ServiceError> {
    let Asked { connection, kind, query, .. } = *asked;
    let limits = context.limits(connection, asked.permission)?;
    let served = context.organisations(connection, &limits).await?;
    let all = served.clone();
    let reach = off_the_workers(served.organisations.len(), move || limits.among(&all.organisations)).await;
    let index = match kind {
        ObjectKind::Organisation => ClientIndex::default(),
        ObjectKind::OAuthClient => clients(connection, &served, reach.clone(), asked.may_wait).await,
    };
    let (query, except) = (query.clone(), asked.except.map(str::to_owned));
    let (name, most) = (connection.summary.name.clone(), asked.most);
    let length = served.organisations.len().max(index.len());
    let look = move || {
        let all = served.organisations.as_slice();
        let excluded = except.as_deref().map(|id| subtree(all, id)).unwrap_or_default();
        let matcher = Matcher::new(&query, all);
        let names = Names { all, reach: &reach, by_id: by_id(all) };
        let (rows, matching) = match kind {
            ObjectKind::Organisation => {
                let within = all.iter().filter(|one| reach.holds(&one.id) && !excluded.contains(one.id.as_str()));
                best(within, &matcher, most)
            }
            ObjectKind::OAuthClient => best(index.clients(), &matcher, most),
        };
        let rows = rows.into_iter().map(|(object, place)| {
            let path = names.path(kind, place);
            FoundObject { connection: name.clone(), kind, object, path }
        });
        Objects { rows: rows.collect(), matching, age: age(kind, &served, &index) }
    };
    Ok(off_the_workers(length, look).await)
}

/// The clients of the organisations within reach, as far as they are known or can be waited for.
async fn clients(connection: &Connection, all: &Served<Snapshot>, reach: Reach, may_wait: bool) -> ClientIndex {
    let (served, count) = (all.clone(), all.organisations.len());
    let select = move || match reach {
        Reach::Everywhere => Selection::all(served),
        within @ Reach::Within(_) => Selection::of(served, |organisation| within.holds(&organisation.id)),
    };
    let selection = off_the_workers(count, select).await;
    if may_wait {
        return connection.directory.clients(selection).await;
    }
    let directory = Arc::clone(&connection.directory);
    off_the_workers(count, move || directory.known_clients(selection.ids())).await
}

/// The best candidates as references, each with the organisation that it is or belongs to; and how many match.
fn best<'a, C: Candidate + 'a>(
    candidates: impl Iterator<Item = &'a C>,
    matcher: &Matcher<'_>,
    most: usize,
) -> (Vec<(ObjectReference, Option<&'a str>)>, u64) {
    let mut found: Vec<(Rank, String, &C)> = candidates
        .filter_map(|candidate| Some((matcher.rank(candidate)?, candidate.name().to_lowercase(), candidate)))
        .collect();
    found.sort_by(|one, other| (one.0, &one.1, one.2.id()).cmp(&(other.0, &other.1, other.2.id())));
    let matching = found.len() as u64;
    let rows = found.into_iter().take(most).map(|(_, _, candidate)| {
        let name = cut(candidate.name(), LONGEST_NAME).into_owned();
        (ObjectReference { id: candidate.id().to_owned(), name }, candidate.place())
    });
    (rows.collect(), matching)
}

fn by_id(all: &[Organisation]) -> HashMap<&str, &Organisation> {
    all.iter().map(|organisation| (organisation.id.as_str(), organisation)).collect()
}

/// The names of organisations within reach.
struct Names<'a> {
    all: &'a [Organisation],
    reach: &'a Reach,
    by_id: HashMap<&'a str, &'a Organisation>,
}

impl Names<'_> {
    /// What an object is in, the root first; for an organisation, without itself.
    fn path(&self, kind: ObjectKind, place: Option<&str>) -> Vec<String> {
        let mut way = Vec::new();
        let mut next = place.and_then(|id| self.by_id.get(id));
        let is_itself = kind.owner().is_none();
        while let Some(organisation) = next {
            if way.len() > DEEPEST.min(self.all.len()) || !self.reach.holds(&organisation.id) {
                break;
            }
            way.push(organisation.name().into_owned());
            next = organisation.parent_id().and_then(|id| self.by_id.get(id));
        }
        way.into_iter().skip(usize::from(is_itself)).collect::<Vec<_>>().into_iter().rev().collect()
    }
}

fn age(kind: ObjectKind, organisations: &Served<Snapshot>, index: &ClientIndex) -> IndexAge {
    let organisations =
        IndexAge { read_at: Some(organisations.read_at), filling: None, stale: organisations.stale.clone() };
    match kind {
        ObjectKind::Organisation => organisations,
        ObjectKind::OAuthClient => {
            let Coverage { read, failed, of } = index.coverage;
            let filling = (!index.coverage.is_whole()).then_some(Filling { read, failed, of, seconds_left: None });
            IndexAge { read_at: index.read_at, filling, stale: index.stale.clone().or(organisations.stale) }
        }
    }
}
