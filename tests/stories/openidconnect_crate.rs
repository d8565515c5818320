//! The `openidconnect` crate, unmodified, over TLS with the local CA: a client that nobody here wrote.

use std::pin::Pin;

use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreGenderClaim, CoreProviderMetadata};
use openidconnect::http::Response;
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EmptyAdditionalClaims, HttpRequest,
    HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, RedirectUrl, Scope, TokenResponse,
    UserInfoClaims,
};
use standin::http::outbound::Outbound;
use standin::http::trust::Trust;
use standin::{Config, Standin};

const WEB: (&str, &str) = ("dbcb6c58-cb5f-489c-a508-b7d6c183835d", "web-secret");
const LOCAL: (&str, &str) = ("local-web", "local-secret");
const CALLBACK: &str = "http://localhost:3000/auth/callback";

type Answer = Pin<Box<dyn Future<Output = Result<HttpResponse, std::io::Error>>>>;

/// The crate brings no HTTP client of its own: this carries its requests to the server, trusting the local CA.
fn over(standin: &Standin) -> impl Fn(HttpRequest) -> Answer + use<> {
    let client = Outbound::new(std::sync::Arc::new(Trust::new(standin.ca_pem()))).client().unwrap();
    move |request| {
        let (parts, body) = request.into_parts();
        let method = awc::http::Method::from_bytes(parts.method.as_str().as_bytes()).unwrap();
        let mut call = client.request(method, parts.uri.to_string()).force_close();
        for (name, value) in &parts.headers {
            call = call.insert_header((name.as_str(), value.as_bytes()));
        }
        Box::pin(async move {
            let mut answer = call.send_body(body).await.map_err(|error| std::io::Error::other(error.to_string()))?;
            let body = answer.body().await.map_err(|error| std::io::Error::other(error.to_string()))?;
            let mut response = Response::builder().status(answer.status().as_u16());
            for (name, value) in answer.headers() {
                response = response.header(name.as_str(), value.as_bytes());
            }
            response.body(body.to_vec()).map_err(std::io::Error::other)
        })
    }
}

async fn discovered(standin: &Standin, issuer: &str) -> CoreProviderMetadata {
    let issuer = IssuerUrl::new(standin.https(issuer)).unwrap();
    CoreProviderMetadata::discover_async(issuer, &over(standin)).await.unwrap()
}

/// Signs `user` in through the crate and answers what the verified id token and userinfo say.
async fn signed_in(standin: &Standin, issuer: &str, (id, secret): (&str, &str), user: &str) -> (String, String) {
    let carry = over(standin);
    let client = CoreClient::from_provider_metadata(
        discovered(standin, issuer).await,
        ClientId::new(id.into()),
        Some(ClientSecret::new(secret.into())),
    )
    .set_redirect_uri(RedirectUrl::new(CALLBACK.into()).unwrap());
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state, nonce) = client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
        .add_scopes(["profile", "email"].map(|scope| Scope::new(scope.into())))
        .set_pkce_challenge(challenge)
        .url();
    let ended = standin.sign_in(url.as_str()).user(user).await.unwrap();
    assert_eq!(ended.parameter("state").as_deref(), Some(state.secret().as_str()));
    let code = AuthorizationCode::new(ended.parameter("code").unwrap());
    let tokens = client.exchange_code(code).unwrap().set_pkce_verifier(verifier).request_async(&carry).await.unwrap();
    let id_token = tokens.id_token().unwrap();
    let claims = id_token.claims(&client.id_token_verifier(), &nonce).unwrap();
    if let Some(expected) = claims.access_token_hash() {
        let verifier = client.id_token_verifier();
        let key = id_token.signing_key(&verifier).unwrap();
        let actual = AccessTokenHash::from_token(tokens.access_token(), id_token.signing_alg().unwrap(), key).unwrap();
        assert_eq!(actual, *expected);
    }
    let other = Nonce::new("another".into());
    assert!(id_token.claims(&client.id_token_verifier(), &other).is_err(), "another sign-in's nonce");
    let about: UserInfoClaims<EmptyAdditionalClaims, CoreGenderClaim> = client
        .user_info(tokens.access_token().clone(), Some(claims.subject().clone()))
        .unwrap()
        .request_async(&carry)
        .await
        .unwrap();
    (claims.preferred_username().unwrap().to_string(), about.name().unwrap().get(None).unwrap().to_string())
}

#[actix_web::test]
async fn the_openidconnect_crate_signs_somebody_in_at_a_third_party_provider() {
    let standin = Standin::start(Config::default()).await.unwrap();
    let (name, shown) = signed_in(&standin, "/idp/local", LOCAL, "alice@local.test").await;
    assert_eq!((name.as_str(), shown.is_empty()), ("alice@local.test", false));
}

#[actix_web::test]
async fn the_openidconnect_crate_signs_somebody_in_at_a_tenant() {
    let standin = Standin::start(Config::default()).await.unwrap();
    let example = "/10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1/v2.0";
    let (name, shown) = signed_in(&standin, example, WEB, "alice@example.test").await;
    assert_eq!((name.as_str(), shown.is_empty()), ("alice@example.test", false));
}

#[actix_web::test]
async fn the_openidconnect_crate_learns_that_a_code_was_redeemed_already() {
    let standin = Standin::start(Config::default()).await.unwrap();
    let carry = over(&standin);
    let metadata = discovered(&standin, "/idp/local").await;
    let client = CoreClient::from_provider_metadata(
        metadata,
        ClientId::new(LOCAL.0.into()),
        Some(ClientSecret::new(LOCAL.1.into())),
    )
    .set_redirect_uri(RedirectUrl::new(CALLBACK.into()).unwrap());
    let (url, ..) =
        client.authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random).url();
    let ended = standin.sign_in(url.as_str()).user("bob@local.test").await.unwrap();
    let code = AuthorizationCode::new(ended.parameter("code").unwrap());
    assert!(client.exchange_code(code.clone()).unwrap().request_async(&carry).await.is_ok());
    let refused = client.exchange_code(code).unwrap().request_async(&carry).await.unwrap_err();
    assert!(refused.to_string().contains("Server returned error response"), "{refused}");
}
