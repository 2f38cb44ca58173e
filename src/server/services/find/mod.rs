//! Finding anything: objects of all connections, entries, connections, pages and actions, each as far as the person may.

mod destinations;
mod entries;
mod filters;
mod objects;
mod recent;

use futures::future::join_all;

use super::ServiceError;
use super::access::edit_permission;
use crate::domain::facet::Facet;
use crate::domain::find::{
    FindPage, FindRequest, FoundGroup, FoundObject, MOST_SUGGESTED, ROWS_IN_PALETTE, ROWS_PER_GROUP, Sought,
};
use crate::domain::fragment::Fragment;
use crate::domain::listing::{FacetCounts, IndexAge};
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::domain::place::Place;
use crate::domain::principal::Permission;
use crate::domain::review::FormTarget;
use crate::paths;
use crate::server::context::RequestContext;
use crate::server::index::Connection;

use filters::{Looked, filters};
use objects::{Asked, Objects, Wait, objects};
pub(super) use recent::opened;

/// Everything that a request finds. A connection that fails says so in its group, and hides nothing of the others.
///
/// # Errors
/// When the person may see no objects at all, or the audit log cannot be read.
#[tracing::instrument(target = "spans", level = "debug", name = "find", skip_all)]
pub async fn find(context: &RequestContext, request: FindRequest) -> Result<FindPage, ServiceError> {
    context.authorize_somewhere(Permission::ViewObjects)?;
    let here = Place::of(&request.here);
    let query = ObjectQuery { search: request.query.search, filters: request.query.filters, ..ObjectQuery::default() };
    let most = if request.is_palette { ROWS_IN_PALETTE } else { ROWS_PER_GROUP };
    let looked = look(context, &query, here.as_ref(), most, !request.is_palette);
    if !query.filters.is_empty() {
        // Nothing but objects can be narrowed.
        let Found { groups, filters } = looked.await?;
        return Ok(FindPage { query, groups, filters, ..FindPage::default() });
    }
    let (found, entries, recent, actions) = futures::join!(
        looked,
        entries::entries(context, &query.search, most),
        recent::recent(context, &query.search),
        destinations::actions(context, here.as_ref(), &query.search),
    );
    let Found { groups, filters } = found?;
    Ok(FindPage {
        recent,
        actions,
        groups,
        entries: entries?,
        connections: destinations::connections(context, &query.search),
        pages: destinations::pages(context, &query.search),
        filters,
        query,
    })
}

/// Objects in groups, and what they can be narrowed by.
#[derive(Default)]
struct Found {
    groups: Vec<FoundGroup>,
    filters: Vec<FacetCounts>,
}

/// Looks for objects: the connection of the page first. A page says what they can be narrowed by, also when nothing is asked
/// yet; then there are no groups. The palette does not wait for a partner.
async fn look(
    context: &RequestContext,
    query: &ObjectQuery,
    here: Option<&Place>,
    most: usize,
    is_page: bool,
) -> Result<Found, ServiceError> {
    if !query.is_narrowed() && !is_page {
        return Ok(Found::default());
    }
    // Those that the filters by connection leave out are counted all the same.
    let mut connections: Vec<&Connection> =
        context.connections.in_order().filter(|connection| is_page || is_asked_for(query, connection)).collect();
    connections.sort_by_key(|connection| here.is_none_or(|place| place.connection != connection.summary.name));
    let look = async |connection, kind| {
        let wait = match (is_page, query.is_narrowed() && is_asked_for(query, connection)) {
            (true, true) => Wait::Everything,
            (false, true) => Wait::Organisations,
            // It is counted alone.
            (_, false) => Wait::Nothing,
        };
        let permission = Permission::ViewObjects;
        let asked = Asked { connection, kind, permission, query, except: None, most, wait, is_counted: is_page };
        let group = match objects(context, &asked).await {
            Err(_) if wait == Wait::Nothing => None,
            found => group(connection, kind, query, found)?,
        };
        Ok::<_, ServiceError>(group.map(|(group, counts)| (connection, group, counts)))
    };
    let mut looks = Vec::new();
    for kind in ObjectKind::ALL.into_iter().filter(|kind| applies(query, *kind)) {
        looks.extend(connections.iter().map(|connection| look(*connection, kind)));
    }
    let looked = join_all(looks).await.into_iter().collect::<Result<Vec<_>, _>>()?;
    let looked: Vec<_> = looked.into_iter().flatten().collect();
    let counted = looked.iter().map(|(connection, group, counts)| Looked {
        connection: &connection.summary.name,
        title: connection.summary.title(),
        is_asked_for: is_asked_for(query, connection),
        matching: group.matching,
        counts,
    });
    let filters = if is_page { filters(query, &counted.collect::<Vec<_>>()) } else { Vec::new() };
    let is_worth_a_line = |connection: &Connection, group: &FoundGroup| {
        query.is_narrowed()
            && is_asked_for(query, connection)
            && (group.matching > 0 || (is_page && (group.failure.is_some() || group.age.filling.is_some())))
    };
    let groups = looked.into_iter().filter(|(connection, group, _)| is_worth_a_line(connection, group));
    Ok(Found { groups: groups.map(|(_, group, _)| group).collect(), filters })
}

