//! Versions of objects, as the audit log tells them: two of them compared, and one of them restored.

pub mod restore;

use super::place::may_edit;
use super::{ServiceError, audit_log};
use crate::domain::audit::{Action, AuditEntry, AuditFilter, AuditedKind, Place, Sighting};
use crate::domain::change::difference;
use crate::domain::failure::FailureKind;
use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;
use crate::domain::principal::Permission;
use crate::domain::reference::ObjectReference;
use crate::domain::version::{
    ComparedVersions, Comparison, Doubt, MOST_ENTRIES, Version, compare, leaves_a_version, version,
};
use crate::server::context::RequestContext;
use crate::server::index::Connection;

/// Versions that are offered to be compared.
const OFFERED: u32 = 50;

/// The object that an entry is about.
#[derive(Debug)]
struct Audited {
    connection: String,
    kind: ObjectKind,
    id: String,
}

impl Audited {
    fn of(entry: &AuditEntry) -> Option<Self> {
        let target = &entry.intent.target;
        let AuditedKind::Object(kind) = target.kind else {
            return None;
        };
        let (connection, id) = (target.connection_name().to_owned(), entry.object_id()?.to_owned());
        Some(Self { connection, kind, id })
    }

    fn filter(&self) -> AuditFilter {
        AuditFilter {
            connection: Some(self.connection.clone()),
            kind: Some(self.kind),
            object_id: Some(self.id.clone()),
            ..AuditFilter::default()
        }
    }
}

/// What differs between the versions that two entries left, or between one and the object as it is now.
///
/// # Errors
/// When the person may not read the log, there is no such entry, it left no version, the entries are about different
/// objects, or the log or the partner cannot be read.
#[tracing::instrument(target = "spans", level = "debug", name = "versions::compared", skip_all)]
pub async fn compared(context: &RequestContext, from: i64, to: Option<i64>) -> Result<ComparedVersions, ServiceError> {
    let (from, to) = match to {
        Some(to) if to < from => (to, Some(from)),
        to => (from, to),
    };
    let (from, readable) = audit_log::readable_entry(context, from).await?;
    let about = Audited::of(&from).filter(|_| leaves_a_version(&from)).ok_or(ServiceError::NotFound)?;
    let list = context.audit.list(&about.filter(), Place::Newest, OFFERED).await;
    let mut versions = list.map_err(ServiceError::AuditUnreadable)?.items;
    let name = versions.first().unwrap_or(&from).name_after().to_owned();
    versions.retain(leaves_a_version);
    let versions = versions.into_iter().map(|entry| readable.entry(context, entry)).collect();
    let to = match to {
        Some(to) => Some(audit_log::entry(context, to).await?),
        None => None,
    };
    let comparison = match &to {
        Some(to) if is_about(to, &about) => between(context, &about, from.id, Some(to.id)).await?.comparison(),
        Some(_) => return Err(ServiceError::NotFound),
        None => to_now(context, &about, from.id).await?,
    };
    let may_restore = may_edit(context, &from).await;
    let object = ObjectReference { id: about.id, name };
    Ok(ComparedVersions { object, from, to, comparison, versions, may_restore })
}

fn is_about(entry: &AuditEntry, about: &Audited) -> bool {
    leaves_a_version(entry)
        && Audited::of(entry).is_some_and(|other| {
            (other.connection, other.kind, other.id) == (about.connection.clone(), about.kind, about.id.clone())
        })
}

/// From the version after an entry to the object as the partner has it now.
async fn to_now(context: &RequestContext, about: &Audited, from: i64) -> Result<Comparison, ServiceError> {
    let connection = context.connection(&about.connection)?;
    let object = context.object(connection, about.kind, &about.id, Permission::ViewObjects).await;
    let now = match object {
        Ok(object) => object.fields,
        Err(ServiceError::Partner(failure)) if failure.kind == FailureKind::NotFound => {
            return Ok(Comparison { changes: Vec::new(), doubts: vec![Doubt::Gone] });
        }
        Err(error) => return Err(error),
    };
    let Version { fields, doubts } = between(context, about, from, None).await?.version(&now);
    Ok(Comparison { changes: difference(about.kind.fields(), &fields, &now), doubts })
}

/// The entries after one version, the oldest first, and what is open whatever they say.
struct Between {
    entries: Vec<AuditEntry>,
    doubts: Vec<Doubt>,
}

impl Between {
    fn comparison(self) -> Comparison {
        let Comparison { changes, doubts } = compare(&self.entries);
        Comparison { changes, doubts: self.doubts.into_iter().chain(doubts).collect() }
    }

    fn version(mut self, now: &FieldValues) -> Version {
        self.entries.reverse();
        let Version { fields, doubts } = version(now, &self.entries);
        Version { fields, doubts: self.doubts.into_iter().chain(doubts).collect() }
    }
}

async fn between(
    context: &RequestContext,
    about: &Audited,
    from: i64,
    to: Option<i64>,
) -> Result<Between, ServiceError> {
    let observes = context.connection(&about.connection).is_ok_and(Connection::observes);
    let mut doubts = if observes { Vec::new() } else { vec![Doubt::NotObserved] };
    let mut entries = Vec::new();
    // What concerned many objects at once is recorded of their connection.
    let of_connection = AuditFilter {
        connection: Some(about.connection.clone()),
        object_id: Some(about.connection.clone()),
        action: Some(Action::Observed),
        ..AuditFilter::default()
    };
    for filter in [about.filter(), of_connection] {
        let (found, are_too_many) = newest_first(context, &filter, from, to).await?;
        if are_too_many {
            doubts.push(Doubt::TooMany);
        }
        entries.extend(found.into_iter().rev());
    }
    doubts.extend(entries.iter().filter(|entry| may_be_one_of(entry, about)).map(|entry| Doubt::OneOfMany(entry.id)));
    entries.retain(|entry| Audited::of(entry).is_some());
    Ok(Between { entries, doubts })
}

/// The entries after one, up to another one or the newest; and whether they are more than are looked at.
async fn newest_first(
    context: &RequestContext,
    filter: &AuditFilter,
    from: i64,
    to: Option<i64>,
) -> Result<(Vec<AuditEntry>, bool), ServiceError> {
    let (mut found, mut place) = (Vec::new(), to.map_or(Place::Newest, |to| Place::Before(to.saturating_add(1))));
    loop {
        let part = context.audit.list(filter, place, MOST_ENTRIES + 1).await.map_err(ServiceError::AuditUnreadable)?;
        found.extend(part.items.into_iter().filter(|entry| entry.id > from));
        if u32::try_from(found.len()).is_ok_and(|length| length > MOST_ENTRIES) {
            return Ok((found, true));
        }
        // A search whose time was up goes on where it was.
        match part.stopped.map(|stopped| stopped.at) {
            Some(at @ Place::Before(next)) if next > from => place = at,
            _ => return Ok((found, false)),
        }
    }
}

/// Whether an entry stands for many objects, and this may be one of them.
fn may_be_one_of(entry: &AuditEntry, about: &Audited) -> bool {
    let Some(Sighting::Many { count, first }) = entry.intent.observation.as_ref().map(|seen| &seen.sighting) else {
        return false;
    };
    let are_all_named = u64::try_from(first.len()).is_ok_and(|named| named == *count);
    !are_all_named || first.contains(&(about.kind, about.id.clone()))
}
