//! How fast could any server on this machine, this web framework and this signing key be?
//!
//! One worker, one RSA-2048 key parsed once and held, constant documents of the sizes given, no state, no checks.
//! What a real identity provider does beyond this is its own cost, so every figure is quoted as a ratio to these.

use actix_web::http::header::{CONTENT_TYPE, LOCATION};
use actix_web::{App, HttpResponse, HttpServer, web};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

const USAGE: &str = "ceiling ADDRESS KEY.der DISCOVERY_BYTES KEYS_BYTES | ceiling make-key KEY.der";
const JSON: &str = "application/json";

struct Ceiling {
    key: RsaKeyPair,
    chance: SystemRandom,
    discovery: web::Bytes,
    keys: web::Bytes,
}

fn broken(why: impl ToString) -> io::Error {
    io::Error::other(why.to_string())
}

impl Ceiling {
    /// A compact RS256 token whose claims are of the number and length that Entra puts in `kind`.
    fn token(&self, kind: &str) -> io::Result<String> {
        let header = r#"{"typ":"JWT","alg":"RS256","kid":"Zk3nQ2bWv1x0mP8sT4uJ7yH5cR6d"}"#;
        let now = SystemTime::UNIX_EPOCH.elapsed().map_err(broken)?;
        let (issued, expires) = (now.as_secs(), (now + Duration::from_secs(3600)).as_secs());
        let claims = format!(
            r#"{{"aud":"6b5de23f-fa8f-4088-b32e-11cf49fd03c9","iss":"http://127.0.0.1:8400/10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1/v2.0","iat":{issued},"nbf":{issued},"exp":{expires},"aio":"k2RgYPh8VGz2f0v2oyG3t7GvT6n5DwA=","azp":"1844fd18-0821-4dd0-9c73-af2e2def8706","azpacr":"1","oid":"364526c4-eb11-4985-917d-37d04d230685","rh":"1.AAAAhkqFEMZL_Ui_ex5bDk45wT_iXWuP-ohAsy4Rz0n9A8k.","roles":["Tasks.Read.All"],"sub":"364526c4-eb11-4985-917d-37d04d230685","tid":"10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1","uti":"8sJ2kF0yT0C1hJ4cWm9BAA","ver":"2.0","kind":"{kind}"}}"#
        );
        let mut token = String::with_capacity(1400);
        URL_SAFE_NO_PAD.encode_string(header, &mut token);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(claims, &mut token);
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key
            .sign(
                &RSA_PKCS1_SHA256,
                &self.chance,
                token.as_bytes(),
                &mut signature,
            )
            .map_err(broken)?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(&signature, &mut token);
        Ok(token)
    }
}

fn json(body: impl actix_web::body::MessageBody + 'static) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, JSON))
        .body(body)
}

async fn discovery(ceiling: web::Data<Ceiling>) -> HttpResponse {
    json(ceiling.discovery.clone())
}

async fn keys(ceiling: web::Data<Ceiling>) -> HttpResponse {
    json(ceiling.keys.clone())
}

/// Client credentials: one signature.
async fn token(ceiling: web::Data<Ceiling>, _body: web::Bytes) -> io::Result<HttpResponse> {
    let access = ceiling.token("access")?;
    Ok(json(format!(
        r#"{{"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"{access}"}}"#
    )))
}

/// The first half of a code flow: a redirect, nothing signed.
async fn authorize() -> HttpResponse {
    let location =
        "http://localhost:3000/auth/callback?code=1.AAAAhkqFEMZL_Ui_ex5bDk45wT_iXWuP&state=s";
    HttpResponse::Found()
        .insert_header((LOCATION, location))
        .finish()
}

/// The second half: an access token and an id token.
async fn redeem(ceiling: web::Data<Ceiling>, _body: web::Bytes) -> io::Result<HttpResponse> {
    let (access, id) = (ceiling.token("access")?, ceiling.token("id")?);
    Ok(json(format!(
        r#"{{"token_type":"Bearer","scope":"openid","expires_in":3599,"access_token":"{access}","id_token":"{id}"}}"#
    )))
}

/// A JSON text of exactly this many bytes: only the length of the real documents matters here.
fn document(bytes: &str) -> io::Result<web::Bytes> {
    let length: usize = bytes.parse().map_err(broken)?;
    let frame = r#"{"x":""}"#.len();
    Ok(format!(r#"{{"x":"{}"}}"#, "x".repeat(length.saturating_sub(frame))).into())
}

fn make_key(path: &str) -> io::Result<()> {
    use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
    let key = RsaKeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).map_err(broken)?;
    let der: Pkcs8V1Der<'_> = key.as_der().map_err(broken)?;
    std::fs::write(path, der.as_ref())
}

async fn serve(address: &str, ceiling: Ceiling) -> io::Result<()> {
    let shared = web::Data::from(Arc::new(ceiling));
    HttpServer::new(move || {
        App::new()
            .app_data(shared.clone())
            .route("/discovery", web::get().to(discovery))
            .route("/keys", web::get().to(keys))
            .route("/token", web::post().to(token))
            .route("/authorize", web::get().to(authorize))
            .route("/redeem", web::post().to(redeem))
    })
    .workers(1)
    .bind(address)?
    .run()
    .await
}

fn main() -> io::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["make-key", path] => make_key(path),
        [address, key, discovery, keys] => {
            let ceiling = Ceiling {
                key: RsaKeyPair::from_pkcs8(&std::fs::read(key)?).map_err(broken)?,
                chance: SystemRandom::new(),
                discovery: document(discovery)?,
                keys: document(keys)?,
            };
            actix_web::rt::System::new().block_on(serve(address, ceiling))
        }
        _ => Err(broken(USAGE)),
    }
}
