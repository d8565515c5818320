//! The table of settings: what each accepts, which source wins, and that every mistake is told at once.

use super::*;

fn env(variables: &[(&str, &str)]) -> Environment {
    Environment::new(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
}

fn flag(key: Key, values: &[&str]) -> Flags {
    Flags::default().with(key, values.iter().copied())
}

fn accepted(key: Key, values: &[&str]) -> Config {
    Config::from_flags(&flag(key, values), &env(&[]), None).unwrap()
}

fn refused(key: Key, values: &[&str]) -> String {
    let mistakes = Config::from_flags(&flag(key, values), &env(&[]), None).unwrap_err();
    mistakes.iter().map(Mistake::to_string).collect::<Vec<_>>().join("\n")
}

fn addresses(texts: &[&str]) -> Vec<SocketAddr> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

#[test]
fn with_nothing_asked_for_the_usual_ports_on_loopback() {
    let config = Config::from_flags(&Flags::default(), &env(&[]), None).unwrap();
    assert_eq!(config.http, addresses(&["127.0.0.1:8400"]));
    assert_eq!(config.https, addresses(&["127.0.0.1:8443"]));
    assert_eq!(config.world, WorldSource::Partner);
    assert_eq!(config.state, State::Memory);
    assert_eq!(config.log, LogFormat::Text);
    assert!(!config.is_exposed());
}

#[test]
fn the_library_starts_on_free_ports_and_keeps_quiet() {
    let config = Config::default();
    assert_eq!(config.http, addresses(&["127.0.0.1:0"]));
    assert_eq!(config.https, addresses(&["127.0.0.1:0"]));
    assert_eq!(config.log, LogFormat::Off);
    assert_eq!(config.data_dir, None);
}

#[test]
fn addresses_are_read_as_people_write_them() {
    for (values, expected) in [
        (&["0.0.0.0:80"][..], &["0.0.0.0:80"][..]),
        (&["[::1]:80"], &["[::1]:80"]),
        (&["9000"], &["127.0.0.1:9000"]),
        (&["localhost:9000"], &["127.0.0.1:9000"]),
        (&["127.0.0.1:0", "127.0.0.1:0"], &["127.0.0.1:0", "127.0.0.1:0"]),
        (&["off"], &[]),
        (&["OFF"], &[]),
    ] {
        assert_eq!(accepted(Key::Http, values).http, addresses(expected), "{values:?}");
    }
}

#[test]
fn flag_then_environment_then_world_file() {
    let file = ServerFile {
        http: Some(OneOrMany::One("127.0.0.1:1".to_owned())),
        https: Some(OneOrMany::Many(vec!["127.0.0.1:2".to_owned(), "127.0.0.1:3".to_owned()])),
        seed: Some(7),
        trust_proxy: Some(true),
        ..ServerFile::default()
    };
    let env = env(&[("STANDIN_HTTP", "127.0.0.1:4, 127.0.0.1:5"), ("STANDIN_SEED", "8"), ("STANDIN_LOG", "")]);
    let config = Config::from_flags(&flag(Key::Seed, &["9"]), &env, Some(&file)).unwrap();
    assert_eq!(config.seed, Some(9));
    assert_eq!(config.http, addresses(&["127.0.0.1:4", "127.0.0.1:5"]));
    assert_eq!(config.https, addresses(&["127.0.0.1:2", "127.0.0.1:3"]));
    assert!(config.trust_proxy);
    assert_eq!(config.log, LogFormat::Text);
}

#[test]
fn all_mistakes_are_told_at_once_under_the_names_they_were_written_with() {
    let flags = flag(Key::Http, &["127.0.0.1", "http://127.0.0.1:80/"]).with(Key::Seed, ["-1"]);
    let env = env(&[
        ("STANDIN_HTTPS", "127.0.0.1:99999"),
        ("STANDIN_WORLD", "partnr"),
        ("STANDIN_CONTOL_TOKEN", "x"),
        ("STANDIN_SERVICE_HOST", "10.0.0.1"),
        ("STANDIN_PORT", "tcp://10.0.0.1:8400"),
    ]);
    let file = ServerFile { log: Some("jsn".to_owned()), ..ServerFile::default() };
    let mistakes = Config::from_flags(&flags, &env, Some(&file)).unwrap_err();
    let told: Vec<String> = mistakes.iter().map(Mistake::to_string).collect();
    assert_eq!(
        told,
        [
            "STANDIN_CONTOL_TOKEN: there is no such setting; did you mean `STANDIN_CONTROL_TOKEN`?",
            "--http: `127.0.0.1` has no port; did you mean `127.0.0.1:8400`?",
            "--http: `http://127.0.0.1:80/` is an URL, not an address; did you mean `127.0.0.1:80`?",
            "STANDIN_HTTPS: `127.0.0.1:99999` has no port between 0 and 65535",
            "STANDIN_WORLD: `partnr` is neither a built-in world (partner, plain) nor a file; did you mean `partner`?",
            "--seed: `-1` is not a whole number from 0 to 18446744073709551615",
            "server.log: `jsn` is none of off, text, json; did you mean `json`?",
        ]
    );
}

#[test]
fn each_setting_says_what_is_wrong_with_it() {
    for (key, values, expected) in [
        (Key::Http, &[":80"][..], "did you mean `127.0.0.1:80`?"),
        (Key::Http, &["*:80"], "did you mean `0.0.0.0:80`?"),
        (Key::Http, &["of"], "did you mean `off`?"),
        (Key::Http, &["off", "127.0.0.1:80"], "`off` cannot be combined with an address"),
        (Key::Http, &["127.0.0.1:8443"], "127.0.0.1:8443 is taken twice"),
        (Key::Http, &["no-such-host.invalid:80"], "cannot be found"),
        (Key::TlsName, &["a b"], "neither a host name nor an IP address"),
        (Key::AllowHost, &["*.test"], "neither a host name nor an IP address"),
        (
            Key::State,
            &["redis://localhost"],
            "--state: `redis://localhost` is not available: this version keeps its state in memory only",
        ),
        (Key::State, &["./data"], "in memory only"),
        (Key::State, &["memry"], "did you mean `memory`?"),
        (Key::PublicUrl, &["login.test"], "did you mean `https://login.test`?"),
        (Key::PublicUrl, &["ftp://login.test"], "is not an http or https URL"),
        (Key::PublicUrl, &["https://login.test/a?b#c"], "origin alone; did you mean `https://login.test`?"),
        (Key::PublicUrl, &["https://u:p@login.test"], "did you mean `https://login.test`?"),
        (Key::TrustProxy, &["perhaps"], "neither true nor false"),
        (Key::AutoSignIn, &["alice"], "is not a user name"),
        (Key::Seed, &["1", "2"], "--seed: can be given only once"),
        (Key::ControlToken, &["two words"], "visible ASCII"),
        (Key::Workers, &["0"], "from 1 to 1024"),
    ] {
        let told = refused(key, values);
        assert!(told.contains(expected), "{key:?} {values:?}: {told}");
    }
}

#[test]
fn each_setting_accepts_what_is_right() {
    assert_eq!(
        accepted(Key::TlsName, &["A.test", "*.b.test", "10.0.0.1"]).tls_names,
        ["a.test", "*.b.test", "10.0.0.1"]
    );
    assert_eq!(accepted(Key::AllowHost, &["idp"]).allow_hosts, ["idp"]);
    assert_eq!(accepted(Key::World, &["plain"]).world, WorldSource::Plain);
    assert_eq!(accepted(Key::World, &["Cargo.toml"]).world, WorldSource::File("Cargo.toml".into()));
    assert_eq!(accepted(Key::State, &["memory"]).state, State::Memory);
    assert_eq!(accepted(Key::PublicUrl, &["https://login.test"]).public_url.unwrap().as_str(), "https://login.test/");
    assert_eq!(accepted(Key::AutoSignIn, &["alice@example.test"]).auto_sign_in.unwrap(), "alice@example.test");
    assert_eq!(accepted(Key::Workers, &["2"]).workers, Some(2));
    assert!(accepted(Key::Http, &["0.0.0.0:80"]).is_exposed());
}

#[test]
fn nothing_to_listen_on_is_a_mistake() {
    let flags = flag(Key::Http, &["off"]).with(Key::Https, ["off"]);
    let mistakes = Config::from_flags(&flags, &env(&[]), None).unwrap_err();
    assert_eq!(mistakes[0].to_string(), "--http, --https: both are off: there is nothing to listen on");
}

#[test]
fn only_what_is_settled_can_be_nothing_to_listen_on() {
    let both = |address: &str| ServerFile {
        http: Some(OneOrMany::One(address.to_owned())),
        https: Some(OneOrMany::One(address.to_owned())),
        ..ServerFile::default()
    };
    for (file, wrong) in [
        (both("off"), "server.http, server.https: both are off: there is nothing to listen on"),
        (both("127.0.0.1:9000"), "server.https: 127.0.0.1:9000 is taken twice"),
    ] {
        assert!(Config::mistakes_in(&file).is_empty(), "{file:?}");
        assert_eq!(Config::mistakes_between(&file).iter().map(Mistake::to_string).collect::<Vec<_>>(), [wrong]);
        let alone = Config::from_flags(&Flags::default(), &env(&[]), Some(&file)).unwrap_err();
        assert_eq!(alone[0].to_string(), wrong);
        let config = Config::from_flags(&flag(Key::Http, &["127.0.0.1:1"]), &env(&[]), Some(&file)).unwrap();
        assert_eq!(config.http, addresses(&["127.0.0.1:1"]));
        let config = Config::from_flags(&Flags::default(), &env(&[("STANDIN_HTTPS", "127.0.0.1:2")]), Some(&file));
        assert_eq!(config.unwrap().https, addresses(&["127.0.0.1:2"]));
    }
}

#[test]
fn a_world_comes_from_one_place() {
    let both = env(&[("STANDIN_WORLD", "plain"), ("STANDIN_WORLD_INLINE", "edition = \"2019\"")]);
    let mistakes = Config::world_source(&Flags::default(), &both).unwrap_err();
    assert_eq!(mistakes[0].to_string(), "STANDIN_WORLD_INLINE: cannot be combined with STANDIN_WORLD");
    let inline = env(&[("STANDIN_WORLD_INLINE", "edition = \"2019\"")]);
    let world = Config::world_source(&Flags::default(), &inline).unwrap();
    assert_eq!(world, WorldSource::Inline("edition = \"2019\"".to_owned()));
    let world = Config::world_source(&flag(Key::World, &["plain"]), &inline).unwrap();
    assert_eq!(world, WorldSource::Plain);
}

#[test]
fn the_control_token_is_compared_and_never_shown() {
    let config = accepted(Key::ControlToken, &["sesame"]);
    assert!(!format!("{config:?}").contains("sesame"));
    let token = config.control_token.unwrap();
    assert!(token.matches("sesame"));
    assert!(!token.matches("sesam") && !token.matches("sesamf") && !token.matches(""));
    assert!(!refused(Key::ControlToken, &["two words"]).contains("two words"));
}

#[test]
fn the_control_token_may_stand_in_the_world_file_and_loses_against_variable_and_flag() {
    let file: ServerFile = toml::from_str("control_token = \"sesame\"").unwrap();
    assert!(!format!("{file:?}").contains("sesame"));
    let token = |flags: &Flags, variables: &[(&str, &str)]| {
        let config = Config::from_flags(flags, &env(variables), Some(&file)).unwrap();
        config.control_token.unwrap().reveal().to_owned()
    };
    let variable = [("STANDIN_CONTROL_TOKEN", "variable")];
    assert_eq!(token(&Flags::default(), &[]), "sesame");
    assert_eq!(token(&Flags::default(), &variable), "variable");
    assert_eq!(token(&flag(Key::ControlToken, &["flag"]), &variable), "flag");
    let bad: ServerFile = toml::from_str("control_token = \"two words\"").unwrap();
    let mistakes = Config::from_flags(&Flags::default(), &env(&[]), Some(&bad)).unwrap_err();
    let told = mistakes[0].to_string();
    assert!(told.starts_with("server.control_token: ") && !told.contains("two words"), "{told}");
}

#[test]
fn the_certificate_carries_every_name_clients_will_use() {
    let config = Config {
        https: addresses(&["127.0.0.1:1", "0.0.0.0:2", "192.0.2.1:3"]),
        tls_names: vec!["login.test".to_owned()],
        public_url: Some(Url::parse("https://[2001:db8::1]:4/").unwrap()),
        ..Config::default()
    };
    assert_eq!(config.certificate_names(), ["login.test", "2001:db8::1", "192.0.2.1"]);
}

#[test]
fn the_server_table_refuses_unknown_keys_and_takes_one_or_many() {
    let file: ServerFile = toml::from_str("http = \"off\"\nhttps = [\"127.0.0.1:1\"]").unwrap();
    assert_eq!(file.http, Some(OneOrMany::One("off".to_owned())));
    assert_eq!(file.https, Some(OneOrMany::Many(vec!["127.0.0.1:1".to_owned()])));
    for wrong in ["htp = \"off\"", "control_tokn = \"x\"", "state = \"memory\"", "http = 1"] {
        assert!(toml::from_str::<ServerFile>(wrong).is_err(), "{wrong}");
    }
}
