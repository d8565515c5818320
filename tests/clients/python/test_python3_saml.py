"""python3-saml: a tenant and a third-party provider as SAML identity providers, set up from their metadata."""

import uuid
from urllib.parse import urlsplit

import pytest
import requests
from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser
from surroundings import CERTIFICATE, KEY, change_world, federations, newcomer, sign_in

ENTITY, ACS, SLO = "urn:example:saml", "http://localhost:3000/saml/acs", "http://localhost:3000/saml/slo"
MULTIPLE_AUTHN = "http://schemas.microsoft.com/claims/multipleauthn"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
SECRET = "NEWNEWNEWNEWNEWNEWNEWNEWNEWNEWNE"


@pytest.fixture(params=federations)
def place(request):
    return request.param


def application(place, answer=None, at=ACS, **security):
    """The application, while it handles a request, or an answer that came to `at`."""
    document = requests.get(place.metadata, timeout=20).text
    settings = {
        "strict": True,
        "sp": {
            "entityId": ENTITY, "NameIDFormat": PERSISTENT,
            "assertionConsumerService": {"url": ACS}, "singleLogoutService": {"url": SLO},
        },
        "security": {"requestedAuthnContext": False, "wantAssertionsSigned": True, "rejectDeprecatedAlgorithm": True} | security,
    }
    if security.get("authnRequestsSigned"):
        settings["sp"] |= {"x509cert": CERTIFICATE.read_text(), "privateKey": KEY.read_text()}
    settings = OneLogin_Saml2_IdPMetadataParser.merge_settings(settings, OneLogin_Saml2_IdPMetadataParser.parse(document))
    query = urlsplit(answer["url"]).query if answer and answer["method"] == "GET" else ""
    request = {
        "http_host": "localhost:3000", "script_name": urlsplit(at).path, "https": "off", "query_string": query,
        "get_data": answer["fields"] if query else {}, "post_data": answer["fields"] if answer and not query else {},
    }
    settings["sp"]["NameIDFormat"] = PERSISTENT  # else the first that the metadata offers
    return OneLogin_Saml2_Auth(request, settings)


def signed_in(place, user, browser=None, **security):
    """Sends a person away and takes in what comes back."""
    app = application(place, **security)
    answer = sign_in(app.login(return_to="http://localhost:3000/where"), user, browser=browser)
    assert answer.get("url") == ACS, answer
    app, asked = application(place, answer, **security), app.get_last_request_id()
    app.process_response(request_id=asked)
    return app


def test_a_person_signs_in(place):
    app = signed_in(place, place.alice)
    assert app.is_authenticated() and not app.get_errors(), app.get_last_error_reason()
    assert app.get_nameid_format() == PERSISTENT and "@" not in app.get_nameid()
    assert app.get_attributes()["http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name"]


def test_an_answer_to_another_request_is_not_taken(place):
    answer = sign_in(application(place).login(), place.alice)
    app = application(place, answer)
    app.process_response(request_id="_another")
    assert not app.is_authenticated() and "InResponseTo" in app.get_last_error_reason()


def test_nobody_is_signed_in_silently(place):
    answer = sign_in(application(place).login(is_passive=True), place.alice)
    app = application(place, answer)
    app.process_response()
    assert not app.is_authenticated() and "Nobody is signed in" in app.get_last_error_reason()


def test_a_second_factor_is_asked_for_and_told(place):
    user = newcomer(methods={"totp": SECRET}) if place.tenant else "mia@local.test"
    app = signed_in(place, user, requestedAuthnContext=[MULTIPLE_AUTHN], failOnAuthnContextMismatch=True)
    assert app.is_authenticated(), app.get_last_error_reason()
    assert app.get_last_authn_contexts() == [MULTIPLE_AUTHN]
    assert MULTIPLE_AUTHN in app.get_attributes()["http://schemas.microsoft.com/claims/authnmethodsreferences"]


def test_signed_requests_are_believed_and_the_whole_answer_can_be_signed(place):
    saml = {"certificate": CERTIFICATE.read_text(), "require_signed_requests": True, "signs": "both"}
    change_world({"apps": {place.app: {"saml": saml}}})
    try:
        app = signed_in(place, place.alice, authnRequestsSigned=True, wantMessagesSigned=True)
        assert app.is_authenticated(), app.get_last_error_reason()
        assert sign_in(application(place).login(), place.alice)["error"] in ("AADSTS76021", "invalid_request")
    finally:
        change_world({"apps": {place.app: {"saml": {"certificate": None, "require_signed_requests": False, "signs": "assertion"}}}})


def test_signing_out_is_answered_with_a_signature(place):
    browser = uuid.uuid4().hex
    app = signed_in(place, place.alice, browser)
    leave = application(place)
    url = leave.logout(
        name_id=app.get_nameid(), session_index=app.get_session_index(), name_id_format=app.get_nameid_format(), return_to="http://localhost:3000/bye"
    )
    answer = sign_in(url, place.alice, browser=browser)
    assert answer["url"].startswith(SLO), answer
    back = application(place, answer, SLO, wantMessagesSigned=True, wantNameId=True)
    back.process_slo(request_id=leave.get_last_request_id(), keep_local_session=True)
    assert not back.get_errors(), back.get_last_error_reason()
    silent = application(place, sign_in(application(place).login(is_passive=True), place.alice, browser=browser))
    silent.process_response()
    assert not silent.is_authenticated()
