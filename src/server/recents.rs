//! What each person opened last, in memory only: a restart forgets it, and nothing of it is on disk or in a browser.

use std::time::Duration;

use crate::domain::find::{FoundObject, MOST_RECENT};
use crate::server::expiring_map::ExpiringMap;

/// How long it is remembered after the last page.
const KEPT_FOR: Duration = Duration::from_hours(24 * 30);
/// How many people are remembered; when there are more, the one who was away longest is forgotten.
const MOST_PEOPLE: usize = 1_000;

/// An object that somebody opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The object as its page named it.
    pub found: FoundObject,
    /// The organisation that decides who may see it; `None` when that was not known.
    pub organisation_id: Option<String>,
}

/// The objects that people opened last, at most [`MOST_RECENT`] for each of them.
#[derive(Debug)]
pub struct Recents(ExpiringMap<String, Vec<Opened>, Duration>);

impl Default for Recents {
    fn default() -> Self {
        Self(ExpiringMap::new(MOST_PEOPLE))
    }
}

impl Recents {
    /// Remembers that a person opened an object. `now` is monotonic.
    pub fn add(&self, now: Duration, subject: &str, opened: Opened) {
        let mut recent = self.of(now, subject);
        recent.retain(|one| !is_same(&one.found, &opened.found));
        recent.insert(0, opened);
        recent.truncate(MOST_RECENT);
        self.0.insert(subject.to_owned(), recent, now, now + KEPT_FOR);
    }

    /// What a person opened, the newest first. `now` is monotonic.
    pub fn of(&self, now: Duration, subject: &str) -> Vec<Opened> {
        self.0.get(&subject.to_owned(), now).unwrap_or_default()
    }
}

fn is_same(one: &FoundObject, other: &FoundObject) -> bool {
    (&one.connection, one.kind, &one.object.id) == (&other.connection, other.kind, &other.object.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::object::ObjectKind;
    use crate::domain::reference::ObjectReference;

    fn opened(id: &str) -> Opened {
        let object = ObjectReference { id: id.to_owned(), name: id.to_uppercase() };
        let connection = "sandbox".to_owned();
        let found = FoundObject { connection, kind: ObjectKind::Organisation, object, path: Vec::new() };
        Opened { found, organisation_id: Some(id.to_owned()) }
    }

    fn ids(recents: &Recents, subject: &str) -> Vec<String> {
        recents.of(Duration::ZERO, subject).into_iter().map(|opened| opened.found.object.id).collect()
    }

    #[test]
    fn what_was_opened_last_comes_first_once_and_the_oldest_is_forgotten() {
        let recents = Recents::default();
        for number in (0..15).chain([9]) {
            recents.add(Duration::ZERO, "ada", opened(&format!("o-{number}")));
        }
        let expected = [9, 14, 13, 12, 11, 10, 8, 7, 6, 5].map(|number| format!("o-{number}"));
        assert_eq!(ids(&recents, "ada"), expected);
        assert!(ids(&recents, "zoe").is_empty(), "nobody else's");
    }
}
