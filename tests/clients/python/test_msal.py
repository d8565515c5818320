"""MSAL for Python: every flow it has, and the refusals that it passes on."""

import base64
import hashlib
import json
import ssl

import msal
import pytest
import requests
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser as IdPMetadataParser
from onelogin.saml2.utils import OneLogin_Saml2_Utils as SamlUtils
from surroundings import (
    ALICE, ALICE_ID, API, AUTHORITY, BOB, CALLBACK, CERTIFICATE, CLI, DAEMON, EVERYTHING, FABRIKAM, GRAPH, JOHN, KEY, MIA, ORIGIN,
    AZURE_CLI, FEDERATED_PASSWORD, PARTNER_APP, PASSWORD, READ, TENANT, WEB, WRITE, asks_for_the_realm, change_world, claims, federated, guard,
    newcomer, sign_in,
)


def confidential(client_id, credential, authority=AUTHORITY, **more):
    return msal.ConfidentialClientApplication(client_id, credential, authority=authority, **{"instance_discovery": False} | more)


def web(**more):
    return confidential(WEB, "web-secret", **more)


def cli(**more):
    return msal.PublicClientApplication(CLI, authority=AUTHORITY, instance_discovery=False, **more)


def code_flow(app, scopes=(READ,), user=ALICE, method="PhoneAppOTP", **more):
    flow = app.initiate_auth_code_flow(list(scopes), redirect_uri=CALLBACK, **more)
    return flow, sign_in(flow["auth_uri"], user, method=method)["fields"]


def user_token(scope=READ):
    app = web()
    return app.acquire_token_by_auth_code_flow(*code_flow(app, [scope]))["access_token"]


def refused(answer, error, code):
    assert answer["error"] == error, answer
    assert code in answer["error_codes"], answer
    assert answer["error_description"].startswith(f"AADSTS{code}: ")
    return answer


class TestAuthorizationCode:
    def test_a_person_signs_in_and_the_application_learns_who(self):
        app = web()
        result = app.acquire_token_by_auth_code_flow(*code_flow(app))
        assert result["id_token_claims"]["preferred_username"] == ALICE
        assert result["id_token_claims"]["iss"] == f"{ORIGIN}/{TENANT}/v2.0"
        assert claims(result["access_token"])["scp"] == "read"
        assert app.get_accounts()[0]["home_account_id"] == f"{ALICE_ID}.{TENANT}"

    def test_the_answer_can_be_posted_as_a_form(self):
        app = web()
        result = app.acquire_token_by_auth_code_flow(*code_flow(app, response_mode="form_post"))
        assert result["id_token_claims"]["oid"] == ALICE_ID

    def test_max_age_brings_the_time_of_the_sign_in(self):
        app = web()
        result = app.acquire_token_by_auth_code_flow(*code_flow(app, max_age=60))
        assert result["id_token_claims"]["auth_time"] <= result["id_token_claims"]["iat"] + 300

    def test_a_code_is_good_for_one_redemption(self):
        app = web()
        flow, fields = code_flow(app)
        assert "access_token" in app.acquire_token_by_auth_code_flow(dict(flow), fields)
        refused(web().acquire_token_by_auth_code_flow(flow, fields), "invalid_grant", 54005)

    def test_a_wrong_proof_key_is_refused(self):
        app = web()
        flow, fields = code_flow(app)
        refused(app.acquire_token_by_auth_code_flow(flow | {"code_verifier": "x" * 43}, fields), "invalid_grant", 501481)

    def test_nobody_is_signed_in_silently(self):
        app = web()
        flow, fields = code_flow(app, prompt="none")
        assert fields["error"] == "login_required"
        assert app.acquire_token_by_auth_code_flow(flow, fields)["error"] == "login_required"

    def test_a_consent_that_was_declined_reaches_the_application(self):
        flow = web().initiate_auth_code_flow([WRITE], redirect_uri=CALLBACK)
        fields = sign_in(flow["auth_uri"], BOB, decline=True)["fields"]
        assert fields["error"] == "access_denied" and "AADSTS65004" in fields["error_description"]

    def test_a_native_program_signs_in_through_the_system_browser(self):
        result = cli().acquire_token_interactive([READ], timeout=60)
        assert result["id_token_claims"]["preferred_username"] == ALICE


