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
    if !ends_with_a_line_break(&mut file).await? {
        file.write_all(b"\n").await?;
    }
    file.write_all(text).await?;
    file.sync_data().await
}

async fn ends_with_a_line_break(file: &mut File) -> io::Result<bool> {
    if file.metadata().await?.len() == 0 {
        return Ok(true);
    }
    file.seek(io::SeekFrom::End(-1)).await?;
    Ok(file.read_u8().await? == b'\n')
}
