//! Many observed changes that become one entry.

use time::OffsetDateTime;

use super::{AuditedKind, Intent, MOST_NAMED, ObservedIn, Sighting};
use crate::domain::object::ObjectKind;

/// Counts observed changes and keeps the first of their ids.
#[derive(Debug, Default)]
pub struct Crowd {
    count: u64,
    first: Vec<(ObjectKind, String)>,
    last_seen: Option<OffsetDateTime>,
}

impl Crowd {
    /// Takes an observed entry in: one about an object, or one that stands for many already.
    pub fn add(&mut self, entry: &Intent) {
        let Some(observation) = &entry.observation else {
            return;
        };
        let room = MOST_NAMED.saturating_sub(self.first.len());
        if let Sighting::Many { count, first } = &observation.sighting {
            self.count = self.count.saturating_add(*count);
            self.first.extend(first.iter().take(room).cloned());
        } else if let (AuditedKind::Object(kind), Some(id)) = (entry.target.kind, &entry.target.id) {
            self.count = self.count.saturating_add(1);
            self.first.extend((room > 0).then(|| (kind, id.clone())));
        }
        self.last_seen = match (self.last_seen, observation.last_seen) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
    }

    /// The one entry; `None` when nothing was taken in.
    pub fn into_entry(self, observed_in: ObservedIn<'_>) -> Option<Intent> {
        (self.count > 0).then(|| observed_in.many(self.count, self.first, self.last_seen))
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::domain::connection::Environment;
    use crate::domain::field_values::FieldValues;

    const THEN: OffsetDateTime = datetime!(2026-01-01 12:00 UTC);
    const HERE: ObservedIn<'static> = ObservedIn { connection: "sandbox", environment: Environment::Sandbox };

    #[test]
    fn a_crowd_counts_all_names_the_first_and_takes_crowds_in() {
        let mut crowd = Crowd::default();
        for number in 0..150 {
            let values = FieldValues::default();
            let (id, seen) = (format!("o-{number}"), THEN + time::Duration::minutes(number));
            let entry = HERE.object((ObjectKind::Organisation, &id, "Meridian"), None, None, Some(&values), seen);
            crowd.add(&entry.unwrap());
        }
        crowd.add(&HERE.many(7, vec![(ObjectKind::OAuthClient, "c".to_owned())], None));
        let observation = crowd.into_entry(HERE).unwrap().observation.unwrap();
        assert_eq!(observation.last_seen, Some(THEN));
        let Sighting::Many { count, first } = observation.sighting else { panic!("many") };
        assert_eq!((count, first.len(), first[0].1.as_str()), (157, MOST_NAMED, "o-0"));
    }

    #[test]
    fn new_fields_are_no_crowd() {
        let mut crowd = Crowd::default();
        crowd.add(&HERE.new_fields(ObjectKind::Organisation, &["tier".to_owned()]));
        assert_eq!(crowd.into_entry(HERE), None);
    }
}
