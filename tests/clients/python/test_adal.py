"""ADAL for Python, the last client of the v1 endpoints that many scripts still use."""

import hashlib
import ssl

import adal
import pytest
import requests
from surroundings import (
    ALICE, ALICE_ID, AUTHORITY, AZURE_CLI, CALLBACK, CERTIFICATE, CLI, DAEMON, FEDERATED_PASSWORD, KEY, ORIGIN, PASSWORD, TENANT, WEB,
    claims, federated, sign_in,
)

API, GRAPH = "api://example-api", "https://graph.microsoft.com"


def context():
    return adal.AuthenticationContext(AUTHORITY, validate_authority=False, api_version=None)


def refused(refusal, error, code):
    assert refusal.value.error_response["error"] == error, refusal.value.error_response
    assert code in refusal.value.error_response["error_codes"], refusal.value.error_response


def authorization_code():
    query = {"client_id": WEB, "response_type": "code", "redirect_uri": CALLBACK, "resource": API}
    url = requests.Request("GET", f"{AUTHORITY}/oauth2/authorize", params=query).prepare().url
    return sign_in(url)["fields"]["code"]


class TestApplications:
    def test_a_secret_brings_a_token_for_the_resource(self):
        answer = context().acquire_token_with_client_credentials(GRAPH, DAEMON, "daemon-secret")
        told = claims(answer["accessToken"])
        assert (told["ver"], told["iss"], told["aud"]) == ("1.0", f"https://sts.windows.net/{TENANT}/", GRAPH)

    def test_a_wrong_secret_is_an_invalid_client(self):
        with pytest.raises(adal.AdalError) as refusal:
            context().acquire_token_with_client_credentials(GRAPH, DAEMON, "guess")
        refused(refusal, "invalid_client", 7000215)

    def test_a_certificate_proves_the_application(self):
        thumbprint = hashlib.sha1(ssl.PEM_cert_to_DER_cert(CERTIFICATE.read_text())).hexdigest()
        answer = context().acquire_token_with_client_certificate(GRAPH, DAEMON, KEY.read_text(), thumbprint)
        assert claims(answer["accessToken"])["appidacr"] == "2"

    def test_a_resource_that_does_not_exist_is_refused(self):
        with pytest.raises(adal.AdalError) as refusal:
            context().acquire_token_with_client_credentials("api://nobody", DAEMON, "daemon-secret")
        refused(refusal, "invalid_resource", 500011)


class TestPeople:
    def test_a_name_and_a_password_are_enough(self):
        answer = context().acquire_token_with_username_password(API, ALICE, PASSWORD, CLI)
        assert (answer["userId"], answer["oid"], answer["tenantId"]) == (ALICE, ALICE_ID, TENANT)

    def test_a_wrong_password_is_an_invalid_grant(self):
        with pytest.raises(adal.AdalError) as refusal:
            context().acquire_token_with_username_password(API, ALICE, "guess", CLI)
        refused(refusal, "invalid_grant", 50126)

    def test_a_person_types_the_device_code_elsewhere(self):
        device = context().acquire_user_code(API, CLI)
        sign_in(device["verification_url"], code=device["user_code"])
        assert context().acquire_token_with_device_code(API, device, CLI)["userId"] == ALICE

    def test_a_person_who_declines_the_device_code_ends_it(self):
        device = context().acquire_user_code(API, CLI)
        sign_in(device["verification_url"], code=device["user_code"], decline=True)
        with pytest.raises(adal.AdalError, match="authorization_declined"):
            context().acquire_token_with_device_code(API, device, CLI)

    def test_a_code_from_the_sign_in_page_is_redeemed_once(self):
        code = authorization_code()
        answer = context().acquire_token_with_authorization_code(code, CALLBACK, API, WEB, "web-secret")
        assert answer["oid"] == ALICE_ID
        with pytest.raises(adal.AdalError) as refusal:
            context().acquire_token_with_authorization_code(code, CALLBACK, API, WEB, "web-secret")
        refused(refusal, "invalid_grant", 54005)

    def test_a_refresh_token_fetches_a_token_for_another_resource(self):
        first = context().acquire_token_with_username_password(API, ALICE, PASSWORD, CLI)
        second = context().acquire_token_with_refresh_token(first["refreshToken"], CLI, GRAPH)
        assert claims(second["accessToken"])["aud"] == GRAPH

    def test_the_cache_answers_first(self):
        kept = context()
        first = kept.acquire_token_with_username_password(API, ALICE, PASSWORD, CLI)
        assert kept.acquire_token(API, ALICE, CLI)["accessToken"] == first["accessToken"]


class TestFederatedPeople:
    """The password goes to the provider over WS-Trust, the assertion to the tenant."""

    @staticmethod
    def hand_over(user, password=FEDERATED_PASSWORD):
        at_home = adal.AuthenticationContext(f"{ORIGIN}/common", validate_authority=False, api_version=None)
        return at_home.acquire_token_with_username_password(GRAPH, user, password, AZURE_CLI)

    def test_a_name_and_the_providers_password_are_enough(self):
        user = federated()
        answer = self.hand_over(user)
        assert (answer["userId"], claims(answer["accessToken"])["amr"]) == (user, ["fed"])

    def test_a_wrong_password_is_the_providers_fault(self):
        with pytest.raises(adal.AdalError, match="http error: 500 .*a:FailedAuthentication.*the password is wrong"):
            self.hand_over(federated(), "guess")

    def test_a_provider_that_asks_for_more_takes_no_password_alone(self):
        with pytest.raises(adal.AdalError, match="a:FailedAuthentication.*multi-factor authentication"):
            self.hand_over(federated(mfa="always"))

    def test_a_tenant_that_needs_more_says_that_somebody_has_to_be_asked(self):
        with pytest.raises(adal.AdalError) as refusal:
            self.hand_over(federated(per_user_mfa="enforced"))
        refused(refusal, "interaction_required", 50079)
        told = self.hand_over(federated(per_user_mfa="enforced", relay="false_claim"))
        assert claims(told["accessToken"])["amr"] == ["fed", "mfa"]
