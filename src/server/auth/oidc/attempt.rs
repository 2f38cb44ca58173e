//! A sign-in in progress: the values that the callback is compared with. The browser keeps them in an encrypted cookie,
//! so that nobody can fill the server's memory by starting sign-ins.

use cookie::time::Duration as CookieDuration;
use cookie::{Cookie, CookieJar, SameSite};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::server::sealing::SealingKey;

/// How long a sign-in at the provider may take.
const LIFETIME: Duration = Duration::minutes(10);
/// How many characters of the state are in the name of the cookie, so that sign-ins in several tabs do not collide.
const LETTERS_OF_STATE: usize = 12;
/// How large the cookies of sign-ins that are under way may be together when another one begins, in bytes: those of about nine tabs.
/// Servers refuse headers of more than 8 KiB.
const LARGEST: usize = 3_500;

/// The values that the callback is compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    pub(super) state: String,
    pub(super) nonce: String,
    pub(super) pkce_verifier: String,
    /// The page that was requested: a path and query of this dashboard.
    pub next: String,
    #[serde(with = "time::serde::timestamp")]
    pub(super) begun_at: OffsetDateTime,
}

impl Attempt {
    /// When the sign-in expires.
    pub(super) fn ends_at(&self) -> OffsetDateTime {
        self.begun_at + LIFETIME
    }
}

/// Encrypts attempts into cookies and decrypts them. Where the configuration has no key, a restart ends the sign-ins in
/// progress. People then start again with one click.
#[derive(Clone)]
pub struct Attempts {
    key: SealingKey,
    is_https: bool,
}

impl std::fmt::Debug for Attempts {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Attempts").field("is_https", &self.is_https).finish_non_exhaustive()
    }
}

impl Attempts {
    /// With a key, which all replicas have. Over https, the names of the cookies have the `__Host-` prefix.
    pub fn new(key: SealingKey, is_https: bool) -> Self {
        Self { key, is_https }
    }

    /// The `Set-Cookie` that keeps an attempt.
    pub fn seal(&self, attempt: &Attempt) -> Option<String> {
        let text = serde_json::to_string(attempt).ok()?;
        let mut jar = CookieJar::new();
        jar.private_mut(self.key.key()).add(self.cookie(&attempt.state, text, LIFETIME.whole_seconds()));
        let sealed = jar.delta().next()?;
        Some(sealed.encoded().to_string())
    }

    /// The attempt of a callback's state, if this browser started it and it has not expired.
    pub fn open(&self, cookies: &str, state: &str, now: OffsetDateTime) -> Option<Attempt> {
        let name = self.name(state);
        let sealed = Cookie::split_parse_encoded(cookies).flatten().find(|cookie| cookie.name() == name)?;
        let attempt = self.unseal(sealed)?;
        let is_current = now < attempt.ends_at();
        (attempt.state == state && is_current).then_some(attempt)
    }

    fn unseal(&self, sealed: Cookie<'_>) -> Option<Attempt> {
        let name = sealed.name().to_owned();
        let mut jar = CookieJar::new();
        jar.add_original(sealed.into_owned());
        let opened = jar.private(self.key.key()).get(&name)?;
        serde_json::from_str(opened.value()).ok()
    }

    /// The `Set-Cookie`s that remove all sign-ins under way but the newest: each that is not finished leaves a cookie, which comes
    /// with every request, until a server refuses a request whose cookies are too large. Those that cannot be opened go too.
    pub fn removals(&self, cookies: &str) -> Vec<String> {
        let mut arrived: Vec<(Option<OffsetDateTime>, String, usize)> = Vec::new();
        for cookie in Cookie::split_parse_encoded(cookies).flatten() {
            let Some(letters) = self.letters(cookie.name()).map(str::to_owned) else {
                continue;
            };
            let size = cookie.name().len() + cookie.value().len();
            arrived.push((self.unseal(cookie).map(|attempt| attempt.begun_at), letters, size));
        }
        // Browsers send what they got first at the beginning, which decides between those of one second.
        arrived.sort_by_key(|(begun_at, ..)| *begun_at);
        let mut together = 0;
        let removed = arrived.into_iter().rev().filter(|(begun_at, _, size)| {
            together += size;
            begun_at.is_none() || together > LARGEST
        });
        removed.map(|(_, letters, _)| self.removal(&letters)).collect()
    }

