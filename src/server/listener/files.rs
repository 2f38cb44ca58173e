//! The limit of connections: fewer than the process may open files, so that it has some for itself.

use rlimit::{Resource, increase_nofile_limit};

/// The limit of connections, whatever the limit of open files: each connection takes memory.
const MOST_CONNECTIONS: u64 = 2_048;
/// Files for everything else. An idle server has about 20: the runtime's own, listening sockets, and the database with
/// its WAL and index, at most four connections. The rest is for calls to partners and identity providers (in the demo
/// both ends of each), for connections that are about to close, and for the operations listener.
const OWN_FILES: u64 = 256;
/// The usual limit of open files of a process.
const USUAL_FILES: u64 = 1_024;

/// The limit of connections. Raises the soft limit of open files as far as is useful and allowed.
pub fn most_connections() -> usize {
    let files = increase_nofile_limit(MOST_CONNECTIONS + OWN_FILES).or_else(|error| {
        tracing::warn!(%error, "the limit of open files could not be raised");
        Resource::NOFILE.get_soft()
    });
    let files = files.unwrap_or(USUAL_FILES);
    let most = connections(files);
    if most < MOST_CONNECTIONS {
        tracing::info!(files, connections = most, "the limit of open files allows fewer connections than usual");
    }
    usize::try_from(most).unwrap_or(usize::MAX)
}

/// How many of the files are for connections: at least half, so that a small limit leaves some.
fn connections(files: u64) -> u64 {
    (files - OWN_FILES.min(files / 2)).min(MOST_CONNECTIONS)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_usual_limits_leave_room_for_our_own_files() {
        for (files, most) in [(1_024, 768), (4_096, MOST_CONNECTIONS), (u64::MAX, MOST_CONNECTIONS), (64, 32), (1, 1)] {
            assert_eq!(connections(files), most, "{files}");
        }
    }

    proptest! {
        #[test]
        fn connections_never_take_the_last_file(files in 2_u64..) {
            prop_assert!((1..files).contains(&connections(files)));
        }
    }
}
