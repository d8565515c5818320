"""pysaml2: a tenant and a third-party provider as SAML identity providers, set up from their metadata."""

import shutil
import uuid

import pytest
import requests
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.client import Saml2Client
from saml2.config import SPConfig
from saml2.response import StatusNoPassive
from saml2.samlp import NameIDPolicy
from saml2.saml import NAMEID_FORMAT_PERSISTENT
from saml2.sigver import SignatureError
from surroundings import CERTIFICATE, KEY, change_world, federations, newcomer, sign_in

ENTITY, ACS, SLO = "urn:example:saml", "http://localhost:3000/saml/acs", "http://localhost:3000/saml/slo"
MULTIPLE_AUTHN = "http://schemas.microsoft.com/claims/multipleauthn"
SECRET = "NEWNEWNEWNEWNEWNEWNEWNEWNEWNEWNE"
RSA_SHA256, SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2001/04/xmlenc#sha256"


@pytest.fixture(params=federations)
def place(request):
    return request.param


def application(place, signs=False, document=None):
    """The application; each has a memory of its own."""
    endpoints = {"assertion_consumer_service": [(ACS, BINDING_HTTP_POST)], "single_logout_service": [(SLO, BINDING_HTTP_REDIRECT)]}
    config = SPConfig().load({
        "entityid": ENTITY, "xmlsec_binary": shutil.which("xmlsec1"), "allow_unknown_attributes": True,
        "metadata": {"inline": [document or requests.get(place.metadata, timeout=20).text]},
        "key_file": str(KEY), "cert_file": str(CERTIFICATE), "signing_algorithm": RSA_SHA256, "digest_algorithm": SHA256,
        "service": {"sp": {
            "endpoints": endpoints, "authn_requests_signed": signs, "logout_requests_signed": signs, "want_response_signed": False,
            "want_assertions_signed": True, "allow_unsolicited": False, "name_id_format": [NAMEID_FORMAT_PERSISTENT],
        }},
    })
    return Saml2Client(config)


def asks(app, binding=BINDING_HTTP_REDIRECT, **more):
    policy = NameIDPolicy(format=NAMEID_FORMAT_PERSISTENT, allow_create="true")
    request, _, info = app.prepare_for_negotiated_authenticate(binding=binding, relay_state="there", nameid_policy=policy, **more)
    return request, dict(info["headers"]).get("Location"), info


def signed_in(app, user, browser=None, **more):
    request, url, _ = asks(app, **more)
    answer = sign_in(url, user, browser=browser)
    assert answer.get("url") == ACS and answer["fields"]["RelayState"] == "there", answer
    return app.parse_authn_request_response(answer["fields"]["SAMLResponse"], BINDING_HTTP_POST, {request: "/"})


def test_a_person_signs_in(place):
    response = signed_in(application(place), place.alice)
    assert response.name_id.format == NAMEID_FORMAT_PERSISTENT
    assert response.get_identity()["name"]


def test_whoever_trusts_another_key_does_not_believe_it(place):
    document = requests.get(place.metadata, timeout=20).text
    own = document.split("<ds:X509Certificate>")[1].split("<")[0]
    other = "".join(line for line in CERTIFICATE.read_text().splitlines() if not line.startswith("-"))
    with pytest.raises(SignatureError):
        signed_in(application(place, document=document.replace(own, other)), place.alice)


def test_nobody_is_signed_in_silently(place):
    app = application(place)
    with pytest.raises(StatusNoPassive):
        signed_in(app, place.alice, is_passive="true")


def test_a_second_factor_is_asked_for_and_told(place):
    user = newcomer(methods={"totp": SECRET}) if place.tenant else "mia@local.test"
    context = {"authn_context_class_ref": [MULTIPLE_AUTHN], "comparison": "exact"}
    response = signed_in(application(place), user, requested_authn_context=context)
    assert [context[0] for context in response.authn_info()] == [MULTIPLE_AUTHN]


def test_signed_requests_are_believed(place):
    change_world({"apps": {place.app: {"saml": {"certificate": CERTIFICATE.read_text(), "require_signed_requests": True}}}})
    try:
        assert signed_in(application(place, signs=True), place.alice, sign=True, sigalg=RSA_SHA256).name_id
        _, url, _ = asks(application(place))
        assert sign_in(url, place.alice)["error"] in ("AADSTS76021", "invalid_request")
    finally:
        change_world({"apps": {place.app: {"saml": {"certificate": None, "require_signed_requests": False}}}})


def test_signing_out_is_answered_with_a_signature(place):
    app, browser = application(place), uuid.uuid4().hex
    response = signed_in(app, place.alice, browser)
    (_, (binding, request)), = app.global_logout(response.name_id, sign=False).items()
    assert binding == BINDING_HTTP_REDIRECT
    answer = sign_in(dict(request["headers"])["Location"], place.alice, browser=browser)
    assert answer["url"].startswith(SLO), answer
    said = app.parse_logout_request_response(answer["fields"]["SAMLResponse"], BINDING_HTTP_REDIRECT)
    assert said.status_ok()
