//! Full text of the audit log: which words an entry has, and what a search asks of them.

use std::collections::BTreeSet;

use crate::domain::audit::{Actor, AuditEntry, AuditFilter, Sighting};
use crate::domain::field::FieldValue;
use crate::server::folding::fold;

/// Characters of a word that are compared.
const LONGEST_WORD: usize = 128;

/// The words of a text, in their order, as they are compared: without regard to case and accents. Everything but letters
/// and digits stands between words.
fn words(text: &str) -> impl Iterator<Item = String> {
    let folded = fold(text);
    let words: Vec<String> = folded
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(LONGEST_WORD).collect())
        .collect();
    words.into_iter()
}

/// What a search asks for: all of its terms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchText {
    /// The terms, each once.
    pub terms: Vec<Term>,
}

/// One of the terms of a search.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Term {
    /// An ID, or these words anywhere in the entry.
    Plain {
        /// The term as it was typed.
        id: String,
        /// Its words.
        words: Vec<String>,
    },
    /// These words one after the other.
    Phrase(Vec<String>),
}

impl SearchText {
    /// Reads what was typed: terms between spaces, and phrases in double quotes.
    pub fn parse(text: &str) -> Self {
        let mut terms = BTreeSet::new();
        for (number, part) in text.split('"').enumerate() {
            if number % 2 == 1 {
                let words: Vec<String> = words(part).collect();
                if !words.is_empty() {
                    terms.insert(Term::Phrase(words));
                }
                continue;
            }
            for typed in part.split_whitespace() {
                terms.insert(Term::Plain { id: typed.to_owned(), words: words(typed).collect() });
            }
        }
        Self { terms: terms.into_iter().collect() }
    }

    /// Whether words have to follow each other, which no index of words can say.
    pub fn has_phrases(&self) -> bool {
        self.terms.iter().any(|term| matches!(term, Term::Phrase(_)))
    }

    /// Whether an entry has all of it.
    pub fn matches(&self, entry: &EntryText) -> bool {
        self.terms.iter().all(|term| match term {
            Term::Plain { id, words } => {
                let has_words = !words.is_empty() && words.iter().all(|word| entry.words.contains(word));
                has_words || entry.ids.contains(id) || entry.organisation.as_ref() == Some(id)
            }
            Term::Phrase(words) => {
                entry.texts.iter().any(|text| text.windows(words.len()).any(|window| window == words))
            }
        })
    }
}

/// What can be found of an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryText {
    /// IDs of objects, requests and sessions, and addresses of networks, as they are.
    pub ids: BTreeSet<String>,
    /// The ID of the organisation that a client is in.
    pub organisation: Option<String>,
    /// All words.
    pub words: BTreeSet<String>,
    /// The words of each text, in their order.
    texts: Vec<Vec<String>>,
}

impl EntryText {
    /// What can be found of an entry: names, IDs, the fields with their values before and after, and how it ended.
    pub fn of(entry: &AuditEntry) -> Self {
        let mut all = Self::default();
        let (intent, completion, resolution) = (&entry.intent, &entry.completion, &entry.resolution);
        let (actor, target) = (&intent.actor, &intent.target);
        all.organisation.clone_from(&target.organisation_id);
        all.ids([&target.id, &actor.session, &actor.peer]);
        all.ids([&Some(intent.request_id.clone())]);
        all.ids(completion.iter().flat_map(|completion| [&completion.object_id, &completion.partner_request_id]));
        all.ids(resolution.iter().map(|resolution| &resolution.object_id));
        if let Some(Sighting::Many { first, .. }) = intent.observation.as_ref().map(|seen| &seen.sighting) {
            all.ids.extend(first.iter().map(|(_, id)| id.clone()));
        }
        for text in [&actor.subject, &actor.name, &target.name] {
            all.text(text);
        }
        let details = completion.iter().flat_map(|completion| &completion.detail);
        let details = details.chain(resolution.iter().map(|resolution| &resolution.detail));
        for text in actor.email.iter().chain(details) {
            all.text(text);
        }
        all.text(intent.action.word());
        for change in &intent.changes {
            all.text(&change.field);
            all.text(target.kind.label(&change.field));
            for value in change.before.iter().chain(&change.after) {
                all.value(value);
            }
        }
        all
    }

