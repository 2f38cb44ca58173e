//! `partner-dashboard audit`: checks the log on a copy, and prints the key that it is checked with.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::{Failure, say, with_causes};
use crate::server::audit::{Prover, Verifier, VerifyingKey, signing_key};
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
        /// A checkpoint that was kept elsewhere: the log must be the one that it was signed for.
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
        AuditCommand::Prove { entry, database, public_key } => prove(entry, &database, &public_key).await,
        AuditCommand::Key { config } => key(&config),
    }
}

async fn verify(database: &Path, public_key: &Path, checkpoint: Option<&Path>) -> Result<(), Failure> {
    let key = read_key(public_key)?;
    let checkpoint = checkpoint.map(read).transpose()?;
    let reader = LogReader::open(database).await.map_err(unreadable)?;
    let broken = |broken| Failure::new(format_args!("the audit log is NOT whole: {}", with_causes(&broken)));
    let mut verifier = Verifier::new(key, checkpoint.as_deref()).map_err(broken)?;
    loop {
        let leaves = reader.leaves(verifier.size()).await.map_err(unreadable)?;
        if leaves.is_empty() {
            break;
        }
        leaves.iter().try_for_each(|leaf| verifier.leaf(leaf)).map_err(broken)?;
    }
    let end = reader.end().await.map_err(unreadable)?;
    let size = verifier.finish(&end.checkpoint, end.records).map_err(broken)?;
    say(format_args!("The audit log is whole: {size} records, each as it was signed."));
    if checkpoint.is_none() {
        say("It was compared with no checkpoint from elsewhere, so this may be an old copy or a second history.");
    }
    Ok(())
}

async fn prove(entry: i64, database: &Path, public_key: &Path) -> Result<(), Failure> {
    let key = read_key(public_key)?;
    let reader = LogReader::open(database).await.map_err(unreadable)?;
    let mut prover = Prover::of(entry);
    loop {
        let leaves = reader.leaves(prover.size()).await.map_err(unreadable)?;
        if leaves.is_empty() {
            break;
        }
        for leaf in leaves {
            prover.leaf(leaf);
        }
    }
    let end = reader.end().await.map_err(unreadable)?;
    let proofs = prover.finish(&end.checkpoint, &key).map_err(|error| Failure::new(with_causes(&error)))?;
    say(proofs.join("\n").trim_end());
    Ok(())
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
    let key = signing_key(&config.audit.signing_key_file, &config.audit.origin)
        .map_err(|error| Failure::new(with_causes(&error)))?;
    say(key.verifying());
    Ok(())
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::configuration(format_args!("{}: {error}", path.display())))
}
