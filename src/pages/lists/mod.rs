//! A list of objects of any kind: how old it is, what narrows it, its rows and its pages.

mod filters;

use leptos::prelude::*;

use filters::filters;
pub(super) use filters::{address_of, asked};

use super::refresh::Refresh;
use crate::components::{
    Crumb, Empty, Html, IconName, Layout, Location, PageHead, Pagination, RelativeTime, StaleNotice,
};
use crate::domain::list::{ListQuery, ObjectList};
use crate::domain::object::ObjectKind;
use crate::paths;

/// What the list of a kind shows differently.
pub(super) struct ListOfKind<Row: 'static> {
    /// Which list it is.
    pub kind: ObjectKind,
    /// The picture of an empty list.
    pub icon: IconName,
    /// What can be searched for.
    pub placeholder: &'static str,
    /// The filter for production: its label, and the words for yes and no.
    pub production: [&'static str; 3],
    /// The heading when the filters leave nothing, and what to do then.
    pub no_match: [&'static str; 2],
    /// How many there are.
    pub count: fn(&ObjectList<Row>) -> String,
    /// The rows as a table.
    pub table: fn(&str, &ListQuery, Vec<Row>) -> AnyView,
    /// What the page shows when there is nothing at all.
    pub empty: fn(&str, &ObjectList<Row>) -> AnyView,
    /// What can be done.
    pub actions: fn(&str, &ObjectList<Row>) -> Option<AnyView>,
    /// What stands above the list: what is missing from it.
    pub notice: fn(&ObjectList<Row>) -> Option<AnyView>,
    /// What to do while the list is old.
    pub stale_advice: &'static str,
}

/// The page of a list.
pub(super) fn list_page<Row: Clone + Send + Sync + 'static>(
    connection: &str,
    list: ObjectList<Row>,
    of_kind: &ListOfKind<Row>,
) -> Html {
    let as_of = list.read_at.map(|at| view! { ", as of " <RelativeTime at/> });
    let subline = view! {
        <span>{(of_kind.count)(&list)} {as_of} " ·"</span>
        " "
        <Refresh connection=connection.to_owned() list=of_kind.kind/>
    };
    let (notice, actions) = ((of_kind.notice)(&list), (of_kind.actions)(connection, &list));
    let filters = (list.total > 0).then(|| filters(connection, &list, of_kind));
    let stale = list.stale.clone();
    let body = body(connection, list, of_kind);
    let (title, stale_advice) = (of_kind.kind.list_title(), of_kind.stale_advice);
    let location = Location::Objects(of_kind.kind);
    Html::of(view! {
        <Layout
            title=title
            connection=Some(connection.to_owned())
            location=location
            crumbs=vec![Crumb::here(title)]
        >
            <PageHead title=title subline=subline.into_any() actions/>
            <StaleNotice stale closing=stale_advice/>
            {notice}
            {filters}
            {body}
        </Layout>
    })
}

fn body<Row: Clone + Send + Sync + 'static>(
    connection: &str,
    list: ObjectList<Row>,
    of_kind: &ListOfKind<Row>,
) -> AnyView {
    if list.rows.total > 0 {
        let path = address_of(connection, of_kind.kind, &list.query);
        let (pages, rows) = list.rows.split();
        let table = (of_kind.table)(connection, &list.query, rows);
        return view! {
            <div class="table-card">{table}</div>
            <Pagination page=pages path/>
        }
        .into_any();
    }
    if !list.query.is_narrowed() {
        return (of_kind.empty)(connection, &list);
    }
    let [title, description] = of_kind.no_match;
    let clear = paths::list(connection, of_kind.kind);
    view! {
        <Empty icon=of_kind.icon title description>
            <a class="button" href=clear>
                "Clear all filters"
            </a>
        </Empty>
    }
    .into_any()
}
