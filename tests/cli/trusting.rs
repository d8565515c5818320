//! Whose certificates does the server believe when it asks a provider outside the world?

use crate::program::{Folder, Server};

/// A server whose domain fed.test is federated with a provider of another installation, whose certificates are `trusted`.
fn federated(folder: &Folder, provider: &Server, trusted: &str) -> Server {
    let metadata = format!("{}/idp/local/federationmetadata/2007-06/federationmetadata.xml", provider.https());
    let world = format!(
        r#"
        [tenants.fed]
        name = "Federated"
        domains = ["fed.test"]
        [tenants.fed.federation."fed.test"]
        protocol = "wsfed"
        metadata = "{metadata}"
        "#
    );
    let listening = [("STANDIN_HTTP", "127.0.0.1:0"), ("STANDIN_HTTPS", "off"), ("STANDIN_WORLD_INLINE", &world)];
    let trusting = [("SSL_CERT_FILE", trusted), ("SSL_CERT_DIR", "")];
    Server::start(folder.program().arg("serve").envs(listening).envs(trusting))
}

/// What the server says of somebody's domain.
fn realm(server: &Server) -> String {
    server.get("/common/userrealm/ann@fed.test?api-version=2.1")
}

#[test]
fn a_provider_outside_is_asked_over_tls_where_this_machine_trusts_its_certificate_and_only_there() {
    let (theirs, ours) = (Folder::new(), Folder::new());
    let provider = Server::start(theirs.program().args(["--http=off", "--https=127.0.0.1:0"]));
    let ca = theirs.run(&["trust", "--path"]).out;
    let its_address = format!("{}/idp/local/adfs/ls/", provider.https());

    let trusting = realm(&federated(&ours, &provider, ca.trim()));
    assert!(trusting.contains(&its_address), "{trusting}");

    let nobody = ours.file("nobody.pem", "");
    let doubting = realm(&federated(&ours, &provider, &nobody));
    assert!(doubting.starts_with("HTTP/1.1 200"), "{doubting}");
    assert!(doubting.contains("Federated") && !doubting.contains(&its_address), "{doubting}");
}
