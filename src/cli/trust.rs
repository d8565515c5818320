//! `standin trust`: where is the certificate to trust, and how does one trust it?

use std::path::Path;
use std::process::ExitCode;

use clap::Args;

use super::{failed, terminal};
use crate::tls::{LocalCa, Origin, user_data_dir};

#[derive(Debug, Args)]
pub struct Arguments {
    /// Print the certificate's path and nothing else
    #[arg(long)]
    path: bool,
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    let now = crate::time::system().date_time();
    let ca = match LocalCa::open(user_data_dir().as_deref(), now) {
        Ok(ca) => ca,
        Err(error) => return failed(&error.to_string()),
    };
    match (ca.path(), ca.origin()) {
        (Some(path), _) if arguments.path => terminal::say(&path.to_string_lossy()),
        (Some(path), _) => terminal::say(&how_to_trust(path)),
        (None, Origin::ForThisProcess(why)) => {
            return failed(&format!(
                "the local CA cannot be kept here ({why}), so each server makes its own: read it from its /_standin/ca.pem"
            ));
        }
        (None, Origin::Found | Origin::Made | Origin::Renewed) => {
            return failed("the local CA's certificate cannot be written beside its key");
        }
    }
    ExitCode::SUCCESS
}

fn how_to_trust(path: &Path) -> String {
    let path = quoted(path);
    format!(
        "The local CA's certificate, made on this machine and used by nothing else:

  {path}

For one program (nothing else on this machine trusts it then):
  Node.js          export NODE_EXTRA_CA_CERTS={path}
  Python requests  export REQUESTS_CA_BUNDLE={path}
  OpenSSL, Go      export SSL_CERT_FILE={path}
  curl             curl --cacert {path} …
  Java             keytool -importcert -noprompt -alias standin -file {path} -keystore trust.p12 -storepass changeit
                   java -Djavax.net.ssl.trustStore=trust.p12 -Djavax.net.ssl.trustStorePassword=changeit …
The variables for Python, OpenSSL and Go replace the usual authorities: set them for test runs only.

For this user or machine:
{system}
  Firefox          Settings, Privacy & Security, Certificates, View Certificates, Authorities, Import

Plain http needs none of this: on localhost most clients accept it.
",
        system = system_store(&path)
    )
    .trim_end()
    .to_owned()
}

fn system_store(path: &str) -> String {
    if cfg!(target_os = "macos") {
        format!(
            "  macOS            security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db {path}"
        )
    } else if cfg!(windows) {
        format!("  Windows          certutil -user -addstore Root {path}")
    } else {
        format!(
            "  Debian, Ubuntu   sudo cp {path} /usr/local/share/ca-certificates/standin.crt && sudo update-ca-certificates
  Fedora           sudo trust anchor --store {path}
  Chromium         certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n Standin -i {path}"
        )
    }
}

/// Ready to paste into a shell.
fn quoted(path: &Path) -> String {
    let text = path.to_string_lossy();
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '\\' | '.' | '-' | '_' | ':');
    if text.chars().all(is_plain) {
        text.into_owned()
    } else if cfg!(windows) {
        format!("\"{text}\"")
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_path_can_be_pasted_into_a_shell() {
        for (path, expected) in [
            ("/home/a/ca.pem", "/home/a/ca.pem"),
            ("/Users/a b/Application Support/ca.pem", "'/Users/a b/Application Support/ca.pem'"),
            ("/it's/ca.pem", r"'/it'\''s/ca.pem'"),
        ] {
            assert_eq!(quoted(Path::new(path)), expected);
        }
    }
}
