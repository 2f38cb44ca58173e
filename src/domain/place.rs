//! What a path of this dashboard is about.

use url::form_urlencoded;

use super::object::ObjectKind;

/// A list of a connection, or an object in it, that a path of this dashboard is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The connection's name.
    pub connection: String,
    /// Organisations or clients.
    pub kind: ObjectKind,
    /// The object's id; `None` for a list, and for the form of a new object.
    pub id: Option<String>,
}

impl Place {
    /// What a path is about; `None` for a page of neither a list nor an object. The path may be anything.
    pub fn of(path: &str) -> Option<Self> {
        let mut segments = path.strip_prefix('/')?.split('/').map(text);
        let (connection, collection) = (segments.next()?, segments.next()?);
        let kind = ObjectKind::from_collection(&collection)?;
        let id = segments.next().filter(|id| !id.is_empty() && id != "new");
        Some(Self { connection, kind, id })
    }
}

/// What a segment of a path stands for: its text, decoded.
fn text(segment: &str) -> String {
    let pairs = ["=", &segment.replace('+', "%2B").replace('&', "%26")].concat();
    form_urlencoded::parse(pairs.as_bytes()).next().map(|(_, text)| text.into_owned()).unwrap_or_default()
}