    fn ids<'a>(&mut self, ids: impl IntoIterator<Item = &'a Option<String>>) {
        self.ids.extend(ids.into_iter().flatten().filter(|id| !id.is_empty()).cloned());
    }

    fn value(&mut self, value: &FieldValue) {
        match value {
            FieldValue::Flag(_) => {}
            FieldValue::Text(text) => self.text(text),
            FieldValue::List(texts) => {
                for text in texts {
                    self.text(text);
                }
            }
        }
    }

    fn text(&mut self, text: &str) {
        let words: Vec<String> = words(text).collect();
        self.words.extend(words.iter().cloned());
        self.texts.push(words);
    }
}

/// What people are told apart by: the subject, the name and the address of whoever acted. Whoever was erased has none of them.
pub fn identity(actor: &Actor) -> Option<String> {
    let email = actor.email.as_deref().unwrap_or_default();
    (!actor.is_erased()).then(|| format!("{} {} {email}", actor.subject, actor.name))
}

/// What people are found by, and part of what a filter asks for, without regard to case. Whoever was erased is not found.
pub fn person(actor: &Actor) -> String {
    identity(actor).unwrap_or_default().to_lowercase()
}

/// The person and the text that a filter asks for, to be looked for in entries themselves, and in no index.
#[derive(Debug)]
pub struct Sought {
    /// A part of what people are found by, in lower case.
    person: Option<String>,
    text: SearchText,
}

impl Sought {
    /// What a filter asks for.
    pub fn of(filter: &AuditFilter) -> Self {
        let text = SearchText::parse(filter.text.as_deref().unwrap_or_default());
        Self { person: filter.actor.as_ref().map(|part| part.to_lowercase()), text }
    }

    /// Whether every entry is what is asked for.
    pub const fn is_anything(&self) -> bool {
        self.person.is_none() && self.text.terms.is_empty()
    }

    /// Whether an entry is by the person, and has the text.
    pub fn matches(&self, entry: &AuditEntry) -> bool {
        let is_theirs = |part: &String| person(&entry.intent.actor).contains(part);
        let has_text = || self.text.terms.is_empty() || self.text.matches(&EntryText::of(entry));
        self.person.as_ref().is_none_or(is_theirs) && has_text()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(ids: &[&str], texts: &[&str]) -> EntryText {
        let mut all = EntryText::default();
        all.ids(&ids.iter().map(|id| Some((*id).to_owned())).collect::<Vec<_>>());
        for text in texts {
            all.text(text);
        }
        all
    }

    #[test]
    fn every_term_has_to_be_there_and_may_be_an_id_or_words() {
        let entry = entry(&["org_A-1"], &["https://app.example.org/callback", "Łódź Café"]);
        for (text, is_found) in [
            ("", true),
            ("callback lodz", true),
            ("APP.EXAMPLE.ORG", true),
            ("café", true),
            ("org_A-1", true),
            ("call", false),
            ("callback missing", false),
            ("org_B-1", false),
            ("--", false),
        ] {
            assert_eq!(SearchText::parse(text).matches(&entry), is_found, "{text}");
        }
    }

    #[test]
    fn the_words_of_a_phrase_follow_each_other_in_one_text() {
        let entry = entry(&[], &["https://app.example.org/callback", "Thistledown Bank"]);
        for (text, is_found) in [
            ("\"app.example\"", true),
            ("\"example app\"", false),
            ("\"callback thistledown\"", false),
            ("bank \"thistledown", true),
            ("\"\" bank", true),
            ("\"one two three four five six seven\"", false),
        ] {
            assert_eq!(SearchText::parse(text).matches(&entry), is_found, "{text}");
        }
    }
}
