"""pysaml2 as the identity provider that a tenant's domain is federated with, by its metadata."""

import re
import subprocess
import uuid
from base64 import b64decode

import msal
import pytest
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.metadata import entity_descriptor
from saml2.samlp import STATUS_AUTHN_FAILED
from saml_provider import PASSWORD_ALONE, Provider, changed
from surroundings import AZURE_CLI, CERTIFICATE, FEDERATED_PASSWORD, GRAPH, KEY, ORIGIN, claims, federated_outside, sign_in

MULTIPLE_AUTHN = "http://schemas.microsoft.com/claims/multipleauthn"
SECRET = "NEWNEWNEWNEWNEWNEWNEWNEWNEWNEWNE"
CALLBACK = "http://localhost:3000"


@pytest.fixture
def provider():
    provider = Provider(FEDERATED_PASSWORD)
    yield provider
    provider.close()


@pytest.fixture
def another_key(tmp_path):
    key, certificate = tmp_path / "key", tmp_path / "certificate"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=Another", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )
    return key, certificate


class Journey:
    """A new person of a domain of the provider's, on the way to an application."""

    def __init__(self, provider, behavior="acceptIfMfaDoneByFederatedIdp", known_as=None, **facts):
        self.provider, self.browser = provider, uuid.uuid4().hex
        self.user, self.immutable_id = federated_outside({"metadata": provider.metadata, "protocol": "saml"}, behavior, **facts)
        provider.people[self.user] = known_as or self.immutable_id
        self.app = msal.PublicClientApplication(AZURE_CLI, authority=f"{ORIGIN}/organizations", instance_discovery=False)
        self.flow = self.app.initiate_auth_code_flow([GRAPH], redirect_uri=CALLBACK, login_hint=self.user)

    def there(self):
        """To the provider."""
        sent = sign_in(self.flow["auth_uri"], self.user, browser=self.browser)
        assert sent.get("url", "").startswith(self.provider.origin), sent
        return sent

    def signed_in(self, sent, password=FEDERATED_PASSWORD):
        """What the provider gives the browser to bring to the tenant."""
        posted = sent["fields"] if sent["method"] == "POST" else None
        return sign_in(sent["url"], self.user, password, browser=self.browser, post=posted)

    def back(self, answer):
        """To the tenant, and wherever that leads."""
        assert answer.get("url") == f"{ORIGIN}/login.srf", answer
        return sign_in(answer["url"], self.user, browser=self.browser, post=answer["fields"])

    def whole(self):
        end = self.back(self.signed_in(self.there()))
        if end.get("url", "").startswith(self.provider.origin):
            end = self.back(self.signed_in(end))
        return end

    def tokens(self, end):
        assert end.get("url", "").startswith(CALLBACK), end
        result = self.app.acquire_token_by_auth_code_flow(self.flow, end["fields"])
        return claims(result["access_token"])


def refused(end):
    assert end.get("error") == "AADSTS50008", end


def test_a_person_signs_in_at_an_application_through_it(provider):
    journey = Journey(provider)
    told = journey.tokens(journey.whole())
    assert (told["upn"], told["amr"]) == (journey.user, ["fed"]), told
    request = provider.asked[0]
    assert request.issuer.text == "urn:federation:MicrosoftOnline" and request.requested_authn_context is None


def test_a_wrong_password_is_the_providers_to_refuse(provider):
    journey = Journey(provider)
    assert journey.signed_in(journey.there(), "guess")["error"] == "The name or the password is wrong."


def test_whom_the_tenant_does_not_know_nobody_signs_in_as(provider):
    assert Journey(provider, known_as="somebody else").whole()["error"] == "AADSTS51004"


@pytest.mark.parametrize("binding, signs", [(BINDING_HTTP_POST, False), (BINDING_HTTP_REDIRECT, True), (BINDING_HTTP_POST, True)])
def test_requests_come_as_the_metadata_wants_them(binding, signs):
    provider = Provider(FEDERATED_PASSWORD, binding, signs)
    try:
        journey = Journey(provider)
        sent = journey.there()
        posted = binding == BINDING_HTTP_POST
        assert sent["method"] == ("POST" if posted else "GET")
        assert signs == (b"Signature" in b64decode(sent["fields"]["SAMLRequest"]) if posted else "Signature" in sent["fields"])
        assert journey.tokens(journey.back(journey.signed_in(sent)))["upn"] == journey.user
    finally:
        provider.close()


