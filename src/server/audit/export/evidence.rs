//! The log as evidence: a JSON object on each line, with the records of the entry opened and proved, and a trailer without
//! which the file is not whole. `docs/verify_audit_log.py` checks it without this program.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::entry::ExportedEntry;
use crate::server::audit::opening::Opening;
use crate::server::audit::prove::ProvedRecord;
use crate::server::hexadecimal::hex;
use crate::server::storage::TreeHead;

/// The version of the format. Another one may have other members.
const FORMAT: &str = "partner-dashboard-audit-export/1";

#[derive(Serialize)]
struct Line<'a> {
    entry: &'a ExportedEntry,
    records: Vec<Record<'a>>,
}

#[derive(Serialize)]
struct Record<'a> {
    sequence: u64,
    #[serde(flatten)]
    opening: &'a Opening,
    /// The hashes from the leaf to the root, in Base64.
    proof: Vec<String>,
}

/// What has been written so far.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    entries: u64,
    records: u64,
    hash: Sha256,
}

impl Evidence {
    /// The first line: what the file is, and the tree that its proofs are for.
    pub(super) fn head(&mut self, head: &TreeHead, filter: &str) -> Vec<u8> {
        self.hashed(line(&json!({
            "format": FORMAT, "size": head.size, "checkpoint": head.checkpoint, "filter": filter,
        })))
    }

    /// An entry with its records.
    pub(super) fn entry(&mut self, entry: &ExportedEntry, records: &[ProvedRecord]) -> Vec<u8> {
        let proved = records.iter().map(|record| Record {
            sequence: record.sequence,
            opening: &record.opening,
            proof: record.hashes.iter().map(|hash| STANDARD.encode(hash)).collect(),
        });
        self.entries += 1;
        self.records += records.len() as u64;
        self.hashed(line(&Line { entry, records: proved.collect() }))
    }

    /// The last line: how many there are, and the SHA-256 of everything before it.
    pub(super) fn trailer(&self, head: &TreeHead) -> Vec<u8> {
        line(&json!({ "trailer": {
            "entries": self.entries, "records": self.records, "sha256": hex(&self.hash.clone().finalize()),
            "checkpoint": head.checkpoint,
        } }))
    }

    fn hashed(&mut self, line: Vec<u8>) -> Vec<u8> {
        self.hash.update(&line);
        line
    }
}

fn line(value: &impl Serialize) -> Vec<u8> {
    // Text and numbers can always be written.
    let mut line = serde_json::to_vec(value).unwrap_or_default();
    line.push(b'\n');
    line
}
