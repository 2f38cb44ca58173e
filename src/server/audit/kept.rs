//! The checkpoints that are kept in a file elsewhere.

use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::{fs, io};

use super::tree::{Checkpoint, VerifyingKey};

/// How much of the file is read at once where it is read from its end.
const BLOCK: u64 = 1024 * 1024;
/// A note is never longer, so of a longer text the rest is not kept.
const LONGEST: usize = 64 * 1024;

/// The checkpoints of a file that this key signed; none where there is no file yet.
///
/// # Errors
/// When the file cannot be read.
pub fn kept_checkpoints(path: &Path, key: &VerifyingKey) -> io::Result<Vec<Checkpoint>> {
    let notes = match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        read => read?,
    };
    let (checkpoints, unreadable) = Checkpoint::open_all(&notes, key);
    warn_of(unreadable, path);
    Ok(checkpoints)
}

/// The largest of them. A note that claims to be smaller than one with a right signature is not checked: where each note is
/// larger than the one before, only the last one is.
///
/// The file is read from its end, a block at a time. It is read to its beginning, because whoever may only add to it could
/// add old notes again.
///
/// # Errors
/// When the file cannot be read.
pub fn largest_kept_checkpoint(path: &Path, key: &VerifyingKey) -> io::Result<Option<Checkpoint>> {
    let file = match fs::File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let (largest, unreadable) = largest_of(&file, key)?;
    warn_of(unreadable, path);
    Ok(largest)
}

/// And how many of the notes that were checked could not be read.
fn largest_of(file: &fs::File, key: &VerifyingKey) -> io::Result<(Option<Checkpoint>, usize)> {
    let (mut largest, mut unreadable) = (None, 0);
    let (mut text, mut place) = (Vec::new(), file.metadata()?.len());
    while place > 0 {
        let start = place.saturating_sub(BLOCK);
        let mut block = vec![0; usize::try_from(place - start).map_err(io::Error::other)?];
        file.read_exact_at(&mut block, start)?;
        block.append(&mut text);
        (text, place) = (block, start);
        for begin in note_beginnings(&text, start == 0, key).into_iter().rev() {
            let note = text.split_off(begin);
            if Checkpoint::claimed_age(&String::from_utf8_lossy(&note)) > largest.as_ref().map(Checkpoint::age) {
                let (mut opened, wrong) = Checkpoint::open_all(&note, key);
                largest = opened.pop().or(largest);
                unreadable += wrong;
            }
        }
        // What is left is the end of a note that begins in the block before.
        text.truncate(LONGEST);
    }
    Ok((largest, unreadable))
}

/// Where notes of the key's log may begin in a part of a file. The first line may be the rest of one, unless it is the first
/// of the file.
fn note_beginnings(text: &[u8], is_first: bool, key: &VerifyingKey) -> Vec<usize> {
    let mut beginnings = Vec::new();
    let mut place = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let begins = str::from_utf8(line).is_ok_and(|line| Checkpoint::begins_with(line, key));
        if begins && (is_first || place > 0) {
            beginnings.push(place);
        }
        place += line.len();
    }
    beginnings
}

fn warn_of(unreadable: usize, path: &Path) {
    if unreadable > 0 {
        tracing::warn!(unreadable, "{} has notes that are not checkpoints of this log", path.display());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::audit::tree::SigningKey;

    const ORIGIN: &str = "partners.example/audit";

    fn signed(key: &SigningKey, sizes: std::ops::Range<u64>) -> String {
        let origin = key.verifying().name();
        sizes.map(|size| Checkpoint { origin: origin.to_owned(), size, root: [7; 32] }.sign(key)).collect()
    }

    fn file(content: &[u8]) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), content).unwrap();
        file
    }

    fn largest(content: &[u8], key: &SigningKey) -> Option<(String, u64)> {
        let found = largest_kept_checkpoint(file(content).path(), key.verifying()).unwrap();
        found.map(|checkpoint| (checkpoint.origin, checkpoint.size))
    }

    #[test]
    fn the_largest_checkpoint_is_found_whatever_was_added_after_it() {
        let key = SigningKey::new(ORIGIN).unwrap();
        let (second, stranger) = (key.named("partners.example/audit/2").unwrap(), SigningKey::new(ORIGIN).unwrap());
        let notes = signed(&key, 1..6);
        let found = |added: &str| largest([notes.as_str(), added].concat().as_bytes(), &key);
        let fifth = Some((ORIGIN.to_owned(), 5));
        for added in [
            String::new(),
            signed(&key, 2..3),
            signed(&stranger, 9..12),
            signed(&key, 5..6).replacen("\n5\n", "\n6\n", 1),
            format!("{ORIGIN}\n99999999999999999999999\n{ORIGIN}\n7\n\n\u{2014} {ORIGIN} AAAA\n"),
            "x".repeat(3 * 1024 * 1024),
            signed(&key, 2..3).repeat(20_000),
        ] {
            assert_eq!(found(&added), fifth, "{added:.300}");
        }
        assert_eq!(found(&(signed(&second, 3..4) + &signed(&key, 1..2))), Some(("partners.example/audit/2".into(), 3)));
        assert_eq!(largest(b"", &key), None);
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(largest_kept_checkpoint(&folder.path().join("none"), key.verifying()).unwrap(), None);
    }

    /// Also within the dash of its signature, which has three bytes.
    #[test]
    fn a_note_that_was_cut_off_anywhere_spoils_no_other() {
        let key = SigningKey::new(ORIGIN).unwrap();
        let (notes, torn) = (signed(&key, 1..3), signed(&key, 3..4));
        for at in 1..torn.len() - 1 {
            let cut = [notes.as_bytes(), &torn.as_bytes()[..at]].concat();
            assert_eq!(largest(&cut, &key), Some((ORIGIN.to_owned(), 2)), "{at}");
            let continued = [&cut, &b"\n"[..], signed(&key, 4..5).as_bytes()].concat();
            assert_eq!(largest(&continued, &key), Some((ORIGIN.to_owned(), 4)), "{at}");
            let kept = kept_checkpoints(file(&continued).path(), key.verifying()).unwrap();
            assert_eq!(kept.iter().map(|one| one.size).collect::<Vec<_>>(), [1, 2, 4], "{at}");
        }
    }

    /// Checking signatures is what takes time: a start must not take longer from year to year.
    #[test]
    fn of_a_file_in_its_order_only_the_last_signature_is_checked() {
        let key = SigningKey::new(ORIGIN).unwrap();
        let (root, other) = ("BwcHBwcH", "BwcHBwcI");
        let wrong = signed(&key, 1..20_000).replace(root, other);
        let kept = file((wrong + &signed(&key, 20_000..20_001)).as_bytes());
        let (found, unreadable) = largest_of(kept.as_file(), key.verifying()).unwrap();
        assert_eq!((found.unwrap().size, unreadable), (20_000, 0));
    }
}
