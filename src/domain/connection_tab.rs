//! Which connections the page of connections shows.

use super::check::ConnectionCard;
use super::connection::Environment;

/// A tab of the page of connections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConnectionTab {
    /// Every connection.
    #[default]
    All,
    /// Those that somebody has to look at.
    Attention,
    /// Those with test data.
    Sandbox,
    /// Those with live data.
    Production,
}

impl ConnectionTab {
    /// Every tab, in its order.
    pub const ALL: [Self; 4] = [Self::All, Self::Attention, Self::Sandbox, Self::Production];

    /// The value of `show` in the address; empty for the first.
    pub const fn code(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Attention => "attention",
            Self::Sandbox => "sandbox",
            Self::Production => "production",
        }
    }

    /// The inverse of [`ConnectionTab::code`]; the first for what means nothing.
    pub fn from_code(code: &str) -> Self {
        Self::ALL.into_iter().find(|tab| tab.code() == code).unwrap_or_default()
    }

    /// The label of the tab.
    pub const fn label(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Attention => "Attention",
            Self::Sandbox => "Sandbox",
            Self::Production => "Production",
        }
    }

    /// Whether it shows a connection.
    pub fn shows(self, card: &ConnectionCard) -> bool {
        match self {
            Self::All => true,
            Self::Attention => card.needs_attention(),
            Self::Sandbox => card.environment == Environment::Sandbox,
            Self::Production => card.environment == Environment::Production,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tab_has_an_address_of_its_own_and_nonsense_shows_all() {
        for tab in ConnectionTab::ALL {
            assert_eq!(ConnectionTab::from_code(tab.code()), tab);
        }
        assert_eq!(ConnectionTab::from_code("nonsense"), ConnectionTab::All);
    }
}
