//! Signed notes: a text, and Ed25519 signatures below it, by keys with names: C2SP `signed-note`.

use std::fmt::{Display, Formatter};
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey, spki::der::pem::LineEnding};
use ed25519_dalek::{Signature, Signer};
use rand::TryRng;
use rand::rngs::SysRng;
use sha2::{Digest, Sha256};

use super::hash::Hash;

/// How Ed25519 is numbered in a key and in its id.
const ED25519: u8 = 1;
/// What a line with a signature begins with.
pub(super) const DASH: &str = "\u{2014} ";

/// Why a key or a note cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// A name is empty, or holds white space or a plus sign.
    #[error("the name of a key may not be empty, and may hold neither white space nor a plus sign")]
    Name,
    /// It is not a private key in PKCS #8.
    #[error("it is not an Ed25519 key in PEM (PKCS #8)")]
    PrivateKey,
    /// It is not a verifier key, or its id is not that of its name and key.
    #[error("it is not a verifier key: name, id and Ed25519 key, with plus signs between them")]
    PublicKey,
    /// It has no text, or no line with a signature below it.
    #[error("it is not a signed note")]
    Malformed,
    /// No signature is by this key.
    #[error("it is not signed by this key")]
    NotSigned,
    /// A signature by this key is wrong.
    #[error("its signature is wrong")]
    WrongSignature,
    /// The system gives no random numbers.
    #[error("the system gives no random numbers")]
    Random,
}

/// A key that signs, and its name.
#[derive(Clone)]
pub struct SigningKey {
    key: ed25519_dalek::SigningKey,
    verifying: VerifyingKey,
}

impl SigningKey {
    /// A new key.
    ///
    /// # Errors
    /// When the name may not be used, or there are no random numbers.
    pub fn new(name: &str) -> Result<Self, NoteError> {
        let mut seed = [0; 32];
        SysRng.try_fill_bytes(&mut seed).map_err(|_| NoteError::Random)?;
        Self::of(name, ed25519_dalek::SigningKey::from_bytes(&seed))
    }

    fn of(name: &str, key: ed25519_dalek::SigningKey) -> Result<Self, NoteError> {
        let verifying = VerifyingKey::of(name, key.verifying_key())?;
        Ok(Self { key, verifying })
    }

    /// The key that a PEM file holds, in PKCS #8, as `openssl genpkey -algorithm ed25519` writes it.
    ///
    /// # Errors
    /// When it is another file, or the name may not be used.
    pub fn from_pem(name: &str, pem: &str) -> Result<Self, NoteError> {
        let key = ed25519_dalek::SigningKey::from_pkcs8_pem(pem).map_err(|_| NoteError::PrivateKey)?;
        Self::of(name, key)
    }

    /// The same key under another name.
    ///
    /// # Errors
    /// When the name may not be used.
    pub fn named(&self, name: &str) -> Result<Self, NoteError> {
        Self::of(name, self.key.clone())
    }

    /// The key as a PEM file.
    ///
    /// # Errors
    /// Never for a key that was made here.
    pub fn to_pem(&self) -> Result<String, NoteError> {
        let pem = self.key.to_pkcs8_pem(LineEnding::LF).map_err(|_| NoteError::PrivateKey)?;
        Ok(pem.as_str().to_owned())
    }

    /// What verifies its signatures.
    pub const fn verifying(&self) -> &VerifyingKey {
        &self.verifying
    }

    /// The note of a text, which ends with a line break.
    pub fn sign(&self, text: &str) -> String {
        let signature = self.key.sign(text.as_bytes()).to_bytes();
        let signature = STANDARD.encode([self.verifying.id().as_slice(), &signature].concat());
        format!("{text}\n{DASH}{} {signature}\n", self.verifying.name)
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("SigningKey").field(&self.verifying).finish()
    }
}

/// A key that verifies, and its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyingKey {
    name: String,
    key: ed25519_dalek::VerifyingKey,
}

impl VerifyingKey {
    fn of(name: &str, key: ed25519_dalek::VerifyingKey) -> Result<Self, NoteError> {
        if name.is_empty() || name.contains(|character: char| character.is_whitespace() || character == '+') {
            return Err(NoteError::Name);
        }
        Ok(Self { name: name.to_owned(), key })
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same key under another name.
    ///
    /// # Errors
    /// When the name may not be used.
    pub fn named(&self, name: &str) -> Result<Self, NoteError> {
        Self::of(name, self.key)
    }

    /// What tells keys of one name apart.
    fn id(&self) -> [u8; 4] {
        let hash =
            Sha256::new().chain_update(&self.name).chain_update([b'\n', ED25519]).chain_update(self.key.as_bytes());
        let [first, second, third, fourth, ..]: Hash = hash.finalize().into();
        [first, second, third, fourth]
    }

    /// Checks a note; its text.
    ///
    /// # Errors
    /// When it is no note, or not signed by this key.
    pub fn open<'n>(&self, note: &'n str) -> Result<&'n str, NoteError> {
        let (text, signatures) = note.rsplit_once("\n\n").ok_or(NoteError::Malformed)?;
        let text = note.get(..=text.len()).ok_or(NoteError::Malformed)?;
        let lines = signatures.strip_suffix('\n').ok_or(NoteError::Malformed)?.split('\n');
        let mut is_signed = false;
        for line in lines {
            let (name, signature) =
                line.strip_prefix(DASH).and_then(|line| line.split_once(' ')).ok_or(NoteError::Malformed)?;
            let bytes = STANDARD.decode(signature).map_err(|_| NoteError::Malformed)?;
            let (id, signature) = bytes.split_first_chunk::<4>().ok_or(NoteError::Malformed)?;
            // Other keys may sign too.
            if name == self.name && *id == self.id() {
                let signature = Signature::from_slice(signature).map_err(|_| NoteError::Malformed)?;
                self.key.verify_strict(text.as_bytes(), &signature).map_err(|_| NoteError::WrongSignature)?;
                is_signed = true;
            }
        }
        if is_signed { Ok(text) } else { Err(NoteError::NotSigned) }
    }
}

