//! `partner-dashboard audit`: checks the log on a copy, and prints the key that it is checked with.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::audit_export::{self as export, ExportArguments};
use super::{Failure, say, with_causes};
use crate::server::audit::{Broken, Checkpoint, Verifier, VerifyingKey, existing_signing_key, nodes_for, prove};
use crate::server::config;
use crate::server::storage::{LogReader, StorageError};

/// What to do with the audit log.
#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    /// Check a log, offline: exit code 0 when it is whole, 1 when it is not, 2 when it cannot be read.
    Verify {
        /// The database, or a copy of it.
        #[arg(long)]
        database: PathBuf,
        /// A file with the public key, as `audit key` prints it.
        #[arg(long)]
        public_key: PathBuf,
        /// A file with checkpoints that were kept elsewhere: the log must be the one that they were signed for.
        #[arg(long)]
        checkpoint: Option<PathBuf>,
    },
    /// Print a proof of each record of an entry, in the format of C2SP tlog-proof.
    Prove {
        /// The number of the entry.
        entry: i64,
        /// The database, or a copy of it.
        #[arg(long)]
        database: PathBuf,
        /// A file with the public key, as `audit key` prints it.
        #[arg(long)]
        public_key: PathBuf,
    },
    /// Write the log, or what filters let through of it, in the order in which it was recorded.
    Export(ExportArguments),
    /// Print the public key of the log.
    Key {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
    },
}

pub(super) async fn run(command: AuditCommand) -> Result<(), Failure> {
    match command {
        AuditCommand::Verify { database, public_key, checkpoint } => {
            verify(&database, &public_key, checkpoint.as_deref()).await
        }
        AuditCommand::Prove { entry, database, public_key } => prove_entry(entry, &database, &public_key).await,
        AuditCommand::Export(arguments) => export::run(arguments).await,
        AuditCommand::Key { config } => key(&config),
    }
}

async fn verify(database: &Path, public_key: &Path, checkpoint: Option<&Path>) -> Result<(), Failure> {
    let key = read_key(public_key)?;
    let kept = checkpoint.map(|file| read_checkpoints(file, &key)).transpose()?;
    let mut reader = LogReader::open(database).await.map_err(unreadable)?;
    let is_compared = kept.is_some();
    match check(&mut reader, &key, kept.unwrap_or_default()).await.map_err(unreadable)? {
        Ok((size, pruned)) => {
            let there = size - pruned;
            say(format_args!("The audit log is whole: {there} records, each as it was signed."));
            if pruned > 0 {
                say(format_args!("The {pruned} records before them were removed on purpose, as the log itself says."));
            }
            if !is_compared {
                say(
                    "It was compared with no checkpoint from elsewhere, so this may be an old copy or a second history.",
                );
            }
            Ok(())
        }
        Err(broken) => Err(Failure::new(format_args!("the audit log is NOT whole: {}", with_causes(&broken)))),
    }
}

/// Checks a log from its tables to its end. How many leaves it has, and how many of them were pruned.
async fn check(
    reader: &mut LogReader,
    key: &VerifyingKey,
    kept: Vec<Checkpoint>,
) -> Result<Result<(u64, u64), Broken>, StorageError> {
    if let Some(said) = reader.damage().await? {
        return Ok(Err(Broken::Damaged { said }));
    }
    if let Some(what) = reader.schema_difference().await? {
        return Ok(Err(Broken::Schema { what }));
    }
    let mut verifier = match Verifier::new(key, kept, reader.beginning().await?) {
        Ok(verifier) => verifier,
        Err(broken) => return Ok(Err(broken)),
    };
    loop {
        let leaves = reader.leaves(verifier.next()).await?;
        if leaves.is_empty() {
            break;
        }
        if let Err(broken) = leaves.iter().try_for_each(|leaf| verifier.leaf(leaf)) {
            return Ok(Err(broken));
        }
    }
    Ok(verifier.finish(&reader.end().await?))
}

async fn prove_entry(entry: i64, database: &Path, public_key: &Path) -> Result<(), Failure> {
    let key = read_key(public_key)?;
    let mut reader = LogReader::open(database).await.map_err(unreadable)?;
    let head = reader.head().await.map_err(unreadable)?;
    Checkpoint::open(&head.checkpoint, &key).map_err(|error| Failure::new(with_causes(&error)))?;
    let leaves = reader.leaves_of(entry).await.map_err(unreadable)?;
    if leaves.is_empty() {
        return Err(Failure::new(format_args!("the log has no entry {entry}")));
    }
    let nodes = reader.nodes(&nodes_for(&leaves, head.size)).await.map_err(unreadable)?;
    let proved = prove(&leaves, &head, &nodes)
        .ok_or_else(|| Failure::new("the log is not whole: run audit verify, which says what is wrong with it"))?;
    let proofs: Vec<String> = proved.iter().map(|record| record.to_text(&head.checkpoint)).collect();
    say(proofs.join("\n").trim_end());
    Ok(())
}

/// The checkpoints of a file that other machines keep.
fn read_checkpoints(file: &Path, key: &VerifyingKey) -> Result<Vec<Checkpoint>, Failure> {
    let (checkpoints, unreadable) = Checkpoint::open_all(&read(file)?, key);
    let file = file.display();
    if checkpoints.is_empty() {
        return Err(Failure::configuration(format_args!("{file}: it has no checkpoint that is signed with this key")));
    }
    if unreadable > 0 {
        say(format_args!("{file}: notes that cannot be read, or are not signed with this key: {unreadable}"));
    }
    Ok(checkpoints)
}

/// The database, or what is in it, is of another form.
fn unreadable(error: StorageError) -> Failure {
    Failure::configuration(with_causes(&error))
}

fn read_key(file: &Path) -> Result<VerifyingKey, Failure> {
    read(file)?.parse().map_err(|error| Failure::configuration(format_args!("{}: {error}", file.display())))
}

fn key(path: &Path) -> Result<(), Failure> {
    let config = config::read(path, std::env::vars()).map_err(Failure::configuration)?;
    let key = existing_signing_key(&config.audit.signing_key_file, &config.audit.origin)
        .map_err(|error| Failure::new(with_causes(&error)))?;
    say(key.verifying());
    Ok(())
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::configuration(format_args!("{}: {error}", path.display())))
}
