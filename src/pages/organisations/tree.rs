//! What the rows of the tree have and those of a flat list have not: links that open and close branches.

use leptos::either::Either;
use leptos::prelude::*;

use crate::components::grouped;
use crate::domain::listing::ROWS_PER_PAGE;
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::domain::reference::ObjectReference;
use crate::domain::rows::{Branch, MoreChildren, TreePage};
use crate::paths;

/// The tree that a page shows.
pub(super) struct Tree<'a> {
    /// The connection's name.
    pub(super) connection: &'a str,
    /// What was asked for: which branches are open.
    pub(super) query: &'a ObjectQuery,
    /// How it is shown.
    pub(super) page: &'a TreePage,
}

impl Tree<'_> {
    /// What the links of its rows are made of, besides the rows.
    pub(super) fn address(&self) -> String {
        let default = if self.page.is_open_by_default { "open " } else { "closed " };
        [default, &self.query.to_string()].concat()
    }

    /// The link that opens or closes the branch of an organisation; the room of it where there is nothing below.
    pub(super) fn toggle(&self, organisation: &ObjectReference, branch: Branch) -> impl IntoView + use<> {
        let (word, is_expanded) = match branch {
            Branch::Leaf => return Either::Left(view! { <span class="tree-leaf"></span> }),
            Branch::Open => ("Collapse ", "true"),
            Branch::Closed => ("Expand ", "false"),
        };
        let query = self.query.clone().toggled(&organisation.id, self.page.is_open_by_default);
        let path = paths::listing(self.connection, ObjectKind::Organisation, &query);
        let label = [word, &organisation.name].concat();
        Either::Right(view! {
            <a class="tree-toggle" href=path aria-expanded=is_expanded>
                <span class="visually-hidden">{label}</span>
            </a>
        })
    }
}

/// The row that stands for children that are not listed: it leads to the branch of their parent, where it goes on.
pub(super) fn more_row(connection: &str, more: &MoreChildren) -> impl IntoView + use<> {
    let query = ObjectQuery::default().in_branch(Some(&more.parent.id)).at_cursor(Some(more.cursor.clone()));
    let path = paths::listing(connection, ObjectKind::Organisation, &query);
    let next = more.of.saturating_sub(more.listed).min(ROWS_PER_PAGE as u64);
    let text = format!("Show the next {} of {}", grouped(next), grouped(more.of));
    let class = ["cell-main tree-more depth-", &more.depth.min(6).to_string()].concat();
    view! {
        <tr data-level=(u64::from(more.depth) + 1).to_string()>
            <td class=class colspan="7">
                <div class="tree-name">
                    <span class="tree-leaf"></span>
                    <a href=path>
                        {text} <span class="visually-hidden">{format!(" below {}", more.parent.name)}</span>
                    </a>
                </div>
            </td>
        </tr>
    }
}
