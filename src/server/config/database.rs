//! Where everything is kept: a file of this machine, or a PostgreSQL server that several replicas share.

use std::collections::BTreeSet;
use std::path::PathBuf;

use secrecy::{ExposeSecret as _, SecretString};
use url::{Host, Url};

use super::error::{ConfigError, ConfigFile};
use super::secret_file;
use crate::server::storage::DatabaseUrl;

/// With these the server shows who it is, and nobody between it and the dashboard can read or change anything.
const VERIFIED: [&str; 2] = ["verify-full", "verify-ca"];
/// The other modes, which have to be asked for.
const UNVERIFIED: [&str; 4] = ["require", "prefer", "allow", "disable"];

/// What may be said after the question mark, each once. Whatever else says where the server is, or who asks, has its place before.
const PARAMETERS: [&str; 4] = ["sslmode", "sslrootcert", "sslcert", "sslkey"];

/// A database that is named on the command line, with the password from the environment.
///
/// # Errors
/// What is wrong with it.
pub fn named_database(option: &str, url: &str, password: Option<SecretString>) -> Result<DatabaseUrl, ConfigError> {
    let password = password.filter(|_| DatabaseUrl::from(url.to_owned()).is_postgres());
    check(url.to_owned(), password, None, &ConfigFile { name: option })
}

/// The URL, with the password that is given apart from it.
pub(super) fn check(
    url: String,
    password: Option<SecretString>,
    password_file: Option<PathBuf>,
    file: &ConfigFile<'_>,
) -> Result<DatabaseUrl, ConfigError> {
    let password = match (password, password_file) {
        (Some(_), Some(_)) => {
            return Err(file.error("database_password_file", "is given twice: here, and in the environment"));
        }
        (None, Some(path)) => {
            Some(secret_file::read(&path).map_err(|fault| file.error("database_password_file", fault.into_reason()))?)
        }
        (password, None) => password,
    };
    let given = DatabaseUrl::from(url);
    if given.is_postgres() {
        return postgres(given.expose(), password.as_ref(), file);
    }
    if !given.expose().starts_with("sqlite:") {
        return Err(file.error("database", "must be of the form sqlite:FILE or postgres://USER@HOST/DATABASE"));
    }
    if password.is_some() {
        return Err(file.error("database_password_file", "is of no use: an SQLite database has no password"));
    }
    Ok(given)
}

fn postgres(given: &str, password: Option<&SecretString>, file: &ConfigFile<'_>) -> Result<DatabaseUrl, ConfigError> {
    let wrong = |reason: &str| file.error("database", reason);
    let mut url = Url::parse(given).map_err(|_| wrong("is not a URL of the form postgres://USER@HOST/DATABASE"))?;
    if url.username().is_empty() || url.path().trim_matches('/').is_empty() {
        return Err(wrong("must name the user and the database: postgres://USER@HOST/DATABASE"));
    }
    let mut seen = BTreeSet::new();
    for (name, _) in url.query_pairs() {
        if !PARAMETERS.contains(&&*name) || !seen.insert(name.clone()) {
            return Err(wrong(&format!(
                "has {name:?} after the question mark: only {} may be there, each once",
                PARAMETERS.join(", ")
            )));
        }
    }
    if let Some(password) = password {
        if url.password().is_some() {
            return Err(file.error("database_password_file", "is given twice: here, and in database"));
        }
        url.set_password(Some(password.expose_secret())).map_err(|()| wrong("has no place for a password"))?;
    }
    let mode = mode(&url);
    match mode.as_deref() {
        Some(mode) if VERIFIED.contains(&mode) || UNVERIFIED.contains(&mode) => {}
        Some(_) => return Err(wrong("has an unknown sslmode: verify-full is the safe one")),
        None if is_on_this_machine(&url) => {}
        None => {
            return Err(wrong("must say how the connection is protected: add ?sslmode=verify-full&sslrootcert=FILE"));
        }
    }
    Ok(String::from(url).into())
}

/// How a connection to the server is protected.
fn mode(url: &Url) -> Option<String> {
    url.query_pairs().find(|(name, _)| name == "sslmode").map(|(_, mode)| mode.into_owned())
}

