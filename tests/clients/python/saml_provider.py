"""pysaml2 as an identity provider outside the world: it describes itself, asks for a name and a password, and answers a tenant."""

import shutil
import threading
from base64 import b64decode, b64encode
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import requests
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT, SAMLError
from saml2.config import IdPConfig
from saml2.metadata import entity_descriptor
from saml2.saml import NAME_FORMAT_UNSPECIFIED, NAMEID_FORMAT_PERSISTENT, NameID
from saml2.server import Server
from surroundings import CERTIFICATE, KEY, ORIGIN

PASSWORD_ALONE = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
RSA_SHA256, SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2001/04/xmlenc#sha256"

PAGE = """<!doctype html><title>Elsewhere</title><p id="errorText">{wrong}</p>
<form method="post" action="/sso">{hidden}<input name="UserName" value="{name}"><input name="Password" type="password">
<button id="submitButton">Sign in</button></form>"""
ANSWER = '<!doctype html><title>Working</title><form method="post" action="{to}">{hidden}<button>Continue</button></form>'


class Provider:
    """An identity provider with people of its own: what each is called, their password, and what the tenant calls them."""

    def __init__(self, password, binding=BINDING_HTTP_REDIRECT, signed_requests=False):
        self.people, self.password, self.asked, self.denies = {}, password, [], None
        self.web = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.origin, self.binding, self.signed_requests = f"http://127.0.0.1:{self.web.server_port}", binding, signed_requests
        self.server, self.proven, self.audience, self.spoil = self.signing_with(KEY, CERTIFICATE), PASSWORD_ALONE, None, lambda text: text
        self.description = str(entity_descriptor(self.server.config))
        threading.Thread(target=self.web.serve_forever, daemon=True).start()

    def signing_with(self, key, certificate, minutes=15):
        """pysaml2's provider with this key, whose assertions live so long."""
        return Server(config=IdPConfig().load({
            "entityid": f"{self.origin}/metadata", "xmlsec_binary": shutil.which("xmlsec1"), "allow_unknown_attributes": True,
            "key_file": str(key), "cert_file": str(certificate),
            "metadata": {"inline": [requests.get(f"{ORIGIN}/federationmetadata/saml20/federationmetadata.xml", timeout=20).text]},
            "service": {"idp": {
                "endpoints": {"single_sign_on_service": [(f"{self.origin}/sso", self.binding)]},
                "sign_assertion": True, "sign_response": False, "want_authn_requests_signed": self.signed_requests,
                "policy": {"default": {"lifetime": {"minutes": minutes}, "name_form": NAME_FORMAT_UNSPECIFIED}},
            }},
        }))

    @property
    def metadata(self):
        return f"{self.origin}/metadata"

    def answer(self, asked, binding, person):
        """The form that brings pysaml2's answer to whoever asked."""
        request = self.server.parse_authn_request(asked["SAMLRequest"], binding, asked.get("RelayState"), asked.get("SigAlg"), asked.get("Signature"))
        told = self.server.response_args(request.message)
        self.asked.append(request.message)
        response = self.said(person, told)
        fields = {"SAMLResponse": b64encode(self.spoil(str(response)).encode()).decode(), "RelayState": asked.get("RelayState", "")}
        return ANSWER.format(to=escape(told["destination"]), hidden=hidden(fields))

    def said(self, person, told):
        if self.denies:
            return self.server.create_error_response(told["in_response_to"], told["destination"], self.denies)
        return self.server.create_authn_response(
            {"IDPEmail": [person]}, told["in_response_to"], told["destination"], self.audience or told["sp_entity_id"],
            name_id=NameID(format=NAMEID_FORMAT_PERSISTENT, text=self.people[person]), userid=person, sign_assertion=True, sign_response=False,
            sign_alg=RSA_SHA256, digest_alg=SHA256, authn={"class_ref": self.proven, "authn_auth": self.metadata},
        )

    def page(self, asked, wrong=""):
        return PAGE.format(wrong=escape(wrong), name=escape(asked.get("username", "")), hidden=hidden(asked))

    def handler(provider):
        class Pages(BaseHTTPRequestHandler):
            def do_GET(self):
                address = urlsplit(self.path)
                if address.path == "/metadata":
                    return self.send("application/samlmetadata+xml", provider.description)
                self.send("text/html", provider.page(dict(parse_qsl(address.query)) | {"by": BINDING_HTTP_REDIRECT}))

            def do_POST(self):
                form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
                name, password = form.pop("UserName", None), form.pop("Password", None)
                if name is None:
                    return self.send("text/html", provider.page(form | {"by": BINDING_HTTP_POST}))
                if name not in provider.people or password != provider.password:
                    return self.send("text/html", provider.page(form, "The name or the password is wrong."))
                try:
                    self.send("text/html", provider.answer(form, form["by"], name))
                except SAMLError as refusal:
                    self.send("text/html", provider.page(form, f"{type(refusal).__name__}: {refusal}"))

            def send(self, kind, text):
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(text.encode())))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_):
                pass

        return Pages

    def close(self):
        self.web.shutdown()
        self.web.server_close()


def hidden(fields):
    return "".join(f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in fields.items())


def changed(form, old, new):
    """An answer with other words in it."""
    text = b64decode(form["SAMLResponse"]).decode()
    assert old in text, text
    return form | {"SAMLResponse": b64encode(text.replace(old, new).encode()).decode()}
