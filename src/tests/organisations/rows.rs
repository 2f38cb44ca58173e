//! Rows of the list of organisations that are shown again and again: they say what holds now.

use std::sync::Arc;
use std::time::Duration;

use partner_dashboard::server::clock::ManualClock;
use time::macros::datetime;

use super::*;
use crate::support::{Browser, Page};

/// The texts of the row of an organisation.
async fn row(browser: &Browser<'_>, path: &str, name: &str) -> String {
    let rows = browser.page(path).await.texts("tbody tr");
    rows.into_iter().find(|row| row.contains(name)).unwrap()
}

#[tokio::test]
async fn a_row_says_how_long_ago_the_change_was_at_the_time_of_the_page() {
    let clock = Arc::new(ManualClock::new(datetime!(2026-11-03 09:15:30 UTC)));
    let app = TestApp::with(TestOptions { clock: clock.clone(), ..TestOptions::default() }).await;
    let browser = app.browser();
    browser.submit(&browser.form(&format!("{LIST}/new")).await.set("name", "Meridian Coffee")).await;
    for path in [LIST, "/sandbox/organisations?sort=-changed"] {
        for _ in 0..2 {
            assert!(row(&browser, path, "Meridian Coffee").await.ends_with("just now"), "{path}");
        }
    }
    clock.advance(Duration::from_mins(5));
    for path in [LIST, "/sandbox/organisations?sort=-changed"] {
        assert!(row(&browser, path, "Meridian Coffee").await.ends_with("5 minutes ago"), "{path}");
    }
}

#[tokio::test]
async fn a_row_of_the_tree_leads_on_from_the_branches_that_are_open() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let partner = app.partner().await;
    let [group, thistledown] = [
        partner.organisation("Harbour & Vale Property Group").await,
        partner.organisation("Thistledown Retail Holdings").await,
    ];
    let toggles = |page: Page| page.attributes("a.tree-toggle", "href").join(" ");
    let whole = toggles(browser.page(LIST).await);
    assert!(whole.contains(&format!("open=-{group}")) && !whole.contains("%2C"), "{whole}");
    let closed = toggles(browser.page(&format!("{LIST}?open=-{thistledown}")).await);
    assert!(closed.contains(&format!("open=-{thistledown}%2C-{group}")), "{closed}");
    assert_eq!(toggles(browser.page(LIST).await), whole);
}
