//! Takes an address to listen on: TCP, or the path of a UNIX socket.

use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::FileTypeExt as _;
use std::path::{Path, PathBuf};

use tokio::net::{TcpListener, TcpSocket, UnixListener};
use tokio_util::either::Either;

use super::socket::Stream;
use crate::server::auth::PeerAddress;
use crate::server::config::Listen;

/// Connections that the system keeps until we accept them: a crowd that comes at once finds room, where with the usual
/// 128 people would have to knock again after a second.
const BACKLOG: u32 = 4_096;

/// Why an address cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// A TCP address.
    #[error("cannot listen on {address}: {error}. Choose another address with --listen or the listen setting.")]
    Network {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        error: io::Error,
    },
    /// The path of a UNIX socket.
    #[error("cannot listen on {}: {error}", path.display())]
    UnixSocket {
        /// The path.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

/// A bound socket that nothing answers on yet.
#[derive(Debug)]
pub enum Bound {
    /// A TCP address.
    Network(TcpListener),
    /// A UNIX socket.
    UnixSocket(UnixListener),
}

impl Bound {
    /// Takes the address. A socket file that was left behind is replaced.
    ///
    /// # Errors
    /// When the system does not give it.
    pub fn to(listen: &Listen) -> Result<Self, ListenError> {
        match listen {
            Listen::Network(address) => {
                let bound = bind_network(*address);
                bound.map(Self::Network).map_err(|error| ListenError::Network { address: *address, error })
            }
            Listen::UnixSocket(path) => {
                let bound = remove_left_behind(path).and_then(|()| UnixListener::bind(path));
                bound.map(Self::UnixSocket).map_err(|error| ListenError::UnixSocket { path: path.clone(), error })
            }
        }
    }

    /// The address that people open; for port 0, the one that was chosen.
    pub fn address(&self) -> String {
        match self {
            Self::Network(listener) => {
                listener.local_addr().map_or_else(|_| "unknown".to_owned(), |address| format!("http://{address}/"))
            }
            Self::UnixSocket(_) => "a UNIX socket".to_owned(),
        }
    }

    /// The next connection. May be given up at any moment without losing one.
    pub(super) async fn accept(&self) -> io::Result<(Stream, PeerAddress)> {
        match self {
            Self::Network(listener) => {
                let (stream, address) = listener.accept().await?;
                // Answers are written whole: holding the last piece back for more would only delay it.
                stream.set_nodelay(true)?;
                Ok((Either::Left(stream), PeerAddress::Network(address)))
            }
            Self::UnixSocket(listener) => {
                let (stream, _) = listener.accept().await?;
                Ok((Either::Right(stream), PeerAddress::UnixSocket))
            }
        }
    }
}

fn bind_network(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // A port that a server has just left is taken again at once.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Removes a socket on which nobody listens any more.
fn remove_left_behind(path: &Path) -> io::Result<()> {
    let is_socket = std::fs::metadata(path).is_ok_and(|metadata| metadata.file_type().is_socket());
    if is_socket && std::os::unix::net::UnixStream::connect(path).is_err() {
        std::fs::remove_file(path)?;
    }
    Ok(())
}
