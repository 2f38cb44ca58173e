//! An answer that cannot be used leaves nothing behind.

use super::{header_sign_in, init, mode, text};

#[test]
fn an_answer_that_the_configuration_refuses_leaves_no_secret_and_no_configuration_behind() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = [&header_sign_in("production")[..], &["--offline", "--listen"]].concat();
    let refused = init(folder.path(), &[&arguments[..], &["nowhere"]].concat(), &["s3cret"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("listen: "), "{refused:?}");
    let secrets = folder.path().join("secrets");
    assert!(!folder.path().join("partner-dashboard.toml").exists());
    assert_eq!(std::fs::read_dir(&secrets).unwrap().count(), 0);
    // A key of an earlier attempt, or of another program, is nobody's to replace.
    std::fs::write(secrets.join("sealing-key"), "earlier").unwrap();
    let right = [&arguments[..], &["127.0.0.1:3000"]].concat();
    let there = init(folder.path(), &right, &["s3cret"]);
    assert!(text(&there.stderr).contains("sealing-key: is there already"), "{there:?}");
    assert!(!secrets.join("oneid-production").exists());
    assert_eq!(std::fs::read_to_string(secrets.join("sealing-key")).unwrap(), "earlier");
    std::fs::remove_file(secrets.join("sealing-key")).unwrap();
    // Nor is a link that leads nowhere, which is found when other secrets are written already.
    std::os::unix::fs::symlink("nowhere", secrets.join("oneid-production")).unwrap();
    let linked = init(folder.path(), &right, &["s3cret"]);
    assert!(text(&linked.stderr).contains("oneid-production: is there already"), "{linked:?}");
    assert!(!secrets.join("sealing-key").exists());
    std::fs::remove_file(secrets.join("oneid-production")).unwrap();
    // A signing key that is none is found before the configuration is written.
    std::fs::write(secrets.join("audit-key"), "").unwrap();
    let broken = init(folder.path(), &right, &["s3cret"]);
    assert!(text(&broken.stderr).contains("audit-key of the audit log cannot be used"), "{broken:?}");
    assert!(!folder.path().join("partner-dashboard.toml").exists() && !secrets.join("oneid-production").exists());
    std::fs::remove_file(secrets.join("audit-key")).unwrap();
    assert_eq!(init(folder.path(), &right, &["s3cret"]).status.code(), Some(0));
    assert_eq!(mode(&folder.path().join("backups")), 0o700);
}

#[test]
fn a_name_that_cannot_be_part_of_a_url_is_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = [&header_sign_in("../up")[..], &["--offline"]].concat();
    let refused = init(folder.path(), &arguments, &["s3cret"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("\"../up\" is part of URLs"), "{refused:?}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
