//! Makes text from an issuer fit to be shown: short, printable and free of our own secret.

use secrecy::ExposeSecret as _;

use super::dialect::Credentials;
use super::request::{basic_token, form_encoded};
use super::token::AccessToken;

/// Longest text that is kept of an `error_description`, in characters.
const LONGEST_TEXT: usize = 300;

/// Shortest token that is looked for. An issuer whose tokens are shorter has other worries.
const SHORTEST_TOKEN: usize = 8;

/// Removes every written form of one client secret from text.
pub(super) struct Scrubber(Vec<String>);

impl Scrubber {
    /// Knows the secret as it is, form-encoded, and inside a Basic header.
    pub(super) fn new(credentials: &Credentials) -> Self {
        let secret = credentials.client_secret.expose_secret();
        let printable: String = secret.chars().filter(|c| !c.is_control()).collect();
        let forms = vec![
            basic_token(credentials),
            form_encoded(secret),
            form_encoded(secret).replace('+', "%20"),
            printable.split_whitespace().collect::<Vec<_>>().join(" "),
        ];
        Self::of(forms)
    }

    /// The longest first, so that none is cut by a part of itself.
    fn of(mut forms: Vec<String>) -> Self {
        forms.retain(|form| !form.is_empty());
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        Self(forms)
    }

    /// Knows these tokens too, but for those that are short enough to stand in any text by chance.
    pub(super) fn without(self, tokens: &[AccessToken]) -> Self {
        let tokens = tokens.iter().map(|token| token.bearer().expose_secret());
        let tokens = tokens.filter(|token| token.len() >= SHORTEST_TOKEN);
        let forms = tokens.flat_map(|token| [token.to_owned(), form_encoded(token)]);
        Self::of(self.0.into_iter().chain(forms).collect())
    }

    /// `text` on one line, without control characters and secrets, cut to 300 characters; `None` when
    /// nothing is left.
    pub(super) fn clean(&self, text: &str) -> Option<String> {
        let spaced: String =
            text.chars().filter(|c| !c.is_control() || c.is_whitespace()).filter(|c| !is_invisible(*c)).collect();
        let mut line = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
        for secret in &self.0 {
            line = line.replace(secret, "[redacted]");
        }
        let short: String = line.chars().take(LONGEST_TEXT).collect();
        (!short.is_empty()).then_some(short)
    }
}

/// Zero-width and direction-changing characters, which can make a text read as another.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}
