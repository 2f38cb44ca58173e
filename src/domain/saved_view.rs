//! A list as somebody likes to see it: its search, filters and order, under a name of their own.

use serde::{Deserialize, Serialize};

use super::audit::AuditFilter;
use super::object::ObjectKind;
use super::object_query::ObjectQuery;

/// The most views that one person has.
pub const MOST_VIEWS: u32 = 50;
/// The longest name of a view, in characters.
pub const LONGEST_NAME: usize = 80;
/// The longest query of a view, in bytes as it stands in an address.
pub const LONGEST_QUERY: usize = 4_000;
/// The code of the list of everything.
const FIND: &str = "find";
/// The code of the audit log.
const AUDIT_LOG: &str = "audit";

/// The list that a view is of.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ViewedList {
    /// The objects of a kind that a connection has.
    Objects {
        /// The connection's name.
        connection: String,
        /// Their kind.
        kind: ObjectKind,
    },
    /// What is found on all connections.
    Find,
    /// The audit log.
    AuditLog,
}

impl ViewedList {
    /// The stable name: the code of a kind, `find`, or `audit`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Objects { kind, .. } => kind.code(),
            Self::Find => FIND,
            Self::AuditLog => AUDIT_LOG,
        }
    }

    /// The connection's name; empty for all connections.
    pub fn connection(&self) -> &str {
        match self {
            Self::Objects { connection, .. } => connection,
            Self::Find | Self::AuditLog => "",
        }
    }

    /// The inverse of [`ViewedList::code`] and [`ViewedList::connection`].
    pub fn from_code(code: &str, connection: &str) -> Option<Self> {
        match code {
            FIND => Some(Self::Find),
            AUDIT_LOG => Some(Self::AuditLog),
            _ => ObjectKind::from_code(code).map(|kind| Self::Objects { connection: connection.to_owned(), kind }),
        }
    }

    /// What people call the list.
    pub fn title(&self) -> &'static str {
        match self {
            Self::Objects { kind, .. } => kind.list_title(),
            Self::Find => "Find",
            Self::AuditLog => "Audit log",
        }
    }
}

/// A view that somebody saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    /// Its number, which is its own among everybody's.
    pub id: i64,
    /// What it is a view of.
    pub list: ViewedList,
    /// What its owner calls it.
    pub name: String,
    /// The query of its address, as [`view_query`] writes it.
    pub query: String,
}

/// Why a view is not saved, or not renamed: a closed set, so that it can cross to the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ViewProblem {
    /// It has no name.
    NameMissing,
    /// Its name is longer than [`LONGEST_NAME`].
    NameTooLong,
    /// Its name holds a control character.
    ControlCharacter,
    /// Its query is longer than [`LONGEST_QUERY`].
    QueryTooLong,
    /// The person has another view of the list with this name.
    NameTaken,
    /// The person has [`MOST_VIEWS`] already.
    TooMany,
}

impl ViewProblem {
    /// Whether it is about other views, rather than about what was typed.
    pub fn is_about_others(self) -> bool {
        matches!(self, Self::NameTaken | Self::TooMany)
    }

    /// What is wrong, in a sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::NameMissing => "A view needs a name.",
            Self::NameTooLong => "Its name is longer than 80 characters.",
            Self::ControlCharacter => "Its name contains a character that cannot be displayed.",
            Self::QueryTooLong => "Its search and filters are longer than 4,000 characters.",
            Self::NameTaken => "You have another view of this list with this name.",
            Self::TooMany => "You already have 50 saved views.",
        }
    }

    /// What to do next.
    pub fn advice(self) -> &'static str {
        match self {
            Self::NameMissing => "Enter a name and try again.",
            Self::NameTooLong => "Choose a shorter name.",
            Self::ControlCharacter | Self::NameTaken => "Choose another name.",
            Self::QueryTooLong => "Remove some filters and try again.",
            Self::TooMany => "Delete one on your account page and try again.",
        }
    }
}

