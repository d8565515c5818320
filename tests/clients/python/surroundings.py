"""What every Python client needs to know: the addresses, the applications of the built-in world, and a person at a browser."""

import json
import os
import threading
import time
import uuid
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

ORIGIN = os.environ["TEST_ORIGIN"]
CONTROL = os.environ["TEST_CONTROL"]
KEY = Path(os.environ["TEST_KEY"])
CERTIFICATE = Path(os.environ["TEST_CERTIFICATE"])

TENANT = "10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1"
FABRIKAM = "2e9bc4e8-33ab-4dcc-9d23-0542420ceda0"
AUTHORITY = f"{ORIGIN}/example.test"

WEB = "dbcb6c58-cb5f-489c-a508-b7d6c183835d"
DAEMON = "1844fd18-0821-4dd0-9c73-af2e2def8706"
CLI = "6027b688-5422-45fd-a0ec-836caa2bf116"
API = "6b5de23f-fa8f-4088-b32e-11cf49fd03c9"
PARTNER_APP = "0b9ea4bb-631f-46bd-b6db-c7f7053c2b22"
AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
CALLBACK = "http://localhost:3000/auth/callback"

READ, WRITE, EVERYTHING = "api://example-api/read", "api://example-api/write", "api://example-api/.default"
GRAPH = "https://graph.microsoft.com/User.Read"

ALICE, BOB, JOHN, MIA = "alice@example.test", "bob@example.test", "john@fabrikam.test", "mia@example.test"
ALICE_ID = "364526c4-eb11-4985-917d-37d04d230685"
PASSWORD, FEDERATED_PASSWORD = "Password1!", "At the <provider> & nowhere else"



@dataclass(frozen=True)
class Federation:
    """A SAML identity provider, as an application finds it."""

    metadata: str
    app: str
    alice: str
    tenant: bool


federations = [
    pytest.param(Federation(f"{AUTHORITY}/federationmetadata/2007-06/federationmetadata.xml", "example-saml", ALICE, True), id="tenant"),
    pytest.param(Federation(f"{ORIGIN}/idp/local/saml/metadata", "local-saml", "alice@local.test", False), id="provider"),
]

asks_for_the_realm = pytest.mark.skipif(not os.environ["TEST_REALM_ON_443"], reason="port 443 is taken; the user realm is asked for there")


def sign_in(url, user=ALICE, password=PASSWORD, **more):
    """Where a person's browser ends up after going to `url`, and what it carries there."""
    answer = requests.post(os.environ["TEST_SIGN_IN"], json={"url": url, "user": user, "password": password, **more}, timeout=60)
    assert answer.ok, answer.text
    return answer.json()


def claims(token):
    """The claims of a token whose signature verifies with the tenant's published keys."""
    keys = requests.get(f"{AUTHORITY}/discovery/v2.0/keys", timeout=20).json()["keys"]
    kid = jwt.get_unverified_header(token)["kid"]
    key = next(key for key in keys if key["kid"] == kid)
    return jwt.decode(token, jwt.PyJWK(key, "RS256").key, ["RS256"], options={"verify_aud": False})


def change_world(patch):
    answer = requests.patch(f"{CONTROL}/world", json=patch, timeout=20)
    assert answer.ok, answer.text


def newcomer(provider=None, **facts):
    """A new account, at a provider or in the tenant, so that nobody else has used its codes or answered its phone."""
    user = f"{uuid.uuid4().hex[:12]}@{f'{provider}.test' if provider else 'example.test'}"
    users = {"users": {user: {"password": PASSWORD} | facts}}
    change_world({"providers": {provider: users}} if provider else users)
    return user


def federated(mfa="on_request", relay="faithful", **facts):
    """A new account whose password only its provider knows: its name and that password, at a tenant and a provider of its own."""
    name = uuid.uuid4().hex[:12]
    domain, user, known_as = f"{name}.test", f"someone@{name}.test", f"{name}=="
    trust = {"provider": name, "federated_idp_mfa_behavior": "enforceMfaByFederatedIdp"}
    change_world({
        "tenants": {name: {"domains": [domain], "federation": {domain: trust}}},
        "users": {user: {"immutable_id": known_as} | facts},
        "providers": {name: {"mfa": mfa, "relay": relay, "users": {user: {"password": FEDERATED_PASSWORD, "immutable_id": known_as}}}},
    })
    return user


def federated_outside(trust, behavior, **facts):
    """A new account of a domain that is federated with a provider outside the world: its name, and what the provider has to call it."""
    name = uuid.uuid4().hex[:12]
    domain, user, known_as = f"{name}.test", f"someone@{name}.test", f"{name}=="
    change_world({
        "tenants": {name: {"domains": [domain], "federation": {domain: trust | {"federated_idp_mfa_behavior": behavior}}}},
        "users": {user: {"immutable_id": known_as} | facts},
    })
    return user, known_as


def guard(user, **policy):
    """A conditional access policy that demands a second factor of this account alone."""
    named = {"include": {"users": [user]}, "grant": ["mfa"]} | policy
    change_world({"tenants": {"example": {"conditional_access": {user.split("@")[0]: named}}}})


class Workload:
    """Another issuer, whose tokens Example Daemon accepts instead of a secret: publishes its key, signs for a subject."""

    def __init__(self):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        documents = {"/keys": {"keys": [public | {"kid": "workload", "use": "sig", "alg": "RS256"}]}}

        class Documents(BaseHTTPRequestHandler):
            def do_GET(self):
                body = json.dumps(documents.get(self.path, {})).encode()
                self.send_response(200 if self.path in documents else 404)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Documents)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        documents["/.well-known/openid-configuration"] = {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys"}
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def assertion(self, subject):
        now = int(time.time())
        told = {"iss": self.issuer, "sub": subject, "aud": "api://AzureADTokenExchange", "iat": now, "exp": now + 600}
        return jwt.encode(told, self.key, "RS256", {"kid": "workload"})
