//! Whether an object can do what it is for: one table of rules, and what they find.

mod allowed;
mod return_urls;
mod rules;
mod sandbox;
mod silenced;
#[cfg(test)]
mod tests;
mod verdict;

use std::cmp::Reverse;
use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::catalogue::Catalogue;
use super::excerpt::{LONGEST_NAME, cut};
use super::field_values::FieldValues;
use super::object::ObjectKind;
use super::organisation::Organisation;

pub use self::return_urls::ReturnUrl;
pub use self::rules::RULES;
pub use self::sandbox::turns_production_on_alone;
pub use self::silenced::{LONGEST_REASON, Report, SilencedRule, told};
pub use self::verdict::{BrokenRules, READINESS_VALUES, Verdict};

/// The most values of one finding that are named.
const MOST_VALUES: usize = 20;

/// The fields of the organisations above an object that the rules look at.
pub const ASKED_ABOVE: [&str; 5] =
    ["allowed_products", "allowed_scopes", "allowed_provider_groups", "has_production_access", "enabled"];

/// The most organisations above an object that the rules look at.
pub const MOST_ABOVE: usize = 100;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Some journeys may fail.
    Warning,
    /// No journey can work, or users are at risk.
    Error,
}

impl Severity {
    /// The label on pages.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Warning => "Warning",
            Self::Error => "Error",
        }
    }
}

/// What is told of a value that breaks a rule: the value, and who does not allow it. Both are empty where there is
/// nothing to name.
type Tell<'t> = &'t mut dyn FnMut(&str, &str);

/// A rule that an object can break.
#[derive(Debug)]
pub struct Rule {
    /// Its stable name: in addresses, in the audit log, and the anchor in `docs/readiness.md`.
    pub code: &'static str,
    /// The kinds of object that it judges.
    pub kinds: &'static [ObjectKind],
    /// How much it weighs where no live users are concerned; `None` where it is no fault there.
    pub in_sandbox: Option<Severity>,
    /// How much it weighs for production clients, and for organisations with production access.
    pub in_production: Option<Severity>,
    /// The fields of the object that it looks at.
    pub looks_at: &'static [&'static str],
    /// What is wrong, in a sentence without a full stop.
    pub title: &'static str,
    /// What it means, and what to do.
    pub remedy: &'static str,
    find: Find,
}

/// What tells what breaks a rule, value by value.
#[derive(Debug)]
enum Find {
    /// It looks at the return URLs alone.
    InReturnUrls(fn(&[ReturnUrl<'_>], Tell<'_>)),
    /// It looks at anything else.
    InObject(fn(&Subject<'_>, Tell<'_>)),
}

/// An object with what the rules ask about its surroundings. What is not known breaks no rule.
#[derive(Debug)]
pub struct Subject<'a> {
    /// Organisation or client.
    pub kind: ObjectKind,
    /// The object's values.
    pub fields: &'a FieldValues,
    /// The organisations above it, the nearest first. That of a client is the first.
    pub above: &'a [&'a Organisation],
    /// What each product gives.
    pub catalogue: &'a Catalogue,
    /// Whether another one in the same organisation, or below the same parent, has its name.
    pub has_name_twin: bool,
    /// Whether it was turned into a production client and nothing else of it was changed then or since.
    pub is_unchanged_since_sandbox: bool,
}

impl Subject<'_> {
    /// Whether live users are concerned.
    fn is_production(&self) -> bool {
        self.fields.is_production(self.kind)
    }

    fn list(&self, field: &str) -> &[String] {
        self.fields.list(field).unwrap_or_default()
    }

    fn text(&self, field: &str) -> Option<&str> {
        self.fields.text(field).filter(|text| !text.is_empty())
    }
}

/// What objects have in common whose names people take for the same. It is told of those of one organisation, and of those
/// directly below one.
pub fn twin_key(name: &str) -> String {
    name.trim().to_lowercase()
}

