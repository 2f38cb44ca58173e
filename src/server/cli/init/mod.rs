//! `partner-dashboard init`: asks what a configuration needs, makes the keys, and tries whether all of it works.

mod answers;
mod arguments;
mod files;
mod questions;
mod text;

use std::sync::Arc;

use self::answers::{Answers, SIGNING_KEY};
pub(super) use self::arguments::InitArguments;
use self::files::{Installation, Layout};
use super::config::failure;
use super::{Failure, check, say, with_causes};
use crate::server::audit::{SigningKey, signing_key};
use crate::server::auth::Authentication;
use crate::server::clock::SystemClock;
use crate::server::config::{Config, advice, check_all};
use crate::server::oauth::http_client;
use crate::server::telemetry;

/// Asks, writes, checks, and says what comes next.
pub(super) async fn run(arguments: InitArguments) -> Result<(), Failure> {
    telemetry::start("error", false);
    let layout = if arguments.debian_package { Layout::DebianPackage } else { Layout::OneFolder };
    let installation = Installation::begin(arguments.directory.as_deref().unwrap_or(layout.directory()), layout)?;
    let offline = arguments.offline;
    // Everything is asked for before anything is written.
    let answers = Answers::ask(arguments, &installation)?;
    let (config, key) = write(&installation, &answers)?;
    let (written, secrets) = (installation.configuration(), installation.secrets());
    say(format_args!("Written: {}, and the keys and secrets in {}.", written.display(), secrets.display()));
    say(format_args!("The public key of the audit log, for those who verify it: {}", key.verifying()));
    say_what_to_register(&config);
    let works = if offline { Ok(()) } else { try_it(&config, layout).await };
    for one in advice(&config) {
        say(format_args!("Not safe yet: {one}."));
    }
    works?;
    say(format_args!("Next: {}", installation.next()));
    Ok(())
}

/// Writes the keys, the secrets and the configuration, or none of them. The result is the configuration with the secrets where they
/// are now, which need not be where the service reads them.
fn write(installation: &Installation, answers: &Answers) -> Result<(Config, SigningKey), Failure> {
    installation.keep_secrets(&answers.secrets)?;
    let has_signing_key = installation.secret(SIGNING_KEY).exists();
    let kept = keep(installation, answers);
    if kept.is_err() {
        installation.remove_secrets(answers.secrets.iter().map(|(name, _)| name.as_str()));
        installation.remove_secrets((!has_signing_key).then_some(SIGNING_KEY));
    }
    kept
}

/// Writes a configuration that nothing is wrong with, and makes the signing key where there is none.
fn keep(installation: &Installation, answers: &Answers) -> Result<(Config, SigningKey), Failure> {
    let here = answers.text(installation, |name| installation.secret(name));
    let checked = check_all(&installation.configuration(), &here, installation.variables());
    let config = checked.map_err(|problems| failure(&problems))?;
    let key = signing_key(&config.audit.signing_key_file, &config.audit.origin);
    let key = key.map_err(|error| Failure::new(with_causes(&error)))?;
    if config.backup.is_some() {
        installation.make_backups()?;
    }
    installation.keep_configuration(&answers.text(installation, |name| installation.secret_of_service(name)))?;
    Ok((config, key))
}

/// What the other side has to know of this dashboard.
fn say_what_to_register(config: &Config) {
    let own = |path: &str| format!("{}{path}", config.public_url.as_str().trim_end_matches('/'));
    match &config.authentication {
        Authentication::Oidc(settings) => {
            say(format_args!("Register at {}, for the client {}:", settings.issuer, settings.client_id));
            say(format_args!("  redirect URI            {}", own("/auth/callback")));
            say(format_args!("  post-logout redirect    {}", own("/auth/logout")));
            say(format_args!("  back-channel logout URI {}", own("/auth/backchannel-logout")));
            say(format_args!(
                "  and let its ID token, or its userinfo, name the groups in the claim {}.",
                settings.groups_claim
            ));
        }
        Authentication::Jwt(_) => say("Let the proxy send its assertion with every request."),
        Authentication::Header(_) => {
            say("Let the proxy set these headers on every request, empty where there is nothing to say.");
        }
        Authentication::Demo => {}
    }
}

/// Asks the database, the identity provider and the partner. What does not work can be mended in the file.
async fn try_it(config: &Config, layout: Layout) -> Result<(), Failure> {
    let http = http_client().map_err(|error| Failure::new(with_causes(&error)))?;
    // The service has another account than whoever sets it up.
    let database = if layout == Layout::DebianPackage && config.database.is_socket() {
        say(
            "The database was not asked: its server knows the service by its account. The log says whether it answers.",
        );
        None
    } else {
        config.database.ask().await.map(|answer| answer.map_err(|error| with_causes(&error)))
    };
    let provider = config.authentication.ask(&config.public_url, http, Arc::new(SystemClock)).await;
    let mut reasons = Vec::new();
    for (who, answer) in [("database", database), ("identity provider", provider)] {
        match answer {
            Some(Ok(())) => say(format_args!("The {who} answers.")),
            Some(Err(reason)) => reasons.push(reason),
            None => {}
        }
    }
    let partner = check::check(config, false).await;
    reasons.into_iter().rev().fold(partner, |others, reason| {
        Err(match others {
            Ok(()) => Failure::new(reason),
            Err(others) => others.beside(reason),
        })
    })
}
