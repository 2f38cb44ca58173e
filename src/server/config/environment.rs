//! Overrides from the environment: `PARTNER_DASHBOARD_AUTH__HEADER__USER` sets `auth.header.user`. Connections and
//! notifications are identified by name, not by position: `PARTNER_DASHBOARD_CONNECTIONS__SANDBOX__CLIENT_SECRET`.

use toml::{Table, Value};

/// The prefix of every variable of this product.
pub(super) const PREFIX: &str = "PARTNER_DASHBOARD_";

/// Overrides keys of the table with the variables. A value in square brackets is a list.
///
/// # Errors
/// The name of a variable whose connection does not exist, or whose path leads through a value that is not a table.
pub(super) fn overlay(table: &mut Table, variables: impl IntoIterator<Item = (String, String)>) -> Result<(), String> {
    for (name, text) in variables {
        let Some(path) = name.strip_prefix(PREFIX) else {
            continue;
        };
        let path: Vec<String> = path.split("__").map(str::to_ascii_lowercase).collect();
        set(table, &path, value(&text)).ok_or(name)?;
    }
    Ok(())
}

fn value(text: &str) -> Value {
    if text.starts_with('[')
        && let Ok(mut parsed) = toml::from_str::<Table>(&format!("list = {text}"))
        && let Some(list) = parsed.remove("list")
    {
        return list;
    }
    Value::String(text.to_owned())
}

fn set(table: &mut Table, path: &[String], value: Value) -> Option<()> {
    match path {
        [] => None,
        [key] => {
            table.insert(key.clone(), value);
            Some(())
        }
        [key, name, rest @ ..] if key == "connections" || key == "notifications" => {
            let connections = table.get_mut(key)?.as_array_mut()?;
            let same = |connection: &&mut Value| {
                let known = connection.get("name").and_then(Value::as_str).unwrap_or_default();
                known.to_ascii_lowercase().replace('-', "_") == *name
            };
            let connection = connections.iter_mut().find(same)?.as_table_mut()?;
            set(connection, rest, value)
        }
        [key, rest @ ..] => {
            let inner = table.entry(key.clone()).or_insert_with(|| Value::Table(Table::new()));
            set(inner.as_table_mut()?, rest, value)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laid(variables: &[(&str, &str)]) -> Result<String, String> {
        let mut table: Table = toml::from_str("[[connections]]\nname = \"one-id\"\n[auth]\nmode = \"header\"").unwrap();
        let variables = variables.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        overlay(&mut table, variables)?;
        Ok(toml::to_string(&table).unwrap())
    }

    #[test]
    fn a_variable_takes_the_place_of_a_key() {
        let text = laid(&[("PARTNER_DASHBOARD_AUTH__HEADER__USER", "X-User"), ("HOME", "/root")]).unwrap();
        assert!(text.contains("[auth.header]\nuser = \"X-User\""), "{text}");
        assert!(!text.contains("root"));
    }

    #[test]
    fn connections_are_named_and_secrets_stay_text() {
        let text = laid(&[("PARTNER_DASHBOARD_CONNECTIONS__ONE_ID__CLIENT_SECRET", "12345")]).unwrap();
        assert!(text.contains("client_secret = \"12345\""), "{text}");
        let unknown = "PARTNER_DASHBOARD_CONNECTIONS__OTHER__CLIENT_SECRET";
        assert_eq!(laid(&[(unknown, "x")]), Err(unknown.to_owned()));
    }

    #[test]
    fn lists_are_written_in_brackets() {
        let text = laid(&[("PARTNER_DASHBOARD_AUTH__ROLES__ADMIN", "[\"a\", \"b\"]")]).unwrap();
        assert!(text.contains("admin = [\"a\", \"b\"]"), "{text}");
    }
}