impl Display for VerifyingKey {
    /// As it is published: name, id and key.
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        let id = u32::from_be_bytes(self.id());
        let key = STANDARD.encode([&[ED25519], self.key.as_bytes().as_slice()].concat());
        write!(formatter, "{}+{id:08x}+{key}", self.name)
    }
}

impl FromStr for VerifyingKey {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        let text = text.trim_end();
        // A name has no plus sign, but Base64 may.
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(_), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteError::PublicKey);
        };
        let bytes = STANDARD.decode(key).map_err(|_| NoteError::PublicKey)?;
        let Some((&ED25519, key)) = bytes.split_first() else {
            return Err(NoteError::PublicKey);
        };
        let key = key.try_into().map_err(|_| NoteError::PublicKey)?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(key).map_err(|_| NoteError::PublicKey)?;
        // The id is checked with the rest.
        Self::of(name, key).ok().filter(|key| key.to_string() == text).ok_or(NoteError::PublicKey)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use signed_note::{Note, StandardVerifier, VerifierList};

    use super::*;

    /// The example of the specification, whose key is that of the Go checksum database's tests.
    const EXAMPLE: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const NOTE: &str = "If you think cryptography is the answer to your problem,\n\
                        then you don't know what your problem is.\n\n\
                        \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    #[test]
    fn the_published_example_is_verified() {
        let key: VerifyingKey = EXAMPLE.parse().unwrap();
        let text = key.open(NOTE).unwrap();
        assert!(text.starts_with("If you think") && text.ends_with("problem is.\n"), "{text}");
        assert_eq!(key.to_string(), EXAMPLE);
    }

    #[test]
    fn another_implementation_verifies_what_is_signed() {
        let key = SigningKey::new("partners.example/audit").unwrap();
        let signed = key.sign("partners.example/audit\n7\nAAAA\n");
        let verifier = StandardVerifier::new(&key.verifying().to_string()).unwrap();
        let known = VerifierList::new(vec![Box::new(verifier)]);
        let (trusted, unknown) = Note::from_bytes(signed.as_bytes()).unwrap().verify(&known).unwrap();
        assert_eq!((trusted.len(), unknown.len()), (1, 0));
    }

    #[test]
    fn a_key_is_the_same_after_its_file_is_read() {
        let key = SigningKey::new("a").unwrap();
        let again = SigningKey::from_pem("a", &key.to_pem().unwrap()).unwrap();
        assert_eq!(again.verifying(), key.verifying());
        assert_eq!(SigningKey::from_pem("a", "hello").unwrap_err(), NoteError::PrivateKey);
        for name in ["", "a b", "a+b"] {
            assert_eq!(SigningKey::new(name).unwrap_err(), NoteError::Name, "{name}");
        }
    }

    #[test]
    fn another_name_or_key_is_not_taken_for_this_one() {
        let key = SigningKey::new("a").unwrap();
        let other = SigningKey::new("a").unwrap();
        assert_eq!(other.verifying().open(&key.sign("text\n")), Err(NoteError::NotSigned));
        let renamed = key.verifying().to_string().replacen('a', "b", 1);
        assert_eq!(renamed.parse::<VerifyingKey>(), Err(NoteError::PublicKey));
    }

    proptest! {
        #[test]
        fn a_note_of_which_a_byte_is_changed_is_not_accepted(place in any::<prop::sample::Index>(), change in 1_u8..128) {
            let key = SigningKey::new("a").unwrap();
            let text = "partners.example/audit\n12\nAAAA\n";
            let mut note = key.sign(text).into_bytes();
            let place = place.index(note.len());
            note[place] ^= change;
            let opened = String::from_utf8(note).ok().and_then(|note| key.verifying().open(&note).ok().map(str::to_owned));
            prop_assert_eq!(opened, None);
        }

        #[test]
        fn any_text_is_a_key_or_a_note_or_an_error(text in "\\PC*|[a+\n\u{2014} =]{0,40}") {
            let key = SigningKey::new("a").unwrap();
            prop_assert!(key.verifying().open(&text).is_err());
            prop_assert!(text.parse::<VerifyingKey>().is_err());
        }
    }
}