    /// The part of the state in the name of a cookie; `None` when it is not that of an attempt.
    fn letters<'a>(&self, name: &'a str) -> Option<&'a str> {
        let letters = name.strip_prefix(self.prefix())?;
        let is_state =
            letters.len() <= LETTERS_OF_STATE && letters.bytes().all(|letter| letter.is_ascii_alphanumeric());
        is_state.then_some(letters)
    }

    /// The `Set-Cookie` that removes an attempt, which can be used once.
    pub fn removal(&self, state: &str) -> String {
        self.cookie(state, String::new(), 0).to_string()
    }

    fn cookie(&self, state: &str, value: String, seconds: i64) -> Cookie<'static> {
        Cookie::build((self.name(state), value))
            .path("/")
            .http_only(true)
            .secure(self.is_https)
            // Lax, because the browser comes back from the provider's site: it would not send a `Strict` cookie.
            .same_site(SameSite::Lax)
            .max_age(CookieDuration::seconds(seconds))
            .build()
    }

    fn name(&self, state: &str) -> String {
        let letters: String = state.chars().filter(char::is_ascii_alphanumeric).take(LETTERS_OF_STATE).collect();
        format!("{}{letters}", self.prefix())
    }

    fn prefix(&self) -> &'static str {
        if self.is_https { "__Host-login-" } else { "login-" }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-01-01 12:00 UTC);

    fn new_attempts(is_https: bool) -> Attempts {
        Attempts::new(SealingKey::of(None, ""), is_https)
    }

    fn attempt() -> Attempt {
        Attempt {
            state: "abcdefghijklmnop-123".to_owned(),
            nonce: "n".to_owned(),
            pkce_verifier: "canary-verifier".to_owned(),
            next: "/audit?page=2".to_owned(),
            begun_at: NOW,
        }
    }

    fn sealed(attempts: &Attempts) -> String {
        attempts.seal(&attempt()).unwrap().split(';').next().unwrap().to_owned()
    }

    #[test]
    fn an_attempt_comes_back_as_it_was_sealed() {
        let attempts = new_attempts(true);
        let cookies = format!("other=1; {}; last=2", sealed(&attempts));
        assert_eq!(attempts.open(&cookies, &attempt().state, NOW), Some(attempt()));
    }

    #[test]
    fn the_cookie_is_bound_to_the_host_and_cannot_be_read() {
        let text = new_attempts(true).seal(&attempt()).unwrap();
        for part in ["__Host-login-", "HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=600"] {
            assert!(text.contains(part), "{part} is not in {text}");
        }
        assert!(!text.contains("canary") && !text.contains("Domain"));
    }

    #[test]
    fn another_state_another_key_a_changed_cookie_or_a_late_one_open_nothing() {
        let attempts = new_attempts(false);
        let cookie = sealed(&attempts);
        assert_eq!(attempts.open(&cookie, "abcdefghijklmnop-124", NOW), None);
        assert_eq!(attempts.open(&cookie, "", NOW), None);
        assert_eq!(new_attempts(false).open(&cookie, &attempt().state, NOW), None);
        assert_eq!(attempts.open(&cookie, &attempt().state, NOW + LIFETIME), None);
        let (name, value) = cookie.split_once('=').unwrap();
        let renamed = format!("login-zzzzzzzzzzzz={value}");
        assert_eq!(attempts.open(&renamed, "zzzzzzzzzzzzz", NOW), None);
        let changed = format!("{name}=A{}", &value[1..]);
        assert!(attempts.open(&changed, &attempt().state, NOW).is_none() || changed == cookie);
    }

    /// The cookie of an attempt with a state of its own, begun so many seconds after the first.
    fn begun(attempts: &Attempts, state: &str, seconds: i64, next: String) -> String {
        let attempt =
            Attempt { state: state.to_owned(), begun_at: NOW + Duration::seconds(seconds), next, ..attempt() };
        attempts.seal(&attempt).unwrap().split(';').next().unwrap().to_owned()
    }

    #[test]
    fn what_cannot_be_opened_goes_and_other_tabs_stay() {
        let attempts = new_attempts(true);
        let cookie = |state: &str, seconds| begun(&attempts, state, seconds, "/".to_owned());
        let cookies = [
            cookie("newest", 9),
            cookie("first", 0),
            "__Host-session=1; login-other=2; __Host-login-form.of-others=3; __Host-login-=4".to_owned(),
            begun(&new_attempts(true), "sealedbefore", 10, "/".to_owned()),
            cookie("second", 1),
            cookie("sameSecondA", 5),
            cookie("sameSecondB", 5),
        ];
        let removals = attempts.removals(&cookies.join("; "));
        let mut names: Vec<_> = removals.iter().map(|removal| removal.split('=').next().unwrap()).collect();
        names.sort_unstable();
        assert_eq!(names, ["__Host-login-", "__Host-login-sealedbefore"]);
        assert!(removals.iter().all(|removal| removal.contains("Max-Age=0") && removal.contains("Secure")));
        assert!(attempts.removals(&cookies[0]).is_empty() && attempts.removals("").is_empty());
    }

    #[test]
    fn those_that_would_be_too_large_together_go() {
        let attempts = new_attempts(false);
        let cookies: Vec<_> = (0..3)
            .map(|number| begun(&attempts, &format!("long{number}"), number, format!("/audit?q={}", "a".repeat(1_400))))
            .collect();
        assert!(cookies[0].len() > LARGEST / 3);
        let removals = attempts.removals(&cookies.join("; "));
        assert_eq!(removals.len(), 2, "{removals:?}");
        assert!(removals.iter().all(|removal| !removal.starts_with("login-long2=")), "the newest stays");
    }

    proptest! {
        #[test]
        fn no_cookie_header_makes_it_panic(cookies in "\\PC{0,200}", state in "\\PC{0,40}") {
            let attempts = new_attempts(true);
            prop_assert_eq!(attempts.open(&cookies, &state, NOW), None);
            let _ = attempts.removals(&cookies);
        }
    }
}
