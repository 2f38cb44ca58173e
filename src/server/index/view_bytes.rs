//! A view of an index as the bytes of a snapshot.

use std::io::{self, Read, Write};
use std::sync::Arc;

use time::OffsetDateTime;

use super::judging::Judging;
use super::objects::Objects;
use super::search::{Patch, StoredIndex};
use super::view::View;

/// What a snapshot begins with; the last byte is the version.
const HEADER: [u8; 8] = *b"pdview\0\x04";

/// A view as a snapshot has it.
///
/// # Errors
/// When it cannot be made: writing into memory does not fail.
pub(super) fn written(view: &View) -> io::Result<Vec<u8>> {
    let mut objects = Vec::new();
    view.objects.write(&mut objects)?;
    let mut bytes = Vec::new();
    bytes.write_all(&HEADER)?;
    bytes.write_all(&view.read_at.map_or(0, OffsetDateTime::unix_timestamp).to_le_bytes())?;
    let sent = serde_json::to_vec(&*view.sent).map_err(io::Error::other)?;
    bytes.write_all(&(sent.len() as u64).to_le_bytes())?;
    bytes.write_all(&sent)?;
    bytes.write_all(&(objects.len() as u64).to_le_bytes())?;
    bytes.append(&mut objects);
    view.search.write(&mut bytes)?;
    Ok(bytes)
}

/// The view of a snapshot, judged anew.
///
/// # Errors
/// When the snapshot is of another version, or damaged.
pub(super) fn read(bytes: &[u8], judging: &Judging) -> Result<View, Box<dyn std::error::Error + Send + Sync>> {
    let mut rest = bytes;
    let (mut header, mut number) = (HEADER, [0; 8]);
    rest.read_exact(&mut header)?;
    if header != HEADER {
        return Err("it is of another version".into());
    }
    rest.read_exact(&mut number)?;
    let read_at = i64::from_le_bytes(number);
    let sent = Arc::new(serde_json::from_slice(section(&mut rest)?)?);
    let objects = section(&mut rest)?;
    // Nothing is answered before both are there, and each takes about as long as the other.
    let (objects, search) = std::thread::scope(|scope| {
        let search = scope.spawn(|| StoredIndex::read(rest));
        (Objects::read(objects), search.join())
    });
    let objects = Arc::new(objects?);
    let search = search.map_err(|_| "reading it failed")??;
    let search = Arc::new(search.of(&*objects)?);
    let read_at = OffsetDateTime::from_unix_timestamp(read_at).ok().filter(|_| read_at > 0);
    let readiness = Arc::new(judging.judge(&objects, &Patch::default()));
    Ok(View { objects, search, patch: Arc::default(), readiness, sent, fragments: Arc::default(), read_at })
}

/// The next part of a snapshot, behind its length.
fn section<'a>(rest: &mut &'a [u8]) -> io::Result<&'a [u8]> {
    let mut number = [0; 8];
    rest.read_exact(&mut number)?;
    let length = usize::try_from(u64::from_le_bytes(number)).map_err(io::Error::other)?;
    let (section, after) = rest.split_at_checked(length).ok_or(io::ErrorKind::UnexpectedEof)?;
    *rest = after;
    Ok(section)
}
