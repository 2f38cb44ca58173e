//! Adds whole texts to the end of a file that others read meanwhile, and that may be moved away between two of them.

use std::io;
use std::path::Path;

use tokio::fs::{File, OpenOptions};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _};

/// What a new file may be used for: a log shipper reads it through its group, and nobody else does.
const MODE: u32 = 0o640;

/// Adds text that ends with a line break, so that it survives a loss of power. What is left of one that was cut off ends
/// with a line break of its own: it spoils no other.
///
/// # Errors
/// When it is not on disk.
pub(super) async fn append(path: &Path, text: &[u8]) -> io::Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    let mut options = OpenOptions::new();
    let mut file = options.create(true).read(true).append(true).mode(MODE).open(path).await?;
    let before = file.metadata().await?;
    if before.len() > 0 && !ends_with_a_line_break(&mut file).await? {
        file.write_all(b"\n").await?;
    }
    file.write_all(text).await?;
    // Only now is it written, and only this says whether it could be.
    file.flush().await?;
    // A pipe has nothing that could be synced.
    if !before.is_file() {
        return Ok(());
    }
    file.sync_data().await?;
    if before.len() == 0 {
        // The name of a new file has to survive too.
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder).await?.sync_all().await?;
    }
    Ok(())
}

/// Of a file that is not empty.
async fn ends_with_a_line_break(file: &mut File) -> io::Result<bool> {
    file.seek(io::SeekFrom::End(-1)).await?;
    Ok(file.read_u8().await? == b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The device takes every write and has room for none.
    #[tokio::test]
    async fn what_a_full_disk_does_not_take_is_an_error() {
        for text in [&b"a line\n"[..], &vec![b'x'; 8 * 1024 * 1024]] {
            let error = append(Path::new("/dev/full"), text).await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        }
    }

    #[tokio::test]
    async fn a_line_that_was_cut_off_spoils_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new");
        append(&path, b"one\ntw").await.unwrap();
        append(&path, b"three\n").await.unwrap();
        assert_eq!(std::fs::read_to_string(path).unwrap(), "one\ntw\nthree\n");
    }
}
