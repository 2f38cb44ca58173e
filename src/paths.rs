//! Every address inside the application, one function each, with its parts encoded.

use std::borrow::Cow;
use std::fmt::Write as _;

use url::form_urlencoded;

use crate::domain::audit::{AuditFilter, AuditedKind, LogFormat};
use crate::domain::duplicate::DuplicateOf;
use crate::domain::export::ExportFormat;
use crate::domain::facet::Facet;
use crate::domain::find::Sought;
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::domain::review::FormTarget;
use crate::domain::saved_view::ViewedList;

/// The path of the overview.
pub const OVERVIEW: &str = "/";
/// The path of the audit log.
pub const AUDIT: &str = "/audit";
/// The path of two versions of an object.
pub const VERSIONS: &str = "/audit/compare";
/// The path of the list of connections.
pub const CONNECTIONS: &str = "/connections";
/// The path of the targets of notifications.
pub const NOTIFICATIONS: &str = "/notifications";
/// The path of the search over all connections.
pub const FIND: &str = "/find";
/// The path of the style guide, in the demo.
pub const STYLEGUIDE: &str = "/styleguide";
/// The path of the tour, in the demo.
pub const TOUR: &str = "/tour";
/// The path of the account page.
pub const ACCOUNT: &str = "/account";
/// What the command palette shows for a search, as a document of its own.
pub const FIND_PALETTE: &str = "/find/palette";
/// The objects that a control offers for a search, as a document of their own.
pub const FIND_CHOICES: &str = "/find/choices";

/// The name in addresses of the ID of the object that a new one duplicates.
pub const DUPLICATE: &str = "duplicate";
/// The name in addresses of the connection that has it.
pub const DUPLICATE_FROM: &str = "from";

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
    list(connection, ObjectKind::Organisation)
}

/// One organisation.
pub fn organisation(connection: &str, id: &str) -> String {
    object(connection, ObjectKind::Organisation, id)
}

/// The clients of a connection.
pub fn clients(connection: &str) -> String {
    list(connection, ObjectKind::OAuthClient)
}

/// One client.
pub fn client(connection: &str, id: &str) -> String {
    object(connection, ObjectKind::OAuthClient, id)
}

/// One connection.
pub fn connection(name: &str) -> String {
    format!("{CONNECTIONS}/{}", segment(name))
}

/// The log with a filter.
pub fn audit_log(filter: &AuditFilter) -> String {
    asked(AUDIT.to_owned(), &filter.to_query())
}

/// The log as a file, with a filter.
pub fn audit_export(filter: &AuditFilter, format: LogFormat) -> String {
    asked(format!("{AUDIT}.{}", format.extension()), &filter.to_query())
}

/// One entry of the audit log.
pub fn audit_entry(id: i64) -> String {
    format!("{AUDIT}/{id}")
}

/// The version that an entry left, and the object as it is now.
pub fn since(entry: i64) -> String {
    format!("{VERSIONS}?from={entry}")
}