/// A name as it is kept: without white space around it, and with one space where there was more.
///
/// # Errors
/// When it is empty, too long, or cannot be shown in a line.
pub fn view_name(typed: &str) -> Result<String, ViewProblem> {
    if typed.trim().chars().any(char::is_control) {
        return Err(ViewProblem::ControlCharacter);
    }
    let mut name = String::new();
    for word in typed.split_whitespace() {
        if !name.is_empty() {
            name.push(' ');
        }
        name.push_str(word);
    }
    match name.chars().nth(LONGEST_NAME) {
        Some(_) => Err(ViewProblem::NameTooLong),
        None if name.is_empty() => Err(ViewProblem::NameMissing),
        None => Ok(name),
    }
}

/// A query as it is kept: written in the one way of [`ObjectQuery`] or [`AuditFilter`], from the first page.
///
/// # Errors
/// When it is too long.
pub fn view_query(list: &ViewedList, asked: &str) -> Result<String, ViewProblem> {
    let query = match list {
        ViewedList::Objects { .. } | ViewedList::Find => {
            ObjectQuery::from(asked.to_owned()).at_cursor(None).to_string()
        }
        ViewedList::AuditLog => AuditFilter::from_query(asked).to_query(),
    };
    if query.len() > LONGEST_QUERY { Err(ViewProblem::QueryTooLong) } else { Ok(query) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_is_found_by_its_code() {
        let objects = ObjectKind::ALL.map(|kind| ViewedList::Objects { connection: "sandbox".to_owned(), kind });
        for list in objects.into_iter().chain([ViewedList::Find, ViewedList::AuditLog]) {
            assert_eq!(ViewedList::from_code(list.code(), list.connection()), Some(list));
        }
        assert_eq!(ViewedList::from_code("connection", "sandbox"), None);
    }

    #[test]
    fn a_name_is_kept_in_one_line_and_not_too_long() {
        assert_eq!(view_name("  Zoë’s \u{a0} own ").as_deref(), Ok("Zoë’s own"));
        assert_eq!(view_name(&"ë".repeat(LONGEST_NAME)), Ok("ë".repeat(LONGEST_NAME)));
        assert_eq!(view_name(&"ë".repeat(LONGEST_NAME + 1)), Err(ViewProblem::NameTooLong));
        assert_eq!(view_name(" \u{3000} "), Err(ViewProblem::NameMissing));
        assert_eq!(view_name("a\u{0}b"), Err(ViewProblem::ControlCharacter));
        assert_eq!(view_name("a\nb"), Err(ViewProblem::ControlCharacter));
    }

    #[test]
    fn a_query_is_kept_without_its_page_and_without_nonsense() {
        let objects = |asked: &str| view_query(&ViewedList::Find, asked);
        assert_eq!(objects("cursor=x&state=disabled&q=+b+&page=3"), Ok("q=b&state=disabled".to_owned()));
        assert_eq!(objects(""), Ok(String::new()));
        let entries = |asked: &str| view_query(&ViewedList::AuditLog, asked);
        assert_eq!(entries("before=17&period=7d&q=+b+&x=y&action=none"), Ok("q=b&period=7d".to_owned()));
        let long = "x".repeat(LONGEST_QUERY);
        assert_eq!(objects(&format!("product={long}")), Err(ViewProblem::QueryTooLong));
        assert_eq!(entries(&format!("q={long}")), Err(ViewProblem::QueryTooLong));
    }

    #[test]
    fn the_sentences_say_what_a_view_may_hold() {
        assert!(ViewProblem::NameTooLong.sentence().contains(&LONGEST_NAME.to_string()));
        assert!(ViewProblem::TooMany.sentence().contains(&MOST_VIEWS.to_string()));
        assert!(ViewProblem::QueryTooLong.sentence().contains("4,000") && LONGEST_QUERY == 4_000);
    }
}