def test_a_provider_that_wants_signatures_checks_them():
    provider = Provider(FEDERATED_PASSWORD, signed_requests=True)
    try:
        journey = Journey(provider)
        sent = journey.there()
        for changed_since in (sent["url"].replace("RelayState=", "RelayState=x"), sent["url"].split("&SigAlg=")[0]):
            assert "IncorrectlySigned" in journey.signed_in(sent | {"url": changed_since})["error"]
    finally:
        provider.close()


def test_a_provider_may_change_its_key(provider, another_key):
    before, after = Journey(provider), Journey(provider)
    assert before.tokens(before.whole())
    provider.server = provider.signing_with(*another_key)
    provider.description = str(entity_descriptor(provider.server.config))
    assert after.tokens(after.whole())["upn"] == after.user


class TestSecondFactor:
    @pytest.mark.parametrize("behavior", ["acceptIfMfaDoneByFederatedIdp", "enforceMfaByFederatedIdp"])
    def test_r_13_the_context_proves_it(self, provider, behavior):
        provider.proven = MULTIPLE_AUTHN
        journey = Journey(provider, behavior, per_user_mfa="enforced")
        assert journey.tokens(journey.whole())["amr"] == ["fed", "mfa"]

    def test_r_12_it_is_asked_for_where_the_provider_has_to_prove_it(self, provider):
        journey = Journey(provider, "enforceMfaByFederatedIdp", per_user_mfa="enforced")
        assert journey.whole()["error"] == "AADSTS50079"
        contexts = [context.text for request in provider.asked for context in request.requested_authn_context.authn_context_class_ref]
        assert set(contexts) == {MULTIPLE_AUTHN}

    @pytest.mark.parametrize("behavior, proven", [
        ("acceptIfMfaDoneByFederatedIdp", PASSWORD_ALONE), ("rejectMfaByFederatedIdp", PASSWORD_ALONE), ("rejectMfaByFederatedIdp", MULTIPLE_AUTHN),
    ])
    def test_r_12_the_tenant_asks_itself_where_the_proof_is_missing_or_does_not_count(self, provider, behavior, proven):
        provider.proven = proven
        journey = Journey(provider, behavior, per_user_mfa="enforced", methods={"totp": SECRET})
        assert journey.tokens(journey.whole())["amr"] == ["fed", "otp", "mfa"]
        assert provider.asked[0].requested_authn_context is None


class TestRefusals:
    def test_another_key(self, provider, another_key):
        provider.server = provider.signing_with(*another_key)
        refused(Journey(provider).whole())

    def test_a_no(self, provider):
        provider.denies = (STATUS_AUTHN_FAILED, "Not today.")
        refused(Journey(provider).whole())

    def test_an_assertion_that_is_over(self, provider):
        provider.server = provider.signing_with(KEY, CERTIFICATE, minutes=-30)
        refused(Journey(provider).whole())

    def test_an_assertion_for_somebody_else(self, provider):
        provider.audience = "urn:federation:somebody-else"
        refused(Journey(provider).whole())

    def test_an_assertion_that_nobody_signed(self, provider):
        provider.spoil = lambda text: re.sub(r"<(\w+:)?Signature\b.*?</\1Signature>", "", text, flags=re.DOTALL)
        refused(Journey(provider).whole())

    def test_an_assertion_that_was_changed(self, provider):
        journey = Journey(provider)
        answer = journey.signed_in(journey.there())
        other = Journey(provider)
        fields = changed(answer["fields"], journey.immutable_id, other.immutable_id)
        refused(journey.back(answer | {"fields": fields}))

    def test_an_answer_to_another_request(self, provider):
        """One person's answer does not end another person's sign-in, though both wait for one."""
        journey, other = Journey(provider), Journey(provider)
        answer, waiting = journey.signed_in(journey.there()), other.signed_in(other.there())
        refused(other.back(answer | {"fields": answer["fields"] | {"RelayState": waiting["fields"]["RelayState"]}}))

    def test_an_answer_that_came_before(self, provider):
        journey = Journey(provider)
        answer = journey.signed_in(journey.there())
        assert journey.tokens(journey.back(answer))
        refused(journey.back(answer))

    def test_an_answer_that_another_browser_brings(self, provider):
        journey, thief = Journey(provider), Journey(provider)
        answer = journey.signed_in(journey.there())
        assert "url" not in thief.back(answer)
        assert journey.tokens(journey.back(answer))["upn"] == journey.user

    def test_a_provider_that_cannot_be_asked(self, provider):
        journey = Journey(provider)
        provider.description = "<html>Down for maintenance</html>"
        assert sign_in(journey.flow["auth_uri"], journey.user, browser=journey.browser)["error"] == "AADSTS50107"
