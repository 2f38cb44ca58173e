//! What a creation gives.

use crate::domain::review::Draft;
use crate::domain::shell::Flash;

/// What came of a form that creates something.
#[derive(Debug)]
pub enum Creation {
    /// The object is there.
    Done(Created),
    /// It has to be reviewed first; nothing was sent.
    ToReview(Box<Draft>),
}

/// A created object.
#[derive(Debug)]
pub struct Created {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// For a client with a secret that was not shown yet: the ticket for the one page that shows it.
    pub ticket: Option<String>,
    /// What could not be left for the next page, and must be said in the answer itself.
    pub untold: Vec<Flash>,
}
