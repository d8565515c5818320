//! Is there a form that breaks the token endpoint, or that gets a token without any proof?
#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::{Corpus, fuzz_target};
use standin::http::outbound::Outbound;
use standin::http::params::Params;
use standin::http::trust::Trust;
use standin::oauth::client_auth::{self, Credentials};
use standin::oauth::desk::Denied;
use standin::oauth::dialect::Dialect;
use standin::oauth::error::{Traces, body};
use standin::oauth::grants::{self, Granted, TokenRequest};
use standin::signin::state::Authority;
use standin::token::claims::Proof;
use standin_fuzz::{Office, answered, chance, now, place};

static OFFICE: LazyLock<Office> = LazyLock::new(Office::open);

// The second letter says what the request carries besides the form.
fuzz_target!(|input: &[u8]| -> Corpus {
    let Some((authority, dialect, rest)) = place(input) else { return Corpus::Reject };
    let (origin, basic, form) = match rest {
        [b'-', form @ ..] => (None, None, form),
        [b'o', form @ ..] => (Some("http://localhost:3000"), None, form),
        [b'b', form @ ..] => (None, Some(("local-web".to_owned(), "local-secret".to_owned())), form),
        _ => return Corpus::Reject,
    };
    let Ok(params) = Params::parse(form) else { return Corpus::Keep };
    let Some(outcome) = answered(ask(&authority, dialect, &params, origin, basic)) else { return Corpus::Keep };
    match outcome {
        Ok((Proof::Public, granted)) => {
            assert_ne!(params.get("grant_type"), Some("client_credentials"), "{:?}", granted.body)
        }
        Ok((Proof::Secret | Proof::Certificate, granted)) => assert!(granted.body.contains_key("access_token")),
        Err(Denied::Broken(error)) => panic!("{error}"),
        Err(Denied::Refused(refusal)) => {
            assert!(refusal.code.status() < 500, "{refusal:?}");
            let traces = Traces { trace_id: String::new(), correlation_id: String::new(), wants_it_back: false };
            let _ = body(&refusal, dialect, &traces, now());
        }
    }
    Corpus::Keep
});

async fn ask(
    authority: &Authority,
    dialect: Dialect,
    params: &Params,
    origin: Option<&str>,
    basic: Option<(String, String)>,
) -> Result<(Proof, Granted), Denied> {
    let (records, chance) = (OFFICE.records(), chance());
    let desk = OFFICE.desk(&records, &chance);
    let tenant = authority.tenant(desk.directory);
    let credentials = Credentials { params, basic: basic.as_ref() };
    let outbound = Outbound::new(Arc::new(Trust::new(None)));
    let caller = client_auth::authenticate(&desk, tenant, credentials, &outbound).await?;
    let request = TokenRequest {
        desk,
        dialect,
        authority,
        params,
        origin,
        caller,
        outbound: &outbound,
        subject: Default::default(),
    };
    Ok((caller.proof, grants::run(&request).await?))
}
