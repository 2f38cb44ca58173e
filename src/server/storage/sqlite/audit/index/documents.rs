//! What the index has of an entry: its words and IDs, and a token for each fact that a filter asks for.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::facts::FactChanges;
use super::file::SPAN;
use crate::domain::audit::{AuditEntry, Outcome};
use crate::domain::time_format::rfc3339;
use crate::server::hexadecimal::hex;
use crate::server::storage::audit_text::{EntryText, identity};

/// What a token of a fact begins with. No word has this letter: it is for private use, and words are letters and digits.
const FACT: char = '\u{e000}';
/// Bytes of the hash of a fact. Two facts with the same one are told apart by the log.
const HASH: usize = 6;

/// The kinds of facts and of IDs.
pub(super) mod category {
    pub(in super::super) const ACTION: char = 'a';
    pub(in super::super) const CONNECTION: char = 'c';
    pub(in super::super) const FIELD: char = 'f';
    pub(in super::super) const ID: char = 'i';
    pub(in super::super) const KIND: char = 'k';
    pub(in super::super) const ORGANISATION: char = 'g';
    pub(in super::super) const OUTCOME: char = 'o';
    pub(in super::super) const PERSON: char = 'p';
}

/// The token of a fact.
pub(super) fn token(category: char, value: &str) -> String {
    let hash = Sha256::digest(value.as_bytes());
    format!("{FACT}{category}{}", hex(&hash[..HASH]))
}

/// What a batch of entries adds to the index, as JSON.
#[derive(Debug)]
pub(super) struct Batch {
    /// Numbers of entries, each with its words and tokens.
    pub(super) documents: String,
    /// Tokens of people, each with what they are searched by, and the newest entry that names them.
    pub(super) people: String,
    /// Which facts they have.
    pub(super) facts: FactChanges,
    /// The earliest and the latest time of some entries, by the number that the first of them can have.
    pub(super) spans: String,
}

impl Batch {
    pub(super) fn of(entries: &[AuditEntry]) -> Self {
        let (mut people, mut spans) = (BTreeMap::new(), BTreeMap::new());
        let (mut documents, mut facts) = (Vec::with_capacity(entries.len()), FactChanges::default());
        for entry in entries {
            documents.push(json!([entry.id, document(entry)]));
            note(&mut facts, entry);
            if let Some((token, text)) = person(entry) {
                let newest = people.entry(token).or_insert((text, entry.id));
                newest.1 = newest.1.max(entry.id);
            }
            let at = rfc3339(entry.intended_at);
            let span = spans.entry(entry.id / SPAN * SPAN).or_insert_with(|| (at.clone(), at.clone()));
            if at < span.0 {
                span.0 = at;
            } else if at > span.1 {
                span.1 = at;
            }
        }
        let people = people.into_iter().map(|(token, (text, entry))| json!([token, text, entry]));
        let spans = spans.into_iter().map(|(first, (earliest, latest))| json!([first, earliest, latest]));
        Self {
            documents: Value::from(documents).to_string(),
            people: people.collect::<Value>().to_string(),
            facts,
            spans: spans.collect::<Value>().to_string(),
        }
    }
}

/// The token of who acted, and what people are searched by. Whoever was erased has none.
fn person(entry: &AuditEntry) -> Option<(String, String)> {
    identity(&entry.intent.actor).map(|text| (token(category::PERSON, &text), text.to_lowercase()))
}

/// The facts of an entry. All of them stay as they are but its outcome.
fn note(facts: &mut FactChanges, entry: &AuditEntry) {
    let (intent, target) = (&entry.intent, &entry.intent.target);
    for outcome in Outcome::ALL {
        let token = token(category::OUTCOME, outcome.code());
        if outcome == entry.outcome() { facts.add(token, entry.id) } else { facts.remove(token, entry.id) }
    }
    let connection = target.connection.iter().map(|connection| token(category::CONNECTION, &connection.name));
    let person = person(entry).map(|(token, _)| token);
    let fields = intent.changes.iter().map(|change| token(category::FIELD, &change.field));
    let always = [token(category::ACTION, intent.action.code()), token(category::KIND, target.kind.code())];
    for token in always.into_iter().chain(connection).chain(person).chain(fields) {
        facts.add(token, entry.id);
    }
}

fn document(entry: &AuditEntry) -> String {
    let text = EntryText::of(entry);
    let mut tokens: Vec<String> = text.organisation.iter().map(|id| token(category::ORGANISATION, id)).collect();
    tokens.extend(text.ids.iter().map(|id| token(category::ID, id)));
    tokens.extend(text.words);
    tokens.join(" ")
}
