//! More connections than files: whoever says nothing makes room for whoever asks.

use std::time::{Duration, Instant};

use rlimit::{Resource, increase_nofile_limit, prlimit};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

use super::Dashboard;
use crate::support::program::{command, command_with_files};

/// How long a page may take however many connections say nothing: half of the time after which those close by themselves.
const A_MOMENT: Duration = Duration::from_secs(5);

/// Lets this process open as many files as a test needs.
fn allow_files(files: u64) {
    let allowed = increase_nofile_limit(files).unwrap();
    let hard = Resource::NOFILE.get_hard().unwrap();
    assert!(allowed >= files, "this test opens {files} files; the hard limit here is {hard}: raise it (ulimit -Hn)");
}

async fn silent(dashboard: &Dashboard, count: usize) -> Vec<TcpStream> {
    let mut connections = Vec::with_capacity(count);
    for _ in 0..count {
        connections.push(TcpStream::connect(dashboard.server.socket()).await.unwrap());
    }
    connections
}

/// Several people ask for several pages, each on a connection of their own at first.
async fn assert_people_are_answered(dashboard: &Dashboard) {
    for _ in 0..5 {
        let visitor = dashboard.visitor();
        for path in ["/", "/sandbox/organisations", "/sandbox/clients", "/audit", "/account"] {
            let start = Instant::now();
            let answer = visitor.get(path).await;
            assert_eq!(answer.status().as_u16(), 200, "{path}");
            assert!(answer.text().await.unwrap().contains("</html>"), "{path}");
            assert!(start.elapsed() < A_MOMENT, "{path} took {:?}", start.elapsed());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_silent_connections_leave_the_others_answered() {
    allow_files(3_000);
    let dashboard = Dashboard::start(command_with_files(1_024)).await;
    let mut crowd = silent(&dashboard, 2_000).await;
    assert_people_are_answered(&dashboard).await;
    let mut closed = 0;
    for connection in &mut crowd {
        // Nothing is ever sent to them, so that whatever comes is the close.
        if tokio::time::timeout(Duration::ZERO, connection.read(&mut [0])).await.is_ok() {
            closed += 1;
        }
    }
    assert!((1_000..2_000).contains(&closed), "{closed} were closed for others");
    let log = dashboard.server.stop();
    assert!(!log.contains("could not be accepted"), "files never run out: {log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_is_kept_where_there_are_files_for_it() {
    allow_files(3_000);
    let dashboard = Dashboard::start(command()).await;
    let crowd = silent(&dashboard, 500).await;
    assert_people_are_answered(&dashboard).await;
    for connection in crowd {
        let state = connection.try_read(&mut [0]);
        assert!(state.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock), "nobody had to go");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_runs_out_of_files_neither_ends_nor_spins_and_goes_on_when_it_has_some_again() {
    let dashboard = Dashboard::start(command()).await;
    let process = dashboard.server.id();
    let mut limits = (0, 0);
    prlimit(process, Resource::NOFILE, None, Some((&mut limits.0, &mut limits.1))).unwrap();
    let open = std::fs::read_dir(format!("/proc/{process}/fd")).unwrap().count();
    prlimit(process, Resource::NOFILE, Some((open as u64 + 8, limits.1)), None).unwrap();
    let crowd = silent(&dashboard, 50).await;
    dashboard.server.logs("a connection could not be accepted").await;
    prlimit(process, Resource::NOFILE, Some(limits), None).unwrap();
    assert_people_are_answered(&dashboard).await;
    drop(crowd);
    let log = dashboard.server.stop();
    assert_eq!(log.matches("could not be accepted").count(), 1, "{log}");
}
