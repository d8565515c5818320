//! The local CA on disk: made once, kept private, refused when damaged, replaced when expired.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::{ServerName, UnixTime};
use rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConnection};
use time::macros::datetime;

use super::*;

const NOW: OffsetDateTime = datetime!(2026-11-20 12:00 UTC);

/// A folder of its own for each test, gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("standin-tls-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn data(&self) -> PathBuf {
        self.0.join("data/standin")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn roots(ca: &LocalCa) -> Arc<RootCertStore> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(ca.certificate_pem().as_bytes()).unwrap()).unwrap();
    Arc::new(roots)
}

/// What a client sees: the certificate chosen in a handshake, and the protocol agreed.
fn handshake(ca: &LocalCa, names: &[String]) -> (CertificateDer<'static>, Vec<u8>) {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut client = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots(ca))
        .with_no_client_auth();
    client.alpn_protocols = vec![b"h2".to_vec()];
    let mut client = ClientConnection::new(Arc::new(client), ServerName::try_from("localhost").unwrap()).unwrap();
    let mut server = ServerConnection::new(Arc::new(ca.server_config(names).unwrap())).unwrap();
    while client.is_handshaking() || server.is_handshaking() {
        let mut wire = Vec::new();
        client.write_tls(&mut wire).unwrap();
        server.read_tls(&mut wire.as_slice()).unwrap();
        server.process_new_packets().unwrap();
        let mut wire = Vec::new();
        server.write_tls(&mut wire).unwrap();
        client.read_tls(&mut wire.as_slice()).unwrap();
        client.process_new_packets().unwrap();
    }
    let leaf = client.peer_certificates().unwrap()[0].clone().into_owned();
    (leaf, client.alpn_protocol().unwrap().to_vec())
}

fn accepts(ca: &LocalCa, leaf: &CertificateDer<'_>, name: &str, at: OffsetDateTime) -> bool {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = WebPkiServerVerifier::builder_with_provider(roots(ca), provider).build().unwrap();
    let at = UnixTime::since_unix_epoch(std::time::Duration::from_secs(at.unix_timestamp().unsigned_abs()));
    verifier.verify_server_cert(leaf, &[], &ServerName::try_from(name).unwrap(), &[], at).is_ok()
}

#[test]
fn the_second_start_finds_what_the_first_one_made() {
    let folder = Folder::new();
    let first = LocalCa::open(Some(&folder.data()), NOW).unwrap();
    let second = LocalCa::open(Some(&folder.data()), NOW).unwrap();
    assert_eq!(first.origin(), &Origin::Made);
    assert_eq!(second.origin(), &Origin::Found);
    assert_eq!(first.certificate_pem(), second.certificate_pem());
    let kept = fs::read_to_string(second.path().unwrap()).unwrap();
    assert_eq!(kept, first.certificate_pem());
    assert!(!kept.contains("PRIVATE KEY"));
}

#[test]
fn starts_at_the_same_moment_end_with_one_ca() {
    let folder = Folder::new();
    let data = folder.data();
    let start = std::sync::Barrier::new(8);
    let pems: Vec<String> = std::thread::scope(|scope| {
        let open = || {
            start.wait();
            LocalCa::open(Some(&data), NOW).unwrap().certificate_pem().to_owned()
        };
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(pems.iter().all(|pem| pem == &pems[0]));
}

#[test]
fn two_installations_never_share_a_ca() {
    let (one, other) = (Folder::new(), Folder::new());
    let one = LocalCa::open(Some(&one.data()), NOW).unwrap();
    let other = LocalCa::open(Some(&other.data()), NOW).unwrap();
    assert_ne!(one.certificate_pem(), other.certificate_pem());
    let (leaf, _) = handshake(&one, &[]);
    assert!(!accepts(&other, &leaf, "localhost", NOW));
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_the_key() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    LocalCa::open(Some(&folder.data()), NOW).unwrap();
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(folder.data()), 0o700);
    assert_eq!(mode(disk::key_path(&folder.data())), 0o600);
    let mut left: Vec<_> = fs::read_dir(folder.data()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["ca-key.pem", "ca.lock", "ca.pem"]);
}

#[cfg(unix)]
#[test]
fn a_key_that_others_may_read_is_refused_with_the_way_out() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    LocalCa::open(Some(&folder.data()), NOW).unwrap();
    let key = disk::key_path(&folder.data());
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let refusal = LocalCa::open(Some(&folder.data()), NOW).unwrap_err().to_string();
    assert!(refusal.contains("mode 0644") && refusal.contains("chmod 600"), "{refusal}");
}

