//! The tree as tiles: what outside tools verify (C2SP `tlog-tiles`).

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::super::error::AuditError;
use super::super::log::AuditLog;
use super::super::tree::{Frontier, Hash, leaf_hash};
use crate::server::hexadecimal::from_hex;
use crate::server::storage::{KeptNode, TreeNode};

/// The height of a tile: it has 256 hashes.
const HEIGHT: u32 = 8;
const WIDTH: usize = 1 << HEIGHT;

/// Why the tiles could not be written.
#[derive(Debug, thiserror::Error)]
pub enum TilesError {
    /// The log could not be read.
    #[error("the audit log could not be read")]
    Log(#[from] AuditError),
    /// A file could not be written.
    #[error("{} could not be written", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why not.
        #[source]
        reason: io::Error,
    },
    /// The leaves are not those that were signed.
    #[error("the audit log is not as it was signed: run audit verify")]
    NotSigned,
}

/// Makes the folder of the tiles.
///
/// # Errors
/// When it cannot be made, or has something in it.
pub fn check_tiles_folder(folder: &Path) -> Result<(), TilesError> {
    let file = |reason| TilesError::File { path: folder.to_owned(), reason };
    fs::create_dir_all(folder).map_err(file)?;
    if fs::read_dir(folder).map_err(file)?.next().is_some() {
        return Err(file(io::Error::other("the folder is not empty")));
    }
    Ok(())
}

/// Writes the tree as it is now into a new folder: `checkpoint`, `tile/0/…` and so on, and `tile/entries/…`. How many
/// leaves it has.
///
/// # Errors
/// When the folder is there and not empty, a file cannot be written, or the log is not as it was signed. The checkpoint
/// is written last: without it the folder is not whole.
pub async fn write_tiles(log: &AuditLog, folder: &Path) -> Result<u64, TilesError> {
    let read = |error| TilesError::Log(AuditError::Storage(error));
    let head = log.store.head().await.map_err(read)?;
    let pruned = log.store.pruned().await.map_err(read)?;
    let mut tiles = Tiles::new(folder)?;
    for place in 0..pruned >> HEIGHT {
        let node = TreeNode::Subtree { height: HEIGHT, place };
        let nodes = log.store.nodes(&[node]).await.map_err(read)?;
        let Some(KeptNode::Root(root)) = nodes.get(&node) else {
            return Err(TilesError::NotSigned);
        };
        tiles.add(HEIGHT, from_hex(root).ok_or(TilesError::NotSigned)?)?;
    }
    let mut next = pruned;
    while next < head.size {
        let last = head.size.min((next | 0xff) + 1);
        let wanted: Vec<TreeNode> = (next..last).map(TreeNode::Leaf).collect();
        let nodes = log.store.nodes(&wanted).await.map_err(read)?;
        let mut bundle = Vec::new();
        for leaf in &wanted {
            let Some(KeptNode::Envelope(envelope)) = nodes.get(leaf) else {
                return Err(TilesError::NotSigned);
            };
            // An envelope has some seven hundred bytes.
            let length = u16::try_from(envelope.len()).map_err(|_| TilesError::NotSigned)?;
            bundle.extend(length.to_be_bytes());
            bundle.extend(envelope.as_bytes());
            tiles.add(0, leaf_hash(envelope.as_bytes()))?;
        }
        tiles.write("entries", next >> HEIGHT, wanted.len(), &bundle)?;
        next = last;
    }
    tiles.finish()?;
    let signed = Frontier::from_bytes(head.size, &head.frontier).map(|frontier| frontier.root());
    if signed != Some(tiles.frontier.root()) {
        return Err(TilesError::NotSigned);
    }
    write(&folder.join("checkpoint"), head.checkpoint.as_bytes())?;
    Ok(head.size)
}

/// The hashes of each level that are not in a whole tile yet.
struct Tiles<'a> {
    folder: &'a Path,
    frontier: Frontier,
    levels: Vec<(u64, Vec<Hash>)>,
}

impl<'a> Tiles<'a> {
    fn new(folder: &'a Path) -> Result<Self, TilesError> {
        check_tiles_folder(folder)?;
        Ok(Self { folder, frontier: Frontier::default(), levels: Vec::new() })
    }

    /// Adds a leaf, or a subtree whose leaves are gone.
    fn add(&mut self, height: u32, root: Hash) -> Result<(), TilesError> {
        let mut roots = Vec::new();
        let tell = |height: u32, place: u64, root: Hash| {
            if height.is_multiple_of(HEIGHT) {
                roots.push((height / HEIGHT, place, root));
            }
        };
        self.frontier.join(height, root, tell).ok_or(TilesError::NotSigned)?;
        for (level, place, root) in roots {
            let index = level as usize;
            if self.levels.len() <= index {
                self.levels.resize_with(index + 1, || (0, Vec::with_capacity(WIDTH)));
            }
            let (tile, hashes) = &mut self.levels[index];
            *tile = place >> HEIGHT;
            hashes.push(root);
            if hashes.len() == WIDTH {
                let (tile, bytes) = (*tile, std::mem::take(hashes).concat());
                self.write(&level.to_string(), tile, WIDTH, &bytes)?;
            }
        }
        Ok(())
    }

    /// Writes the tiles that are not full.
    fn finish(&mut self) -> Result<(), TilesError> {
        for (level, (tile, hashes)) in std::mem::take(&mut self.levels).into_iter().enumerate() {
            if !hashes.is_empty() {
                self.write(&level.to_string(), tile, hashes.len(), &hashes.concat())?;
            }
        }
        Ok(())
    }

    fn write(&self, level: &str, tile: u64, width: usize, bytes: &[u8]) -> Result<(), TilesError> {
        let partial = if width < WIDTH { format!(".p/{width}") } else { String::new() };
        write(&self.folder.join(format!("tile/{level}/{}{partial}", path_of(tile))), bytes)
    }
}

/// The number of a tile as a path: groups of three digits, all but the last with an `x`.
fn path_of(tile: u64) -> String {
    let mut path = format!("{:03}", tile % 1_000);
    let mut rest = tile / 1_000;
    while rest > 0 {
        path = format!("x{:03}/{path}", rest % 1_000);
        rest /= 1_000;
    }
    path
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), TilesError> {
    let written = || {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = File::create_new(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    written().map_err(|reason| TilesError::File { path: path.to_owned(), reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_are_called_as_the_specification_says() {
        assert_eq!(path_of(0), "000");
        assert_eq!(path_of(255), "255");
        assert_eq!(path_of(1_234_067), "x001/x234/067");
    }
}
