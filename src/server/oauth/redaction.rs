//! Makes text from a partner safe to show: short, printable and without our secrets.

use secrecy::ExposeSecret as _;

use super::credentials::Credentials;
use super::token::AccessToken;
use super::token_request::{basic_token, form_encoded};
use crate::domain::excerpt::is_invisible;

/// The longest text that is kept, in characters.
const LONGEST_TEXT: usize = 300;

/// The shortest token that is redacted, in characters. A shorter one could occur in any text by chance.
const SHORTEST_TOKEN: usize = 8;

/// Removes every encoding of one client secret from text.
pub(super) struct Redactor(Vec<String>);

impl Redactor {
    /// Redacts the secret as it is, form-encoded, and in an `Authorization: Basic` header.
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

    /// Sorts the longest first, so that no form is broken by a shorter one inside it.
    fn of(mut forms: Vec<String>) -> Self {
        forms.retain(|form| !form.is_empty());
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        Self(forms)
    }

    /// Redacts these tokens too, except very short ones.
    pub(super) fn without(self, tokens: &[AccessToken]) -> Self {
        let tokens = tokens.iter().map(|token| token.bearer().expose_secret());
        let tokens = tokens.filter(|token| token.len() >= SHORTEST_TOKEN);
        let forms = tokens.flat_map(|token| [token.to_owned(), form_encoded(token)]);
        Self::of(self.0.into_iter().chain(forms).collect())
    }

    /// The text on one line, without control characters and secrets, cut to 300 characters. `None` when nothing is
    /// left.
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
