//! Building blocks of pages. They show what they are given and fetch nothing.
//!
//! May import: domain, paths, error, leptos, and the islands that they hold. Never pages or server.

mod account_menu;
mod brand;
mod card;
mod changes;
mod checks;
mod chips;
mod connection;
mod error_page;
mod escaped;
mod field_errors;
mod fields;
mod filters;
mod head;
mod history;
mod icon;
mod layout;
mod live;
mod loaded;
mod moment;
mod multi_value;
mod notice;
mod numbers;
mod pagination;
mod refused;
mod sidebar;
mod sign_out;
mod stale;

pub use brand::Brand;
pub use card::{Card, Empty, Fact};
pub use changes::{ChangeRows, ValueChips};
pub use checks::{CheckChart, CheckSpark, CheckTable};
pub use chips::{Chips, EnvironmentPill, FlagFact, ListFact, OutcomePill, ProductionCell, StateCell};
pub use connection::{LifeMeter, Measure, StatePill};
pub use error_page::{ErrorPage, ErrorPanel};
pub use escaped::{PageTitle, TextArea};
pub use field_errors::{ErrorSummary, FieldErrors, FieldMessages};
pub use fields::{CheckBox, TextField};
pub use filters::{FilterChips, FilterSearch, FilterSelect, pairs};
pub use head::Head;
pub use history::{HistoryCard, HistoryTable};
pub use icon::{Icon, IconName};
pub use layout::{Crumb, Layout, Location, PageHead, Tabs};
pub use live::{Live, LiveBlock};
pub use loaded::loaded;
pub use moment::Moment;
pub use multi_value::MultiValue;
pub use notice::{FlashNotice, Notice};
pub use numbers::grouped;
pub use pagination::Pagination;
pub use refused::{RefusedButton, RefusedLink};
pub use sign_out::SignOut;
pub use stale::StaleNotice;
