//! A list of objects of any kind: how old it is, what narrows it, its rows and its pages.

mod filters;

use leptos::either::Either;
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

/// What the list of a kind shows differently. A trait, so that a table keeps its type: erased, each text of each row would
/// be copied.
pub(super) trait ListOfKind {
    /// A row as it comes from the service.
    type Row: Clone + Send + Sync + 'static;
    /// Which list it is.
    const KIND: ObjectKind;
    /// The picture of an empty list.
    const ICON: IconName;
    /// What can be searched for.
    const PLACEHOLDER: &'static str;
    /// The filter for production: its label, and the words for yes and no.
    const PRODUCTION: [&'static str; 3];
    /// The heading when the filters leave nothing, and what to do then.
    const NO_MATCH: [&'static str; 2];
    /// What to do while the list is old.
    const STALE_ADVICE: &'static str;

    /// How many there are.
    fn count(list: &ObjectList<Self::Row>) -> String;
    /// The rows as a table.
    fn table(connection: &str, query: &ListQuery, rows: Vec<Self::Row>) -> impl IntoView + use<Self>;
    /// What the page shows when there is nothing at all.
    fn empty(connection: &str, list: &ObjectList<Self::Row>) -> AnyView;
    /// What can be done.
    fn actions(_connection: &str, _list: &ObjectList<Self::Row>) -> Option<AnyView> {
        None
    }
    /// What is missing from the list.
    fn notice(_list: &ObjectList<Self::Row>) -> Option<AnyView> {
        None
    }
}

/// The page of a list.
pub(super) fn list_page<L: ListOfKind + 'static>(connection: &str, list: ObjectList<L::Row>) -> Html {
    let as_of = list.read_at.map(|at| view! { ", as of " <RelativeTime at/> });
    let subline = view! {
        <span>{L::count(&list)} {as_of} " ·"</span>
        " "
        <Refresh connection=connection.to_owned() list=L::KIND/>
    };
    let (notice, actions) = (L::notice(&list), L::actions(connection, &list));
    let filters = (list.total > 0).then(|| filters::<L>(connection, &list));
    let stale = list.stale.clone();
    let body = body::<L>(connection, list);
    let title = L::KIND.list_title();
    Html::of(view! {
        <Layout
            title=title
            connection=Some(connection.to_owned())
            location=Location::Objects(L::KIND)
            crumbs=vec![Crumb::here(title)]
        >
            <PageHead title=title subline=subline.into_any() actions/>
            <StaleNotice stale closing=L::STALE_ADVICE/>
            {notice}
            {filters}
            {body}
        </Layout>
    })
}

fn body<L: ListOfKind + 'static>(connection: &str, list: ObjectList<L::Row>) -> impl IntoView + use<L> {
    if list.rows.total > 0 {
        let path = address_of(connection, L::KIND, &list.query);
        let (pages, rows) = list.rows.split();
        let table = L::table(connection, &list.query, rows);
        return Either::Left(view! {
            <div class="table-card">{table}</div>
            <Pagination page=pages path/>
        });
    }
    Either::Right(if list.query.is_narrowed() {
        no_match::<L>(connection).into_any()
    } else {
        L::empty(connection, &list)
    })
}

fn no_match<L: ListOfKind>(connection: &str) -> impl IntoView + use<L> {
    let [title, description] = L::NO_MATCH;
    let clear = paths::list(connection, L::KIND);
    view! {
        <Empty icon=L::ICON title description>
            <a class="button" href=clear>
                "Clear all filters"
            </a>
        </Empty>
    }
}
