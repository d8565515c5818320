//! The block as it is printed.

use super::*;

struct Server {
    http: Vec<SocketAddr>,
    https: Vec<SocketAddr>,
    accounts: Vec<Account>,
}

fn account(user_name: &str, password: &str) -> Account {
    Account { user_name: user_name.to_owned(), password: password.to_owned() }
}

fn addresses(texts: &[&str]) -> Vec<SocketAddr> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

impl Server {
    fn usual() -> Self {
        Self {
            http: addresses(&["127.0.0.1:8400"]),
            https: addresses(&["127.0.0.1:8443", "127.0.0.1:443"]),
            accounts: vec![
                account("alice@example.test", "Password1!"),
                account("bob@example.test", "Password1!"),
                account("trent@wingtip.test", "Wingtip1!"),
                account("jane@contoso.test", "Password1!"),
            ],
        }
    }

    fn startup(&self) -> Startup<'_> {
        Startup {
            version: "1.2.3",
            http: &self.http,
            https: &self.https,
            public_url: None,
            world: "partner",
            tenant: Some("example.test"),
            accounts: &self.accounts,
            ca: Some((Some("/home/a/.local/share/standin/ca.pem"), &Origin::Found)),
            control_is_open: false,
        }
    }
}

#[test]
fn the_usual_start() {
    let block = startup_block(&Server::usual().startup(), Ink::Plain);
    insta::assert_snapshot!(block, @r#"
    Standin 1.2.3
    A test double of an identity provider: never give it real accounts or secrets.

      Listening    https://localhost:8443
                   https://localhost
                   http://localhost:8400
      Console      http://localhost:8400/
      Authority    https://localhost:8443/example.test/v2.0
      World        partner

      Sign in with password Password1!
        @example.test alice bob
        @contoso.test jane

      Sign in with password Wingtip1!
        @wingtip.test trent

      Certificate  /home/a/.local/share/standin/ca.pem (standin trust says how)
    "#);
}

#[test]
fn in_colour_the_words_are_the_same() {
    let server = Server::usual();
    let coloured = startup_block(&server.startup(), Ink::Colour);
    let first_lines = coloured.lines().take(5).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(first_lines.replace('\x1b', "^"), @r#"
    ^[1mStandin^[0m ^[1m1.2.3^[0m
    ^[33mA test double of an identity provider: never give it real accounts or secrets.^[0m

      ^[2mListening   ^[0m ^[1mhttps://localhost:8443^[0m
      ^[2m            ^[0m ^[1mhttps://localhost^[0m
    "#);
    let mut parts = coloured.split('\x1b');
    let mut plain = parts.next().unwrap().to_owned();
    plain.extend(parts.map(|part| part.split_once('m').unwrap().1));
    assert_eq!(plain, startup_block(&server.startup(), Ink::Plain));
}

#[test]
fn without_tls_nothing_is_said_of_certificates() {
    let server = Server { https: Vec::new(), ..Server::usual() };
    let block = startup_block(&Startup { ca: None, ..server.startup() }, Ink::Plain);
    assert!(!block.contains("https") && !block.contains("Certificate"), "{block}");
}

#[test]
fn whoever_opens_the_server_to_others_is_warned() {
    let http = addresses(&["0.0.0.0:80", "192.0.2.1:8400", "[2001:db8::1]:8400"]);
    let server = Server { http, ..Server::usual() };
    let startup = Startup {
        public_url: Some("https://login.test"),
        ca: Some((None, &Origin::Renewed)),
        control_is_open: true,
        ..server.startup()
    };
    insta::assert_snapshot!(startup_block(&startup, Ink::Plain), @r#"
    Standin 1.2.3
    A test double of an identity provider: never give it real accounts or secrets.

      Listening    https://localhost:8443
                   https://localhost
                   http://localhost
                   http://192.0.2.1:8400
                   http://[2001:db8::1]:8400
      Console      https://login.test/
      Authority    https://login.test/example.test/v2.0
      World        partner

      Sign in with password Password1!
        @example.test alice bob
        @contoso.test jane

      Sign in with password Wingtip1!
        @wingtip.test trent

      Certificate  /_standin/ca.pem of this server
      The local CA had expired. A new one was made, which has to be trusted again.

    Others can reach this server, and its control API is open to them: set --control-token.
    "#);
}

#[test]
fn a_ca_that_nobody_keeps_is_read_from_the_server() {
    let origin = Origin::ForThisProcess("read-only file system".to_owned());
    let server = Server::usual();
    let block = startup_block(&Startup { ca: Some((None, &origin)), ..server.startup() }, Ink::Plain);
    assert!(block.contains("/_standin/ca.pem of this server, gone when it stops"), "{block}");
}

#[test]
fn a_large_world_fits_on_a_screen() {
    let accounts = (0..2000).map(|n| account(&format!("user{n}@domain{}.test", n % 40), "secret")).collect();
    let server = Server { accounts, ..Server::usual() };
    let block = startup_block(&server.startup(), Ink::Plain);
    assert!(block.lines().count() < 30, "{block}");
    assert!(block.contains("and 42 more") && block.contains("and accounts of 30 more domains"), "{block}");
}
