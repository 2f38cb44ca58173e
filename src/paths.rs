//! Every address inside the application, one function each, with its parts encoded.

use std::fmt::Write as _;

use url::form_urlencoded;

use crate::domain::audit::AuditedKind;
use crate::domain::connection::ConnectionList;
use crate::domain::field::ObjectKind;
use crate::domain::review::FormTarget;

/// The path of the overview.
pub const OVERVIEW: &str = "/";
/// The path of the audit log.
pub const AUDIT: &str = "/audit";
/// The path of the list of connections.
pub const CONNECTIONS: &str = "/connections";
/// The path of the account page.
pub const ACCOUNT: &str = "/account";

/// Starts a sign-in.
pub const SIGN_IN: &str = "/auth/login";
/// Where the identity provider sends the browser back to.
pub const SIGN_IN_CALLBACK: &str = "/auth/callback";
/// Signs out with POST; says that one is signed out with GET.
pub const SIGN_OUT: &str = "/auth/logout";
/// Where the identity provider reports that a person has signed out.
pub const BACKCHANNEL_SIGN_OUT: &str = "/auth/backchannel-logout";
/// Changes the role of the demo admin.
pub const DEMO_ROLE: &str = "/auth/demo-role";

/// Begins a sign-in that leads to a page.
pub fn sign_in(next: &str) -> String {
    with_query(SIGN_IN, [("next", next)])
}

/// The organisations of a connection.
pub fn organisations(connection: &str) -> String {
    format!("/{}/organisations", segment(connection))
}

/// The form for a new organisation.
pub fn new_organisation(connection: &str) -> String {
    format!("{}/new", organisations(connection))
}

/// One organisation.
pub fn organisation(connection: &str, id: &str) -> String {
    format!("{}/{}", organisations(connection), segment(id))
}

/// The form for an organisation, and the review of its changes.
pub fn edit_organisation(connection: &str, id: &str) -> String {
    format!("{}/edit", organisation(connection, id))
}

/// The audit entries of an organisation and its clients.
pub fn organisation_history(connection: &str, id: &str) -> String {
    format!("{}/history", organisation(connection, id))
}

/// The form for a new client of an organisation.
pub fn new_client(connection: &str, organisation_id: &str) -> String {
    format!("{}/clients/new", organisation(connection, organisation_id))
}

/// The clients of a connection.
pub fn clients(connection: &str) -> String {
    format!("/{}/clients", segment(connection))
}

/// A list of a connection.
pub fn list(connection: &str, list: ConnectionList) -> String {
    match list {
        ConnectionList::Organisations => organisations(connection),
        ConnectionList::Clients => clients(connection),
    }
}

/// One client.
pub fn client(connection: &str, id: &str) -> String {
    format!("{}/{}", clients(connection), segment(id))
}

/// The form for a client, and the review of its changes.
pub fn edit_client(connection: &str, id: &str) -> String {
    format!("{}/edit", client(connection, id))
}

/// The audit entries of a client.
pub fn client_history(connection: &str, id: &str) -> String {
    format!("{}/history", client(connection, id))
}

/// One connection.
pub fn connection(name: &str) -> String {
    format!("{CONNECTIONS}/{}", segment(name))
}

/// One entry of the audit log.
pub fn audit_entry(id: i64) -> String {
    format!("{AUDIT}/{id}")
}

/// The form about this.
pub fn form(target: &FormTarget) -> String {
    match (&target.object_id, &target.organisation_id) {
        (Some(id), _) => edit_object(&target.connection, target.kind, id),
        (None, Some(organisation)) => new_client(&target.connection, organisation),
        (None, None) => new_organisation(&target.connection),
    }
}

/// A form with the draft that came back to it.
pub fn draft(form: &str, draft: &str) -> String {
    with_query(form, [("draft", draft)])
}

/// The review of a draft, at the address of its form.
pub fn review(form: &str, draft: &str) -> String {
    with_query(form, [("draft", draft), ("step", "review")])
}

/// The test message of a connection, on its page.
pub fn test_message(connection_name: &str) -> String {
    format!("{}#test-message", connection(connection_name))
}

/// An object of either kind.
pub fn object(connection: &str, kind: ObjectKind, id: &str) -> String {
    match kind {
        ObjectKind::Organisation => organisation(connection, id),
        ObjectKind::OAuthClient => client(connection, id),
    }
}

/// What an entry of the audit log is about.
pub fn audited(connection_name: &str, kind: AuditedKind, id: &str) -> String {
    match kind {
        AuditedKind::Object(kind) => object(connection_name, kind, id),
        AuditedKind::Connection => connection(connection_name),
    }
}

/// The form for an object of either kind.
pub fn edit_object(connection: &str, kind: ObjectKind, id: &str) -> String {
    format!("{}/edit", object(connection, kind, id))
}

/// A path with a query; pairs without a value are left out.
pub fn with_query<'a>(path: &str, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in pairs {
        if !value.is_empty() {
            query.append_pair(name, value);
        }
    }
    match query.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

/// One segment of a path: everything but letters, digits, `-`, `_` and `~` is encoded, so that
/// an id cannot become another address. A dot is encoded too, because `..` would climb.
fn segment(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            // Writing to a `String` cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_cannot_become_another_address() {
        assert_eq!(organisation("sandbox", "../audit?x#y"), "/sandbox/organisations/%2E%2E%2Faudit%3Fx%23y");
        assert_eq!(client("a b", "ë"), "/a%20b/clients/%C3%AB");
    }

    #[test]
    fn empty_values_leave_the_query() {
        assert_eq!(with_query("/x", [("q", ""), ("page", "2"), ("a", "ü &")]), "/x?page=2&a=%C3%BC+%26");
        assert_eq!(with_query("/x", [("q", "")]), "/x");
    }
}
