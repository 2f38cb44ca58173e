//! `partner-dashboard audit`: checks the log on a copy, and prints the key that it is checked with.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Subcommand;

use super::audit_continue as continued;
use super::audit_erase::{self as erase, EraseArguments};
use super::audit_export::{self as export, ExportArguments};
use super::audit_inputs::{read_key, unreadable, with_log};
use super::audit_verify::{self as verify, VerifyArguments};
use super::config::configuration;
use super::{Failure, say, with_causes};
use crate::server::audit::{
    Checkpoint, CheckpointError, LogSealer, SigningKey, VerifyingKey, existing_signing_key, is_tree_of, nodes_for,
    prove,
};
use crate::server::storage;
use crate::server::storage::{DatabaseUrl, LogReader, StorageError, TreeHead};

/// What to do with the audit log.
#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    /// Check a log, offline: exit code 0 when it is whole, 1 when it is not, 2 when it cannot be read.
    Verify(VerifyArguments),
    /// Print a proof of each record of an entry, in the format of C2SP tlog-proof.
    Prove {
        /// The number of the entry.
        entry: i64,
        /// The file of the database or of a copy of it, or the URL of a PostgreSQL server, whose log is copied first.
        #[arg(long)]
        database: PathBuf,
        /// A file with the public key, as `audit key` prints it.
        #[arg(long)]
        public_key: PathBuf,
    },
    /// Write the log, or what filters let through of it, in the order in which it was recorded.
    Export(ExportArguments),
    /// Erase a person from the entries that name them, and leave the proofs as they are. It cannot be undone.
    Erase(EraseArguments),
    /// Go on with the log of a PostgreSQL database that was put back, under the next name. No dashboard may run. All sessions end.
    Continue {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
        /// The number of the history of the log that begins. By default the next one that is known to be free.
        #[arg(long)]
        history: Option<u32>,
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
        AuditCommand::Verify(arguments) => verify::run(arguments).await,
        AuditCommand::Prove { entry, database, public_key } => {
            let key = read_key(&public_key)?;
            with_log(&database, async |log| prove_entry(entry, log, &key).await).await
        }
        AuditCommand::Export(arguments) => export::run(arguments).await,
        AuditCommand::Erase(arguments) => erase::run(arguments).await,
        AuditCommand::Continue { config, history } => continued::run(&config, history).await,
        AuditCommand::Key { config } => key(&config).await,
    }
}

async fn prove_entry(entry: i64, log: &Path, key: &VerifyingKey) -> Result<(), Failure> {
    let mut reader = LogReader::open(log).await.map_err(unreadable)?;
    let head = reader.head().await.map_err(unreadable)?;
    let signed = Checkpoint::open(&head.checkpoint, key).map_err(|error| Failure::new(with_causes(&error)))?;
    let leaves = reader.leaves_of(entry).await.map_err(unreadable)?;
    if leaves.is_empty() {
        return Err(Failure::new(format_args!("the log has no entry {entry}")));
    }
    let nodes = reader.nodes(&nodes_for(&leaves, head.size)).await.map_err(unreadable)?;
    let proved = prove(&leaves, &head, &nodes)
        .filter(|_| is_tree_of(&head, &signed))
        .ok_or_else(|| Failure::new("the log is not whole: run audit verify, which says what is wrong with it"))?;
    let proofs: Vec<String> = proved.iter().map(|record| record.to_text(&head.checkpoint)).collect();
    say(proofs.join("\n").trim_end());
    Ok(())
}

/// The key under the name that the log has now: after a restore it has another one.
async fn key(path: &Path) -> Result<(), Failure> {
    let config = configuration(path)?;
    let key = existing_signing_key(&config.audit.signing_key_file, &config.audit.origin)
        .map_err(|error| Failure::new(with_causes(&error)))?;
    let Some(head) = head_of(&config.database, &key).await? else {
        say(key.verifying());
        return Ok(());
    };
    let name = match Checkpoint::open(&head.checkpoint, key.verifying()) {
        Ok(signed) => signed.origin,
        Err(error @ CheckpointError::OtherName { .. }) => return Err(Failure::configuration(error)),
        // A new log is not signed yet.
        Err(_) => config.audit.origin,
    };
    say(key.verifying().named(&name).map_err(Failure::new)?);
    Ok(())
}

/// The tree of the log in a database; `None` where there is none that was signed with the key.
async fn head_of(database: &DatabaseUrl, key: &SigningKey) -> Result<Option<TreeHead>, Failure> {
    if database.is_postgres() {
        let sealer = Arc::new(LogSealer::new(key.clone(), None));
        let log = storage::open_log(database.expose(), sealer).await;
        let log = log.map_err(|error| Failure::configuration(with_causes(&error)))?;
        return match log.head().await {
            Ok(head) => Ok(Some(head)),
            Err(StorageError::Seal(_)) => Ok(None),
            Err(error) => Err(unreadable(error)),
        };
    }
    let file = database.file("").map_err(Failure::configuration)?;
    if !file.exists() {
        return Ok(None);
    }
    let mut reader = LogReader::open(&file).await.map_err(unreadable)?;
    Ok(Some(reader.head().await.map_err(unreadable)?))
}
