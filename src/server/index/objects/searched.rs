//! The objects as the search asks of them.

use std::borrow::Cow;
use std::ops::Range;

use super::store::Objects;
use super::symbols::EMPTY;
use crate::domain::facet::Facet;
use crate::domain::object::ObjectKind;
use crate::server::index::source::Source;

impl Source for Objects {
    fn count(&self, kind: ObjectKind) -> u32 {
        self.rows(kind).count()
    }

    fn name(&self, kind: ObjectKind, document: u32) -> &str {
        self.rows(kind).name(document)
    }

    fn id(&self, kind: ObjectKind, document: u32) -> Cow<'_, str> {
        self.rows(kind).id(document).text()
    }

    fn find(&self, kind: ObjectKind, id: &str) -> Option<u32> {
        Self::find(self, kind, id)
    }

    fn values(&self, kind: ObjectKind, document: u32, facet: Facet) -> impl Iterator<Item = &str> {
        let rows = self.rows(kind);
        let fields = rows.layout.facet(facet);
        let mut numbers = fields.iter().map(|(field, held)| rows.shared_value(document, field, *held));
        let (first, second) = (numbers.next().unwrap_or(EMPTY), numbers.next().unwrap_or(EMPTY));
        rows.symbols.union(first, second).filter(|value| !value.is_empty())
    }

    fn return_urls(&self, client: u32) -> impl Iterator<Item = &str> {
        self.clients.own_list(client, "return_urls")
    }

    fn is_production(&self, kind: ObjectKind, document: u32) -> bool {
        self.rows(kind).flag(document, kind.production_field()) == Some(true)
    }

    fn is_disabled(&self, kind: ObjectKind, document: u32) -> bool {
        self.rows(kind).flag(document, "enabled") == Some(false)
    }

    fn changed_at(&self, kind: ObjectKind, document: u32) -> Option<u32> {
        self.changed(kind).at(document)
    }

    fn above(&self, kind: ObjectKind, document: u32) -> Option<u32> {
        match kind {
            ObjectKind::Organisation => self.parent(document),
            ObjectKind::OAuthClient => self.owner(document),
        }
    }

    fn below(&self, kind: ObjectKind, organisation: u32) -> Range<u32> {
        Self::below(self, kind, organisation)
    }

    fn clients(&self, organisation: u32) -> u32 {
        let clients = self.clients_of(organisation);
        clients.end - clients.start
    }
}
