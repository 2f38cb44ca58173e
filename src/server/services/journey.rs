//! How a client is used: what a journey with it needs, and the random parts of one.

use openidconnect::{CsrfToken, PkceCodeChallenge};

use super::ServiceError;
use super::audit_log;
use super::place::organisation_of;
use crate::domain::connection::Environment;
use crate::domain::journey::{Attempt, Journey, JourneyPage, provider};
use crate::domain::oauth_client::OAuthClient;
use crate::domain::object::ObjectKind;
use crate::domain::principal::Permission;
use crate::server::context::RequestContext;
use crate::server::index::Connection;

const KIND: ObjectKind = ObjectKind::OAuthClient;

/// How a client is used, read now. The journey comes back to `return_url` where that is one of the client's, and to its
/// first otherwise.
///
/// # Errors
/// When the connection is not known, or the partner does not give the client.
#[tracing::instrument(target = "spans", level = "debug", name = "journey", skip_all)]
pub async fn page(
    context: &RequestContext,
    connection: &str,
    id: &str,
    return_url: Option<&str>,
) -> Result<JourneyPage, ServiceError> {
    let connection = context.connection(connection)?;
    let client = context.object(connection, KIND, id, Permission::ViewObjects).await?.into_oauth_client();
    let organisation = organisation_of(connection, &client.id, client.organisation_id.as_deref()).await;
    let place = organisation.as_ref().map(|organisation| organisation.id.as_str());
    let history = audit_log::recent(context, connection, KIND, &client.id, place).await?;
    let return_urls = client.return_urls().to_vec();
    let chosen = return_urls.iter().find(|url| return_url == Some(url.as_str())).or_else(|| return_urls.first());
    let environment = environment(connection.summary.environment, &client);
    let scopes = scopes(&client);
    Ok(JourneyPage {
        client: client.reference(),
        organisation,
        is_disabled: client.is_disabled(),
        environment,
        journey: chosen.filter(|_| !scopes.is_empty()).map(|return_url| Journey {
            provider: provider_of(connection, environment),
            client_id: client.id.clone(),
            return_url: return_url.clone(),
            scopes,
        }),
        return_urls,
        attempt: attempt(),
        entries: history.map(|entries| entries.count),
    })
}

/// A client is used in one environment only (OneID's guide "Verify a User"). Live data is for production clients alone.
fn environment(of_connection: Environment, client: &OAuthClient) -> Environment {
    if client.is_production() { of_connection } else { Environment::Sandbox }
}

/// The configured provider is that of the connection's environment, and says nothing of another.
fn provider_of(connection: &Connection, environment: Environment) -> String {
    let configured = connection.journey_url.as_ref().filter(|_| environment == connection.summary.environment);
    configured.map_or(provider(environment), |url| url.as_str().trim_end_matches('/')).to_owned()
}

/// The scopes of the client, each once: OneID refuses any other.
fn scopes(client: &OAuthClient) -> Vec<String> {
    let mut scopes: Vec<String> = Vec::new();
    for scope in client.scopes() {
        if !scopes.contains(scope) {
            scopes.push(scope.clone());
        }
    }
    scopes
}

fn attempt() -> Attempt {
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    Attempt {
        state: CsrfToken::new_random_len(32).secret().clone(),
        code_verifier: verifier.secret().clone(),
        code_challenge: challenge.as_str().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::field::FieldValue;

    #[test]
    fn live_data_is_for_production_clients_of_production_alone() {
        for (of_connection, is_production, expected) in [
            (Environment::Production, true, Environment::Production),
            (Environment::Production, false, Environment::Sandbox),
            (Environment::Sandbox, true, Environment::Sandbox),
            (Environment::Sandbox, false, Environment::Sandbox),
        ] {
            let fields = [("is_production".to_owned(), FieldValue::Flag(is_production))].into_iter().collect();
            let client = OAuthClient { id: "c".to_owned(), organisation_id: None, fields, unknown: Vec::new() };
            assert_eq!(environment(of_connection, &client), expected, "{of_connection:?} {is_production}");
        }
    }

    #[test]
    fn an_attempt_is_never_the_same_and_its_challenge_belongs_to_its_verifier() {
        let (one, other) = (attempt(), attempt());
        assert!(one.state != other.state && one.code_verifier != other.code_verifier);
        assert!((43..=128).contains(&one.code_verifier.len()), "RFC 7636 §4.1");
        let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte));
        assert!(is_plain(&one.state) && is_plain(&one.code_verifier) && is_plain(&one.code_challenge));
        let verifier = openidconnect::PkceCodeVerifier::new(one.code_verifier);
        assert_eq!(PkceCodeChallenge::from_code_verifier_sha256(&verifier).as_str(), one.code_challenge);
    }
}