class TestLaterTokens:
    def test_the_cache_answers_first_and_the_refresh_token_when_asked_to(self):
        app = web()
        app.acquire_token_by_auth_code_flow(*code_flow(app))
        account = app.get_accounts()[0]
        assert app.acquire_token_silent([READ], account)["token_source"] == "cache"
        assert app.acquire_token_silent([READ], account, force_refresh=True)["token_source"] == "identity_provider"

    def test_a_refresh_token_fetches_a_token_for_another_resource(self):
        app = web()
        app.acquire_token_by_auth_code_flow(*code_flow(app))
        result = app.acquire_token_silent([GRAPH], app.get_accounts()[0])
        assert claims(result["access_token"])["aud"] in ("https://graph.microsoft.com", "00000003-0000-0000-c000-000000000000")

    def test_a_scope_without_consent_needs_the_person(self):
        app = web()
        app.acquire_token_by_auth_code_flow(*code_flow(app))
        answer = app.acquire_token_silent_with_error([WRITE], app.get_accounts()[0])
        assert refused(answer, "invalid_grant", 65001)["suberror"] == "consent_required"

    def test_a_refresh_token_that_was_never_issued_is_refused(self):
        refused(web().acquire_token_by_refresh_token("made-up", [READ]), "invalid_grant", 70000)


class TestClientCredentials:
    def test_a_secret_brings_the_application_roles(self):
        result = confidential(DAEMON, "daemon-secret").acquire_token_for_client([EVERYTHING])
        assert claims(result["access_token"])["roles"] == ["Tasks.Read.All"]

    def test_a_wrong_secret_is_an_invalid_client(self):
        refused(confidential(DAEMON, "guess").acquire_token_for_client([EVERYTHING]), "invalid_client", 7000215)

    def test_a_scope_other_than_default_is_refused(self):
        answer = confidential(DAEMON, "daemon-secret").acquire_token_for_client(["api://example-api/read"])
        assert answer["error"] == "invalid_scope"

    def test_a_certificate_signs_with_ps256(self):
        credential = {"private_key": KEY.read_text(), "public_certificate": CERTIFICATE.read_text()}
        result = confidential(DAEMON, credential).acquire_token_for_client([EVERYTHING])
        assert claims(result["access_token"])["azpacr"] == "2"

    def test_a_thumbprint_alone_signs_with_rs256(self):
        thumbprint = hashlib.sha1(ssl.PEM_cert_to_DER_cert(CERTIFICATE.read_text())).hexdigest()
        credential = {"private_key": KEY.read_text(), "thumbprint": thumbprint}
        result = confidential(DAEMON, credential).acquire_token_for_client([EVERYTHING])
        assert claims(result["access_token"])["azpacr"] == "2"

    def test_a_certificate_that_is_not_registered_is_an_invalid_client(self):
        credential = {"private_key": KEY.read_text(), "thumbprint": "A1" * 20}
        refused(confidential(DAEMON, credential).acquire_token_for_client([EVERYTHING]), "invalid_client", 700027)

    def test_a_workload_of_another_issuer_needs_no_secret(self, workload):
        credential = {"client_assertion": workload.assertion("nightly-job")}
        assert "access_token" in confidential(DAEMON, credential).acquire_token_for_client([EVERYTHING])

    def test_another_workload_of_that_issuer_is_refused(self, workload):
        credential = {"client_assertion": workload.assertion("somebody-else")}
        refused(confidential(DAEMON, credential).acquire_token_for_client([EVERYTHING]), "invalid_client", 700213)


