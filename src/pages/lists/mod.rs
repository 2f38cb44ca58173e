//! A list of objects of any kind: how old it is, what narrows it, its rows and its pages.

mod age;
mod branch_search;
mod chips;
mod columns;
mod copy;
mod export;
mod filters;
mod menu;
mod order;
mod paging;
mod tree;
mod views;

use leptos::either::Either;
use leptos::prelude::*;

use age::{filling, subline};
pub(super) use branch_search::{branch_search, sought_branch};
pub(super) use chips::chips;
use columns::columns;
pub(super) use copy::copy_id;
use export::export;
use filters::filters;
pub(super) use menu::{Menus, menu};
pub(super) use order::{Order, head};
use paging::paging;
pub(super) use tree::branch;
use tree::{crumbs, place};
pub(super) use views::own_views;
use views::views;

use super::Address;
use crate::components::{Empty, FragmentList, Html, IconName, Layout, Location, PageHead, StaleNotice};
use crate::domain::find::Choosing;
use crate::domain::listing::Listing;
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::domain::rows::TreePage;
use crate::domain::saved_view::SavedView;
use crate::islands::{CopyIds, LiveRegion, TreeGrid};
use crate::paths;

/// The id of the part of the page that the tree's island brings up to date.
const PART: &str = "list";

/// What the list of a kind shows differently. A trait, so that a table keeps its type: erased, each text of each row would
/// be copied.
pub(super) trait ListOfKind {
    /// A row as it comes from the service.
    type Row;
    /// Which list it is.
    const KIND: ObjectKind;
    /// The picture of an empty list.
    const ICON: IconName;
    /// The heading when the filters leave nothing, and what to do then.
    const NO_MATCH: [&'static str; 2];
    /// What to do while the list is old.
    const STALE_ADVICE: &'static str;

    /// The rows, and the table in which they have their place.
    fn table(connection: &str, shown: &Shown, rows: Vec<Self::Row>) -> (impl IntoView + use<Self>, FragmentList);
    /// What the page shows when there is nothing at all.
    fn empty(connection: &str, listing: &Listing<()>) -> AnyView;
    /// What can be done, beside the export.
    fn actions(_connection: &str, _listing: &Listing<()>) -> Option<AnyView> {
        None
    }
}

/// What a list shows, without its rows.
pub(super) struct Shown {
    /// What goes with the rows.
    pub(super) listing: Listing<()>,
    /// How the tree is shown; `None` for a flat list.
    pub(super) tree: Option<TreePage>,
}

/// What an address asks for.
pub(super) fn asked(address: &Address) -> ObjectQuery {
    ObjectQuery::from_pairs(address.pairs())
}

/// The page of a list, with the person's own views of it where these could be read, and with the organisations that were
/// looked for to narrow it.
pub(super) fn list_page<L: ListOfKind + 'static>(
    connection: &str,
    listing: Listing<L::Row>,
    tree: Option<TreePage>,
    own: Option<Vec<SavedView>>,
    choosing: &Choosing,
) -> Html {
    let (listing, rows) = listing.split();
    let shown = Shown { listing, tree };
    let listing = &shown.listing;
    let title = L::KIND.list_title();
    let subline = subline(connection, L::KIND, listing);
    let actions = view! {
        {(listing.total > 0).then(|| export(connection, L::KIND, listing))}
        {(listing.total > 0).then(|| columns(connection, L::KIND, &listing.query))}
        {L::actions(connection, listing)}
    };
    let is_filling = listing.age.filling.is_some();
    let is_asked = listing.total > 0 || listing.query.is_narrowed();
    let bar = is_asked.then(|| {
        let own = own.map(|own| views(connection, L::KIND, &listing.query, own));
        let filters = filters(connection, L::KIND, listing, choosing);
        view! { <div class="list-bar">{filters} {own}</div> }
    });
    let (filling, place) = (filling(connection, L::KIND, listing), place(connection, L::KIND, &shown));
    let stale = listing.age.stale.clone();
    let crumbs = crumbs(connection, L::KIND, shown.tree.as_ref());
    let has_tree = shown.tree.is_some() && !rows.is_empty();
    let (body, rows) = body::<L>(connection, &shown, rows);
    let page = view! {
        <Layout title=title connection=Some(connection.to_owned()) location=Location::Objects(L::KIND) crumbs>
            <PageHead title=title subline=subline.into_any() actions=actions.into_any()/>
            <StaleNotice stale closing=L::STALE_ADVICE/>
            {filling}
            {is_filling.then(|| view! { <LiveRegion/> })}
            {bar}
            {place}
            {has_tree.then(|| view! { <TreeGrid part=PART.to_owned()/> })}
            <CopyIds/>
            {body}
        </Layout>
    };
    match rows {
        Some(rows) => Html::with_rows(page, &rows),
        None => Html::of(page),
    }
}

/// The table with its rows, or what stands in its place.
fn body<L: ListOfKind + 'static>(
    connection: &str,
    shown: &Shown,
    rows: Vec<L::Row>,
) -> (impl IntoView + use<L>, Option<FragmentList>) {
    let listing = &shown.listing;
    if !rows.is_empty() || listing.matching > 0 {
        let paging = paging(connection, L::KIND, shown);
        let (table, rows) = L::table(connection, shown, rows);
        let list = view! {
            <div class="list" id=PART>
                <div class="table-card">{table}</div>
                {paging}
            </div>
        };
        return (Either::Left(list), Some(rows));
    }
    let nothing =
        if listing.query.is_narrowed() { no_match::<L>(connection).into_any() } else { L::empty(connection, listing) };
    (Either::Right(nothing), None)
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
