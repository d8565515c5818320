"""Azure Identity for Python: every credential that speaks to the provider itself."""

import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import (
    AuthenticationRequiredError, AuthorizationCodeCredential, CertificateCredential, ClientAssertionCredential, ClientSecretCredential,
    DeviceCodeCredential, EnvironmentCredential, InteractiveBrowserCredential, OnBehalfOfCredential, UsernamePasswordCredential,
    WorkloadIdentityCredential,
)
from surroundings import (
    ALICE, ALICE_ID, API, AZURE_CLI, CALLBACK, CERTIFICATE, CLI, DAEMON, EVERYTHING, FEDERATED_PASSWORD, GRAPH, KEY, ORIGIN, PASSWORD,
    READ, TENANT, WEB, WRITE, asks_for_the_realm, claims, federated, sign_in,
)

HERE = {"authority": ORIGIN, "disable_instance_discovery": True}


def certificate():
    return KEY.read_bytes() + CERTIFICATE.read_bytes()


def authorization_code(scope=READ):
    request = f"client_id={WEB}&response_type=code&redirect_uri={CALLBACK}&scope={scope} openid offline_access"
    return sign_in(f"{ORIGIN}/{TENANT}/oauth2/v2.0/authorize?{request}".replace(" ", "%20"))["fields"]["code"]


def user_token(scope=READ):
    credential = AuthorizationCodeCredential(TENANT, WEB, authorization_code(scope), CALLBACK, client_secret="web-secret", **HERE)
    return credential.get_token(scope).token


def refused(credential, scope, code):
    with pytest.raises(ClientAuthenticationError, match=f"AADSTS{code}: ") as refusal:
        credential.get_token(scope)
    return refusal.value


class TestApplications:
    def test_a_secret_brings_the_application_roles(self):
        token = ClientSecretCredential(TENANT, DAEMON, "daemon-secret", **HERE).get_token(EVERYTHING)
        assert claims(token.token)["roles"] == ["Tasks.Read.All"]

    def test_a_wrong_secret_is_refused(self):
        refused(ClientSecretCredential(TENANT, DAEMON, "guess", **HERE), EVERYTHING, 7000215)

    @pytest.mark.parametrize("chain", [False, True])
    def test_a_certificate_proves_the_application(self, chain):
        credential = CertificateCredential(TENANT, DAEMON, certificate_data=certificate(), send_certificate_chain=chain, **HERE)
        assert claims(credential.get_token(EVERYTHING).token)["azpacr"] == "2"

    def test_a_certificate_of_another_application_is_refused(self):
        refused(CertificateCredential(TENANT, WEB, certificate_data=certificate(), **HERE), EVERYTHING, 700027)

    def test_a_workload_of_another_issuer_needs_no_secret(self, workload):
        credential = ClientAssertionCredential(TENANT, DAEMON, lambda: workload.assertion("nightly-job"), **HERE)
        assert credential.get_token(EVERYTHING).token

    def test_a_workload_reads_its_token_from_a_file(self, workload, tmp_path):
        file = tmp_path / "token"
        file.write_text(workload.assertion("nightly-job"))
        credential = WorkloadIdentityCredential(tenant_id=TENANT, client_id=DAEMON, token_file_path=str(file), **HERE)
        assert credential.get_token(EVERYTHING).token

    def test_another_workload_of_that_issuer_is_refused(self, workload):
        refused(ClientAssertionCredential(TENANT, DAEMON, lambda: workload.assertion("somebody-else"), **HERE), EVERYTHING, 700213)

    def test_the_environment_names_the_application(self, monkeypatch):
        for name, value in {"TENANT_ID": TENANT, "CLIENT_ID": DAEMON, "CLIENT_SECRET": "daemon-secret"}.items():
            monkeypatch.setenv(f"AZURE_{name}", value)
        assert EnvironmentCredential(**HERE).get_token(EVERYTHING).token

    def test_a_domain_names_the_tenant_as_well(self):
        assert ClientSecretCredential("example.test", DAEMON, "daemon-secret", **HERE).get_token(EVERYTHING).token

    def test_an_unknown_tenant_is_refused(self):
        with pytest.raises(ClientAuthenticationError):
            ClientSecretCredential("nowhere.test", DAEMON, "daemon-secret", **HERE).get_token(EVERYTHING)