class TestDeviceCode:
    def test_a_person_types_the_code_elsewhere(self):
        app = cli()
        flow = app.initiate_device_flow([READ])
        sign_in(flow["verification_uri"], code=flow["user_code"])
        assert app.acquire_token_by_device_flow(flow)["id_token_claims"]["preferred_username"] == ALICE

    def test_the_program_is_told_to_wait_until_then(self):
        app = cli()
        answer = app.acquire_token_by_device_flow(app.initiate_device_flow([READ]), exit_condition=lambda flow: True)
        refused(answer, "authorization_pending", 70016)

    def test_a_person_who_declines_ends_it(self):
        app = cli()
        flow = app.initiate_device_flow([READ])
        sign_in(flow["verification_uri"], code=flow["user_code"], decline=True)
        assert app.acquire_token_by_device_flow(flow)["error"] == "authorization_declined"


@asks_for_the_realm
class TestPassword:
    def test_a_name_and_a_password_are_enough(self):
        result = cli().acquire_token_by_username_password(ALICE, PASSWORD, [READ])
        assert result["id_token_claims"]["preferred_username"] == ALICE

    def test_a_wrong_password_is_an_invalid_grant_that_no_page_can_mend(self):
        answer = cli().acquire_token_by_username_password(BOB, "guess", [READ])
        assert "suberror" not in refused(answer, "invalid_grant", 50126)

    def test_a_scope_without_consent_needs_the_person(self):
        answer = cli().acquire_token_by_username_password(ALICE, PASSWORD, [WRITE])
        assert refused(answer, "invalid_grant", 65001)["suberror"] == "consent_required"


@asks_for_the_realm
class TestFederatedPassword:
    """The password goes to the provider over WS-Trust, found by the user realm; the assertion to the tenant."""

    @staticmethod
    def hand_over(user, password=FEDERATED_PASSWORD):
        app = msal.PublicClientApplication(AZURE_CLI, authority=f"{ORIGIN}/organizations", instance_discovery=False)
        return app, app.acquire_token_by_username_password(user, password, [GRAPH])

    def test_a_name_and_the_providers_password_are_enough(self):
        user = federated()
        app, result = self.hand_over(user)
        told = claims(result["access_token"])
        assert (told["upn"], told["amr"]) == (user, ["fed"]), told
        later = app.acquire_token_silent([GRAPH], app.get_accounts()[0], force_refresh=True)
        assert claims(later["access_token"])["amr"] == ["fed"]

    def test_a_wrong_password_is_the_providers_fault_and_no_error_of_the_tenant(self):
        with pytest.raises(RuntimeError, match="The user name or the password is wrong.*a:FailedAuthentication"):
            self.hand_over(federated(), "guess")

    def test_a_provider_that_asks_for_more_takes_no_password_alone(self):
        with pytest.raises(RuntimeError, match="multi-factor authentication.*a:FailedAuthentication"):
            self.hand_over(federated(mfa="always"))

    def test_a_tenant_that_needs_more_says_that_the_provider_has_to_prove_it(self):
        _, answer = self.hand_over(federated(per_user_mfa="enforced"))
        refused(answer, "invalid_grant", 50079)
        assert answer["suberror"] == "basic_action" and "authenticationmethodsreferences" in answer["error_description"]
        _, result = self.hand_over(federated(per_user_mfa="enforced", relay="false_claim"))
        assert claims(result["access_token"])["amr"] == ["fed", "mfa"]


METHODS = {"totp": "NEWNEWNEWNEWNEWNEWNEWNEWNEWNEWNE", "push": True, "sms": "+1 555 0142", "call": "+1 555 0142"}


