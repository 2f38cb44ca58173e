//! Clients of a partner that hangs, or does not answer for some organisations.

use super::*;

#[tokio::test]
async fn the_page_of_an_organisation_shows_older_clients_with_their_age() {
    let (app, clock) = impatient().await;
    let browser = app.browser();
    let id = app.partner().await.organisation("Copperfield Books").await;
    let path = format!("{LIST}/{id}");
    let before = browser.page(&path).await;
    clock.advance(Duration::from_mins(4));
    let lists = format!("/v1/organisations/{id}/clients");
    let down = FaultKind::status(StatusCode::SERVICE_UNAVAILABLE);
    app.sandbox.inject(Fault::new(System::OneIdSandbox, down).on(&Method::GET, &lists));
    let page = browser.page(&path).await;
    assert_eq!(page.texts("tbody th"), before.texts("tbody th"));
    let notice = page.text(".notice-warning");
    assert!(notice.contains("OneID is unavailable. These clients were loaded 4 minutes ago."), "{notice}");
}

#[tokio::test]
async fn visitors_of_the_clients_who_come_together_cost_one_read_for_each_organisation() {
    let app = TestApp::start().await;
    let organisations = app.partner().await.get("/organisations").await.as_array().unwrap().len();
    let browser = app.browser();
    app.sandbox.clear_requests();
    let pages = join_all((0..10).map(|_| browser.get(CLIENTS))).await;
    assert!(pages.iter().all(|answer| answer.status == StatusCode::OK));
    assert_eq!(asked(&app, "/clients"), organisations);
    assert_eq!(asked(&app, "/v1/organisations"), 1);
}

#[tokio::test]
async fn clients_that_could_not_be_read_are_not_called_none() {
    let (app, _clock) = impatient().await;
    let partner = app.partner().await;
    for organisation in partner.get("/organisations").await.as_array().unwrap() {
        let path = format!("/v1/organisations/{}/clients", organisation["id"].as_str().unwrap());
        app.sandbox.inject(Fault::new(System::OneIdSandbox, FaultKind::Drop).on(&Method::GET, &path));
    }
    let page = app.browser().page(CLIENTS).await;
    assert!(page.main().contains("could not be loaded"), "{}", page.main());
    assert!(page.main().contains("No clients loaded yet") && !page.main().contains("No clients yet"));
}
