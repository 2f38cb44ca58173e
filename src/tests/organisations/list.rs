//! The list of organisations: a tree, a search, filters and pages.

use super::*;

#[tokio::test]
async fn the_list_is_a_tree_whose_branches_close_and_open() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let whole = browser.page(LIST).await;
    let names = whole.texts("tbody th a:not(.tree-toggle)");
    assert_eq!(names[0], "Meridian Partner Services");
    assert!(names.contains(&"Harbour & Vale Lettings Leeds".to_owned()));
    let id = app.partner().await.organisation("Harbour & Vale Property Group").await;
    let closed = browser.page(&format!("{LIST}?open=-{id}")).await;
    let left = closed.texts("tbody th a:not(.tree-toggle)");
    assert!(left.contains(&"Harbour & Vale Property Group".to_owned()));
    assert!(!left.iter().any(|name| name.contains("Lettings")), "{left:?}");
    assert!(left.contains(&"Thistledown Retail Holdings".to_owned()));
    assert_eq!(closed.attribute("a.tree-toggle[aria-expanded=false]", "href"), LIST, "opens again");
}

#[tokio::test]
async fn a_large_tree_is_closed_until_a_branch_is_opened() {
    let app = generated(220).await;
    let (browser, root) = (app.browser(), app.partner().await.root().await);
    let closed = browser.page(LIST).await;
    assert_eq!((closed.count("tbody tr"), closed.text(".pagination span").as_str()), (1, "1–1 of 1 at the top level"));
    assert!(closed.text("tbody").contains("220 below"), "{}", closed.text("tbody"));
    let toggle = closed.attribute("a.tree-toggle[aria-expanded=false]", "href");
    assert_eq!(toggle, format!("{LIST}?open={root}"));
    let open = browser.page(&toggle).await;
    assert_eq!(open.count("tbody tr"), 13);
    assert_eq!(open.attribute("a.tree-toggle[aria-expanded=true]", "href"), LIST);
}

#[tokio::test]
async fn a_branch_with_very_many_children_goes_on_by_itself() {
    let app = TestApp::empty().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let root = partner.root().await;
    for number in 0..120 {
        partner.create("/organisations", &json!({"name": format!("Child {number:03}"), "parent_id": root})).await;
    }
    let first = browser.page(LIST).await;
    assert_eq!(first.count("tbody tr"), 102, "the root, a hundred below it, and the way to the others");
    assert_eq!(first.text(".tree-more"), "Show the next 20 of 120 below Meridian Partner Services");
    let second = browser.page(&first.attribute(".tree-more a", "href")).await;
    assert_eq!(second.text(".pagination span"), "101–120 of 120 directly below");
    assert!(second.texts("tbody th").iter().all(|name| !first.texts("tbody th").contains(name)));
    assert_eq!(second.texts(".breadcrumbs li"), ["Organisations", "Meridian Partner Services"]);
    let before = second.attribute("a[rel=prev]", "href");
    assert_eq!(before, format!("{LIST}?at={root}"));
    assert!(!second.has("a[rel=next]"));
}

#[tokio::test]
async fn a_branch_is_shown_alone_below_its_ancestors() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = partner.organisation("Harbour & Vale Lettings").await;
    let page = browser.page(&format!("{LIST}?at={id}")).await;
    assert_eq!(
        page.texts(".breadcrumbs li"),
        ["Organisations", "Meridian Partner Services", "Harbour & Vale Property Group", "Harbour & Vale Lettings"]
    );
    assert_eq!(page.count("tbody tr"), 3);
    assert!(page.texts("tbody th").iter().all(|name| name.starts_with("Harbour & Vale Lettings ")));
    let gone = browser.page(&format!("{LIST}?at=no-such-organisation")).await;
    assert!(gone.text(".list-place").contains("not in the list"));
    let detail = browser.page(&format!("{LIST}/{id}")).await;
    assert_eq!(detail.link("3"), format!("{LIST}?at={id}"), "its page leads there");
    assert_eq!(detail.link("Show clients below"), format!("/sandbox/clients?within={id}"));
}