/// Whether the filters by connection let this one through.
fn is_asked_for(query: &ObjectQuery, connection: &Connection) -> bool {
    let filters = query.filters_of(Facet::Connection);
    let mut holds = filters.map(|filter| filter.values.contains(&connection.summary.name) != filter.is_not);
    holds.all(|holds| holds)
}

/// Whether objects of a kind can pass the filters: they have every property that must have a value.
fn applies(query: &ObjectQuery, kind: ObjectKind) -> bool {
    query.filters.iter().all(|filter| filter.is_not || filter.facet.applies_to(kind))
}

/// A group, and how many of its objects have each value.
type CountedGroup = (FoundGroup, Vec<Fragment<FacetCounts>>);

/// A group of what was found, with its counts. `None` where the person sees nothing.
fn group(
    connection: &Connection,
    kind: ObjectKind,
    query: &ObjectQuery,
    found: Result<Objects, ServiceError>,
) -> Result<Option<CountedGroup>, ServiceError> {
    let (found, failure) = match found {
        Ok(found) => (found, None),
        Err(ServiceError::Partner(failure)) => {
            (Objects { rows: Vec::new(), matching: 0, age: IndexAge::default(), counts: Vec::new() }, Some(failure))
        }
        Err(ServiceError::Forbidden(_) | ServiceError::OutOfReach) => return Ok(None),
        Err(error) => return Err(error),
    };
    let name = connection.summary.name.clone();
    let mut listed = query.clone();
    listed.filters.retain(|filter| filter.facet != Facet::Connection);
    let list = paths::listing(&name, kind, &listed);
    let Objects { rows, matching, age, counts } = found;
    Ok(Some((FoundGroup { connection: name, kind, rows, matching, list, age, failure }, counts)))
}

/// Objects to choose one from, the best first, at most `limit` and [`MOST_SUGGESTED`]. A connection that fails has none.
///
/// # Errors
/// When the named connection is not known, fails, or the person may not choose from it.
#[tracing::instrument(target = "spans", level = "debug", name = "find::suggest", skip_all)]
pub async fn suggest(
    context: &RequestContext,
    sought: &Sought,
    limit: usize,
) -> Result<Vec<FoundObject>, ServiceError> {
    let limit = limit.min(MOST_SUGGESTED);
    let named = sought.connection.as_deref().map(|name| context.connection(name)).transpose()?;
    let connections = match named {
        Some(connection) => vec![connection],
        None => context.connections.in_order().collect(),
    };
    let query = ObjectQuery::from_pairs([("q", sought.text.as_str())]);
    let mut found = Vec::new();
    for connection in connections {
        for kind in ObjectKind::ALL.into_iter().filter(|kind| sought.kind.is_none_or(|wanted| wanted == *kind)) {
            let permission = if sought.is_to_edit { edit_permission(connection) } else { Permission::ViewObjects };
            let except = sought.except.as_deref();
            let asked = Asked {
                connection,
                kind,
                permission,
                query: &query,
                except,
                most: limit,
                wait: Wait::Organisations,
                is_counted: false,
            };
            match objects(context, &asked).await {
                Ok(objects) => found.extend(objects.rows),
                Err(error) if named.is_some() => return Err(error),
                Err(_) => {}
            }
        }
    }
    found.truncate(limit);
    Ok(found)
}

/// What the field for the parent of a form's object looks for.
pub(super) fn sought(target: &FormTarget, text: &str) -> Sought {
    Sought {
        connection: Some(target.connection.clone()),
        kind: Some(target.kind),
        text: text.to_owned(),
        except: target.object_id.clone(),
        is_to_edit: true,
    }
}

/// The one object that a text names: by its whole ID, or by its whole name where only one has it.
pub(super) fn sole<'a>(text: &str, found: &'a [FoundObject]) -> Option<&'a FoundObject> {
    let text = text.trim();
    if let Some(found) = found.iter().find(|found| found.object.id == text) {
        return Some(found);
    }
    let mut named = found.iter().filter(|found| found.object.name.to_lowercase() == text.to_lowercase());
    named.next().filter(|_| named.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::reference::ObjectReference;

    fn found(id: &str, name: &str) -> FoundObject {
        let object = ObjectReference { id: id.to_owned(), name: name.to_owned() };
        FoundObject { connection: "sandbox".to_owned(), kind: ObjectKind::Organisation, object, path: Vec::new() }
    }

    #[test]
    fn a_text_names_an_object_by_its_id_or_by_a_name_that_no_other_has() {
        let all = [found("a", "b"), found("b", "Harbour"), found("c", "Vale"), found("d", "VALE")];
        let name = |text: &str| sole(text, &all).map(|found| found.object.id.clone());
        assert_eq!(name(" b "), Some("b".to_owned()), "an ID before a name");
        assert_eq!(name("harbour"), Some("b".to_owned()));
        assert_eq!(name("vale"), None, "two are called so");
        assert_eq!(name("harb"), None, "part of a name names nothing");
    }
}
