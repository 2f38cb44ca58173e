//! When the lists of a view were read, and what they were: what reading them again needs to know.

use std::ops::{Range, RangeInclusive};

use time::OffsetDateTime;

use super::objects::PackedList;
use super::source::Source as _;
use super::view::View;
use crate::domain::object::ObjectKind;

impl View {
    /// The IDs of some organisations whose clients were last read outside of a time in seconds since 1970: before it, or after it by a
    /// clock that was set back since. Those come first whose clients never were.
    pub(super) fn organisations_read_outside(
        &self,
        recent: &RangeInclusive<u32>,
        most: usize,
        is_skipped: impl Fn(&str) -> bool,
    ) -> Vec<String> {
        let read = |is_due: &dyn Fn(u32) -> bool| {
            let all = 0..self.objects.count(ObjectKind::Organisation);
            let due = all.filter(|document| is_due(self.objects.list_read_at(*document)));
            let ids = due.map(|document| self.objects.id(ObjectKind::Organisation, document).into_owned());
            ids.filter(|id| !is_skipped(id)).take(most).collect::<Vec<_>>()
        };
        let never = read(&|at| at == 0);
        if never.is_empty() { read(&|at| at > 0 && !recent.contains(&at)) } else { never }
    }

    /// The IDs of some organisations and of what is below them.
    pub fn organisation_ids_within(&self, tops: &[String]) -> Vec<String> {
        self.organisations_read(Some(tops)).into_iter().map(|(id, _)| id).collect()
    }

    /// The IDs of all organisations, or of those that are some or below them, each with when
    /// its clients were last read, in seconds since 1970; 0 for never.
    pub(super) fn organisations_read(&self, tops: Option<&[String]>) -> Vec<(String, u32)> {
        let all = 0..self.objects.count(ObjectKind::Organisation);
        let ids = all.map(|document| {
            let id = self.objects.id(ObjectKind::Organisation, document).into_owned();
            (id, self.objects.list_read_at(document))
        });
        let is_new = |id: &&String| !self.is_built(id);
        let new = self.patch.organisations().map(|organisation| &organisation.id).filter(is_new);
        let new = new.map(|id| (id.clone(), 0));
        let is_within = |(id, _): &(String, u32)| tops.is_none_or(|tops| self.is_within(id, tops));
        ids.chain(new).filter(is_within).collect()
    }

    /// A list as it is known, to be compared with one that was read: all organisations, or the clients of one.
    pub(super) fn list(&self, owner: Option<&str>) -> PackedList {
        match owner {
            None if self.patch.organisations().next().is_none() => self.objects.packed_organisations(),
            Some(owner) if self.patch.clients().next().is_none() => {
                let document = self.objects.find(ObjectKind::Organisation, owner);
                document.map_or_else(
                    || PackedList::new(ObjectKind::OAuthClient),
                    |document| self.objects.packed_clients(document),
                )
            }
            None => {
                let mut list = PackedList::new(ObjectKind::Organisation);
                for document in 0..self.objects.count(ObjectKind::Organisation) {
                    let id = self.objects.id(ObjectKind::Organisation, document);
                    if self.patch.find(ObjectKind::Organisation, &id).is_none()
                        && let Some(organisation) = self.objects.organisation(document)
                    {
                        list.push(&organisation);
                    }
                }
                self.patch.organisations().for_each(|organisation| list.push(organisation));
                list
            }
            Some(owner) => {
                let mut list = PackedList::new(ObjectKind::OAuthClient);
                self.clients_of(owner).iter().for_each(|client| list.push(client));
                list
            }
        }
    }

    /// The IDs of the organisations whose lists have a client, the one that it stands with first.
    pub(super) fn organisations_listing(&self, client_id: &str) -> Vec<String> {
        let document = self.objects.find(ObjectKind::OAuthClient, client_id);
        let others = document.into_iter().flat_map(|document| self.objects.others_listing(document));
        let others = others.map(|organisation| self.objects.id(ObjectKind::Organisation, organisation).into_owned());
        self.owner_of(client_id).into_iter().chain(others).collect()
    }

    /// When the clients of an organisation were last read; `None` when they never were.
    pub(super) fn clients_read_at(&self, organisation_id: &str) -> Option<OffsetDateTime> {
        let document = self.objects.find(ObjectKind::Organisation, organisation_id)?;
        let read_at = self.objects.list_read_at(document);
        OffsetDateTime::from_unix_timestamp(read_at.into()).ok().filter(|_| read_at > 0)
    }

    /// Whether it was built with an organisation, so that it can note when its clients were read.
    pub(super) fn is_built(&self, organisation_id: &str) -> bool {
        self.objects.find(ObjectKind::Organisation, organisation_id).is_some()
    }

    /// When the clients of all organisations were last read, or of those that are some or below them, in seconds since
    /// 1970; 0 for never.
    pub(super) fn read_times(&self, tops: Option<&[String]>) -> impl Iterator<Item = u32> {
        let is_new = |id: &String| !self.is_built(id);
        let is_within = |id: &String| tops.is_none_or(|tops| self.is_within(id, tops));
        let new = self.patch.organisations().filter(|one| is_new(&one.id) && is_within(&one.id)).count();
        let built = self.branches(tops).into_iter().flatten();
        built.map(|document| self.objects.list_read_at(document)).chain(std::iter::repeat_n(0, new))
    }

    /// When the clients list that was read longest ago was read, in seconds since 1970, and 0 where none was; and whether those of all
    /// organisations that it was built with were.
    pub(super) fn oldest_clients(&self) -> (u32, bool) {
        let built = 0..self.objects.count(ObjectKind::Organisation);
        let times = built.map(|document| self.objects.list_read_at(document));
        let (oldest, has_all) = times.fold((u32::MAX, true), |(oldest, has_all), at| match at {
            0 => (oldest, false),
            at => (oldest.min(at), has_all),
        });
        (if oldest == u32::MAX { 0 } else { oldest }, has_all)
    }

    /// Notes that the clients of the organisations that it was built with were read at a time or later: of all, or of those whose
    /// clients were read before. Later than `latest` nothing was: a clock was set back since.
    pub(super) fn note_clients(&self, read_at: u32, of_all: bool, latest: u32) {
        for document in 0..self.objects.count(ObjectKind::Organisation) {
            let known = self.objects.list_read_at(document);
            if (known < read_at || known > latest) && (of_all || known > 0) {
                self.objects.record_list_read(document, read_at);
            }
        }
    }

    /// The organisations that are some or below them, as they were built: ranges that have nothing in common.
    fn branches(&self, tops: Option<&[String]>) -> Vec<Range<u32>> {
        let Some(tops) = tops else {
            return std::iter::once(0..self.objects.count(ObjectKind::Organisation)).collect();
        };
        let documents = tops.iter().filter_map(|top| self.objects.find(ObjectKind::Organisation, top));
        let below = documents.map(|document| self.objects.below(ObjectKind::Organisation, document));
        let mut branches: Vec<Range<u32>> = below.collect();
        branches.sort_by_key(|branch| (branch.start, std::cmp::Reverse(branch.end)));
        // Of two in a tree, one is in the other or they are apart.
        branches.dedup_by(|later, earlier| later.start < earlier.end);
        branches
    }
}
