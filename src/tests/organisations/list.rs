//! The list of organisations: a tree, a search, filters and pages.

use super::*;

#[tokio::test]
async fn the_list_is_a_tree_whose_branches_fold() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let whole = browser.page(LIST).await;
    let names = whole.texts("tbody th a:not(.tree-toggle)");
    assert_eq!(names[0], "Meridian Partner Services");
    assert!(names.contains(&"Harbour & Vale Lettings Leeds".to_owned()));
    let id = app.partner().await.organisation("Harbour & Vale Property Group").await;
    let folded = browser.page(&format!("{LIST}?folded={id}")).await;
    let left = folded.texts("tbody th a:not(.tree-toggle)");
    assert!(left.contains(&"Harbour & Vale Property Group".to_owned()));
    assert!(!left.iter().any(|name| name.contains("Lettings")), "{left:?}");
    assert!(left.contains(&"Thistledown Retail Holdings".to_owned()));
    assert_eq!(folded.attribute("a.tree-toggle[aria-expanded=false]", "href"), LIST, "unfolds again");
}

#[tokio::test]
async fn a_search_finds_parts_of_names_and_whole_ids_and_scopes() {
    let app = TestApp::start().await;
    let (browser, id) = (app.browser(), app.partner().await.organisation("Copperfield Books").await);
    for query in ["copperFIELD", id.as_str()] {
        let page = browser.page(&format!("{LIST}?q={query}")).await;
        assert_eq!(page.texts("tbody th"), ["Copperfield Books"], "{query}");
        assert!(page.text("tbody").contains("Thistledown Retail Holdings"), "its parent is named");
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
    let product = browser.page(&format!("{LIST}?product=id_proof&production=yes")).await;
    assert!(product.count("tbody tr") > 0);
    assert_eq!(product.count("tbody tr"), product.count("tbody .pill-production"));
    assert_eq!(product.attribute("option[selected][value=id_proof]", "value"), "id_proof");
    let chips = product.attributes("a.filter-chip", "href");
    assert_eq!(chips, [format!("{LIST}?production=yes"), format!("{LIST}?product=id_proof")]);
    assert_eq!(product.link("Clear all"), LIST);
}

#[tokio::test]
async fn pages_lead_through_a_long_list_and_keep_its_filters() {
    let app = generated(220).await;
    let browser = app.browser();
    let first = browser.page(LIST).await;
    assert_eq!((first.count("tbody tr"), first.text(".pagination span").as_str()), (100, "1–100 of 221"));
    assert!(!first.has("a[rel=prev]"));
    let last = browser.page(&format!("{LIST}?page=3")).await;
    assert_eq!((last.count("tbody tr"), last.text(".pagination span").as_str()), (21, "201–221 of 221"));
    assert!(!last.has("a[rel=next]"));
    let beyond = browser.page(&format!("{LIST}?page=99")).await;
    assert_eq!(beyond.text(".pagination span"), "201–221 of 221");
    let narrowed = browser.page(&format!("{LIST}?state=enabled")).await;
    let next = narrowed.attribute("a[rel=next]", "href");
    assert_eq!(next, format!("{LIST}?state=enabled&page=2"));
    let second = browser.page(&next).await;
    assert!(second.texts("tbody th").iter().all(|name| !narrowed.texts("tbody th").contains(name)));
}

#[tokio::test]
async fn nonsense_in_the_query_shows_the_list_all_the_same() {
    let app = TestApp::start().await;
    for query in ["page=-1", "page=x", "page=0", "state=maybe", "folded=,,x", "refresh=1", "q=%00", "q[]=a&q[]=b"] {
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
