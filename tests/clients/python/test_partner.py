"""A partner's service as it is really written: MSAL for Python for the tokens, plain requests for Partner Center and Graph."""

import uuid

import msal
import pytest
import requests
from surroundings import CALLBACK, FABRIKAM, ORIGIN, PARTNER_APP, PASSWORD, change_world, sign_in

CONTOSO, ADATUM = "3deee153-d142-49b5-9dd8-16b246dfa0ce", "6054110b-58f7-4fe8-b31b-aa33c9c7d173"
PARTNER_CENTER = "https://api.partnercenter.microsoft.com/user_impersonation"
GRAPH = "https://graph.microsoft.com/Directory.AccessAsUser.All"


def service(tenant):
    return msal.ConfidentialClientApplication(
        PARTNER_APP, "partner-secret", authority=f"{ORIGIN}/{tenant}", instance_discovery=False
    )


def partner_center(token, path, method="GET", **more):
    headers = {"Authorization": f"Bearer {token}", "MS-CorrelationId": str(uuid.uuid4())} | more.pop("headers", {})
    return requests.request(method, f"{ORIGIN}/partnercenter/v1/{path}", headers=headers, timeout=20, **more)


def agent(**facts):
    """An admin agent of Contoso's whose codes nobody else uses."""
    user = f"{uuid.uuid4().hex[:12]}@contoso.test"
    change_world({"users": {user: {"password": PASSWORD, "roles": ["admin_agent"], "methods": {"totp": "JANEJANEJANEJANEJANEJANEJANEJANE"}} | facts}})
    return user


@pytest.fixture(scope="module")
def consented():
    """What one interactive sign-in with a second factor leaves behind."""
    app = service(CONTOSO)
    flow = app.initiate_auth_code_flow([PARTNER_CENTER], redirect_uri=CALLBACK)
    answer = sign_in(flow["auth_uri"], agent(), method="PhoneAppOTP")["fields"]
    result = app.acquire_token_by_auth_code_flow(flow, answer)
    assert "refresh_token" in result, result
    return result


class TestSecureApplicationModel:
    def test_the_refresh_token_of_one_sign_in_reaches_partner_center_and_every_customer(self, consented):
        fresh = service(CONTOSO).acquire_token_by_refresh_token(consented["refresh_token"], [PARTNER_CENTER])
        customers = partner_center(fresh["access_token"], "customers").json()
        assert customers["totalCount"] >= 2
        for customer in customers["items"]:
            tenant = customer["id"]
            if customer["companyProfile"]["companyName"] not in ("Adatum", "Tailspin"):
                continue
            token = service(tenant).acquire_token_by_refresh_token(consented["refresh_token"], [GRAPH])
            headers = {"Authorization": f"Bearer {token['access_token']}"}
            organization = requests.get(f"{ORIGIN}/graph/v1.0/organization", headers=headers, timeout=20).json()
            assert organization["value"][0]["id"] == tenant

    def test_a_password_alone_opens_neither(self):
        app = service(FABRIKAM)
        fields = {
            "grant_type": "password", "client_id": PARTNER_APP, "client_secret": "partner-secret", "username": "john@fabrikam.test",
            "password": PASSWORD, "scope": f"{PARTNER_CENTER} offline_access",
        }
        tokens = requests.post(f"{ORIGIN}/{FABRIKAM}/oauth2/v2.0/token", data=fields, timeout=20).json()
        answer = partner_center(tokens["access_token"], "customers")
        assert (answer.status_code, answer.reason, answer.content) == (401, "Unauthorized - MFA required", b"")
        assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
        assert answer.headers["Request-Context"].startswith("appId=cid-v1:")
        assert app.acquire_token_by_refresh_token(tokens["refresh_token"], [PARTNER_CENTER])["access_token"]
        refused = service(ADATUM).acquire_token_by_refresh_token(tokens["refresh_token"], [GRAPH])
        assert refused["suberror"] == "basic_action" and set(refused["error_codes"]) & {50076, 50079}, refused


class TestPartnerCenter:
    def test_a_dry_run_says_whether_the_token_would_do(self, consented):
        answer = partner_center(consented["access_token"], "customers", headers={"ValidateMfa": "true"})
        assert answer.headers["isMfaCompliant"] == "true"

    def test_an_application_by_itself_needs_no_second_factor(self):
        token = service(CONTOSO).acquire_token_for_client(["https://graph.windows.net/.default"])["access_token"]
        assert partner_center(token, "customers").status_code == 200
        refused = partner_center(token, f"customers/{ADATUM}/users")
        assert refused.status_code == 403 and "App+User" in refused.json()["description"]

    def test_errors_name_the_callers_correlation_id(self, consented):
        mark = str(uuid.uuid4())
        answer = partner_center(consented["access_token"], f"customers/{uuid.uuid4()}", headers={"MS-CorrelationId": mark})
        assert answer.status_code == 404 and mark in answer.json()["description"]
        assert answer.headers["MS-CorrelationId"] == mark
