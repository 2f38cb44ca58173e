//! E-mail over TLS: nothing is said to a server whose certificate this machine does not trust.

use std::path::Path;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use super::mail_server::{MailServer, Protection};
use crate::durability::HTML;
use crate::support::Page;
use crate::support::certificates::Certificates;
use crate::support::program::{Configured, Server, command};

/// A connection, as every dashboard has one. Nobody answers there.
const NOBODY: &str = "name = \"sandbox\"\nkind = \"oneid\"\nenvironment = \"sandbox\"\n\
                      base_url = \"http://127.0.0.1:1\"\nclient_id = \"c-1\"\n";

/// What a mail server is known by, and the root that those have who trust it.
struct Certified {
    acceptor: TlsAcceptor,
    root: String,
}

impl Certified {
    /// For a server of this name.
    fn for_host(name: &str) -> Self {
        let Certificates { own, key, root } = Certificates::for_host(name);
        let certificate = CertificateDer::from_pem_slice(own.as_bytes()).unwrap();
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = config.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
        Self { acceptor: TlsAcceptor::from(Arc::new(config)), root }
    }
}

/// A dashboard that sends e-mail to a server on this machine, and trusts this root alone.
async fn dashboard(port: u16, security: &str, root: &str) -> (Server, Configured) {
    let head = format!(
        "listen = \"127.0.0.1:0\"\n[[notifications]]\nname = \"post\"\nkind = \"email\"\n\
         from = \"dashboard@example.com\"\nto = [\"ops@example.com\"]\n\
         [smtp]\nhost = \"localhost\"\nport = {port}\nsecurity = \"{security}\"\nuser = \"user\"\n",
    );
    let configured = Configured::new(&head, &[(NOBODY.to_owned(), "s3cret")]);
    let file = |name: &str, text: &str| {
        let path = configured.directory.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let mut program = command();
    program.env("PARTNER_DASHBOARD_SMTP__PASSWORD_FILE", file("password", "p4ssword"));
    // Where the roots of this machine are read from.
    program.env("SSL_CERT_FILE", file("root.pem", root)).env("SSL_CERT_DIR", Path::new("/nonexistent"));
    program.arg("serve").arg("--config").arg(&configured.path);
    (Server::start(program).await.read_from_configuration(), configured)
}

/// Sends a test message; what the page of the targets says then.
async fn tested(dashboard: &Server) -> String {
    dashboard.post("/api/notifications/send-test", &[("name", "post")], HTML, "admins").await;
    Page::new(&dashboard.get("/notifications", HTML).await.1).main()
}

/// Whether a command says more than that somebody is there.
fn tells(command: &str) -> bool {
    !command.starts_with("EHLO ") && command != "STARTTLS"
}

#[tokio::test(flavor = "multi_thread")]
async fn an_email_and_the_password_for_it_are_sent_over_tls_alone_and_to_nobody_else() {
    let (certified, others) = (Certified::for_host("localhost"), Certified::for_host("mail.example.com"));
    for security in ["tls", "starttls"] {
        let protection = |acceptor| match security {
            "tls" => Protection::Tls(acceptor),
            _ => Protection::StartTls(acceptor),
        };
        let server = MailServer::start_with(protection(certified.acceptor.clone())).await;
        let (trusting, _configured) = dashboard(server.port, security, &certified.root).await;
        let page = tested(&trusting).await;
        let emails = server.take();
        assert_eq!(emails.len(), 1, "{security}: {page}");
        assert!(emails[0].1.contains("Subject: Test message"), "{security}: {emails:?}");
        let commands = server.commands();
        assert!(commands.iter().any(|(command, _)| command.starts_with("AUTH ")), "{security}: {commands:?}");
        let unprotected = commands.iter().filter(|(command, is_protected)| tells(command) && !is_protected);
        assert_eq!(unprotected.count(), 0, "{security}: {commands:?}");

        // One whose root this machine does not have, and one that has a certificate for another name.
        let of_another_name = MailServer::start_with(protection(others.acceptor.clone())).await;
        for server in [&server, &of_another_name] {
            let (wary, _configured) = dashboard(server.port, security, &others.root).await;
            let page = tested(&wary).await;
            assert!(page.contains("certificate"), "{security}: {page}");
            assert!(server.take().is_empty());
            let commands = server.commands();
            assert!(!commands.iter().any(|(command, _)| tells(command)), "{security}: {commands:?}");
        }
    }
}
