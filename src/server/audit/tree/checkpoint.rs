//! Checkpoints: the size and the root of a log at a moment, under the log's name: C2SP `tlog-checkpoint`.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::hash::Hash;
use super::name::LogName;
use super::note::{DASH, NoteError, SigningKey, VerifyingKey};

/// Why a checkpoint cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The signed note is not right.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The note is right, but is not about a log.
    #[error("it is signed, but is not a checkpoint")]
    Malformed,
    /// It is about another log.
    #[error("it is about another log")]
    OtherOrigin,
    /// It is signed with this key, for a log with another name.
    #[error(
        "the log was begun under the name {begun}, and is named {named} here: set audit.origin to {begun}, or take the public \
         key with that name"
    )]
    OtherName {
        /// The name that was signed.
        begun: String,
        /// The name that the key has.
        named: String,
    },
}

/// The size and the root of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name.
    pub origin: String,
    /// How many leaves it has.
    pub size: u64,
    /// The root of the tree of these.
    pub root: Hash,
}

impl Checkpoint {
    /// As a signed note. The key has the name of the log.
    pub fn sign(&self, key: &SigningKey) -> String {
        key.sign(&format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root)))
    }

    /// How new it is among those of its log: the number of its history, and its size.
    pub fn age(&self) -> (u32, u64) {
        (LogName::of(&self.origin).history, self.size)
    }

    /// The same as a note claims it, whoever signed it; `None` where it claims nothing.
    pub fn claimed_age(note: &str) -> Option<(u32, u64)> {
        Some((LogName::of_note(note).history, note.lines().nth(1)?.parse().ok()?))
    }

    /// Whether a line is the first of a note about any history of the key's log.
    pub fn begins_with(line: &str, key: &VerifyingKey) -> bool {
        LogName::of(line.trim_end()).own == LogName::of(key.name()).own
    }

    /// Reads the signed notes of a text, one after another, and how many could not be read: one that was cut off, even
    /// within a character, spoils no other.
    pub fn open_all(notes: &[u8], key: &VerifyingKey) -> (Vec<Self>, usize) {
        let (mut opened, mut unreadable) = (Vec::new(), 0);
        let notes = String::from_utf8_lossy(notes);
        let mut lines = notes.split_inclusive('\n').peekable();
        let mut note = String::new();
        while let Some(line) = lines.next() {
            // What is left of one that was cut off ends where the next one begins: with the name of the log.
            if Self::begins_with(line, key) && !note.trim().is_empty() {
                unreadable += 1;
                note.clear();
            }
            note.push_str(line);
            // Others may sign below.
            let is_last = line.starts_with(DASH) && lines.peek().is_none_or(|next| !next.starts_with(DASH));
            if is_last {
                match Self::open(note.trim_start_matches('\n'), key) {
                    Ok(checkpoint) => opened.push(checkpoint),
                    Err(_) => unreadable += 1,
                }
                note.clear();
            }
        }
        (opened, unreadable + usize::from(!note.trim().is_empty()))
    }

    /// Reads a signed note of any history of the key's log.
    ///
    /// # Errors
    /// When it is not signed by this key, is no checkpoint, or is one of another log than the key's.
    pub fn open(note: &str, key: &VerifyingKey) -> Result<Self, CheckpointError> {
        let name = LogName::of_note(note);
        let named = LogName::of(key.name()).own;
        let is_of_this_log = name.own == named;
        if !is_of_this_log && key.named(&name.to_string()).is_ok_and(|other| other.open(note).is_ok()) {
            return Err(CheckpointError::OtherName { begun: name.own.to_owned(), named: named.to_owned() });
        }
        let key = if is_of_this_log { Cow::Owned(key.named(&name.to_string())?) } else { Cow::Borrowed(key) };
        let checkpoint = Self::read(key.open(note)?)?;
        if checkpoint.origin != key.name() {
            return Err(CheckpointError::OtherOrigin);
        }
        Ok(checkpoint)
    }

    /// Reads a note whose signature nobody can check, because there is no key.
    ///
    /// # Errors
    /// When it is no checkpoint.
    pub fn unsigned(note: &str) -> Result<Self, CheckpointError> {
        let (text, _) = note.rsplit_once("\n\n").ok_or(NoteError::Malformed)?;
        Self::read(note.get(..=text.len()).ok_or(NoteError::Malformed)?)
    }

    fn read(text: &str) -> Result<Self, CheckpointError> {
        // The format allows lines below these three, and this log writes none.
        let mut lines = text.strip_suffix('\n').ok_or(CheckpointError::Malformed)?.split('\n');
        let (Some(origin), Some(size), Some(root), None) = (lines.next(), lines.next(), lines.next(), lines.next())
        else {
            return Err(CheckpointError::Malformed);
        };
        let number = size.parse::<u64>().ok().filter(|number| number.to_string() == size);
        let root = STANDARD.decode(root).ok().and_then(|root| root.try_into().ok());
        let (Some(size), Some(root)) = (number, root) else {
            return Err(CheckpointError::Malformed);
        };
        Ok(Self { origin: origin.to_owned(), size, root })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: &str = "partners.example/audit";

    #[test]
    fn a_checkpoint_is_read_as_it_was_signed() {
        let key = SigningKey::new(ORIGIN).unwrap();
        let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size: 1 << 40, root: [7; 32] };
        assert_eq!(Checkpoint::open(&checkpoint.sign(&key), key.verifying()), Ok(checkpoint.clone()));
        let other = Checkpoint { origin: "elsewhere".to_owned(), ..checkpoint };
        assert_eq!(Checkpoint::open(&other.sign(&key), key.verifying()), Err(CheckpointError::OtherOrigin));
    }

    #[test]
    fn a_checkpoint_of_another_history_is_read_with_the_key_of_any() {
        let key = SigningKey::new(ORIGIN).unwrap();
        let second = key.named("partners.example/audit/2").unwrap();
        let of = |key: &SigningKey| Checkpoint { origin: key.verifying().name().to_owned(), size: 7, root: [7; 32] };
        for signed_by in [&key, &second] {
            let note = of(signed_by).sign(signed_by);
            for read_with in [&key, &second] {
                assert_eq!(Checkpoint::open(&note, read_with.verifying()), Ok(of(signed_by)));
            }
            assert!(Checkpoint::open(&note, SigningKey::new(ORIGIN).unwrap().verifying()).is_err(), "another key");
            let other = Checkpoint::open(&note, key.named("partners.example").unwrap().verifying());
            assert_eq!(
                other,
                Err(CheckpointError::OtherName { begun: ORIGIN.into(), named: "partners.example".into() })
            );
        }
        let renamed = of(&key).sign(&key).replacen("audit", "audit/2", 1);
        assert!(Checkpoint::open(&renamed, key.verifying()).is_err());
    }

    #[test]
    fn several_checkpoints_are_read_from_one_file_and_one_that_was_cut_off_spoils_none() {
        let key = SigningKey::new(ORIGIN).unwrap();
        let checkpoint = |size| Checkpoint { origin: ORIGIN.to_owned(), size, root: [7; 32] };
        let [first, second, third] = [1, 2, 3].map(|size| checkpoint(size).sign(&key));
        let witness = format!("{DASH}witness.example {}\n", STANDARD.encode([1; 68]));
        let notes = [first.as_str(), "\n", &second, &witness, &third].concat();
        let read = |notes: &str| Checkpoint::open_all(notes.as_bytes(), key.verifying());
        assert_eq!(read(&notes), (vec![checkpoint(1), checkpoint(2), checkpoint(3)], 0));
        for at in [first.len() + 3, first.len() + 30, first.len() + second.len() - 5] {
            let cut = format!("{}\n{third}", &[first.as_str(), &second].concat()[..at]);
            assert_eq!(read(&cut), (vec![checkpoint(1), checkpoint(3)], 1), "{cut}");
        }
        assert_eq!(read(""), (vec![], 0));
        assert_eq!(read("hello"), (vec![], 1));
    }

    #[test]
    fn another_implementation_reads_it() {
        let key = SigningKey::new(ORIGIN).unwrap();
        let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size: 12, root: [7; 32] };
        let note = checkpoint.sign(&key);
        let text = key.verifying().open(&note).unwrap();
        let other = tlog_tiles::Checkpoint::from_bytes(text.as_bytes()).unwrap();
        assert_eq!((other.origin(), other.size(), other.hash().0), (ORIGIN, 12, [7; 32]));
    }

    #[test]
    fn a_note_about_something_else_is_no_checkpoint() {
        let key = SigningKey::new(ORIGIN).unwrap();
        for text in ["hello\n", "partners.example/audit\n012\nAAAA\n", "partners.example/audit\n1\nAAAA\n"] {
            assert_eq!(Checkpoint::open(&key.sign(text), key.verifying()), Err(CheckpointError::Malformed), "{text}");
        }
    }
}
