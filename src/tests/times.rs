//! Times are shown as the person has chosen in their browser, and in UTC on hover and in the record.

use crate::support::TestApp;

#[tokio::test]
async fn times_are_shown_in_the_chosen_zone_with_the_chosen_clock_and_utc_on_hover() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let account = browser.page("/account").await;
    let form = account.form("form[action='/api/account/times']", "/account");
    assert_eq!(form.values("zone"), ["UTC"]);
    assert_eq!(form.values("hour_cycle"), ["h23"]);
    browser.post_island("/api/connections/check", &[("name", "sandbox")]).await;
    let utc = browser.page("/audit/1").await;
    let exact = utc.text(".subline time");
    assert!(exact.ends_with(" UTC"), "{exact}");

    let told = browser.submit_and_follow(&form.set("zone", "Asia/Kolkata").set("hour_cycle", "h12")).await;
    let message = told.text(".flash, [role=status]");
    assert!(
        told.main().contains("Times are now shown like this in this browser:") && told.main().contains("IST"),
        "{message}"
    );
    let form = told.form("form[action='/api/account/times']", "/account");
    assert_eq!((form.values("zone"), form.values("hour_cycle")), (vec!["Asia/Kolkata"], vec!["h12"]));
    let there = browser.page("/audit/1").await;
    let shown = there.text(".subline time");
    assert!(shown.ends_with("m IST"), "12 hours, in their zone: {shown}");
    assert_eq!(there.attributes(".timeline-time", "title")[0], utc.attributes(".timeline-time", "title")[0], "in UTC");
    assert_eq!(there.attributes(".subline time", "title"), [exact]);
}

#[tokio::test]
async fn a_zone_that_is_none_changes_nothing_and_no_cookie_takes_a_page_down() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let form = browser.page("/account").await.form("form[action='/api/account/times']", "/account");
    for (field, value) in [("zone", "Mars/Olympus"), ("zone", "UTC; Domain=evil.example"), ("hour_cycle", "h99")] {
        let told = browser.submit_and_follow(&form.clone().set(field, value)).await;
        assert!(told.main().contains("Nothing was changed. Choose"), "{}", told.main());
        assert_eq!(told.form("form[action='/api/account/times']", "/account").values("zone"), ["UTC"]);
    }
    for hostile in ["", "../../etc/passwd", "Mars/Olympus", "\"<script>\"", &"x".repeat(3_000)] {
        browser.set_cookie("time-zone", hostile);
        browser.set_cookie("hour-cycle", hostile);
        let account = browser.page("/account").await.form("form[action='/api/account/times']", "/account");
        assert_eq!((account.values("zone"), account.values("hour_cycle")), (vec!["UTC"], vec!["h23"]), "{hostile}");
    }
}

#[tokio::test]
async fn a_former_name_of_a_zone_stays_chosen_although_it_is_not_offered() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.set_cookie("time-zone", "Asia/Calcutta");
    let form = browser.page("/account").await.form("form[action='/api/account/times']", "/account");
    assert_eq!(form.values("zone"), ["Asia/Calcutta"]);
}

#[tokio::test]
async fn dates_of_the_audit_log_are_asked_for_in_the_zone_of_the_person() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.set_cookie("time-zone", "Australia/Adelaide");
    let chosen = async |path: &str| browser.page(path).await.form(".filters", path).values("zone").join(" ");
    assert_eq!(chosen("/audit").await, "Australia/Adelaide");
    assert_eq!(chosen("/audit?from=2026-11-01").await, "", "an address without a zone is in UTC for everyone");
    assert_eq!(chosen("/audit?from=2026-11-01&zone=Africa/Lagos").await, "Africa/Lagos");
    let applied = browser.page("/audit?zone=Australia%2FAdelaide&action=changes").await;
    assert!(!applied.main().contains("Adelaide:"), "a zone without dates narrows nothing");
    assert_eq!(applied.count(".filter-chip"), 1, "{}", applied.main());
}

#[tokio::test]
async fn a_page_on_paper_says_its_whole_address_and_when_it_was_made() {
    let app = TestApp::start().await;
    let page = app.browser().page("/sandbox/organisations?q=x").await;
    let foot = page.text(".footer-print");
    assert!(foot.contains("://") && foot.contains("/sandbox/organisations?q=x") && foot.contains(" UTC"), "{foot}");
}
