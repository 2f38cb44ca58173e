//! Where a server that runs is asked about itself, by its configuration, whatever else is wrong with that.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use toml::de::DeTable;

use super::environment::PREFIX;
use super::error::{ConfigError, ConfigFile};

/// The key that says it.
const KEY: &str = "ops_listen";

/// The address of `ops_listen`. Nothing else is checked: a server goes on with the configuration that it had, and whoever asks
/// whether it is alive must not be told that it is not, because somebody has made a mistake in the file since. So the file
/// need not even be all TOML.
///
/// # Errors
/// When the file cannot be read, or this one key is wrong.
pub fn operations_address(
    path: &Path,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<Option<SocketAddr>, ConfigError> {
    let name = path.display().to_string();
    let variable = format!("{PREFIX}{}", KEY.to_ascii_uppercase());
    let said = match variables.into_iter().find(|(name, _)| *name == variable) {
        Some((_, address)) => Some(address),
        None => {
            in_file(path).map_err(|error| ConfigError::Unreadable { file: name.clone(), reason: error.to_string() })?
        }
    };
    let address = said.map(|address| address.parse()).transpose();
    address.map_err(|_| ConfigFile { name: &name }.error(KEY, "must be ADDRESS:PORT, such as 127.0.0.1:3001"))
}

fn in_file(path: &Path) -> Result<Option<String>, std::io::Error> {
    let text = fs::read_to_string(path)?;
    // What comes after some mistakes is not read. Then each line is read by itself, up to the first table.
    let mut lines = text.lines().take_while(|line| !line.trim_start().starts_with('['));
    Ok(said_in(&text).or_else(|| lines.find_map(said_in)))
}

fn said_in(text: &str) -> Option<String> {
    let (table, _) = DeTable::parse_recoverable(text);
    let (_, address) = table.get_ref().iter().find(|(key, _)| key.get_ref() == KEY)?;
    address.get_ref().as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(text: &str, variables: &[(&str, &str)]) -> Result<Option<SocketAddr>, String> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("partner-dashboard.toml");
        fs::write(&path, text).unwrap();
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        operations_address(&path, variables).map_err(|error| error.to_string())
    }

    #[test]
    fn it_is_known_whatever_else_is_wrong() {
        let address = Ok(Some("127.0.0.1:3001".parse().unwrap()));
        let known = "ops_listen = \"127.0.0.1:3001\"\n";
        for wrong in [
            "",
            "database = 5\n",
            "no such key = = 1\n",
            "word\n",
            "database = \"sqlite:\n",
            "[auth\nmode = \"header\"\n",
        ] {
            assert_eq!(asked(&format!("{known}{wrong}"), &[]), address, "{wrong}");
            let is_table = wrong.starts_with('[');
            assert!(is_table || asked(&format!("{wrong}{known}"), &[]) == address, "{wrong}");
        }
        let other = [("PARTNER_DASHBOARD_OPS_LISTEN", "127.0.0.1:3002")];
        assert_eq!(asked(known, &other), Ok(Some("127.0.0.1:3002".parse().unwrap())));
        assert_eq!(asked("", &[]), Ok(None));
    }

    #[test]
    fn an_address_that_is_none_is_said() {
        let said = asked("ops_listen = \"somewhere\"", &[]).unwrap_err();
        assert!(said.contains("ops_listen") && said.contains("ADDRESS:PORT"), "{said}");
        assert!(operations_address(Path::new("/no/such/file"), []).is_err());
    }
}
