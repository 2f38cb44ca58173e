//! What an identity provider can say that is not so.

use serde_json::Value;

/// Who signs a token.
#[derive(Clone, Copy, Debug)]
pub enum Signer {
    /// The first key that is published.
    First,
    /// A key of another kind that is published too.
    Second,
    /// A key that nobody knows, under the name of the first.
    Stranger,
    /// The client's secret.
    ClientSecret,
    /// The public key, taken for a secret.
    PublicKey,
    /// Nobody: the signature is empty.
    Nobody,
    /// The first key, and then the signature is damaged.
    Damaged,
}

/// What the provider says differently from the truth.
#[derive(Clone, Copy)]
pub struct Lies {
    pub discovery: fn(&mut Value),
    pub key_set: fn(&mut Value),
    pub header: fn(&mut Value),
    pub claims: fn(&mut Value),
    pub signer: Signer,
    pub tokens: fn(&mut Value),
    /// The token endpoint answers every request with this status and a web page.
    pub token_status: Option<u16>,
    pub user_info: fn(&mut Value),
    pub callback: fn(&mut Vec<(String, String)>),
}

pub const TRUTH: Lies = Lies {
    discovery: |_| {},
    key_set: |_| {},
    header: |_| {},
    claims: |_| {},
    signer: Signer::First,
    tokens: |_| {},
    token_status: None,
    user_info: |_| {},
    callback: |_| {},
};
