//! A certificate for a server of tests, and the root that those have who trust it.

use std::fs;
use std::process::Command;

use tempfile::TempDir;

/// What a server is known by, each part as PEM.
#[derive(Debug)]
pub struct Certificates {
    /// The certificate of the server.
    pub own: String,
    /// Its key.
    pub key: String,
    /// The certificate of whoever signed it.
    pub root: String,
}

impl Certificates {
    /// For a server of this name.
    pub fn for_host(name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let new_key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
        openssl(&folder, &format!("req -x509 {new_key} -keyout root.key -out root.pem -subj /CN=root"));
        let for_name = format!("-subj /CN={name} -addext subjectAltName=DNS:{name}");
        openssl(&folder, &format!("req {new_key} -keyout own.key -out own.csr {for_name}"));
        let signed = "-CA root.pem -CAkey root.key -copy_extensions copy";
        openssl(&folder, &format!("x509 -req -in own.csr {signed} -out own.pem"));
        let text = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        Self { own: text("own.pem"), key: text("own.key"), root: text("root.pem") }
    }
}

fn openssl(folder: &TempDir, arguments: &str) {
    let mut openssl = Command::new("openssl");
    let output = openssl.args(arguments.split(' ')).current_dir(folder.path()).output().unwrap();
    assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
}
