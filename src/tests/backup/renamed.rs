//! A log whose name alone was changed in the configuration is not called a broken one, whoever meets it.

use std::fs;

use partner_dashboard::server::audit::VerifyingKey;

use super::{Dashboard, said};
use crate::support::program::command;

const BEGUN: &str = "127.0.0.1:3999/audit";
const RENAMED: &str = "partners.example/audit";

#[tokio::test(flavor = "multi_thread")]
async fn whoever_meets_a_log_that_was_renamed_says_both_names_and_what_to_set() {
    let dashboard = Dashboard::new("").await;
    let (key, backup) = (dashboard.key(), dashboard.backups().join("before.db"));
    let (code, said_of_backup) = dashboard.backup(&backup);
    assert_eq!(code, 0, "{said_of_backup}");
    let configuration = &dashboard.configured.path;
    let text = fs::read_to_string(configuration).unwrap();
    let renamed = text.replacen("[auth]", &format!("[audit]\norigin = \"{RENAMED}\"\n[auth]"), 1);
    fs::write(configuration, renamed).unwrap();

    let named = fs::read_to_string(&key).unwrap().trim().parse::<VerifyingKey>().unwrap().named(RENAMED).unwrap();
    fs::write(&key, format!("{named}\n")).unwrap();
    let [mut serve, mut print, mut verify] = [command(), command(), command()];
    serve.arg("serve").arg("--config").arg(configuration);
    print.args(["audit", "key", "--config"]).arg(configuration);
    verify.args(["audit", "verify", "--database"]).arg(dashboard.file("test.db")).arg("--public-key").arg(&key);
    for mut met in [
        serve,
        print,
        verify,
        dashboard.arguments("backup", &dashboard.backups()),
        dashboard.arguments("restore", &backup),
    ] {
        let (code, said) = said(met.output().unwrap());
        let names_both = said.contains(&format!("begun under the name {BEGUN}, and ")) && said.contains(RENAMED);
        assert!(code != 0 && names_both && said.contains(&format!("set audit.origin to {BEGUN}")), "{met:?}: {said}");
        assert!(!said.contains("NOT whole") && !said.contains("not the one that was signed"), "{met:?}: {said}");
    }
    // With what it says, everything is as it was.
    fs::write(configuration, text).unwrap();
    dashboard.serve().await.stop();
}
