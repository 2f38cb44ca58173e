//! Which rules an object breaks, without what breaks them: what lists of very many objects are narrowed by.

use super::{Find, RULES, ReturnUrl, Rule, Severity, Subject};
use crate::domain::object::ObjectKind;

/// How many values there are to narrow a list by.
const VALUES: usize = RULES.len() + SEVERITIES.len();
/// The values that stand for any rule of a severity.
const SEVERITIES: [&str; 2] = ["error", "warning"];

/// What lists can be narrowed by: `error` and `warning` for any rule that weighs so much, then the codes of the rules.
pub const READINESS_VALUES: [&str; VALUES] = {
    let mut values = [""; VALUES];
    [values[0], values[1]] = SEVERITIES;
    let mut rule = 0;
    while rule < RULES.len() {
        values[SEVERITIES.len() + rule] = RULES[rule].code;
        rule += 1;
    }
    values
};

/// Some of the rules, by their places in the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct BrokenRules(u32);

// Each rule and each severity has a bit.
const _: () = assert!(VALUES <= u32::BITS as usize);

impl BrokenRules {
    /// The rules of return URLs that these break, whatever the object is.
    pub fn of_return_urls(urls: &[ReturnUrl<'_>]) -> Self {
        Self::those(|rule| match rule.find {
            Find::InReturnUrls(find) => Some(is_told(|tell| find(urls, tell))),
            Find::InObject(_) => None,
        })
    }

    /// The other rules that an object breaks, whatever they weigh for it.
    pub fn of_object(subject: &Subject<'_>) -> Self {
        Self::those(|rule| match rule.find {
            Find::InObject(find) if rule.kinds.contains(&subject.kind) => Some(is_told(|tell| find(subject, tell))),
            _ => None,
        })
    }

    /// The rule with a code; none where there is no such rule.
    pub fn with_code(code: &str) -> Self {
        Self::those(|rule| Some(rule.code == code))
    }

    /// These and others.
    #[must_use]
    pub const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// These without others.
    #[must_use]
    pub const fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    fn those(is_one: impl Fn(&Rule) -> Option<bool>) -> Self {
        let bits = (0..).zip(RULES).filter(|(_, rule)| is_one(rule) == Some(true)).map(|(place, _)| 1_u32 << place);
        Self(bits.fold(0, |all, bit| all | bit))
    }

    fn rules(self) -> impl Iterator<Item = (usize, &'static Rule)> {
        RULES.iter().enumerate().filter(move |(place, _)| self.0 >> place & 1 == 1)
    }
}

fn is_told(find: impl FnOnce(&mut dyn FnMut(&str, &str))) -> bool {
    let mut is_told = false;
    find(&mut |_, _| is_told = true);
    is_told
}

/// Which of [`READINESS_VALUES`] an object has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Verdict(u32);

impl Verdict {
    /// What the rules that an object breaks weigh for it: those that are no fault of such an object are left out.
    pub fn of(kind: ObjectKind, is_production: bool, broken: BrokenRules) -> Self {
        let mut bits = 0;
        for (place, rule) in broken.rules() {
            let severity = match rule.severity_of(kind, is_production) {
                Some(Severity::Error) => 0,
                Some(Severity::Warning) => 1,
                None => continue,
            };
            bits |= 1 << severity | 1 << (SEVERITIES.len() + place);
        }
        Self(bits)
    }

    /// The places of its values in [`READINESS_VALUES`].
    pub fn places(self) -> impl Iterator<Item = usize> {
        (0..VALUES).filter(move |place| self.0 >> place & 1 == 1)
    }

    /// Its values.
    pub fn values(self) -> impl Iterator<Item = &'static str> {
        self.places().filter_map(|place| READINESS_VALUES.get(place).copied())
    }
}
