//! `partner-dashboard audit verify`: checks a log with a public key alone.
//!
//! A second process does it and reads the database as memory, which is faster. A disk that fails then ends that process and
//! not this one, which reads the database again by calls, because they give errors.

use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};

use clap::Args;
use rustix::process::{Pid, Signal, kill_process};

use super::audit_inputs::{read, read_key, unreadable};
use super::signals::Signals;
use super::{Failure, say, with_causes};
use crate::server::audit::{Checkpoint, Forsaken, VerifyingKey, Whole, check};
use crate::server::blocking::on_its_own_thread;
use crate::server::storage::FileAccess;

/// What to check, and against what.
#[derive(Debug, Args)]
pub(super) struct VerifyArguments {
    /// The database, or a copy of it.
    #[arg(long)]
    database: PathBuf,
    /// A file with the public key, as `audit key` prints it.
    #[arg(long)]
    public_key: PathBuf,
    /// A file with checkpoints that were kept elsewhere: the log must be the one that they were signed for.
    #[arg(long)]
    checkpoint: Option<PathBuf>,
    /// Read the database as memory: SIGBUS ends the program when the disk fails.
    #[arg(long, hide = true)]
    mapped: bool,
}

pub(super) async fn run(arguments: VerifyArguments) -> Result<(), Failure> {
    if arguments.mapped {
        return verify(&arguments, FileAccess::Mapped).await;
    }
    match in_second_process().await? {
        Some(0) => Ok(()),
        Some(code) => Err(Failure::said(u8::try_from(code).unwrap_or(u8::MAX))),
        None => verify(&arguments, FileAccess::Calls).await,
    }
}

/// The exit code of the same command in a second process; `None` when it did not start, or came to no end of its own.
async fn in_second_process() -> Result<Option<i32>, Failure> {
    let mut signals = Signals::new()?;
    let Ok(child) = second_process() else { return Ok(None) };
    let process = Pid::from_child(&child);
    tokio::select! {
        ended = on_its_own_thread(move || wait(child)) => Ok(ended.ok().and_then(|status| status.code())),
        () = signals.next() => {
            // It may have ended meanwhile.
            let _ = kill_process(process, Signal::TERM);
            Err(Failure::new("stopped: the log was not checked to its end"))
        }
    }
}

fn second_process() -> io::Result<Child> {
    Command::new(env::current_exe()?).args(env::args_os().skip(1)).arg("--mapped").spawn()
}

fn wait(mut child: Child) -> io::Result<ExitStatus> {
    child.wait()
}

async fn verify(arguments: &VerifyArguments, access: FileAccess) -> Result<(), Failure> {
    let key = read_key(&arguments.public_key)?;
    let kept = arguments.checkpoint.as_ref().map(|file| read_checkpoints(file, &key)).transpose()?;
    let (kept, unread) = kept.unzip();
    let is_compared = kept.is_some();
    let checked = check(&arguments.database, access, Some(&key), kept.unwrap_or_default()).await.map_err(unreadable)?;
    if let Some((file, unread)) = arguments.checkpoint.as_ref().zip(unread).filter(|(_, unread)| *unread > 0) {
        let file = file.display();
        say(format_args!("{file}: notes that cannot be read, or are not signed with this key: {unread}"));
    }
    let whole =
        checked.map_err(|broken| Failure::new(format_args!("the audit log is NOT whole: {}", with_causes(&broken))))?;
    say_whole(whole);
    if !is_compared {
        say("It was compared with no checkpoint from elsewhere, so this may be an old copy or a second history.");
    }
    Ok(())
}

fn say_whole(whole: Whole) {
    say(format_args!("The audit log is whole: {} records, each as it was signed.", whole.records()));
    let pruned = whole.pruned;
    if pruned > 0 {
        say(format_args!("The {pruned} records before them were removed on purpose, as the log itself says."));
    }
    for one in &whole.continued {
        say(format_args!("After {} records it was continued after a restore, as {}.", one.size, one.to));
    }
    if let Some(Forsaken { checkpoints, largest }) = whole.forsaken {
        say(format_args!(
            "Checkpoints from elsewhere that were signed before a restore, for records that are not in this history: \
             {checkpoints}, the largest for {largest} records."
        ));
    }
}

/// The checkpoints of a file that other machines keep, and how many notes there are not checkpoints of this key.
fn read_checkpoints(file: &Path, key: &VerifyingKey) -> Result<(Vec<Checkpoint>, usize), Failure> {
    let (checkpoints, unread) = Checkpoint::open_all(&read(file)?, key);
    if checkpoints.is_empty() {
        let file = file.display();
        return Err(Failure::configuration(format_args!("{file}: it has no checkpoint that is signed with this key")));
    }
    Ok((checkpoints, unread))
}
