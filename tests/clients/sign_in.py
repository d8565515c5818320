#!/usr/bin/env python3
"""A person at a browser, for clients that have none: fills in the sign-in pages until the client gets its answer.

The tests of every language ask over HTTP: POST {"url", "user", "password", "code"?, "decline"?, "method"?, "post"?, "browser"?}
and get back where the browser was sent and what it carried, {"method", "url", "fields"}, or what the last page said,
{"page", "error", "frames"}. `code` is a device's; `method` is how a second factor is proven, or registered first, with the phone of the
control API; `post` are the fields of a form that leads to the address; `browser` names one that is kept for the next wish.
Run as a program, as the system's browser is (`sign_in.py URL`), it signs Alice in and follows the last redirect.
Only the names that the real pages have are used, so that this also proves that scripts written for those still work.
"""

import json
import os
import ssl
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit

PAGES_BEFORE_GIVING_UP = 20
ERRORS = ("usernameError", "passwordError", "errorText", "otcError", "idSpan_SAOTCC_Error_OTC", "registrationError", "error-code")
TYPE_CODE, HAVE_ANSWERED, ANOTHER_WAY = "idSubmit_SAOTCC_Continue", "idBtn_Poll", "signInAnotherWay"
PROVIDERS_CODE = "signInButton"
GO_ON = ("idSIButton9", "submitButton", "idSubmit_ProofUp_Redirect", TYPE_CODE, HAVE_ANSWERED, PROVIDERS_CODE)
GO_BACK = "idBtn_Back"
TEXT_MESSAGE, NUMBER = "OneWaySMS", "+1 555 0142"
VOID = {"input", "meta", "link", "img", "br", "hr", "base", "wbr", "source"}


@dataclass
class Form:
    action: str
    method: str
    fields: dict = field(default_factory=dict)
    buttons: dict = field(default_factory=dict)


class Page(HTMLParser):
    """What a person sees of a page, its title, its forms and its error messages, and which addresses its frames load."""

    def __init__(self, html):
        super().__init__()
        self.forms, self.frames, self.texts, self.open, self.title = [], [], {}, [], ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        has = dict(attributes)
        if tag == "form":
            self.forms.append(Form(has.get("action") or "", (has.get("method") or "get").lower()))
        elif self.forms and tag in ("input", "button"):
            self.control(tag, has)
        elif tag == "iframe":
            self.frames.append(has.get("src"))
        if tag not in VOID:
            self.open.append((tag, has.get("id") or has.get("data-testid")))

    def control(self, tag, has):
        form, kind = self.forms[-1], has.get("type", "submit" if tag == "button" else "text")
        if kind in ("submit", "image"):
            form.buttons[has.get("data-value") or has.get("id")] = (has.get("name"), has.get("value") or "", has.get("formaction"))
        elif has.get("name") and (kind not in ("checkbox", "radio") or "checked" in has):
            form.fields[has["name"]] = has.get("value") or ""

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        for tag, name in self.open:
            if tag == "title":
                self.title += data.strip()
            if name:
                self.texts[name] = (self.texts.get(name, "") + " " + data.strip()).strip()

    def error(self):
        return next((self.texts[name] for name in ERRORS if self.texts.get(name)), None)

    def form_with(self, buttons):
        return next(((form, button) for form in self.forms for button in buttons if button in form.buttons), (None, None))


class NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Phone:
    """A person's phone and code app, which the control API plays."""

    def __init__(self, control, user):
        self.control, self.user = control, quote(user)

    def ask(self, path, body=None):
        request = urllib.request.Request(f"{self.control}/{path}", body and json.dumps(body).encode(), {"Content-Type": "application/json"})
        return json.load(urllib.request.urlopen(request, timeout=20))

    def newest(self):
        return self.ask(f"inbox?user={self.user}&wait=10")["value"][-1]

    def code(self, method):
        return self.newest()["code"] if method == TEXT_MESSAGE else self.ask(f"users/{self.user}/totp")["code"]

    def approve(self, number):
        self.ask(f"inbox/{self.newest()['id']}", {"answer": "approve"} | ({"number": number} if number else {}))