#[tokio::test]
async fn what_an_organisation_has_beyond_its_parent_and_a_parent_that_is_not_there_are_marked() {
    let app = TestApp::empty().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let root = partner.root().await;
    partner.change(&format!("/organisations/{root}"), json!({"allowed_scopes": ["openid"]})).await;
    let child = json!({"name": "Child", "parent_id": root, "allowed_scopes": ["openid"]});
    let id = partner.create("/organisations", &child).await;
    let client = json!({"name": "tenant-portal", "additional_scopes": ["openid"]});
    partner.create(&format!("/organisations/{root}/clients"), &client).await;
    assert!(!browser.page(LIST).await.has("tbody .pill-warning"));
    assert!(!browser.page("/sandbox/clients").await.has("tbody .pill-warning"));
    partner.change(&format!("/organisations/{root}"), json!({"allowed_scopes": []})).await;
    let refresh = browser.page(LIST).await.form("form.refresh", LIST);
    let page = browser.submit_and_follow(&refresh).await;
    assert_eq!(
        page.text("tbody .pill-warning"),
        "1 value not allowed. Not allowed by its parent: scope openid",
        "{id}"
    );
    for list in ["/sandbox/clients".to_owned(), format!("{LIST}/{root}")] {
        let marks = browser.page(&list).await.texts("tbody .pill-warning");
        assert_eq!(marks, ["1 value not allowed. Not allowed by its organisation: scope openid"], "{list}");
    }
}

#[tokio::test]
async fn a_search_finds_parts_of_names_and_whole_ids_and_scopes() {
    let app = TestApp::start().await;
    let (browser, id) = (app.browser(), app.partner().await.organisation("Copperfield Books").await);
    for query in ["copperFIELD", id.as_str()] {
        let page = browser.page(&format!("{LIST}?q={query}")).await;
        assert_eq!(page.texts("tbody th"), ["Copperfield Books"], "{query}");
        assert!(page.text("tbody .cell-path").contains("Thistledown Retail Holdings"), "the way to it is shown");
    }
    let part_of_id = browser.page(&format!("{LIST}?q={}", &id[..12])).await;
    assert!(part_of_id.main().contains("No matching organisations"));
    assert!(browser.page(&format!("{LIST}?q=idscan")).await.count("tbody tr") > 1, "a scope");
}

#[tokio::test]
async fn filters_narrow_the_list_and_can_be_taken_away() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let disabled = browser.page(&format!("{LIST}?state=disabled")).await;
    assert_eq!(disabled.texts("tbody th"), ["Harbour & Vale Lettings Norwich"]);
    let product = browser.page(&format!("{LIST}?product=id_proof&production=yes&not_state=disabled")).await;
    assert!(product.count("tbody tr") > 0);
    assert_eq!(product.count("tbody tr"), product.count("tbody .pill-production"));
    let texts = product.texts("a.filter-chip");
    let expected = ["Product: id_proof", "Production: production", "Not: disabled"];
    assert_eq!(texts, expected.map(|text| format!("{text}, remove this filter")));
    let chips = product.attributes("a.filter-chip", "href");
    assert_eq!(
        chips,
        [
            format!("{LIST}?production=yes&not_state=disabled"),
            format!("{LIST}?product=id_proof&not_state=disabled"),
            format!("{LIST}?product=id_proof&production=yes"),
        ]
    );
    assert_eq!(product.link("Clear all"), LIST);
}

