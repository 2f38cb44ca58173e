//! The token of a connection: its remaining life, its scopes, and its claims. Never the token.

use leptos::prelude::*;
use time::OffsetDateTime;

use crate::components::{Chips, Life, LiveBlock, Measure, TimeUntil, display};
use crate::domain::check::TokenLife;

/// The token, beside the steps.
#[component]
pub(super) fn TokenCard(
    /// The token that the connection holds, if any.
    token: Option<TokenLife>,
    /// The title of the connection, for screen readers.
    #[prop(into)]
    of: String,
) -> impl IntoView {
    let more = token.clone().map(|token| {
        let scopes = (!token.scopes.is_empty()).then(|| {
            view! {
                <Measure name="Scopes">
                    <Chips values=token.scopes/>
                </Measure>
            }
        });
        view! {
            <Measure name="Expires">
                <TimeUntil at=token.expires_at/>
            </Measure>
            {scopes}
        }
    });
    view! {
        <section class="card" aria-labelledby="token">
            <div class="card-head">
                <h2 id="token">"Token"</h2>
                <span class="card-note">"renewed in the background"</span>
            </div>
            <div class="card-body">
                <LiveBlock id="live-token">
                    <dl class="measures">
                        <Measure name="Time left" is_prose=true>
                            <Life token of/>
                        </Measure>
                        {more}
                    </dl>
                </LiveBlock>
            </div>
        </section>
    }
}

/// The claims of the token, for reading.
#[component]
pub(super) fn ClaimsCard(
    /// Name and value as JSON text.
    claims: Vec<(String, String)>,
) -> impl IntoView {
    let row = |(name, value): (String, String)| {
        let meaning = meaning(&name, &value);
        view! {
            <tr>
                <th scope="row" class="cell-main">
                    <code>{name}</code>
                </th>
                <td class="cell-line">
                    <code>{value}</code>
                </td>
                <td class="cell-side secondary">{meaning}</td>
            </tr>
        }
    };
    view! {
        <section class="card" aria-labelledby="claims">
            <div class="card-head">
                <h2 id="claims">"Token claims"</h2>
                <span class="card-note">"for information only; the token itself is never shown"</span>
            </div>
            <LiveBlock id="live-claims">
                <table class="table table-rows">
                    <caption class="visually-hidden">"Token claims"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Claim"</th>
                            <th scope="col">"Value"</th>
                            <th scope="col">"Meaning"</th>
                        </tr>
                    </thead>
                    <tbody>{claims.into_iter().map(row).collect_view()}</tbody>
                </table>
            </LiveBlock>
        </section>
    }
}

/// What a claim means, as far as it is known.
fn meaning(name: &str, value: &str) -> String {
    // A NumericDate may have a fraction (RFC 7519, section 2).
    let seconds = || value.split('.').next()?.parse().ok();
    let at = || {
        seconds().and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok()).map(|at| display().exact(at))
    };
    match (name, value) {
        ("iss", _) => "Issuer".to_owned(),
        ("aud", _) => "Intended API".to_owned(),
        ("sub" | "azp" | "client_id", _) => "Client".to_owned(),
        ("scope" | "scopes", _) => "Granted scopes".to_owned(),
        ("partner_id", _) => "Partner".to_owned(),
        ("user_id", _) => "User".to_owned(),
        ("is_test", "true") => "Test token".to_owned(),
        ("is_test", "false") => "Not a test token".to_owned(),
        ("exp", _) => at().map_or_else(|| "Expiry time".to_owned(), |at| format!("Expires {at}")),
        ("iat", _) => at().map_or_else(|| "Issue time".to_owned(), |at| format!("Issued {at}")),
        ("nbf", _) => at().map_or_else(|| "Not valid before this time".to_owned(), |at| format!("Valid from {at}")),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_explained_as_far_as_they_are_known() {
        let told = [
            (("exp", "1795357407"), "Expires 22 November 2026, 14:23:27 UTC"),
            (("exp", "1795357407.8843043"), "Expires 22 November 2026, 14:23:27 UTC"),
            (("exp", "\"soon\""), "Expiry time"),
            (("exp", "99999999999999999"), "Expiry time"),
            (("is_test", "true"), "Test token"),
            (("colour", "\"blue\""), ""),
        ];
        for ((name, value), words) in told {
            assert_eq!(meaning(name, value), words);
        }
    }
}
