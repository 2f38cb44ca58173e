//! Choosing the parent of an organisation out of very many.

use super::*;

#[tokio::test]
async fn without_javascript_the_form_comes_back_with_what_was_found_and_all_that_was_typed() {
    let app = TestApp::start().await;
    let (browser, vale) = (app.browser(), app.partner().await.organisation("Harbour & Vale Property Group").await);
    let form = browser.form(&format!("{LIST}/new")).await;
    let form = form.set("name", "Kept as typed").set("parent_id_find", "vale PROP").add("find", "parent_id");
    let page = browser.submit_and_follow(&form).await;
    let radios = page.attributes("#parent_id input[type=radio]", "value");
    assert!(radios.contains(&vale), "{radios:?}");
    assert!(page.text("#parent_id").contains("One organisation matches “vale PROP”."), "{}", page.text("#parent_id"));
    let back = page.form("form.form", LIST);
    assert_eq!((back.values("name"), back.values("parent_id_find")), (vec!["Kept as typed"], vec!["vale PROP"]));
    let created = browser.submit_and_follow(&back.set("parent_id", &vale)).await;
    assert_eq!(created.text("h1"), "Kept as typed");
    assert_eq!(created.fact("Parent organisation"), "Harbour & Vale Property Group");
}

#[tokio::test]
async fn a_parent_that_is_typed_whole_is_taken_and_part_of_a_name_is_asked_about() {
    let app = TestApp::start().await;
    let (browser, vale) = (app.browser(), app.partner().await.organisation("Harbour & Vale Property Group").await);
    for (name, typed) in [("By its name", "harbour & vale property group"), ("By its ID", vale.as_str())] {
        let form = browser.form(&format!("{LIST}/new")).await.set("name", name).set("parent_id_find", typed);
        let created = browser.submit_and_follow(&form).await;
        assert_eq!(
            (created.text("h1").as_str(), created.fact("Parent organisation").as_str()),
            (name, "Harbour & Vale Property Group")
        );
    }
    app.sandbox.clear_requests();
    let form = browser.form(&format!("{LIST}/new")).await.set("name", "In doubt");
    for (typed, said) in [("harbour", "organisations match"), ("zzzz", "No organisation has this name or ID")] {
        let page = browser.submit_and_follow(&form.clone().set("parent_id_find", typed)).await;
        assert_eq!(page.text("h1"), "Create organisation");
        assert!(page.text("#parent_id").contains(said), "{}", page.text("#parent_id"));
    }
    assert!(app.writes().is_empty(), "nothing was created meanwhile");
}

#[tokio::test]
async fn nothing_is_offered_as_the_parent_of_itself_or_of_what_is_above_it() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = partner.organisation("Harbour & Vale Property Group").await;
    let below = partner.organisation("Harbour & Vale Lettings").await;
    let options = browser.page(&format!("{LIST}/{id}/edit")).await.attribute("#parent_id_find", "data-options");
    let offered = browser.page(&format!("{options}harbour")).await.attributes("[role=option]", "data-value");
    assert!(!offered.contains(&id) && !offered.contains(&below), "{offered:?}");
    let new = browser.page(&format!("{LIST}/new")).await.attribute("#parent_id_find", "data-options");
    assert!(browser.page(&format!("{new}harbour")).await.attributes("[role=option]", "data-value").contains(&below));
}

#[tokio::test]
async fn an_edit_that_finds_a_parent_goes_on_to_its_review() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = partner.organisation("Copperfield Books").await;
    let edit = browser.form(&format!("{LIST}/{id}/edit")).await;
    let form = edit.set("name", "Copperfield & Sons").set("parent_id_find", "lettings").add("find", "parent_id");
    let back = browser.submit_and_follow(&form).await.form("form.form", LIST);
    assert_eq!(back.values("name"), ["Copperfield & Sons"]);
    let vale = partner.organisation("Harbour & Vale Lettings").await;
    let review = browser.submit_and_follow(&back.set("parent_id", &vale)).await;
    assert!(review.main().contains("Parent organisation"), "{}", review.main());
}

#[tokio::test]
async fn a_parent_among_very_many_is_found_and_the_form_does_not_grow() {
    let app = generated(5_001).await;
    let (browser, root) = (app.browser(), app.partner().await.root().await);
    let path = format!("{LIST}/new?parent={root}");
    let answer = browser.get(&path).await;
    assert!(answer.body.len() < 64 * 1024, "{} bytes", answer.body.len());
    let form = answer.page().form("form.form", &path).set("name", "Among very many");
    assert_eq!(form.values("parent_id"), [root.as_str()]);
    let unknown = browser.submit_and_follow(&form.clone().set("parent_id", "no-such-id")).await;
    assert!(unknown.text("#parent_id-error").contains("OneID has no organisation with this ID."));
    let found = browser.submit_and_follow(&form.clone().set("parent_id_find", "o").add("find", "parent_id")).await;
    assert!(found.count("#parent_id input[type=radio]") <= 22);
    let created = browser.submit_and_follow(&form).await;
    assert_eq!(created.text("h1"), "Among very many");
    let list = browser.page(LIST).await;
    assert!(list.text(".subline").contains("5,003"), "{}", list.text(".subline"));
}
