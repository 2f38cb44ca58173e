//! The fields that the partner was ever seen to send, so that a new field is told apart from changed data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::objects::Packable;
use crate::domain::object::ObjectKind;

/// The most fields of a kind that are remembered: a partner that makes up names shall not fill the memory.
const MOST_FIELDS: usize = 200;
/// A name of more bytes than this is no name of a field.
const LONGEST_NAME: usize = 100;

/// How many objects of one list have each field, known to this program or not.
#[derive(Clone, Debug, Default)]
pub(super) struct FieldCounts(BTreeMap<String, u32>);

impl FieldCounts {
    /// Counts the fields of an object.
    pub(super) fn add<T: Packable>(&mut self, object: &T) {
        let known = object.fields().iter().map(|(name, _)| name);
        let unknown = object.unknown().iter().map(|field| field.name.as_str());
        for name in known.chain(unknown) {
            if let Some(count) = self.0.get_mut(name) {
                *count = count.saturating_add(1);
            } else if self.0.len() < MOST_FIELDS && name.len() <= LONGEST_NAME {
                self.0.insert(name.to_owned(), 1);
            }
        }
    }
}

/// The fields that were ever seen, of each kind, with when that was first: in seconds since 1970, 0 for those that the
/// first read of a list had.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SentFields {
    organisations: BTreeMap<String, u32>,
    clients: BTreeMap<String, u32>,
}

impl SentFields {
    fn of(&mut self, kind: ObjectKind) -> &mut BTreeMap<String, u32> {
        match kind {
            ObjectKind::Organisation => &mut self.organisations,
            ObjectKind::OAuthClient => &mut self.clients,
        }
    }

    /// Takes in the fields of a list of so many objects. The fields that the partner has newly begun to send: none of a
    /// list that was never read before. A known field that few objects have is no news, but somebody's change.
    pub(super) fn take(
        &mut self,
        kind: ObjectKind,
        (counts, objects): (&FieldCounts, u32),
        was_read_before: bool,
        now: u32,
    ) -> Vec<String> {
        let mut new = Vec::new();
        let seen = self.of(kind);
        for (name, count) in &counts.0 {
            if seen.contains_key(name) || seen.len() >= MOST_FIELDS {
                continue;
            }
            let is_of_all = kind.field(name).is_none() || count.saturating_mul(2) > objects;
            let is_new = was_read_before && is_of_all;
            seen.insert(name.clone(), if is_new { now } else { 0 });
            new.extend(is_new.then(|| name.clone()));
        }
        new
    }

    /// Takes in what another has seen.
    pub(super) fn join(&mut self, other: &Self) {
        for (kind, others) in
            [(ObjectKind::Organisation, &other.organisations), (ObjectKind::OAuthClient, &other.clients)]
        {
            let seen = self.of(kind);
            for (name, at) in others {
                seen.entry(name.clone()).or_insert(*at);
            }
        }
    }

    /// Whether the partner began to send a field after a time in seconds since 1970.
    pub(super) fn began_after(&self, kind: ObjectKind, name: &str, time: u32) -> bool {
        let seen = match kind {
            ObjectKind::Organisation => &self.organisations,
            ObjectKind::OAuthClient => &self.clients,
        };
        seen.get(name).is_some_and(|began| *began > time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::field::FieldValue;
    use crate::domain::field_values::FieldValues;
    use crate::domain::organisation::Organisation;

    const KIND: ObjectKind = ObjectKind::Organisation;

    fn counts(of_objects: &[&[&str]]) -> FieldCounts {
        let mut counts = FieldCounts::default();
        for names in of_objects {
            let mut fields = FieldValues::default();
            names.iter().for_each(|name| fields.set(name, Some(FieldValue::Flag(true))));
            counts.add(&Organisation { id: "o".to_owned(), fields, unknown: Vec::new() });
        }
        counts
    }

    #[test]
    fn a_field_that_all_begin_to_have_is_new_once_and_one_that_few_have_is_a_change() {
        let mut sent = SentFields::default();
        let first = counts(&[&["name"], &["name"], &["name"]]);
        assert!(sent.take(KIND, (&first, 3), false, 10).is_empty(), "nothing is known of what was before");
        let second = counts(&[&["name", "enabled"], &["name", "enabled"], &["name", "enable_custom_logo"]]);
        assert_eq!(sent.take(KIND, (&second, 3), true, 20), ["enabled"]);
        assert!(sent.take(KIND, (&second, 3), true, 30).is_empty());
        assert!(sent.began_after(KIND, "enabled", 19) && !sent.began_after(KIND, "enabled", 20));
        assert!(!sent.began_after(KIND, "enable_custom_logo", 19));
    }

    #[test]
    fn a_partner_that_makes_up_names_is_not_listened_to_for_ever() {
        let mut sent = SentFields::default();
        for round in 0..1_000 {
            let name = format!("made-up-{round}");
            let made_up = FieldCounts(BTreeMap::from([(name, 1)]));
            sent.take(KIND, (&made_up, 1), true, round);
        }
        assert_eq!(sent.organisations.len(), MOST_FIELDS);
    }
}
