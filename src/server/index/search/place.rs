//! Where an object stands in an order, told without the index: so that a cursor still means something when what it
//! names has changed or is gone.

use std::collections::HashMap;

use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};

use super::lineage::Lineage;
use super::patch::Patch;
use super::question::Scope;
use super::subject::Subject;
use crate::domain::facet::Facet;
use crate::domain::object::ObjectKind;
use crate::domain::sort::Column;
use crate::server::folding::name_key;
use crate::server::index::source::Source;

/// What a column holds of one object. What holds nothing comes first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum ColumnKey {
    Nothing,
    Number(u64),
    Text(String),
}

/// Where an object stands in an ascending order: compared field by field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Place {
    /// The class of the match; 0 where classes do not count.
    pub(super) class: u8,
    pub(super) column: ColumnKey,
    pub(super) name_key: String,
    pub(super) id: String,
}

/// Tells the places of objects in the order of a column.
#[derive(Debug)]
pub(super) struct Places<'a, S> {
    source: &'a S,
    /// `None` for the order that the index has.
    patch: Option<&'a Patch>,
    kind: ObjectKind,
    column: Column,
    /// By how much own changes alter the number of clients of organisations, by ID.
    more_clients: HashMap<String, i64>,
    /// The organisations whose parents the person may not see: their names must not be told by an order either.
    without_parent: Vec<&'a str>,
}

impl<'a, S: Source> Places<'a, S> {
    /// For somebody who sees as much as a scope says.
    pub(super) fn new(
        source: &'a S,
        patch: Option<&'a Patch>,
        kind: ObjectKind,
        column: Column,
        scope: &'a Scope,
    ) -> Self {
        let is_counted = column == Column::Clients && kind == ObjectKind::Organisation;
        let more_clients = patch.filter(|_| is_counted).map(|patch| more_clients(source, patch)).unwrap_or_default();
        let tops: &[String] = match scope {
            Scope::Below(tops) if kind == ObjectKind::Organisation && column == Column::Organisation => tops,
            _ => &[],
        };
        let mut places = Self { source, patch, kind, column, more_clients, without_parent: Vec::new() };
        places.without_parent =
            tops.iter().map(String::as_str).filter(|top| !places.has_seen_parent(top, tops)).collect();
        places
    }

    /// Where a document stands. Its class is not looked at.
    pub(super) fn of_document(&self, document: u32) -> Place {
        let id = self.source.id(self.kind, document).into_owned();
        let column = match self.column {
            Column::Name => ColumnKey::Nothing,
            Column::Organisation if self.without_parent.contains(&id.as_str()) => ColumnKey::Nothing,
            Column::Organisation => self.key_above_document(document),
            Column::Product => first(self.source.values(self.kind, document, Facet::Product).min()),
            Column::Algorithm => first(self.source.values(self.kind, document, Facet::Algorithm).min()),
            Column::ReturnUrls => self.return_urls(|| self.source.return_urls(document).count()),
            Column::Production => number(!self.source.is_production(self.kind, document)),
            Column::State => number(self.source.is_disabled(self.kind, document)),
            Column::Clients => self.clients(&id),
            Column::Changed => moment(self.source.changed_at(self.kind, document)),
        };
        Place { class: 0, column, name_key: name_key(self.source.name(self.kind, document)), id }
    }

    /// Where a patched object stands. Its class is not looked at.
    pub(super) fn of_subject(&self, subject: &Subject) -> Place {
        let column = match self.column {
            Column::Name => ColumnKey::Nothing,
            Column::Organisation if self.without_parent.contains(&subject.id.as_str()) => ColumnKey::Nothing,
            Column::Organisation => subject.above.as_deref().map_or(ColumnKey::Nothing, |above| self.key_of(above)),
            Column::Product => first(subject.values(Facet::Product).first().map(String::as_str)),
            Column::Algorithm => first(subject.values(Facet::Algorithm).first().map(String::as_str)),
            Column::ReturnUrls => self.return_urls(|| subject.return_urls.len()),
            Column::Production => number(!subject.is_production),
            Column::State => number(subject.is_disabled),
            Column::Clients => self.clients(&subject.id),
            Column::Changed => moment(subject.changed_at),
        };
        Place { class: 0, column, name_key: subject.name_key.clone(), id: subject.id.clone() }
    }

    /// Where the object at a place of the patch stands. Its class is not looked at.
    pub(super) fn of_patched(&self, place: u32) -> Option<Place> {
        Some(self.of_subject(self.patch?.subjects(self.kind).get(place)?))
    }

    /// How many return URLs a client has; organisations have none.
    fn return_urls(&self, count: impl FnOnce() -> usize) -> ColumnKey {
        match self.kind {
            ObjectKind::OAuthClient => ColumnKey::Number(count() as u64),
            ObjectKind::Organisation => ColumnKey::Nothing,
        }
    }