class TestSecondFactor:
    @pytest.mark.parametrize("method, words", [
        ("PhoneAppNotification", ["pwd", "mfa"]), ("PhoneAppOTP", ["pwd", "otp", "mfa"]), ("OneWaySMS", ["pwd", "sms", "mfa"]),
        ("TwoWayVoiceMobile", ["pwd", "tel", "mfa"]),
    ])
    def test_a_person_proves_it_and_the_token_says_how(self, method, words):
        app, user = web(), newcomer(per_user_mfa="enforced", methods=METHODS)
        result = app.acquire_token_by_auth_code_flow(*code_flow(app, [GRAPH], user, method))
        assert claims(result["access_token"])["amr"] == words
        later = app.acquire_token_silent([GRAPH], app.get_accounts()[0], force_refresh=True)
        assert claims(later["access_token"])["amr"] == words

    @pytest.mark.parametrize("method, words", [
        ("PhoneAppNotification", ["pwd", "mfa"]), ("OneWaySMS", ["pwd", "sms", "mfa"]), ("TwoWayVoiceMobile", ["pwd", "tel", "mfa"]),
    ])
    def test_a_person_registers_first(self, method, words):
        app, user = web(), newcomer(per_user_mfa="enforced")
        result = app.acquire_token_by_auth_code_flow(*code_flow(app, [GRAPH], user, method))
        assert claims(result["access_token"])["amr"] == words

    @asks_for_the_realm
    def test_a_password_alone_is_refused_to_whoever_must_prove_more(self):
        answer = refused(cli().acquire_token_by_username_password(MIA, PASSWORD, [GRAPH]), "invalid_grant", 50076)
        assert answer["suberror"] == "basic_action" and "claims" not in answer
        app = web()
        result = app.acquire_token_by_auth_code_flow(*code_flow(app, [GRAPH], MIA))
        assert claims(result["access_token"])["amr"] == ["pwd", "otp", "mfa"]

    @asks_for_the_realm
    def test_a_password_alone_is_refused_otherwise_to_whoever_must_register_first(self):
        user = newcomer(per_user_mfa="enforced")
        answer = refused(cli().acquire_token_by_username_password(user, PASSWORD, [GRAPH]), "invalid_grant", 50079)
        assert answer["suberror"] == "basic_action" and "claims" not in answer
        code_flow(web(), [GRAPH], user, "OneWaySMS")
        refused(cli().acquire_token_by_username_password(user, PASSWORD, [GRAPH]), "invalid_grant", 50076)

    @asks_for_the_realm
    def test_a_policy_sends_its_challenge_and_answering_that_is_enough(self):
        user = newcomer(methods=METHODS)
        guard(user)
        answer = refused(cli().acquire_token_by_username_password(user, PASSWORD, [GRAPH]), "invalid_grant", 50076)
        assert json.loads(answer["claims"])["access_token"]["capolids"]["essential"] is True
        app = web()
        result = app.acquire_token_by_auth_code_flow(*code_flow(app, [GRAPH], user, claims_challenge=answer["claims"]))
        assert "mfa" in claims(result["access_token"])["amr"]

    def test_nobody_proves_anything_silently(self):
        app, user = web(), newcomer(methods=METHODS)
        app.acquire_token_by_auth_code_flow(*code_flow(app, [READ], user))
        guard(user)
        answer = app.acquire_token_silent_with_error([READ], app.get_accounts()[0], force_refresh=True)
        assert refused(answer, "invalid_grant", 50076)["suberror"] == "basic_action"

    def test_a_claims_challenge_is_answered_silently_once_it_was_answered_by_the_person(self):
        app, user = web(client_capabilities=["cp1"]), newcomer(methods=METHODS)
        guard(user, auth_context="c1")
        challenge = json.dumps({"access_token": {"acrs": {"essential": True, "value": "c1"}}})
        first = app.acquire_token_by_auth_code_flow(*code_flow(app, [READ], user))
        assert "acrs" not in claims(first["access_token"])
        answer = app.acquire_token_silent_with_error([READ], app.get_accounts()[0], claims_challenge=challenge)
        assert refused(answer, "invalid_grant", 50076)["suberror"] == "basic_action"

        app.acquire_token_by_auth_code_flow(*code_flow(app, [READ], user, claims_challenge=challenge))
        later = app.acquire_token_silent([READ], app.get_accounts()[0], claims_challenge=challenge)
        told = claims(later["access_token"])
        assert (told["acrs"], told["xms_cc"]) == (["c1"], ["CP1"])


