"""An Apache of one's own with mod_auth_mellon: sites that only signed-in people see, each of a service provider of its own.

A page shows what Apache tells the programs behind it: the environment, as its own server-side includes print it. Nothing is
installed as a service: the process is a child of the test, with its configuration, port and records in a folder of its own.
"""

import contextlib
import re
import socket
import subprocess
import tempfile
import time
import uuid
import uuid
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import urljoin
from xml.etree import ElementTree

import requests
from surroundings import CERTIFICATE, KEY, PASSWORD, sign_in

MODULES = Path("/usr/lib/apache2/modules")
METADATA = "{urn:oasis:names:tc:SAML:2.0:metadata}"
ROLE = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role"

SERVER = """
ServerRoot {folder}
ServerName 127.0.0.1:{port}
Listen 127.0.0.1:{port}
PidFile {folder}/pid
ErrorLog {folder}/log
DefaultRuntimeDir {folder}
DocumentRoot {folder}/pages
User www-data
Group www-data
LogLevel warn
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authn_core_module {modules}/mod_authn_core.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule authz_user_module {modules}/mod_authz_user.so
LoadModule include_module {modules}/mod_include.so
LoadModule auth_mellon_module {modules}/mod_auth_mellon.so
MellonLockFile {folder}/lock
<Directory {folder}/pages>
    Options +Includes
    SetOutputFilter INCLUDES
    ForceType text/html
</Directory>
"""

SITE = """
<Location /{name}>
    AuthType Mellon
    Require valid-user
    MellonEnable auth
    MellonEndpointPath /{name}/mellon
    MellonVariable {name}
    MellonSPPrivateKeyFile {folder}/key
    MellonSPCertFile {folder}/certificate
    MellonIdPMetadataFile {folder}/{name}.xml
    MellonIdP provider
    MellonSetEnv title {title}
    MellonMergeEnvVars On
    {more}
</Location>
<Location /{name}/administrators>
    MellonRequire {role} Administrator
</Location>
"""


@dataclass
class Site:
    """One service provider of the server: whose metadata it trusts, by which attribute that names people, what else is set."""

    metadata: str
    title: str
    more: str = ""


class Apache:
    """The server, from the moment it answers until `close`."""

    def __init__(self, sites):
        self.place = tempfile.TemporaryDirectory()
        folder = Path(self.place.name)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.origin, self.log = f"http://127.0.0.1:{port}", folder / "log"
        folder.chmod(0o755)
        (folder / "pages").mkdir()
        (folder / "key").write_text(KEY.read_text())
        (folder / "key").chmod(0o600)
        (folder / "certificate").write_text(CERTIFICATE.read_text())
        configuration = SERVER.format(folder=folder, port=port, modules=MODULES)
        for name, site in sites.items():
            (folder / f"{name}.xml").write_text(site.metadata)
            (folder / "pages" / name).mkdir()
            for page in ("page", "administrators"):
                (folder / "pages" / name / page).write_text("<!--#printenv -->")
            configuration += SITE.format(name=name, folder=folder, title=site.title, more=site.more, role=ROLE)
        (folder / "configuration").write_text(configuration)
        self.process = subprocess.Popen(["/usr/sbin/apache2", "-D", "FOREGROUND", "-f", folder / "configuration"], stdin=subprocess.DEVNULL)
        try:
            self.wait_until_it_answers()
        except BaseException:
            self.close()
            raise

    def wait_until_it_answers(self):
        for _ in range(200):
            with contextlib.suppress(requests.ConnectionError):
                requests.get(self.origin, timeout=20)
                return
            assert self.process.poll() is None, "Apache did not start"
            time.sleep(0.05)
        raise AssertionError("Apache does not answer")

    def registration(self, site):
        """How the service provider of a site is registered, by its own metadata."""
        document = requests.get(f"{self.origin}/{site}/mellon/metadata", timeout=20)
        assert document.ok, f"{document.status_code}: {self.log.read_text()}"
        entity = ElementTree.fromstring(document.text)
        return {
            "entity_id": entity.get("entityID"), "certificate": CERTIFICATE.read_text(),
            "reply_urls": located(entity, "AssertionConsumerService", "HTTP-POST"),
            "logout_url": located(entity, "SingleLogoutService", "HTTP-Redirect")[0],
        }

    def close(self):
        self.process.terminate()
        self.process.wait(timeout=20)
        print(self.log.read_text() if self.log.exists() else "no log")  # shown beside a failure
        self.place.cleanup()


class Visitor:
    """A person with a browser, who goes to a page and wherever that leads; `sign_in.py` plays the part that the provider sees."""

    def __init__(self, apache, user, password=PASSWORD):
        self.apache, self.user, self.password = apache, user, password
        self.here, self.there = requests.Session(), uuid.uuid4().hex
        self.sent, self.brought = None, None

    def visit(self, path):
        return self.follow(self.open(f"{self.apache.origin}{path}"))

    def open(self, url):
        return self.here.get(url, allow_redirects=False, timeout=20)

    def leave(self, path):
        """The address by which Apache sends the person away, and nobody goes there."""
        answer = self.open(f"{self.apache.origin}{path}")
        while answer.headers["Location"].startswith(self.apache.origin):
            answer = self.open(answer.headers["Location"])
        return answer.headers["Location"]

    def sign_in(self, url):
        """What the provider gives the browser to bring to Apache, or says itself."""
        return sign_in(url, self.user, self.password, browser=self.there)

    def follow(self, answer):
        while answer.headers.get("Location"):
            target = urljoin(answer.url, answer.headers["Location"])
            if target.startswith(self.apache.origin):
                answer = self.open(target)
                continue
            self.sent, came = target, self.sign_in(target)
            if "url" not in came:
                return came
            answer = self.bring(came)
        return answer

    def bring(self, came):
        self.brought = came
        if came["method"] == "GET":
            return self.open(came["url"])
        return self.here.post(came["url"], data=came["fields"], allow_redirects=False, timeout=20)


def located(entity, service, binding):
    return [one.get("Location") for one in entity.iter(f"{METADATA}{service}") if one.get("Binding").endswith(binding)]


def told(answer):
    """What Apache tells the program behind a page that was shown."""
    assert answer.status_code == 200, f"{answer.status_code}: {answer.text}"
    return dict(re.findall(r"^(?:MELLON_)?([^\s=]+)=(.*)$", unescape(answer.text), re.MULTILINE))