#[tokio::test]
async fn the_form_of_the_filters_sends_what_is_chosen_and_its_blanks_leave_the_address() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let narrowed = format!("{LIST}?q=harbour&product=sign_in&not_state=disabled&sort=-name");
    let page = browser.page(&narrowed).await;
    let form = page.form("form.list-filters", LIST);
    assert_eq!((form.values("product"), form.values("not_state")), (vec!["sign_in", ""], vec!["disabled"]));
    let sent = form.values("q").join("") + &form.values("sort").join("");
    assert_eq!(sent, "harbour-name", "the search and the order are kept");
    let counted = page.texts(".filter-menu:first-of-type .filter-count");
    assert!(!counted.is_empty(), "each value says how many have it");
    let answer = browser.get(&format!("{LIST}?q=&product=sign_in&product=&not_state=disabled&changed=")).await;
    assert_eq!(answer.location(), format!("{LIST}?product=sign_in&not_state=disabled"));
}

#[tokio::test]
async fn columns_sort_one_way_then_the_other_then_not_at_all() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let page = browser.page(LIST).await;
    assert!(!page.has("th[aria-sort]"), "the tree is in its own order");
    let flat = browser.page(&page.link("Name")).await;
    assert_eq!(flat.attribute("th[aria-sort]", "aria-sort"), "ascending");
    assert!(!flat.has(".tree-toggle") && flat.link("Show the tree") == LIST);
    let reverse = browser.page(&flat.link("Name")).await;
    assert_eq!(reverse.attribute("th[aria-sort]", "aria-sort"), "descending");
    let mut names = reverse.texts("tbody th");
    names.reverse();
    assert_eq!(names, flat.texts("tbody th"));
    assert_eq!(reverse.link("Name"), LIST);
}

#[tokio::test]
async fn an_export_holds_what_is_listed_from_its_first_row_on() {
    let app = TestApp::start().await;
    let page = app.browser().page(&format!("{LIST}?state=enabled&sort=-name&cursor=1&open=x&at=y")).await;
    let links = page.attributes(".drop-down a", "href");
    assert_eq!(links, ["csv", "jsonl"].map(|format| format!("{LIST}.{format}?state=enabled&sort=-name")));
}

#[tokio::test]
async fn pages_lead_through_a_long_list_and_keep_its_order() {
    let app = generated(220).await;
    let browser = app.browser();
    let first = browser.page(&format!("{LIST}?sort=name")).await;
    let range = first.text(".pagination span");
    assert_eq!((first.count("tbody tr"), range.as_str()), (100, "1–100 of 221"));
    assert!(!first.has("a[rel=prev]"));
    let next = first.attribute("a[rel=next]", "href");
    assert!(next.starts_with(&format!("{LIST}?sort=name&cursor=")), "{next}");
    let second = browser.page(&next).await;
    assert!(second.texts("tbody th").iter().all(|name| !first.texts("tbody th").contains(name)));
    assert_eq!(second.attribute("a[rel=prev]", "href"), format!("{LIST}?sort=name"));
    let last = browser.page(&second.attribute("a[rel=next]", "href")).await;
    assert_eq!((last.count("tbody tr"), last.text(".pagination span").as_str()), (21, "201–221 of 221"));
    assert!(!last.has("a[rel=next]"));
}

#[tokio::test]
async fn nonsense_in_the_query_shows_the_list_all_the_same() {
    let app = TestApp::start().await;
    for query in [
        "cursor=-1",
        "cursor=x",
        "sort=-",
        "state=maybe",
        "open=,,x",
        "at=..",
        "changed=never",
        "refresh=1",
        "q=%00",
        "q[]=a&q[]=b",
    ] {
        let answer = app.browser().get(&format!("{LIST}?{query}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{query}");
    }
}

#[tokio::test]
async fn an_empty_connection_says_what_to_do_first() {
    let app = TestApp::empty().await;
    let id = app.partner().await.root().await;
    let page = app.browser().page(&format!("{LIST}/{id}")).await;
    assert!(page.main().contains("No clients yet"));
    assert_eq!(page.link("Create the first client"), format!("{LIST}/{id}/clients/new"));
}