class TestOnBehalfOf:
    def test_an_api_calls_the_next_one_for_the_person(self):
        result = confidential(API, "api-secret").acquire_token_on_behalf_of(user_token(), [GRAPH])
        assert claims(result["access_token"])["oid"] == ALICE_ID

    def test_a_token_for_another_api_is_refused(self):
        refused(confidential(API, "api-secret").acquire_token_on_behalf_of(user_token(GRAPH), [GRAPH]), "invalid_grant", 50013)

    def test_a_token_without_a_person_is_refused(self):
        token = confidential(DAEMON, "daemon-secret").acquire_token_for_client([EVERYTHING])["access_token"]
        refused(confidential(API, "api-secret").acquire_token_on_behalf_of(token, [GRAPH]), "unauthorized_client", 7000114)

    def test_a_service_that_takes_saml_only_gets_a_signed_assertion(self):
        service = {"identifier_uris": ["urn:example:saml"], "scopes": {"user_impersonation": {"title": "Act for you"}}}
        api = {"permissions": {"example-saml": ["user_impersonation"]}}
        change_world({"apps": {"example-saml": service, "example-api": api}})
        kind = {"requested_token_type": "urn:ietf:params:oauth:token-type:saml2"}
        app = confidential(API, "api-secret")
        token = app.acquire_token_on_behalf_of(user_token(), ["urn:example:saml/.default"], data=kind)["access_token"]
        assertion = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        published = f"{AUTHORITY}/federationmetadata/2007-06/federationmetadata.xml"
        certificate = IdPMetadataParser.parse(requests.get(published, timeout=20).text)["idp"]["x509cert"]
        certificate = SamlUtils.format_cert(certificate)
        assert SamlUtils.validate_sign(assertion, certificate, xpath="/saml:Assertion/ds:Signature")
        assert b"<Audience>urn:example:saml</Audience>" in assertion.replace(b"saml:", b"") and ALICE.encode() in assertion
        altered = assertion.replace(ALICE.encode(), BOB.encode())
        assert not SamlUtils.validate_sign(altered, certificate, xpath="/saml:Assertion/ds:Signature")

    def test_an_api_that_does_not_exist_is_refused(self):
        answer = confidential(API, "api-secret").acquire_token_on_behalf_of(user_token(), ["api://nobody/read"])
        refused(answer, "invalid_resource", 500011)


class TestAuthorities:
    @pytest.mark.parametrize("tenant", ["common", "organizations"])
    def test_a_shared_authority_learns_the_tenant_from_the_account(self, tenant):
        app = confidential(PARTNER_APP, "partner-secret", f"{ORIGIN}/{tenant}")
        result = app.acquire_token_by_auth_code_flow(*code_flow(app, [GRAPH], JOHN))
        assert result["id_token_claims"]["tid"] == FABRIKAM
        assert result["id_token_claims"]["iss"] == f"{ORIGIN}/{FABRIKAM}/v2.0"

    def test_a_single_tenant_application_is_refused_there(self):
        flow = web(authority=f"{ORIGIN}/common").initiate_auth_code_flow([READ], redirect_uri=CALLBACK)
        answer = sign_in(flow["auth_uri"])
        assert "AADSTS50194" in str(answer)

    def test_an_openid_connect_authority_works_by_its_issuer(self):
        app = web(authority=None, instance_discovery=None, oidc_authority=f"{ORIGIN}/{TENANT}/v2.0")
        result = app.acquire_token_by_auth_code_flow(*code_flow(app))
        assert result["id_token_claims"]["preferred_username"] == ALICE

    def test_instance_discovery_can_be_asked_of_the_same_server(self):
        app = web(instance_discovery=f"{ORIGIN}/common/discovery/instance")
        assert "access_token" in app.acquire_token_by_auth_code_flow(*code_flow(app))

    def test_an_unknown_tenant_is_refused_before_anything_is_sent(self):
        with pytest.raises(ValueError):
            web(authority=f"{ORIGIN}/nowhere.test")
