"""Authlib, which knows nothing of Entra: plain OpenID Connect against a tenant and against a third-party provider."""

import pytest
import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.jwk import KeySet
from surroundings import CALLBACK, ORIGIN, PASSWORD, TENANT, WEB, sign_in

TENANT_CLIENT = {"issuer": f"{ORIGIN}/{TENANT}/v2.0", "client": WEB, "secret": "web-secret", "user": "alice@example.test"}
LOCAL_CLIENT = {"issuer": f"{ORIGIN}/idp/local", "client": "local-web", "secret": "local-secret", "user": "alice@local.test"}


class Application:
    """An application that was given an issuer, its client id and secret, and nothing else."""

    def __init__(self, issuer, client, secret, user):
        self.issuer, self.user = issuer, user
        self.metadata = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=20).json()
        self.session = OAuth2Session(
            client, secret, redirect_uri=CALLBACK, scope="openid profile email offline_access", code_challenge_method="S256",
            token_endpoint=self.metadata["token_endpoint"],
        )
        self.verifier, self.nonce = generate_token(48), generate_token(20)

    def send_the_person(self):
        url, self.state = self.session.create_authorization_url(
            self.metadata["authorization_endpoint"], code_verifier=self.verifier, nonce=self.nonce
        )
        return sign_in(url, self.user, PASSWORD)["url"]

    def redeem(self, returned, verifier=None):
        return self.session.fetch_token(authorization_response=returned, state=self.state, code_verifier=verifier or self.verifier)

    def identity(self, token):
        keys = KeySet.import_key_set(requests.get(self.metadata["jwks_uri"], timeout=20).json())
        claims = jwt.decode(token["id_token"], keys, algorithms=["RS256"]).claims
        expected = {name: {"essential": True, "value": value} for name, value in (("iss", self.issuer), ("nonce", self.nonce))}
        jwt.JWTClaimsRegistry(leeway=5, **expected).validate(claims)
        return claims


@pytest.fixture(params=[TENANT_CLIENT, LOCAL_CLIENT], ids=["at_the_tenant", "at_the_third_party_provider"])
def application(request):
    return Application(**request.param)


def test_metadata_names_its_own_issuer(application):
    assert application.metadata["issuer"] == application.issuer


def test_a_person_signs_in_with_a_proof_key_and_a_nonce(application):
    identity = application.identity(application.redeem(application.send_the_person()))
    assert identity["preferred_username"] == application.user


def test_the_refresh_token_brings_a_new_access_token(application):
    first = application.redeem(application.send_the_person())
    second = application.session.refresh_token(application.metadata["token_endpoint"], first["refresh_token"])
    assert second["access_token"] != first["access_token"]


def test_userinfo_is_about_the_same_person(application):
    identity = application.identity(application.redeem(application.send_the_person()))
    answer = application.session.get(application.metadata["userinfo_endpoint"])
    assert answer.status_code == 200, answer.text
    assert answer.json()["sub"] == identity["sub"]


def test_a_wrong_proof_key_is_refused(application):
    with pytest.raises(OAuthError) as refusal:
        application.redeem(application.send_the_person(), verifier="x" * 43)
    assert refusal.value.error == "invalid_grant"


def test_a_code_is_good_for_one_redemption(application):
    returned = application.send_the_person()
    application.redeem(returned)
    with pytest.raises(OAuthError) as refusal:
        application.redeem(returned)
    assert refusal.value.error == "invalid_grant"


def test_a_wrong_secret_is_an_invalid_client(application):
    returned = application.send_the_person()
    application.session.client_secret = "guess"
    with pytest.raises(OAuthError) as refusal:
        application.redeem(returned)
    assert refusal.value.error == "invalid_client"


def test_a_wrong_password_is_said_on_the_page(application):
    url, _ = application.session.create_authorization_url(application.metadata["authorization_endpoint"])
    assert sign_in(url, application.user, "guess")["error"]


def test_a_provider_application_gets_a_token_of_its_own():
    session = Application(**LOCAL_CLIENT).session
    assert session.fetch_token(grant_type="client_credentials", scope=None)["token_type"].lower() == "bearer"


def test_a_provider_says_whether_a_token_is_active_until_it_is_revoked():
    application = Application(**LOCAL_CLIENT)
    token = application.redeem(application.send_the_person())["access_token"]
    introspect = application.metadata["introspection_endpoint"]
    assert application.session.introspect_token(introspect, token).json()["active"] is True
    application.session.revoke_token(application.metadata["revocation_endpoint"], token)
    assert application.session.introspect_token(introspect, token).json()["active"] is False
