//! Targets of notifications that are taken, the words for those that are not, and all of these at once.

use super::*;
use crate::server::config::read::tests::{WHOLE, try_with};
use crate::server::config::{Config, advice, read_all};

/// A webhook, Slack and e-mail, each with what only it has.
const TARGETS: &str = r#"
[smtp]
host = "mail.example.com"
security = "starttls"
user = "dashboard"
password_file = "SECRET_FILE"
[[notifications]]
name = "pager"
kind = "webhook"
url = "https://pager.example.com/hooks/1"
signing_key_file = "KEY_FILE"
environments = ["production"]
[[notifications]]
name = "chat"
kind = "slack"
url_file = "URL_FILE"
events = ["connection_state", "backup"]
connections = ["sandbox"]
[notifications.quiet_hours]
from = "22:00"
to = "07:00"
zone = "Europe/London"
[[notifications]]
name = "post"
kind = "email"
from = "Partner Dashboard <dashboard@example.com>"
to = ["ops@example.com"]
"#;

/// The whole configuration with targets, and what its files hold.
fn with(change: impl Fn(String) -> String, variables: &[(&str, &str)]) -> Result<Config, Vec<String>> {
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = directory.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.display().to_string()
    };
    let text = change(format!("{WHOLE}{TARGETS}"))
        .replace("SECRET_FILE", &file("secret", "s3cret\n"))
        .replace("KEY_FILE", &file("key", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n"))
        .replace("URL_FILE", &file("url", "https://hooks.slack.com/services/T0/B0/secret\n"))
        .replace("SHORT_FILE", &file("short", "whsec_AAAA\n"));
    let path = directory.path().join("config.toml");
    std::fs::write(&path, text).unwrap();
    let variables = variables.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    read_all(&path, variables).map_err(|problems| problems.iter().map(ToString::to_string).collect())
}

#[test]
fn targets_are_read_with_their_secrets_from_files() {
    let config = with(|text| text, &[]).unwrap();
    let [pager, chat, post] = &config.notifications[..] else { panic!("{:?}", config.notifications) };
    assert!(matches!(&pager.channel, Channel::Webhook { key: Some(_), .. }));
    assert_eq!(pager.events, NotificationEvent::CHOICES);
    assert_eq!((chat.address().as_str(), chat.limits().as_deref()), ("hooks.slack.com", Some("sandbox")));
    assert_eq!(chat.quiet_hours.as_ref().unwrap().words(), "22:00 to 07:00, Europe/London");
    let Channel::Email { smtp, .. } = &post.channel else { panic!("{post:?}") };
    assert_eq!((smtp.port, post.address().as_str()), (587, "ops@example.com"));
    assert!(!format!("{:?}", config.notifications).contains("s3cret"));
    assert!(!format!("{:?}", config.notifications).contains("/services/"));
    let unsigned = with(|text| text.replace("signing_key_file = \"KEY_FILE\"\n", ""), &[]).unwrap();
    let is_advised = |config: &Config| advice(config).iter().any(|advice| advice.starts_with("notifications: pager"));
    assert!(is_advised(&unsigned) && !is_advised(&config));
    assert!(try_with(|text| text, &[]).unwrap().notifications.is_empty());
}

#[test]
fn the_environment_can_give_the_secrets() {
    let variables = [
        ("PARTNER_DASHBOARD_NOTIFICATIONS__CHAT__URL", "https://hooks.slack.com/services/other"),
        ("PARTNER_DASHBOARD_SMTP__PASSWORD", "other"),
    ];
    let change =
        |text: String| text.replace("url_file = \"URL_FILE\"\n", "").replace("password_file = \"SECRET_FILE\"\n", "");
    let config = with(change, &variables).unwrap();
    assert_eq!(config.notifications[1].address(), "hooks.slack.com");
}

/// Each line: what is replaced, by what, and the words that the one problem must hold.
const REFUSED: &[(&str, &str, &[&str])] = &[
    ("name = \"pager\"", "name = \"Pager\"", &["notifications[0].name", "lower-case"]),
    ("name = \"chat\"", "name = \"pager\"", &["notifications[1].name", "earlier"]),
    ("kind = \"webhook\"", "kind = \"pigeon\"", &["notifications[0].kind", "pigeon"]),
    ("https://pager", "http://pager", &["notifications[0].url", "loopback"]),
    ("https://pager.example.com", "https://x:y@pager.example.com", &["notifications[0].url", "user name"]),
    ("https://pager.example.com", "https://partners.example.com", &["notifications[0].url", "dashboard itself"]),
    (
        "url_file = \"URL_FILE\"",
        "url = \"https://hooks.slack.com/services/x\"",
        &["notifications[1].url", "file of its own"],
    ),
    ("url_file = \"URL_FILE\"", "url_file = \"/nowhere\"", &["notifications[1].url_file", "cannot be read"]),
    ("url_file = \"URL_FILE\"", "", &["notifications[1].url_file", "missing"]),
    ("signing_key_file = \"KEY_FILE\"", "signing_key_file = \"SHORT_FILE\"", &["signing_key_file", "whsec_"]),
    ("signing_key_file = \"KEY_FILE\"", "signing_key = \"x\"", &["notifications[0].signing_key", "file of its own"]),
    ("kind = \"slack\"", "kind = \"slack\"\nto = [\"a@b.c\"]", &["notifications[1].to", "not used"]),
    ("\"backup\"", "\"approval\"", &["notifications[1].events[1]", "approval"]),
    ("\"backup\"", "\"test\"", &["notifications[1].events[1]", "always sent"]),
    ("connections = [\"sandbox\"]", "connections = [\"other\"]", &["notifications[1].connections", "other"]),
    ("environments = [\"production\"]", "environments = [\"live\"]", &["notifications[0].environments[0]", "live"]),
    ("environments = [\"production\"]", "environment = \"live\"", &["notifications[0].environment", "unknown field"]),
    ("from = \"22:00\"", "from = \"22\"", &["notifications[1].quiet_hours.from", "22:00"]),
    ("to = \"07:00\"", "", &["notifications[1].quiet_hours", "missing field `to`"]),
    ("zone = \"Europe/London\"", "zone = \"London\"", &["notifications[1].quiet_hours.zone", "Europe/London"]),
    ("to = [\"ops@example.com\"]", "to = []", &["notifications[2].to", "recipient"]),
    ("to = [\"ops@example.com\"]", "to = [\"ops\"]", &["notifications[2].to[0]", "name@example.com"]),
    (
        "dashboard@example.com>",
        "dashboard@example.com>\\r\\nBcc: x@y.z",
        &["notifications[2].from", "name@example.com"],
    ),
    ("host = \"mail.example.com\"", "host = \"mail.example.com/x\"", &["smtp.host", "host"]),
    ("security = \"starttls\"", "security = \"none\"", &["smtp.security", "loopback"]),
    ("user = \"dashboard\"\n", "", &["smtp.user", "missing"]),
    ("user = \"dashboard\"", "user = \"dashboard\"\npassword = \"x\"", &["smtp.password", "file of its own"]),
    ("password_file = \"SECRET_FILE\"\n[[", "port = 0\npassword_file = \"SECRET_FILE\"\n[[", &["smtp.port", "65535"]),
];

#[test]
fn every_mistake_is_one_problem_with_its_line_and_its_key() {
    for (from, to, words) in REFUSED {
        let problems = with(|text| text.replacen(from, to, 1), &[]).err().unwrap_or_default();
        assert_eq!(problems.len(), 1, "{to}: {problems:#?}");
        assert!(words.iter().all(|word| problems[0].contains(word)), "{to}: {problems:#?}");
        assert!(problems[0].contains("config.toml:"), "{problems:#?}");
    }
    let all = with(
        |text| {
            text.replace("\"backup\"", "\"x\"").replace("\"ops@", "\"ops").replace("from = \"22:00\"", "from = \"2\"")
        },
        &[],
    );
    assert_eq!(all.map(|_| ()).unwrap_err().len(), 3);
    let without_server = |text: String| {
        let (before, after) = text.split_once("[smtp]").unwrap();
        format!("{before}{}", &after[after.find("[[notifications]]").unwrap()..])
    };
    let problems = with(without_server, &[]).map(|_| ()).unwrap_err();
    assert!(problems.len() == 1 && problems[0].contains("smtp: is missing"), "{problems:#?}");
}