class TestPeople:
    def test_a_code_from_the_sign_in_page_is_redeemed_and_its_token_kept(self):
        credential = AuthorizationCodeCredential(TENANT, WEB, authorization_code(), CALLBACK, client_secret="web-secret", **HERE)
        first = credential.get_token(READ)
        assert claims(first.token)["oid"] == ALICE_ID
        assert credential.get_token(READ).token == first.token

    def test_a_code_is_good_for_one_redemption(self):
        code = authorization_code()
        first, second = (AuthorizationCodeCredential(TENANT, WEB, code, CALLBACK, client_secret="web-secret", **HERE) for _ in range(2))
        first.get_token(READ)
        refused(second, READ, 54005)

    def test_a_person_types_the_device_code_elsewhere(self):
        def tell(address, code, _until):
            sign_in(address, code=code)

        record = DeviceCodeCredential(CLI, tenant_id=TENANT, prompt_callback=tell, **HERE).authenticate(scopes=[READ])
        assert (record.username, record.tenant_id) == (ALICE, TENANT)

    def test_a_person_who_declines_the_device_code_ends_it(self):
        def tell(address, code, _until):
            sign_in(address, code=code, decline=True)

        with pytest.raises(ClientAuthenticationError, match="authorization_declined|declined"):
            DeviceCodeCredential(CLI, tenant_id=TENANT, prompt_callback=tell, **HERE).get_token(READ)

    def test_the_system_browser_signs_a_person_in(self):
        record = InteractiveBrowserCredential(client_id=CLI, tenant_id=TENANT, timeout=60, **HERE).authenticate(scopes=[READ])
        assert record.home_account_id == f"{ALICE_ID}.{TENANT}"

    def test_without_a_person_there_it_asks_for_one(self):
        with pytest.raises(AuthenticationRequiredError):
            InteractiveBrowserCredential(client_id=CLI, tenant_id=TENANT, disable_automatic_authentication=True, **HERE).get_token(READ)

    def test_an_api_calls_the_next_one_for_the_person(self):
        credential = OnBehalfOfCredential(TENANT, API, client_secret="api-secret", user_assertion=user_token(), **HERE)
        assert claims(credential.get_token(GRAPH).token)["oid"] == ALICE_ID

    def test_a_token_for_another_api_is_refused(self):
        credential = OnBehalfOfCredential(TENANT, API, client_secret="api-secret", user_assertion=user_token(GRAPH), **HERE)
        refused(credential, GRAPH, 50013)


@asks_for_the_realm
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
class TestPassword:
    def test_a_name_and_a_password_are_enough(self):
        credential = UsernamePasswordCredential(CLI, ALICE, PASSWORD, tenant_id=TENANT, **HERE)
        assert claims(credential.get_token(READ).token)["oid"] == ALICE_ID

    @pytest.mark.parametrize(("user", "password", "scope", "code"), [
        pytest.param(ALICE, "guess", READ, 50126, id="a_wrong_password"),
        pytest.param(ALICE, PASSWORD, WRITE, 65001, id="a_consent_is_missing"),
    ])
    def test_it_is_refused_with_its_reason_when(self, user, password, scope, code):
        refused(UsernamePasswordCredential(CLI, user, password, tenant_id=TENANT, **HERE), scope, code)

    def test_a_federated_account_signs_in_at_its_provider(self):
        user = federated()
        credential = UsernamePasswordCredential(AZURE_CLI, user, FEDERATED_PASSWORD, **HERE)
        assert claims(credential.get_token(GRAPH).token)["amr"] == ["fed"]

    def test_a_federated_account_is_refused_where_its_tenant_needs_more(self):
        user = federated(per_user_mfa="enforced")
        refused(UsernamePasswordCredential(AZURE_CLI, user, FEDERATED_PASSWORD, **HERE), GRAPH, 50079)
