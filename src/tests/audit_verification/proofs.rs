//! Proofs that an entry is in the log, checked again from their text alone.

use std::process::Output;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use partner_dashboard::server::storage::PARTS;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::copies::{Copy, log};
use crate::support::program::command;

/// What a proof says is computed again here, from its text alone.
#[tokio::test]
async fn a_proof_of_an_entry_leads_from_its_leaf_to_the_signed_root() {
    let app = log().await;
    let copy = Copy::of(&app).await;
    let prove = |entry: &str| {
        let mut prove = command();
        prove.args(["audit", "prove", entry, "--database"]).arg(copy.file()).arg("--public-key").arg(copy.key());
        let Output { status, stdout, stderr } = prove.output().unwrap();
        (status.code().unwrap(), String::from_utf8([stdout, stderr].concat()).unwrap())
    };
    let (code, proofs) = prove("3");
    assert_eq!((code, proofs.matches("c2sp.org/tlog-proof@v1\n").count()), (0, 2), "{proofs}");
    for (proof, expected) in proofs.split("c2sp.org/tlog-proof@v1\n").skip(1).zip([4_u32, 5]) {
        let mut lines = proof.lines();
        let extra = STANDARD.decode(lines.next().unwrap().strip_prefix("extra ").unwrap()).unwrap();
        let opening: Value = serde_json::from_slice(&extra).unwrap();
        let leaf = opening["envelope"].as_str().unwrap();
        let envelope: Value = serde_json::from_str(leaf).unwrap();
        for (part, name) in opening["parts"].as_array().unwrap().iter().zip(PARTS) {
            let salt =
                (0..32).map(|at| u8::from_str_radix(&part["salt"].as_str().unwrap()[2 * at..][..2], 16).unwrap());
            let hash =
                Sha256::new().chain_update(salt.collect::<Vec<u8>>()).chain_update(part["text"].as_str().unwrap());
            assert_eq!(envelope[name], format!("{:x}", hash.finalize()));
        }
        assert_eq!(lines.next().unwrap(), format!("index {expected}"));
        let mut hash = Sha256::new().chain_update([0]).chain_update(leaf).finalize();
        // Eighteen leaves: up to sixteen the place says on which side the other one is, and the last is on the right.
        for height in 0..5 {
            let other = STANDARD.decode(lines.next().unwrap()).unwrap();
            let is_right = expected >> height & 1 == 1;
            let pair = if is_right { [other.as_slice(), &hash] } else { [hash.as_slice(), &other] };
            hash = Sha256::new().chain_update([1]).chain_update(pair.concat()).finalize();
        }
        assert_eq!((lines.next(), lines.nth(1)), (Some(""), Some("18")));
        assert_eq!(lines.next().unwrap(), STANDARD.encode(hash));
    }
    let (code, said) = prove("99");
    assert!(code == 1 && said.contains("the log has no entry 99"), "{said}");
}
