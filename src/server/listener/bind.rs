//! The address to listen on: a TCP address, or the path of a UNIX socket. It is reserved at the start, and taken once requests can
//! be answered.

use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::FileTypeExt as _;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use tokio::net::{TcpListener, TcpSocket, UnixListener, UnixSocket};
use tokio_util::either::Either;

use super::socket::Stream;
use crate::server::auth::PeerAddress;
use crate::server::config::Listen;

/// How many connections the kernel queues until they are accepted. With the usual 128, a burst of connections would have
/// to retry after a second.
const BACKLOG: u32 = 4_096;

/// Why an address cannot be bound.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// A TCP address.
    #[error("cannot listen on {address}: {error}. Choose another address with --listen or the listen setting.")]
    Network {
        /// The address.
        address: SocketAddr,
        /// The error of the operating system.
        error: io::Error,
    },
    /// The path of a UNIX socket.
    #[error("cannot listen on {}: {error}", path.display())]
    UnixSocket {
        /// The path.
        path: PathBuf,
        /// The error of the operating system.
        error: io::Error,
    },
}

/// An address that this program will listen on. Until then the system refuses connections to it: a load balancer tries another
/// replica at once, where it would otherwise wait for one that migrates a database.
#[derive(Debug)]
pub enum Reserved {
    /// A TCP address that is bound.
    Network(TcpSocket, SocketAddr),
    /// A UNIX socket that is bound to this path.
    UnixSocket(UnixSocket, PathBuf),
}

impl Reserved {
    /// Binds the address. A stale socket file is replaced.
    ///
    /// # Errors
    /// When the system refuses it, or another program listens there.
    pub fn of(listen: &Listen) -> Result<Self, ListenError> {
        match listen {
            Listen::Network(address) => {
                let bound = bind_network(*address).map(|socket| Self::Network(socket, *address));
                bound.map_err(|error| ListenError::Network { address: *address, error })
            }
            Listen::UnixSocket(path) => {
                let bound = remove_stale_socket(path).and_then(|()| {
                    let socket = UnixSocket::new_stream()?;
                    socket.bind(path)?;
                    Ok(Self::UnixSocket(socket, path.clone()))
                });
                bound.map_err(|error| ListenError::UnixSocket { path: path.clone(), error })
            }
        }
    }

    /// The URL to open. For port 0, it has the port that the system chose.
    pub fn address(&self) -> String {
        match self {
            Self::Network(socket, _) => {
                socket.local_addr().map_or_else(|_| "unknown".to_owned(), |address| format!("http://{address}/"))
            }
            Self::UnixSocket(..) => "a UNIX socket".to_owned(),
        }
    }

    /// Takes connections from now on, which wait until they are accepted.
    ///
    /// # Errors
    /// When the system refuses it.
    pub fn listen(self) -> Result<Bound, ListenError> {
        match self {
            Self::Network(socket, address) => {
                let listening = socket.listen(BACKLOG);
                listening.map(Bound::Network).map_err(|error| ListenError::Network { address, error })
            }
            Self::UnixSocket(socket, path) => {
                let listening = socket.listen(BACKLOG);
                listening.map(Bound::UnixSocket).map_err(|error| ListenError::UnixSocket { path, error })
            }
        }
    }
}

/// A socket that takes connections, of which none is accepted yet.
#[derive(Debug)]
pub enum Bound {
    /// A TCP address.
    Network(TcpListener),
    /// A UNIX socket.
    UnixSocket(UnixListener),
}

impl Bound {
    /// The next connection. The future can be dropped at any time without losing a connection.
    pub(super) async fn accept(&self) -> io::Result<(Stream, PeerAddress)> {
        match self {
            Self::Network(listener) => {
                let (stream, address) = listener.accept().await?;
                // Answers are written completely, so Nagle's algorithm would only delay the last segment.
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

fn bind_network(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // A port can be bound again right after another server has released it.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

/// Removes a socket file on which no process listens any more.
fn remove_stale_socket(path: &Path) -> io::Result<()> {
    let is_socket = std::fs::metadata(path).is_ok_and(|metadata| metadata.file_type().is_socket());
    if is_socket && UnixStream::connect(path).is_err() {
        std::fs::remove_file(path)?;
    }
    Ok(())
}
