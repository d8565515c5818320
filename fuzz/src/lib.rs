//! Where do the fuzz targets ask? At a desk in the built-in world, or over HTTP, at a moment and by a chance that never change.

mod request;

use std::sync::Arc;

pub use request::Asked;
use standin::chance::Chance;
use standin::directory::app::Certificate;
use standin::directory::policy::ClientType;
use standin::directory::{Directory, world};
use standin::http::origin::Origin;
use standin::id::Upn;
use standin::keys::{KeyRing, KeySource};
use standin::oauth::desk::Desk;
use standin::oauth::dialect::Dialect;
use standin::oauth::grant::{Grant, RefreshRecord};
use standin::oauth::redirect::Platform;
use standin::oauth::scope::Requested;
use standin::signin::factors::Factors;
use standin::signin::session;
use standin::signin::state::{Authority, Presence};
use standin::store::{Memory, Store};
use standin::time::{Span, Timestamp};

/// The refresh token that the desk knows, of alice at Example SPA.
pub const REFRESH_TOKEN: &str = "refresh";
/// The application that proves itself with the development key's certificate.
pub const CERTIFIED: &str = "example-daemon";

/// The service provider of Example whose signature has to hold, where there is one, by the same certificate.
pub const SIGNING: &str = "example-saml";

/// A world, and all a desk needs besides.
pub struct Office {
    directory: Arc<Directory>,
    keys: KeyRing,
    origin: Origin,
}

impl Office {
    /// The world `partner`, in which Example Daemon and Example SAML have the development key's certificate.
    pub fn open() -> Self {
        let mut world = world::partner().expect("the built-in world");
        let daemon = Arc::make_mut(world.apps.get_mut(CERTIFIED).expect("Example Daemon"));
        let pem = include_str!("../../keys/entra.crt.pem").to_owned();
        daemon.certificates.insert("development".into(), Certificate { pem: pem.clone() });
        let saml = Arc::make_mut(world.apps.get_mut(SIGNING).expect("Example SAML"));
        saml.saml.as_mut().expect("a service provider").certificate = Some(pem);
        Self {
            directory: Arc::new(Directory::new(world).expect("a sound world")),
            keys: KeyRing::new(KeySource::Development),
            origin: Origin { scheme_host: "https://localhost:8443".into(), base: String::new() },
        }
    }

    /// A domain of a tenant.
    pub fn domain(&self, tenant: &str) -> &str {
        let tenant = self.directory.world().tenants.get(tenant).expect("a tenant");
        tenant.domains.first().expect("a domain")
    }

    /// Wherever somebody is answered by SAML.
    pub fn saml_addresses(&self) -> impl Iterator<Item = &str> {
        let apps = self.directory.world().apps.values().filter_map(|app| app.saml.as_ref());
        let named = apps.flat_map(|saml| saml.reply_urls.iter().chain(&saml.logout_url));
        named.map(String::as_str).chain(["https://localhost:8443/login.srf"])
    }

    /// Records that hold one refresh token.
    pub fn records(&self) -> Memory {
        let memory = Memory::new(self.directory.clone());
        let store: &dyn Store = &memory;
        let mut grant = self.grant();
        let epoch = answered(session::epoch(store, &self.directory, grant.whose(), now()));
        grant.epoch = epoch.expect("the store in memory").expect("an epoch");
        let record = RefreshRecord { grant, expires: now().plus(Span::days(90)) };
        answered(store.keep(REFRESH_TOKEN, &record, now(), Span::days(90)))
            .expect("the store in memory")
            .expect("kept");
        memory
    }

    fn grant(&self) -> Grant {
        let upn = Upn::new("alice@example.test");
        let object = self.directory.account(&upn).expect("alice").user.id;
        Grant {
            id: "grant".into(),
            flow: "flow".into(),
            upn,
            home: "example".into(),
            tenant: "example".into(),
            object,
            app: "example-cli".into(),
            requested: Requested { oidc: vec!["openid".into(), "offline_access".into()], ..Requested::default() },
            factors: Factors::password(now()),
            contexts: Vec::new(),
            sid: "sid".into(),
            epoch: String::new(),
            client: ClientType::Mobile,
            presence: Presence::There,
            platform: Platform::Native,
            nonce: None,
            wants_auth_time: false,
            acr: None,
            claims: None,
        }
    }

    /// A desk over these records.
    pub fn desk<'a>(&'a self, store: &'a dyn Store, chance: &'a Chance) -> Desk<'a> {
        Desk {
            directory: &self.directory,
            store,
            keys: &self.keys,
            chance,
            origin: &self.origin,
            now: now(),
            ip: "127.0.0.1",
        }
    }
}

/// 20 November 2026.
pub fn now() -> Timestamp {
    Timestamp::from_seconds(1_795_168_800)
}

/// The same bytes in every run: what crashed once crashes again.
pub fn chance() -> Chance {
    Chance::new(Some(1), "fuzz")
}

/// Where it is asked, by the first letter of the input; the rest of it is what is asked.
pub fn place(input: &[u8]) -> Option<(Authority, Dialect, &[u8])> {
    let (first, rest) = input.split_first()?;
    let (authority, dialect) = match first {
        b'e' => (Authority::Tenant("example".into()), Dialect::EntraV2),
        b'1' => (Authority::Tenant("example".into()), Dialect::EntraV1),
        b'p' => (Authority::Tenant("contoso".into()), Dialect::EntraV2),
        b'c' => (Authority::Common, Dialect::EntraV2),
        b'o' => (Authority::Organizations, Dialect::EntraV1),
        b'm' => (Authority::Consumers, Dialect::EntraV2),
        b'l' => (Authority::Provider("local".into()), Dialect::Generic),
        b'w' => (Authority::Provider("wingtip".into()), Dialect::Generic),
        _ => return None,
    };
    Some((authority, dialect, rest))
}

/// The answer of something that asks nobody outside this process; nothing, if it did ask.
pub fn answered<T>(future: impl Future<Output = T>) -> Option<T> {
    futures_util::FutureExt::now_or_never(future)
}
