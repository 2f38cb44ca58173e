//! The icons, drawn as paths of 16 by 16 units. They repeat the text beside them, so screen readers skip them.

use leptos::prelude::*;

/// The icons of the product, named after what they stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IconName {
    /// The overview.
    Home,
    /// Organisations.
    Tree,
    /// Clients.
    Key,
    /// The connections.
    Plug,
    /// Notifications.
    Bell,
    /// The audit log.
    Log,
    /// A message.
    Info,
    /// A warning.
    Warning,
    /// An error.
    Bad,
    /// A success.
    Good,
    /// The menu of a narrow screen.
    Menu,
    /// Adding an entry.
    Plus,
    /// A search that found nothing.
    Search,
}

impl IconName {
    fn path(self) -> &'static str {
        match self {
            Self::Home => "M2.5 7.2 8 2.5l5.5 4.7v6.3H9.8V9.6H6.2v3.9H2.5z",
            Self::Tree => {
                "M6.55 1.75h2.9a.8.8 0 0 1 .8.8v1.9a.8.8 0 0 1-.8.8h-2.9a.8.8 0 0 1-.8-.8v-1.9a.8.8 0 0 1 .8-.8zM2.3 \
                 10.75h2.9a.8.8 0 0 1 .8.8v1.9a.8.8 0 0 1-.8.8H2.3a.8.8 0 0 1-.8-.8v-1.9a.8.8 0 0 1 .8-.8zM10.8 \
                 10.75h2.9a.8.8 0 0 1 .8.8v1.9a.8.8 0 0 1-.8.8h-2.9a.8.8 0 0 1-.8-.8v-1.9a.8.8 0 0 1 .8-.8zM8 \
                 5.25V8M3.75 10.75V8h8.5v2.75"
            }
            Self::Key => "M5 8a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM7.2 8.8l6.3-6.3M11 5l2 2",
            Self::Plug => "M5.5 1.5v3.25M10.5 1.5v3.25M3.75 4.75h8.5v2.5a4.25 4.25 0 0 1-8.5 0zM8 11.5v3",
            Self::Bell => "M4 11V7a4 4 0 0 1 8 0v4l1.25 1.5H2.75zM6.5 14.25h3",
            Self::Log => {
                "M4.25 1.75h7.5a1.5 1.5 0 0 1 1.5 1.5v9.5a1.5 1.5 0 0 1-1.5 1.5h-7.5a1.5 1.5 0 0 1-1.5-1.5v-9.5a1.5 \
                 1.5 0 0 1 1.5-1.5zM5.5 5.25h5M5.5 8h5M5.5 10.75h3"
            }
            Self::Info => "M8 1.75a6.25 6.25 0 1 0 0 12.5 6.25 6.25 0 0 0 0-12.5zM8 7.25v3.75M8 4.9v.1",
            Self::Warning => "M8 2 1.75 13.5h12.5zM8 6.25v3.5M8 11.6v.1",
            Self::Bad => "M2.5 2.5h11v11h-11zM5.75 5.75l4.5 4.5M10.25 5.75l-4.5 4.5",
            Self::Good => "M8 1.75a6.25 6.25 0 1 0 0 12.5 6.25 6.25 0 0 0 0-12.5zM5.25 8.25l2 2 3.75-4.25",
            Self::Menu => "M2 4h12M2 8h12M2 12h12",
            Self::Plus => "M8 2.75v10.5M2.75 8h10.5",
            Self::Search => "M7 2.25a4.75 4.75 0 1 0 0 9.5 4.75 4.75 0 0 0 0-9.5zM10.5 10.5l3.5 3.5",
        }
    }
}

/// A decorative icon beside a text.
#[component]
pub fn Icon(
    /// The icon to draw.
    name: IconName,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d=name.path()></path>
        </svg>
    }
}