class Person:
    """One person with a fresh browser and a phone: knows a name, a password and perhaps a device's code, and agrees or declines."""

    def __init__(self, ca, control, user, password, code=None, decline=False, method="PhoneAppOTP"):
        context = ssl.create_default_context(cafile=ca)
        self.browser = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=context), urllib.request.HTTPCookieProcessor(CookieJar()), NoRedirects()
        )
        self.answers = {"loginfmt": user, "passwd": password, "UserName": user, "Password": password, "otc": code, "phone": NUMBER, "VerificationCode": None}
        self.decline, self.method, self.picked, self.phone = decline, method, False, Phone(control, user)

    def sign_in(self, url, post=None):
        home, request = origin(url), urllib.request.Request(url, post and urlencode(post).encode())
        for _ in range(PAGES_BEFORE_GIVING_UP):
            here, answer, html = self.ask(request)
            if answer.headers.get("Location"):
                target = urljoin(here, answer.headers["Location"])
                if origin(target) != home:
                    return {"method": "GET", "url": target, "fields": carried(target)}
                request = urllib.request.Request(target)
                continue
            page = Page(html)
            if page.error() or not page.forms:
                return {"page": page.title, "error": page.error(), "frames": page.frames}
            action, method, fields = self.fill_in(page)
            target = urljoin(here, action)
            if origin(target) != home:
                return {"method": "POST", "url": target, "fields": fields}
            request = submission(here, target, method, fields)
        raise RuntimeError(f"still at {here} after {PAGES_BEFORE_GIVING_UP} pages")

    def ask(self, request):
        request.add_header("Accept", "text/html")
        try:
            answer = self.browser.open(request, timeout=20)
        except urllib.error.HTTPError as refusal:
            answer = refusal
        return request.full_url, answer, answer.read().decode()

    def fill_in(self, page):
        form, button = page.form_with([self.method] + [ANOTHER_WAY] * (not self.picked) + list(GO_ON))
        self.prove(button, page)
        asked = form and [name for name in self.answers if name in form.fields]
        if self.decline and not asked and page.form_with([GO_BACK])[0]:
            form, button = page.form_with([GO_BACK])
        if not form:
            form, button = page.forms[0], next(iter(page.forms[0].buttons), None)
        fields = form.fields | {name: self.answers[name] for name in asked or () if self.answers[name] is not None}
        name, value, action = form.buttons.get(button, (None, "", None))
        return action or form.action, form.method, fields | ({name: value} if name else {})

    def prove(self, button, page):
        """Picks up the phone, where the page asks for that."""
        self.picked |= button == self.method
        if button == TYPE_CODE:
            self.answers["otc"] = self.phone.code(self.method)
        elif button == PROVIDERS_CODE:
            self.answers["VerificationCode"] = self.phone.code("PhoneAppOTP")
        elif button == HAVE_ANSWERED:
            self.phone.approve(page.texts.get("idRichContext_DisplaySign"))


def submission(here, target, method, fields):
    if method == "get":
        return urllib.request.Request(urljoin(target, "?" + urlencode(fields)))
    return urllib.request.Request(target, urlencode(fields).encode(), {"Origin": origin(here), "Referer": here})


def origin(url):
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def carried(url):
    parts = urlsplit(url)
    return dict(parse_qsl(parts.query) + parse_qsl(parts.fragment))


def serve(ca, control):
    """Listens on a free port; the caller runs `serve_forever` and shuts it down."""
    kept = {}

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self):
            wish = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            try:
                url, post, browser = (wish.pop(key, None) for key in ("url", "post", "browser"))
                person = Person(ca, control, **wish)
                if browser:
                    person.browser = kept.setdefault(browser, person.browser)
                status, answer = 200, person.sign_in(url, post)
            except Exception as problem:  # told to the test that asked, which then fails with it
                status, answer = 500, {"error": f"{type(problem).__name__}: {problem}"}
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return ThreadingHTTPServer(("127.0.0.1", 0), Desk)


def visit(url):
    """What a program expects of the system's browser: to go away at once, and to come back to it with the answer."""
    if os.fork():
        return
    for stream in (0, 1, 2):
        os.dup2(os.open(os.devnull, os.O_RDWR), stream)
    end = Person(os.environ["TEST_CA"], os.environ["TEST_CONTROL"], "alice@example.test", "Password1!").sign_in(url)
    posted = urlencode(end["fields"]).encode() if end["method"] == "POST" else None
    urllib.request.urlopen(urllib.request.Request(end["url"], posted), timeout=20)


if __name__ == "__main__":
    visit(sys.argv[1])
