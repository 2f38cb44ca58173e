//! Where traces are sent, and that credentials for a collector go over https.

use secrecy::ExposeSecret as _;

use crate::server::config::read::tests::try_with;

#[test]
fn traces_are_sent_where_the_file_or_the_environment_says_and_headers_over_https_alone() {
    let traces = |text: &str, variables: &[(&str, &str)]| {
        let table = format!("[telemetry]\n{text}\n[auth]");
        try_with(|whole| whole.replacen("[auth]", &table, 1), variables)
    };
    let settings = traces("otlp_endpoint = \"http://collector:4318\"", &[]).unwrap().traces.unwrap();
    assert_eq!((settings.service_name.as_str(), settings.propagate), ("partner-dashboard", false));
    assert!((settings.sample_ratio - 1.0).abs() < f64::EPSILON && settings.headers.is_empty());
    let variables = [
        ("PARTNER_DASHBOARD_TELEMETRY__OTLP_ENDPOINT", "https://collector.example.com"),
        ("PARTNER_DASHBOARD_TELEMETRY__SAMPLE_RATIO", "0.25"),
        ("PARTNER_DASHBOARD_TELEMETRY__PROPAGATE", "true"),
    ];
    let settings = try_with(|text| text, &variables).unwrap().traces.unwrap();
    assert!(settings.propagate && (settings.sample_ratio - 0.25).abs() < f64::EPSILON);
    assert!(try_with(|text| text, &[]).unwrap().traces.is_none());
    let headers = |endpoint: &str, lines: &str| {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), lines).unwrap();
        let text = format!("otlp_endpoint = \"{endpoint}\"\nheaders_file = \"{}\"", file.path().display());
        traces(&text, &[]).map(|config| config.traces.unwrap().headers)
    };
    let both = headers("https://collector.example.com", "Authorization: Bearer s3cret\n\nx-scope: a:b\n").unwrap();
    let both: Vec<_> = both.iter().map(|(name, value)| (name.as_str(), value.expose_secret())).collect();
    assert_eq!(both, [("Authorization", "Bearer s3cret"), ("x-scope", "a:b")]);
    assert!(headers("http://collector:4318", "a: b").unwrap_err().contains("plain http"));
    let refused = headers("https://collector.example.com", "s3cret").unwrap_err();
    assert!(refused.contains("a header on each line") && !refused.contains("s3cret"), "{refused}");
}