#[test]
fn a_damaged_key_is_refused_and_left_alone() {
    let whole = issue::new_ca(NOW).unwrap();
    let other = issue::new_ca(NOW).unwrap();
    let damaged = [
        (String::new(), "no certificate"),
        (whole.key_pem.clone(), "no certificate"),
        (whole.certificate_pem.clone(), "its private key cannot be read"),
        (format!("{}{}", whole.key_pem, other.certificate_pem), "another key"),
        (
            format!("{}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", whole.key_pem),
            "its certificate cannot be read",
        ),
    ];
    for (text, expected) in damaged {
        let folder = Folder::new();
        drop(disk::lock(&folder.data()).unwrap());
        disk::keep_key(&folder.data(), &text).unwrap();
        let refusal = LocalCa::open(Some(&folder.data()), NOW).unwrap_err().to_string();
        assert!(refusal.contains("is damaged") && refusal.to_lowercase().contains(expected), "{refusal}");
        assert_eq!(fs::read_to_string(disk::key_path(&folder.data())).unwrap(), text);
    }
}

#[test]
fn an_expired_ca_is_replaced() {
    let folder = Folder::new();
    let old = LocalCa::open(Some(&folder.data()), NOW - time::Duration::days(4000)).unwrap();
    let new = LocalCa::open(Some(&folder.data()), NOW).unwrap();
    assert_eq!(new.origin(), &Origin::Renewed);
    assert_ne!(old.certificate_pem(), new.certificate_pem());
    assert_eq!(fs::read_to_string(new.path().unwrap()).unwrap(), new.certificate_pem());
}

#[test]
fn with_nowhere_to_write_it_lives_for_the_process() {
    let folder = Folder::new();
    let file = folder.0.join("a-file");
    fs::write(&file, "").unwrap();
    for dir in [None, Some(file.join("below").as_path())] {
        let ca = LocalCa::open(dir, NOW).unwrap();
        assert!(matches!(ca.origin(), Origin::ForThisProcess(_)), "{:?}", ca.origin());
        assert_eq!(ca.path(), None);
        assert!(accepts(&ca, &handshake(&ca, &[]).0, "localhost", NOW));
    }
}

#[test]
fn the_certificate_covers_this_machine_and_the_names_asked_for() {
    let ca = LocalCa::open(None, NOW).unwrap();
    let names = ["login.microsoftonline.com", "10.1.2.3", "*.contoso.test", "localhost"].map(str::to_owned);
    let (leaf, protocol) = handshake(&ca, &names);
    assert_eq!(protocol, b"h2");
    for name in ["localhost", "127.0.0.1", "::1", "login.microsoftonline.com", "10.1.2.3", "login.contoso.test"] {
        assert!(accepts(&ca, &leaf, name, NOW), "{name}");
    }
    assert!(!accepts(&ca, &leaf, "login.live.com", NOW));
}

#[test]
fn the_certificate_lives_less_than_398_days() {
    let ca = LocalCa::open(None, NOW).unwrap();
    let (leaf, _) = handshake(&ca, &[]);
    let day = time::Duration::days(1);
    assert!(accepts(&ca, &leaf, "localhost", NOW - day / 2));
    assert!(accepts(&ca, &leaf, "localhost", NOW + day * 395));
    assert!(!accepts(&ca, &leaf, "localhost", NOW - day * 2));
    assert!(!accepts(&ca, &leaf, "localhost", NOW + day * 397));
}

#[test]
fn a_name_that_no_certificate_can_carry_is_refused() {
    let ca = LocalCa::open(None, NOW).unwrap();
    for name in ["", "a b", "https://localhost", "a..b", "-a", "münchen.test", "*"] {
        let refusal = ca.server_config(&[name.to_owned()]).unwrap_err();
        assert!(matches!(refusal, TlsError::Name(_)), "{name}: {refusal}");
    }
}

#[test]
fn the_key_is_not_in_the_debug_form() {
    let ca = LocalCa::open(None, NOW).unwrap();
    assert!(!format!("{ca:?}").contains("PRIVATE"));
}

#[test]
fn the_data_folder_follows_xdg_and_the_home() {
    let with = |variables: &[(&str, &str)]| {
        user_data_dir_from(|name| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| value.into()))
    };
    let xdg = PathBuf::from("/data/standin");
    assert_eq!(with(&[("XDG_DATA_HOME", "/data"), ("HOME", "/home/a")]), Some(xdg));
    assert_eq!(with(&[("XDG_DATA_HOME", "relative")]), None);
    assert_eq!(with(&[]), None);
    if cfg!(target_os = "linux") {
        assert_eq!(with(&[("HOME", "/home/a")]), Some(PathBuf::from("/home/a/.local/share/standin")));
    }
}