/// The form about this.
pub fn form(target: &FormTarget) -> String {
    match &target.object_id {
        Some(id) => edit_object(&target.connection, target.kind, id),
        None => new_object(&target.connection, target.kind, target.organisation_id.as_deref()),
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

/// The objects of a kind that a connection has.
pub fn list(connection: &str, kind: ObjectKind) -> String {
    ["/", &segment(connection), "/", kind.collection()].concat()
}

/// A list as a query shows it, which is the query of an address.
pub fn view(list: &ViewedList, query: &str) -> String {
    let path = match list {
        ViewedList::Objects { connection, kind } => self::list(connection, *kind),
        ViewedList::Find => FIND.to_owned(),
        ViewedList::AuditLog => AUDIT.to_owned(),
    };
    asked(path, query)
}

/// The objects of a kind that a query asks for.
pub fn listing(connection: &str, kind: ObjectKind, query: &ObjectQuery) -> String {
    asked(list(connection, kind), &query.to_string())
}

/// The objects that a query asks for as a file. Of the query, neither page nor branches count.
pub fn export(connection: &str, kind: ObjectKind, format: ExportFormat, query: &ObjectQuery) -> String {
    let path = [&list(connection, kind), ".", format.extension()].concat();
    asked(path, &query.clone().without_place().to_string())
}

/// A path with a query that is written already.
fn asked(path: String, query: &str) -> String {
    if query.is_empty() { path } else { [&path, "?", query].concat() }
}

/// An object of any kind.
pub fn object(connection: &str, kind: ObjectKind, id: &str) -> String {
    ["/", &segment(connection), "/", kind.collection(), "/", &segment(id)].concat()
}

/// The form for a new object, below the one that it is to belong to where its kind has such.
pub fn new_object(connection: &str, kind: ObjectKind, owner_id: Option<&str>) -> String {
    match kind.owner().zip(owner_id) {
        Some((owner, id)) => format!("{}/{}/new", object(connection, owner, id), kind.collection()),
        None => format!("{}/new", list(connection, kind)),
    }
}

/// The form for a new organisation; the ID of its parent is appended.
pub fn form_below(connection: &str) -> String {
    format!("{}?parent=", new_object(connection, ObjectKind::Organisation, None))
}

/// The name in the query of a form for a new organisation that is to have no parent. An empty one is dropped from addresses.
pub const WITHOUT_PARENT: &str = "without_parent";

/// The form for a new organisation without a parent: `OneID` decides where it goes.
pub fn form_without_parent(connection: &str) -> String {
    with_query(&new_object(connection, ObjectKind::Organisation, None), [(WITHOUT_PARENT, "true")])
}

/// The form for a new object that is to be a duplicate of another, at the path of such a form.
pub fn duplicate(form: &str, of: &DuplicateOf) -> String {
    with_query(form, [(DUPLICATE, of.id.as_str()), (DUPLICATE_FROM, of.connection.as_str())])
}

/// The audit entries of an object.
pub fn object_history(connection: &str, kind: ObjectKind, id: &str) -> String {
    format!("{}/history", object(connection, kind, id))
}

/// How a client is used: programs that make a journey with it.
pub fn journey(connection: &str, client_id: &str) -> String {
    format!("{}/journey", client(connection, client_id))
}

/// What an entry of the audit log is about.
pub fn audited(connection_name: &str, kind: AuditedKind, id: &str) -> String {
    match kind {
        AuditedKind::Object(kind) => object(connection_name, kind, id),
        AuditedKind::Connection => connection(connection_name),
        AuditedKind::Session | AuditedKind::Dashboard => AUDIT.to_owned(),
    }
}

/// A creation whose outcome nobody knows, by the number of its entry in the audit log.
pub fn unknown_creation(connection: &str, entry: i64) -> String {
    format!("/{}/unknown/{entry}", segment(connection))
}

/// The form for an object, and the review of its changes.
pub fn edit_object(connection: &str, kind: ObjectKind, id: &str) -> String {
    format!("{}/edit", object(connection, kind, id))
}

/// Everything that a query finds, over all connections.
pub fn find(query: &ObjectQuery) -> String {
    asked(FIND.to_owned(), &query.to_string())
}

/// Everything that has a value: who else uses it.
pub fn who_else(facet: Facet, value: &str) -> String {
    find(&ObjectQuery::default().with(facet, false, value))
}

/// The beginning of the path of what a control offers for a search: the encoded text is to be added to it.
pub fn choices(sought: &Sought) -> String {
    let pairs = [
        ("connection", sought.connection.as_deref().unwrap_or_default()),
        ("kind", sought.kind.map_or("", ObjectKind::collection)),
        ("except", sought.except.as_deref().unwrap_or_default()),
        ("edit", if sought.is_to_edit { "1" } else { "" }),
    ];
    let path = with_query(FIND_CHOICES, pairs);
    [path.as_str(), if path.contains('?') { "&q=" } else { "?q=" }].concat()
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
fn segment(text: &str) -> Cow<'_, str> {
    let stays = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~');
    if text.bytes().all(stays) {
        return Cow::Borrowed(text);
    }
    let mut encoded = String::with_capacity(3 * text.len());
    for byte in text.bytes() {
        if stays(byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a `String` cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    Cow::Owned(encoded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::place::Place;

    #[test]
    fn an_id_cannot_become_another_address() {
        assert_eq!(organisation("sandbox", "../audit?x#y"), "/sandbox/organisations/%2E%2E%2Faudit%3Fx%23y");
        assert_eq!(client("a b", "ë"), "/a%20b/clients/%C3%AB");
    }

    #[test]
    fn the_path_of_an_object_says_what_it_is_about() {
        for id in ["o-1", "../audit?x#y", "ë+&=% new", "a/b"] {
            let expected =
                Place { connection: "a b".to_owned(), kind: ObjectKind::OAuthClient, id: Some(id.to_owned()) };
            assert_eq!(Place::of(&edit_object("a b", ObjectKind::OAuthClient, id)), Some(expected));
        }
        let list = Place { connection: "sandbox".to_owned(), kind: ObjectKind::Organisation, id: None };
        assert_eq!(Place::of("/sandbox/organisations"), Some(list.clone()));
        assert_eq!(Place::of("/sandbox/organisations/new"), Some(list));
        for elsewhere in ["", "/", "/audit", "/audit/1", "sandbox/organisations", "/%/%ff"] {
            assert_eq!(Place::of(elsewhere), None, "{elsewhere}");
        }
    }

    #[test]
    fn empty_values_leave_the_query() {
        assert_eq!(with_query("/x", [("q", ""), ("page", "2"), ("a", "ü &")]), "/x?page=2&a=%C3%BC+%26");
        assert_eq!(with_query("/x", [("q", "")]), "/x");
    }
}
