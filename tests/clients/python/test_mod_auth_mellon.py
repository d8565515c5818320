"""mod_auth_mellon in Apache: a tenant and a third-party provider sign people in to a web server, set up from each other's metadata."""

import zlib
from base64 import b64decode, b64encode
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

import pytest
import requests
from apache import ROLE, Apache, Site, Visitor, told
from surroundings import AUTHORITY, CERTIFICATE, ORIGIN, change_world, newcomer

MULTIPLE_AUTHN = "http://schemas.microsoft.com/claims/multipleauthn"
SECRET = "NEWNEWNEWNEWNEWNEWNEWNEWNEWNEWNE"
STRONG = f"MellonAuthnContextClassRef {MULTIPLE_AUTHN}\n    MellonAuthnContextComparisonType exact"


@dataclass
class Place:
    """A SAML identity provider: where it is, whom it knows, where people sign out of it, and what it calls their names."""

    name: str
    metadata: str
    sign_out: str
    title: str

    def app(self, site=""):
        return f"mellon-{self.name}{site}"

    @property
    def home(self):
        return "example" if self.name == "tenant" else "mellon"

    def person(self, **facts):
        """A new account: so nobody else has used its codes."""
        return newcomer(**facts) if self.name == "tenant" else newcomer(provider="mellon", **facts)


PLACES = [
    Place(
        "tenant", f"{AUTHORITY}/federationmetadata/2007-06/federationmetadata.xml", f"{AUTHORITY}/oauth2/v2.0/logout",
        "http://schemas.microsoft.com/identity/claims/displayname",
    ),
    Place(
        "provider", f"{ORIGIN}/idp/mellon/saml/metadata", f"{ORIGIN}/idp/mellon/logout",
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
    ),
]


@pytest.fixture(params=PLACES, ids=lambda place: place.name)
def place(request):
    return request.param


@pytest.fixture(scope="module")
def apache():
    """For each place a site, one that wants a second factor, and one that trusts another key."""
    change_world({"providers": {"mellon": {}}})
    sites = {}
    for place in PLACES:
        metadata = requests.get(place.metadata, timeout=20).text
        own = metadata.split("<ds:X509Certificate>")[1].split("<")[0]
        other = "".join(line for line in CERTIFICATE.read_text().splitlines() if not line.startswith("-"))
        sites |= {
            place.name: Site(metadata, place.title), f"{place.name}-strong": Site(metadata, place.title, STRONG),
            f"{place.name}-wary": Site(metadata.replace(own, other), place.title),
        }
    apache = Apache(sites)
    try:
        for place in PLACES:
            for site in ("", "-strong", "-wary"):
                saml = apache.registration(f"{place.name}{site}")
                change_world({"apps": {place.app(site): {"home": place.home, "roles": {"Administrator": {}}, "saml": saml}}})
        yield apache
    finally:
        apache.close()


@pytest.fixture
def registered(apache, place):
    """Changes how the service provider is registered, and puts that back."""
    before = apache.registration(place.name)
    yield lambda **saml: change_world({"apps": {place.app(): {"saml": saml}}})
    change_world({"apps": {place.app(): {"saml": before | {"require_signed_requests": None, "signs": None}}}})


def changed(address, old, new):
    """The address that carries a request, with other words in it; so it cannot be signed any more."""
    at, query = address.split("?")
    fields = dict(parse_qsl(query))
    request = zlib.decompress(b64decode(fields["SAMLRequest"]), -15).decode()
    assert old in request, request
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(request.replace(old, new).encode()) + packer.flush()
    return f"{at}?{urlencode({'SAMLRequest': b64encode(packed).decode(), 'RelayState': fields['RelayState']})}"


def refused(answer):
    """Did Apache refuse what the person brought, and show no page?"""
    return answer.status_code in (400, 401, 403) and "NAME_ID" not in answer.text


def test_a_person_signs_in_and_apache_tells_who_it_is(apache, place):
    visitor = Visitor(apache, place.person(name="Somebody New"))
    said = told(visitor.visit(f"/{place.name}/page"))
    assert said["title"] == "Somebody New" and visitor.user in said.values(), said
    visitor.sent = None
    assert told(visitor.visit(f"/{place.name}/page"))["NAME_ID"] == said["NAME_ID"]
    assert visitor.sent is None, "Apache remembers who has signed in"


def test_a_page_for_administrators_is_shown_to_them_alone(apache, place):
    given = {"app_roles": {place.app(): ["Administrator"]}} if place.name == "tenant" else {"claims": {ROLE: ["Administrator"]}}
    administrator = Visitor(apache, place.person(**given))
    assert told(administrator.visit(f"/{place.name}/administrators"))["NAME_ID"]
    assert refused(Visitor(apache, place.person()).visit(f"/{place.name}/administrators"))


def test_whoever_trusts_another_key_does_not_believe_it(apache, place):
    assert refused(Visitor(apache, place.person()).visit(f"/{place.name}-wary/page"))


def test_what_was_changed_on_the_way_is_not_believed(apache, place):
    visitor = Visitor(apache, place.person())
    came = visitor.sign_in(visitor.leave(f"/{place.name}/page"))
    answer = b64decode(came["fields"]["SAMLResponse"])
    assert visitor.user.encode() in answer
    forged = b64encode(answer.replace(visitor.user.encode(), b"admin" + visitor.user[5:].encode())).decode()
    assert refused(visitor.bring(came | {"fields": came["fields"] | {"SAMLResponse": forged}}))
    assert told(visitor.follow(visitor.bring(came)))["NAME_ID"]