    fn key_above_document(&self, document: u32) -> ColumnKey {
        let above = self.source.above(self.kind, document);
        above.map_or(ColumnKey::Nothing, |above| self.key_of(&self.source.id(ObjectKind::Organisation, above)))
    }

    /// The key of an organisation's name, as it is now.
    fn key_of(&self, organisation_id: &str) -> ColumnKey {
        let organisations = self.patch.map(|patch| patch.subjects(ObjectKind::Organisation));
        if let Some(patched) = organisations.and_then(|organisations| organisations.find(organisation_id)) {
            return ColumnKey::Text(patched.name_key.clone());
        }
        let document = self.source.find(ObjectKind::Organisation, organisation_id);
        document.map_or(ColumnKey::Nothing, |document| {
            ColumnKey::Text(name_key(self.source.name(ObjectKind::Organisation, document)))
        })
    }

    fn clients(&self, id: &str) -> ColumnKey {
        if self.kind == ObjectKind::OAuthClient {
            return ColumnKey::Nothing;
        }
        let document = self.source.find(ObjectKind::Organisation, id);
        let known = document.map_or(0, |document| i64::from(self.source.clients(document)));
        let now = known.saturating_add(self.more_clients.get(id).copied().unwrap_or_default());
        ColumnKey::Number(u64::try_from(now).unwrap_or_default())
    }

    /// Whether the parent of an organisation is one of some, or below them.
    fn has_seen_parent(&self, id: &str, tops: &[String]) -> bool {
        let organisations = self.patch.map(|patch| patch.subjects(ObjectKind::Organisation));
        let patched = organisations.and_then(|organisations| organisations.find(id));
        let parent = if let Some(subject) = patched {
            subject.above.clone()
        } else {
            let document = self.source.find(ObjectKind::Organisation, id);
            let parent = document.and_then(|document| self.source.above(ObjectKind::Organisation, document));
            parent.map(|parent| self.source.id(ObjectKind::Organisation, parent).into_owned())
        };
        let Some(parent) = parent else {
            return false;
        };
        let none = Patch::default();
        let lineage = Lineage::up_from(self.source, self.patch.unwrap_or(&none), Some(&parent));
        tops.iter().any(|top| lineage.is_within(self.source, top))
    }

    /// The documents that are not where the index has them in this order: those below an organisation that was renamed,
    /// organisations that have more or fewer clients since then, and those whose parents the person may not see.
    pub(super) fn moved(&self) -> RoaringBitmap {
        match self.column {
            Column::Clients => {
                let ids = self.more_clients.keys();
                ids.filter_map(|id| self.source.find(ObjectKind::Organisation, id)).collect()
            }
            Column::Organisation => {
                let tops = self.without_parent.iter().filter_map(|id| self.source.find(ObjectKind::Organisation, id));
                self.below_renamed() | tops.collect::<RoaringBitmap>()
            }
            _ => RoaringBitmap::new(),
        }
    }

    fn below_renamed(&self) -> RoaringBitmap {
        let mut moved = RoaringBitmap::new();
        let organisations = self.patch.map(|patch| patch.subjects(ObjectKind::Organisation).iter());
        for (_, subject) in organisations.into_iter().flatten() {
            let Some(document) = self.source.find(ObjectKind::Organisation, &subject.id) else { continue };
            if name_key(self.source.name(ObjectKind::Organisation, document)) != subject.name_key {
                let below = self.source.below(self.kind, document);
                moved.extend(below.filter(|below| self.source.above(self.kind, *below) == Some(document)));
            }
        }
        moved
    }
}

/// By how much own changes alter the number of clients of organisations, by ID; without those that stay the same.
fn more_clients(source: &impl Source, patch: &Patch) -> HashMap<String, i64> {
    let kind = ObjectKind::OAuthClient;
    let mut more: HashMap<String, i64> = HashMap::new();
    let clients = patch.subjects(kind);
    for (_, client) in clients.iter() {
        if let Some(above) = &client.above {
            *more.entry(above.clone()).or_default() += 1;
        }
    }
    for above in clients.hidden.iter().filter_map(|client| source.above(kind, client)) {
        *more.entry(source.id(ObjectKind::Organisation, above).into_owned()).or_default() -= 1;
    }
    more.retain(|_, difference| *difference != 0);
    more
}

fn first(text: Option<&str>) -> ColumnKey {
    text.map_or(ColumnKey::Nothing, |text| ColumnKey::Text(text.to_owned()))
}

fn number(flag: bool) -> ColumnKey {
    ColumnKey::Number(u64::from(flag))
}

fn moment(seconds: Option<u32>) -> ColumnKey {
    seconds.map_or(ColumnKey::Nothing, |seconds| ColumnKey::Number(u64::from(seconds)))
}
