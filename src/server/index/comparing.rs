//! What a list that was read has that is not known yet, and which of it others changed.

use std::collections::{HashMap, HashSet};

use time::OffsetDateTime;

use super::arrivals::Arrival;
use super::known::Known;
use super::model::Model;
use super::objects::{ChangedAt, Difference, PackedList};
use super::observer::{NewFields, ObservedChange};
use super::places::Elsewhere;
use super::sent_fields::{FieldCounts, SentFields};
use super::staged::{Observed, ReadObjects, seconds};
use crate::domain::change;
use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;
use crate::server::oneid::Share;

/// A list as the partner gave it.
#[derive(Debug)]
pub(super) struct Answer {
    /// The organisation whose clients they are; `None` for the organisations themselves.
    pub(super) owner: Option<String>,
    /// When the partner was asked.
    pub(super) read_at: OffsetDateTime,
    pub(super) list: PackedList,
    /// The memory that the list takes.
    pub(super) share: Share,
    /// How many of the objects have which field.
    pub(super) fields: FieldCounts,
}

impl Model {
    /// Compares a list that was read with what is known. Walks through both.
    pub(super) fn compared(&self, answer: Answer) -> ReadObjects {
        let Answer { owner, read_at, list, share, fields } = answer;
        let known = self.known(owner.as_deref());
        let before = known.list(owner.as_deref());
        let difference = before.difference(&list);
        let now = seconds(read_at);
        let mut sent = SentFields::clone(&known.view.sent);
        let new = sent.take(list.kind(), (&fields, list.len()), known.last_read.is_some(), now);
        let connection = known.connection.clone();
        let new_fields =
            Some(NewFields { connection, kind: list.kind(), names: new }).filter(|new| !new.names.is_empty());
        let (changes, arrivals) = match known.last_read {
            Some(last_read) if !difference.is_empty() => {
                let owner = owner.as_deref();
                let elsewhere = owner.map(|owner| self.elsewhere(&known.view, owner, &difference));
                let elsewhere = elsewhere.unwrap_or_default();
                let comparison = Comparison { known: &known, owner, last_read, read_at, sent: &sent, elsewhere };
                (comparison.changes(&difference, &before, &list), comparison.arrivals(&difference))
            }
            // What was never read before cannot have changed.
            _ => (Vec::new(), Vec::new()),
        };
        let seen_changed = changes.iter().filter(|change| change.after.is_some());
        let changed_at =
            seen_changed.map(|change| ChangedAt { kind: change.kind, id: change.object_id.clone(), at: now });
        let changed_at = changed_at.collect();
        let observed = Observed { changes, new_fields, sent, arrivals };
        // Where the clients of an organisation are what is known, the view notes that they were read. One that was created
        // from here just now is not among those that it can note this of: the next view is built with it, and with the list.
        let is_built = owner.as_deref().is_none_or(|owner| known.view.is_built(owner));
        let is_kept = !difference.is_empty() || !is_built;
        ReadObjects { owner, read_at, changed: is_kept.then_some((list, share)), changed_at, observed }
    }
}

struct Comparison<'a> {
    known: &'a Known,
    owner: Option<&'a str>,
    last_read: OffsetDateTime,
    read_at: OffsetDateTime,
    sent: &'a SentFields,
    /// The clients that are in the list of another organisation too.
    elsewhere: HashMap<String, Elsewhere>,
}