def test_what_is_for_somebody_else_is_not_believed(apache, place):
    """Another service provider is registered with the same address: what is said to that one counts there alone."""
    other = {"home": place.home, "saml": {"entity_id": "urn:example:another"}}
    other["saml"]["reply_urls"] = apache.registration(place.name)["reply_urls"]
    change_world({"apps": {place.app("-another"): other}})
    visitor, own = Visitor(apache, place.person()), apache.registration(place.name)["entity_id"]
    came = visitor.sign_in(changed(visitor.leave(f"/{place.name}/page"), own, "urn:example:another"))
    assert b"Audience>urn:example:another<" in b64decode(came["fields"]["SAMLResponse"])
    assert refused(visitor.bring(came))


def test_an_answer_counts_once(apache, place):
    visitor, thief = Visitor(apache, place.person()), Visitor(apache, "nobody")
    came = visitor.sign_in(visitor.leave(f"/{place.name}/page"))
    assert told(visitor.follow(visitor.bring(came)))["NAME_ID"]
    thief.leave(f"/{place.name}/page")
    thief.bring(came)
    assert "Location" in thief.open(f"{apache.origin}/{place.name}/page").headers, "and is asked to sign in"


@pytest.mark.parametrize("wrong", ["expired", "not_yet_valid", "wrong_signature", "wrong_audience"])
def test_a_provider_that_answers_wrongly_is_not_believed(apache, wrong):
    provider = PLACES[1]
    visitor = Visitor(apache, provider.person())
    change_world({"providers": {"mellon": {"answer": wrong}}})
    try:
        assert refused(visitor.visit("/provider/page"))
    finally:
        change_world({"providers": {"mellon": {"answer": None}}})
    assert told(visitor.visit("/provider/page"))["NAME_ID"]


def test_nobody_is_answered_at_an_address_that_is_not_registered(apache, place, registered):
    registered(reply_urls=[f"{apache.origin}/elsewhere"])
    assert Visitor(apache, place.person()).visit(f"/{place.name}/page")["error"] in ("AADSTS50011", "invalid_request")


def test_requests_are_signed_as_they_have_to_be(apache, place, registered):
    registered(require_signed_requests=True)
    visitor = Visitor(apache, place.person())
    assert told(visitor.visit(f"/{place.name}/page"))["NAME_ID"]
    address = Visitor(apache, visitor.user).leave(f"/{place.name}/page")
    unsigned, changed_since = address.split("&SigAlg=")[0], address.replace("RelayState=", "RelayState=x")
    assert visitor.sign_in(unsigned)["error"] in ("AADSTS76021", "invalid_request")
    assert visitor.sign_in(changed_since)["error"] in ("AADSTS75005", "invalid_request")


@pytest.mark.parametrize("signs", ["response", "both"])
def test_more_than_the_assertion_can_be_signed(apache, place, registered, signs):
    registered(signs=signs)
    visitor = Visitor(apache, place.person())
    assert told(visitor.visit(f"/{place.name}/page"))["NAME_ID"]


def test_a_second_factor_is_demanded_by_its_context(apache, place):
    user = place.person(methods={"totp": SECRET})
    said = told(Visitor(apache, user).visit(f"/{place.name}-strong/page"))
    assert MULTIPLE_AUTHN in said["http://schemas.microsoft.com/claims/authnmethodsreferences"].split(";"), said


def test_a_password_alone_is_refused_where_a_second_factor_is_demanded(apache, place):
    """Whoever asks the provider for less, on the way, is told no by the web server."""
    visitor = Visitor(apache, place.person(methods={"totp": SECRET}))
    asked = visitor.leave(f"/{place.name}-strong/page")
    came = visitor.sign_in(changed(asked, MULTIPLE_AUTHN, "urn:oasis:names:tc:SAML:2.0:ac:classes:Password"))
    assert refused(visitor.bring(came))


def test_nobody_is_signed_in_silently(apache, place):
    assert refused(silently(place, Visitor(apache, place.person())))


def silently(place, visitor):
    """What a visitor sees whom Apache does not know, and whom the provider may ask nothing."""
    visitor.here.cookies.clear()
    where = urlencode({"ReturnTo": f"{visitor.apache.origin}/{place.name}/page", "IsPassive": "true"})
    return visitor.visit(f"/{place.name}/mellon/login?{where}")


def test_whoever_leaves_apache_has_left_the_provider(apache, place):
    visitor = Visitor(apache, place.person())
    told(visitor.visit(f"/{place.name}/page"))
    assert told(silently(place, visitor))["NAME_ID"]
    left = visitor.visit(f"/{place.name}/mellon/logout?ReturnTo={apache.origin}/{place.name}/mellon/metadata")
    assert left.url.endswith("/mellon/metadata") and "SAMLResponse" in visitor.brought["fields"], visitor.brought
    assert "Location" in visitor.open(f"{apache.origin}/{place.name}/page").headers
    assert refused(silently(place, visitor))


def test_whoever_leaves_the_provider_has_left_apache(apache, place):
    visitor = Visitor(apache, place.person())
    told(visitor.visit(f"/{place.name}/page"))
    (frame,) = visitor.sign_in(place.sign_out)["frames"]
    assert refused(visitor.open(frame.replace("SAMLRequest=", "RelayState=x&SAMLRequest=")))
    assert visitor.open(f"{apache.origin}/{place.name}/page").ok, "what nobody signed ends nothing"
    answer = visitor.open(frame)
    assert "SAMLResponse=" in answer.headers["Location"], answer.text
    assert visitor.follow(answer)["error"] is None
    assert "Location" in visitor.open(f"{apache.origin}/{place.name}/page").headers