/// A rule that an object breaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The rule's code.
    pub code: String,
    /// How much it weighs for this object.
    pub severity: Severity,
    /// What breaks it; empty where there is no value to name.
    pub values: Vec<FindingValue>,
    /// How many more values break it than are named.
    pub more: u32,
    /// Whether a change that is under review brings it about.
    pub is_new: bool,
}

/// A value that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FindingValue {
    /// The value, cut where it is long.
    pub value: String,
    /// The name of the organisation that does not allow it, or of the product that does not give it.
    pub because_of: Option<String>,
    /// Whether a change that is under review brings it about.
    pub is_new: bool,
}

impl Finding {
    /// The rule.
    pub fn rule(&self) -> Option<&'static Rule> {
        RULES.iter().find(|rule| rule.code == self.code)
    }

    /// Leaves as many values as are named, and counts the others.
    fn name_some(&mut self) {
        let more = self.values.len().saturating_sub(MOST_VALUES);
        self.values.truncate(MOST_VALUES);
        self.more = u32::try_from(more).unwrap_or(u32::MAX);
    }
}

impl Rule {
    /// How much it weighs for an object of a kind; `None` where it does not apply.
    fn severity_of(&self, kind: ObjectKind, is_production: bool) -> Option<Severity> {
        let severity = if is_production { self.in_production } else { self.in_sandbox };
        severity.filter(|_| self.kinds.contains(&kind))
    }

    fn judge(&self, subject: &Subject<'_>, return_urls: &[ReturnUrl<'_>]) -> Option<Finding> {
        let severity = self.severity_of(subject.kind, subject.is_production())?;
        let (mut values, mut seen) = (Vec::new(), HashSet::new());
        self.find(subject, return_urls, &mut |value, because_of| {
            if seen.insert(value.to_owned()) && !value.is_empty() {
                let shown = |text: &str| cut(text, LONGEST_NAME).into_owned();
                let because_of = Some(because_of).filter(|name| !name.is_empty()).map(shown);
                values.push(FindingValue { value: shown(value), because_of, is_new: false });
            }
        });
        let is_broken = !seen.is_empty();
        is_broken.then(|| Finding { code: self.code.to_owned(), severity, values, more: 0, is_new: false })
    }

    fn find(&self, subject: &Subject<'_>, return_urls: &[ReturnUrl<'_>], tell: Tell<'_>) {
        match self.find {
            Find::InReturnUrls(find) => find(return_urls, tell),
            Find::InObject(find) => find(subject, tell),
        }
    }
}

/// What the rules find about an object: errors first, each in the order of the table.
pub fn judge(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = judge_in_full(subject);
    findings.iter_mut().for_each(Finding::name_some);
    findings
}

/// The same with every value, however many there are.
fn judge_in_full(subject: &Subject<'_>) -> Vec<Finding> {
    let return_urls = ReturnUrl::all(subject.list("return_urls").iter().map(String::as_str));
    let mut findings: Vec<Finding> = RULES.iter().filter_map(|rule| rule.judge(subject, &return_urls)).collect();
    findings.sort_by_key(|finding| Reverse(finding.severity));
    findings
}

/// What the rules find after a change, with what they did not find before marked as new, and named first.
pub fn judge_change(before: &Subject<'_>, after: &Subject<'_>) -> Vec<Finding> {
    let before = judge_in_full(before);
    let mut after = judge_in_full(after);
    for finding in &mut after {
        let known = before.iter().find(|known| known.code == finding.code);
        let old: HashSet<&str> = known.into_iter().flat_map(|known| &known.values).map(|value| &*value.value).collect();
        for value in &mut finding.values {
            value.is_new = !old.contains(value.value.as_str());
        }
        // A warning that becomes an error is news too.
        let is_worse = known.is_none_or(|known| finding.severity > known.severity);
        finding.is_new = is_worse || finding.values.iter().any(|value| value.is_new);
        finding.values.sort_by_key(|value| !value.is_new);
        finding.name_some();
    }
    after
}
