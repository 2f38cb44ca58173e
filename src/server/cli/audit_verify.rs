//! `partner-dashboard audit verify`: checks a log with a public key alone.
//!
//! A second process does it and reads the database as memory, which is faster ([`FileAccess::Mapped`]). Where it cannot, this
//! one does it by calls.

use std::env::current_exe;
use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};

use clap::Args;
use rustix::process::Signal;

use super::audit_inputs::{read_bytes, read_key, unreadable, with_log};
use super::{Failure, say, with_causes};
use crate::server::audit::{Checkpoint, Forsaken, VerifyingKey, Whole, check};
use crate::server::blocking::on_its_own_thread;
use crate::server::storage::FileAccess;

/// What to check, and against what.
#[derive(Debug, Args)]
pub(super) struct VerifyArguments {
    /// The file of the database or of a copy of it, or the URL of a PostgreSQL server, whose log is copied first.
    #[arg(long)]
    database: PathBuf,
    /// A file with the public key, as `audit key` prints it.
    #[arg(long)]
    public_key: PathBuf,
    /// A file with checkpoints that were kept elsewhere: the log must be the one that they were signed for.
    #[arg(long)]
    checkpoint: Option<PathBuf>,
    /// Read the database as memory, for another process that runs this one.
    #[arg(long, hide = true)]
    mapped: bool,
}

pub(super) async fn run(mut arguments: VerifyArguments) -> Result<(), Failure> {
    let named = arguments.database.clone();
    with_log(&named, async |log| {
        arguments.database = log.to_owned();
        verify_file(arguments).await
    })
    .await
}

async fn verify_file(arguments: VerifyArguments) -> Result<(), Failure> {
    if arguments.mapped {
        end_with_parent();
        return verify(&arguments, FileAccess::Mapped).await;
    }
    let Some(child) = arguments.second_process() else {
        return verify(&arguments, FileAccess::Calls).await;
    };
    let ended = on_its_own_thread(move || wait(child)).await;
    let ended = ended.map_err(|error| Failure::configuration(format_args!("the check was not waited for: {error}")))?;
    let code = ended.code().and_then(|code| u8::try_from(code).ok());
    match (code, ended.signal()) {
        (Some(0), _) => Ok(()),
        (Some(code @ 1..=2), _) => Err(Failure::said(code)),
        (None, Some(signal)) if signal != Signal::BUS.as_raw() => {
            Err(Failure::configuration(format_args!("signal {signal} ended the check. Nothing is known of the log")))
        }
        // The disk failed, or this was no program that could check anything.
        _ => verify(&arguments, FileAccess::Calls).await,
    }
}

impl VerifyArguments {
    /// The same command in a process that maps the database; `None` where it cannot be started, or would take what can be
    /// read only once.
    fn second_process(&self) -> Option<Child> {
        let Self { database, public_key, checkpoint, mapped: _ } = self;
        if !public_key.is_file() || checkpoint.as_ref().is_some_and(|file| !file.is_file()) {
            return None;
        }
        let mut command = Command::new(current_exe().ok()?);
        command.args(["audit", "verify", "--mapped"]);
        command.arg("--database").arg(database).arg("--public-key").arg(public_key);
        if let Some(checkpoint) = checkpoint {
            command.arg("--checkpoint").arg(checkpoint);
        }
        command.spawn().ok()
    }
}

fn wait(mut child: Child) -> io::Result<ExitStatus> {
    child.wait()
}

/// Whoever ends the first process means this one too.
fn end_with_parent() {
    #[cfg(target_os = "linux")]
    // Without it, this one only goes on to its end.
    let _ = rustix::process::set_parent_process_death_signal(Some(Signal::TERM));
}

async fn verify(arguments: &VerifyArguments, access: FileAccess) -> Result<(), Failure> {
    let key = read_key(&arguments.public_key)?;
    let (kept, unread) = match &arguments.checkpoint {
        Some(file) => read_checkpoints(file, &key)?,
        None => (Vec::new(), None),
    };
    let checked = check(&arguments.database, access, Some(&key), kept).await;
    // Nothing is said before all is read: SIGBUS may come at any time, and then another process says it.
    if let Some(unread) = unread {
        say(unread);
    }
    let whole = checked
        .map_err(unreadable)?
        .map_err(|broken| Failure::new(format_args!("the audit log is NOT whole: {}", with_causes(&broken))))?;
    say_whole(whole);
    if arguments.checkpoint.is_none() {
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

/// The checkpoints of a file that other machines keep, and what is to be said of the notes in it that are none of this key.
fn read_checkpoints(file: &Path, key: &VerifyingKey) -> Result<(Vec<Checkpoint>, Option<String>), Failure> {
    let (checkpoints, unread) = Checkpoint::open_all(&read_bytes(file)?, key);
    let file = file.display();
    if checkpoints.is_empty() {
        return Err(Failure::configuration(format_args!("{file}: it has no checkpoint that is signed with this key")));
    }
    let unread =
        (unread > 0).then(|| format!("{file}: notes that cannot be read, or are not signed with this key: {unread}"));
    Ok((checkpoints, unread))
}
