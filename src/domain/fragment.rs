//! What many pages show, with its HTML once one of them has made it.

use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

/// HTML that was made for more than so many bytes is not kept: an address can be as long as somebody likes.
const LONGEST_MADE_FOR: usize = 256;

/// A row of a list, or the counts of a filter. Its clones share the HTML. Cheap to clone.
#[derive(Debug, Deserialize)]
#[serde(from = "Data")]
pub struct Fragment<Data>(Arc<Kept<Data>>);

#[derive(Debug)]
struct Kept<Data> {
    data: Data,
    html: Mutex<Option<Made>>,
}

/// The HTML, and what it was made for.
#[derive(Debug)]
struct Made {
    made_for: String,
    html: Arc<str>,
}

impl<Data> Fragment<Data> {
    /// The HTML that `make` makes of it, or made of it before. `made_for` is everything else that the HTML depends
    /// on, such as the words for how long ago something was. The HTML for the last one is kept.
    pub fn html(&self, made_for: &str, make: impl FnOnce(&Data) -> String) -> Arc<str> {
        let mut kept = self.0.html.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(made) = kept.as_ref().filter(|made| made.made_for == made_for) {
            return Arc::clone(&made.html);
        }
        let html: Arc<str> = make(&self.0.data).into();
        if made_for.len() <= LONGEST_MADE_FOR {
            *kept = Some(Made { made_for: made_for.to_owned(), html: Arc::clone(&html) });
        }
        html
    }
}

impl<Data> From<Data> for Fragment<Data> {
    fn from(data: Data) -> Self {
        Self(Arc::new(Kept { data, html: Mutex::default() }))
    }
}

impl<Data> Clone for Fragment<Data> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<Data> Deref for Fragment<Data> {
    type Target = Data;

    fn deref(&self) -> &Data {
        &self.0.data
    }
}

impl<Data: PartialEq> PartialEq for Fragment<Data> {
    fn eq(&self, other: &Self) -> bool {
        self.0.data == other.0.data
    }
}

impl<Data: Eq> Eq for Fragment<Data> {}

impl<Data: Serialize> Serialize for Fragment<Data> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.data.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_is_made_again_when_it_was_made_for_something_else() {
        let row = Fragment::from("Harbour");
        let html = |made_for: &str| row.clone().html(made_for, |row| format!("{row} {made_for}"));
        assert_eq!(&*html("1 minute ago"), "Harbour 1 minute ago");
        assert_eq!(&*row.html("1 minute ago", |_| unreachable!("it is kept")), "Harbour 1 minute ago");
        assert_eq!(&*html("2 minutes ago"), "Harbour 2 minutes ago");
        assert_eq!(&*html("1 minute ago"), "Harbour 1 minute ago");
    }

    #[test]
    fn html_that_was_made_for_a_long_address_is_not_kept() {
        let (row, long) = (Fragment::from("Harbour"), "x".repeat(LONGEST_MADE_FOR + 1));
        assert_eq!(row.html(&long, |_| "first".to_owned()).as_ref(), "first");
        assert_eq!(row.html(&long, |_| "second".to_owned()).as_ref(), "second");
    }

    #[test]
    fn a_row_is_sent_and_read_as_it_would_be_without_its_html() {
        let row = Fragment::from(vec![1, 2]);
        row.html("", |_| "<tr>".to_owned());
        let sent = serde_json::to_string(&row).unwrap();
        assert_eq!(sent, "[1,2]");
        assert_eq!(serde_json::from_str::<Fragment<Vec<i32>>>(&sent).unwrap(), row);
    }
}