impl Comparison<'_> {
    fn changes(&self, difference: &Difference, before: &PackedList, after: &PackedList) -> Vec<ObservedChange> {
        let before = values(before, difference.removed.iter().chain(&difference.changed));
        let after = values(after, difference.added.iter().chain(&difference.changed));
        let kind = self.kind();
        let mut changes = Vec::new();
        for id in difference.changed.iter().chain(&difference.added).chain(&difference.removed) {
            let (was, is) = (before.get(id.as_str()).cloned(), after.get(id.as_str()).cloned());
            if let Some(elsewhere) = self.elsewhere.get(id) {
                if is.is_none() {
                    changes.extend(was.as_ref().and_then(|was| self.moved(id, was, elsewhere)));
                }
                if is.is_none() || elsewhere.tells(was.is_none()) {
                    continue;
                }
            }
            let was = match (was, &is) {
                (Some(was), Some(is)) => {
                    let was = self.without_news(id, was, is);
                    if change::difference(kind.fields(), &was, is).is_empty() {
                        continue;
                    }
                    Some(was)
                }
                (was, _) => was,
            };
            if is.as_ref().is_some_and(|is| self.is_being_sent(id, was.as_ref(), is)) {
                continue;
            }
            changes.push(self.change(id, was, is));
        }
        changes
    }

    /// The clients that are new in this list, and that another one tells of.
    fn arrivals(&self, difference: &Difference) -> Vec<Arrival> {
        let arrival = |id: &String| {
            let elsewhere = self.elsewhere.get(id).filter(|elsewhere| elsewhere.tells(true))?;
            let (from, to) = (elsewhere.organisation.clone(), self.owner?.to_owned());
            Some(Arrival { client: id.clone(), from, to, read_at: self.read_at })
        };
        difference.added.iter().filter_map(arrival).collect()
    }

    /// The change of a client that has left a list, and came into that of another organisation since this one was read before. While
    /// it was in both, nobody could know. Where the other list had it all along, it was not added there: it may be gone from there
    /// too, and the next reading says so.
    fn moved(&self, id: &str, was: &FieldValues, elsewhere: &Elsewhere) -> Option<ObservedChange> {
        let is = elsewhere.fields.as_ref().unwrap_or(was);
        let is_told = elsewhere.is_new && !elsewhere.stands_there && !self.is_being_sent(id, None, is);
        is_told.then(|| ObservedChange {
            organisation_id: Some(elsewhere.organisation.clone()),
            ..self.change(id, None, Some(is.clone()))
        })
    }

    fn is_being_sent(&self, id: &str, was: Option<&FieldValues>, is: &FieldValues) -> bool {
        self.known.sent.iter().any(|sent| sent.may_have_made(self.kind(), id, was, is))
    }

    fn kind(&self) -> ObjectKind {
        match self.owner {
            None => ObjectKind::Organisation,
            Some(_) => ObjectKind::OAuthClient,
        }
    }

    /// The values before, with those of fields that are no change: the partner began to send them, or they are in one
    /// of two answers about an object that was changed from here, and were not part of the other.
    fn without_news(&self, id: &str, mut was: FieldValues, is: &FieldValues) -> FieldValues {
        let (kind, last_read) = (self.kind(), seconds(self.last_read));
        let is_own = self.known.own.contains(id);
        for field in kind.fields() {
            let (old, new) = (was.get(field.name), is.get(field.name));
            let is_begun = old.is_none() && self.sent.began_after(kind, field.name, last_read);
            if is_begun || (is_own && old.is_some() != new.is_some()) {
                let new = new.cloned();
                was.set(field.name, new);
            }
        }
        was
    }

    fn change(&self, id: &str, before: Option<FieldValues>, after: Option<FieldValues>) -> ObservedChange {
        let name = |values: &FieldValues| values.text("name").map(str::to_owned);
        ObservedChange {
            connection: self.known.connection.clone(),
            kind: self.kind(),
            object_id: id.to_owned(),
            name: after.as_ref().or(before.as_ref()).and_then(name).unwrap_or_else(|| id.to_owned()),
            organisation_id: self.owner.map(str::to_owned),
            before,
            after,
            last_seen: self.last_read,
            read_at: self.read_at,
            may_be_recorded: self.known.served_at.is_some_and(|served| self.last_read <= served),
        }
    }
}

/// The values of some objects of a list. Of several with one ID the last counts.
fn values<'a>(list: &PackedList, ids: impl Iterator<Item = &'a String>) -> HashMap<String, FieldValues> {
    let wanted: HashSet<&str> = ids.map(String::as_str).collect();
    if wanted.is_empty() {
        return HashMap::new();
    }
    let objects = list.iter().map(|object| (object.id(), object));
    objects.filter(|(id, _)| wanted.contains(id.as_str())).map(|(id, object)| (id, object.fields())).collect()
}