/// What may happen on the way to a server that does not show who it is; `None` where that is so, and on this machine.
pub fn unprotected(database: &DatabaseUrl) -> Option<String> {
    let url = Url::parse(database.expose()).ok().filter(|_| database.is_postgres())?;
    let mode = mode(&url).filter(|mode| UNVERIFIED.contains(&mode.as_str()) && !is_on_this_machine(&url))?;
    Some(format!(
        "it is reached with sslmode={mode}, so whoever is between it and the dashboard may read and change what goes over the \
         network. Use sslmode=verify-full where that is not a network of your own"
    ))
}

/// Whether the server is reached by loopback or by a UNIX socket.
fn is_on_this_machine(url: &Url) -> bool {
    match url.host() {
        None => true,
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => {
            let name = name.to_ascii_lowercase();
            name == "localhost"
                || name.starts_with("%2f")
                || name.starts_with('/')
                || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(url: &str, password: Option<&str>) -> Result<String, String> {
        let password = password.map(|password| SecretString::from(password.to_owned()));
        let checked = check(url.to_owned(), password, None, &ConfigFile { name: "config.toml" });
        checked.map(|url| url.expose().to_owned()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_server_elsewhere_is_named_with_how_it_is_reached() {
        for (url, words) in [
            ("mysql://x/y", "sqlite:FILE or postgres"),
            ("postgres://db.example/dashboard", "name the user"),
            ("postgres://dashboard@db.example", "name the user"),
            ("postgres://dashboard@db.example/dashboard", "sslmode=verify-full"),
            ("postgres://dashboard@10.0.0.7/dashboard", "sslmode=verify-full"),
            ("postgres://dashboard@db.example/dashboard?sslmode=none", "unknown sslmode"),
            ("postgres://dashboard@db.example/dashboard?sslmode=verify-full&sslmode=disable", "each once"),
            ("postgres://dashboard@localhost/dashboard?host=db.example", "host"),
            ("postgres://dashboard@localhost/dashboard?ssl-mode=disable", "ssl-mode"),
        ] {
            let error = checked(url, None).unwrap_err();
            assert!(error.starts_with("config.toml: database: ") && error.contains(words), "{url}: {error}");
        }
        for url in [
            "postgres://dashboard@localhost/dashboard",
            "postgres://dashboard@127.0.0.1:5433/dashboard",
            "postgres://dashboard@[::1]/dashboard",
            "postgres://dashboard@%2Frun%2Fpostgresql/dashboard",
            "postgresql://dashboard@db.example/dashboard?sslmode=verify-full",
            "postgres://dashboard@db/dashboard?sslmode=disable",
            "sqlite:partner-dashboard.db",
        ] {
            assert_eq!(checked(url, None).as_deref(), Ok(url));
        }
    }

    #[test]
    fn a_server_that_does_not_show_who_it_is_is_told_of_unless_it_is_this_machine() {
        for (url, expected) in [
            ("postgres://dashboard@db/dashboard?sslmode=require", true),
            ("postgres://dashboard@db/dashboard?sslmode=disable", true),
            ("postgres://dashboard@db/dashboard?sslmode=verify-full", false),
            ("postgres://dashboard@localhost/dashboard?sslmode=disable", false),
            ("postgres://dashboard@%2Frun%2Fpostgresql/dashboard", false),
            ("sqlite:x.db", false),
        ] {
            assert_eq!(unprotected(&url.to_owned().into()).is_some(), expected, "{url}");
        }
    }

    #[test]
    fn a_password_is_put_where_it_belongs_and_shown_to_nobody() {
        let url = checked("postgres://dashboard@localhost/dashboard", Some("p@ss/wörd")).unwrap();
        assert_eq!(url, "postgres://dashboard:p%40ss%2Fw%C3%B6rd@localhost/dashboard");
        assert_eq!(format!("{:?}", DatabaseUrl::from(url)), "DatabaseUrl(postgres)");
        assert!(checked("sqlite:x.db", Some("x")).unwrap_err().contains("no use"));
        assert!(checked("postgres://a:b@localhost/d", Some("x")).unwrap_err().contains("twice"));
    }
}
