//! The order of a list: its column and its direction, as they stand in an address.

use std::fmt::{Display, Formatter};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The column that a list is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// The name, without regard to case and accents; then the ID.
    #[default]
    Name,
    /// The name of the organisation that a client belongs to, or of an organisation's parent.
    Organisation,
    /// The (first) product.
    Product,
    /// The token signing algorithm of a client.
    Algorithm,
    /// The number of return URLs of a client.
    ReturnUrls,
    /// Production first when ascending.
    Production,
    /// Enabled first when ascending.
    State,
    /// The number of clients of an organisation.
    Clients,
    /// When it was last changed here, or seen to have changed. Never first when ascending.
    Changed,
}

impl Column {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Name,
        Self::Organisation,
        Self::Product,
        Self::Algorithm,
        Self::ReturnUrls,
        Self::Production,
        Self::State,
        Self::Clients,
        Self::Changed,
    ];

    /// The name in addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Organisation => "organisation",
            Self::Product => "product",
            Self::Algorithm => "algorithm",
            Self::ReturnUrls => "return_urls",
            Self::Production => "production",
            Self::State => "state",
            Self::Clients => "clients",
            Self::Changed => "changed",
        }
    }

    /// The inverse of [`Column::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.code() == code)
    }
}

/// An order of a list. Rows that are equal in the column are in the order of names, then of IDs; a descending order is
/// exactly the reverse of the ascending one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sort {
    /// The column.
    pub column: Column,
    /// From the last to the first.
    pub is_descending: bool,
}

impl Display for Sort {
    /// As it stands in an address: the column, after `-` when it is descending.
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}{}", if self.is_descending { "-" } else { "" }, self.column.code())
    }
}

impl FromStr for Sort {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (is_descending, code) = text.strip_prefix('-').map_or((false, text), |code| (true, code));
        let column = Column::from_code(code).ok_or(())?;
        Ok(Self { column, is_descending })
    }
}
