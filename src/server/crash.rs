//! Points at which tests end the program, to see what a crash there leaves behind. Without the feature `failpoints` there
//! are none.

/// Ends the program as `kill -9` does, when the environment variable `FAILPOINTS` says `NAME=return` in a form of the crate
/// `fail`, such as `intent-written=3*off->return` for the fourth time.
macro_rules! crash_point {
    ($name:literal) => {
        #[cfg(feature = "failpoints")]
        if fail::eval($name, |_| ()).is_some() {
            $crate::server::crash::end();
        }
    };
}

pub(in crate::server) use crash_point;

/// Ends this process at once: nothing is flushed, and nothing is run.
#[cfg(feature = "failpoints")]
pub fn end() -> ! {
    // It cannot fail: every process may send itself a signal.
    let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    std::process::abort()
}

/// Reads `FAILPOINTS`, for as long as the answer is kept.
#[cfg(feature = "failpoints")]
pub fn scenario() -> fail::FailScenario<'static> {
    fail::FailScenario::setup()
}
