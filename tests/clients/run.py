#!/usr/bin/env python3
"""Runs unmodified clients, each against a server of its own: `run.py` for all of them, `run.py msal-node …` for some.

Prints one line per client ("msal-python 1.39.0: 14 passed, 0 failed"); what a client said is in target/clients/<client>.log.
A client is left out only where its language or browser is missing, with the reason, and never when CI=true.
"""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, replace
from pathlib import Path

import sign_in

HERE = Path(__file__).resolve().parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR") or HERE.parent.parent / "target").resolve()
LOGS = TARGET / "clients"
IN_CI = os.environ.get("CI") == "true"


class NotRun(Exception):
    """Why a client's tests could not even begin, or did not end."""


@dataclass
class Language:
    """How a language runs one client's tests, and how to read the outcome: a pattern's number is added up, other matches are counted."""

    needs: tuple
    manifest: str
    pinned: str
    command: list
    passed: str
    failed: str
    skipped: str


PYTHON = Language(
    ("python3",), "requirements.txt", r"^{}==(\S+)", [LOGS / "venv/bin/python", "-m", "pytest", "-q", "-rs", "--tb=short", "--disable-warnings", "-p", "no:cacheprovider", "{}"],
    r"(\d+) passed", r"(\d+) (?:failed|error)", r"^SKIPPED.*",
)
# What Debian installed, Debian pins.
APACHE = replace(
    PYTHON, needs=("python3", "/usr/sbin/apache2"), manifest="/var/lib/dpkg/status", pinned=r"^Package: {}\n(?:.+\n)*?Version: ([\d.]+)",
)
NODE = Language(
    ("node",), "package.json", r'"{}": "(.+)"', ["node", "--test", "--test-reporter=spec", "{}"],
    r"^ℹ pass (\d+)", r"^ℹ (?:fail|cancelled) (\d+)", r"^﹣.*",
)
BROWSER = replace(NODE, needs=("node", os.environ.get("CHROMIUM", "chromium")))
GO = Language(
    ("go",), "go.mod", r"{} v(\S+)", ["go", "test", "-count=1", "-v", "{}"],
    r"^--- PASS", r"^--- FAIL", r"^--- SKIP.*",
)
JAVA = Language(
    ("mvn",), "pom.xml", r"<{0}.version>(.+)</{0}.version>", ["mvn", "-B", "-ntp", "test", "-Dtest={}"],
    r"^\[\w+\] Tests run: (\d+).*Time elapsed", r"^\[ERROR\]   \w+[.:]", r"^\[WARNING\]   \w+\..*",
)

# client: (language folder, its name in the manifest, what its runner is given)
CLIENTS = {
    "msal-python": (PYTHON, "python", "msal", "test_msal.py"),
    "azure-identity-python": (PYTHON, "python", "azure-identity", "test_azure_identity.py"),
    "authlib": (PYTHON, "python", "Authlib", "test_authlib.py"),
    "adal-python": (PYTHON, "python", "adal", "test_adal.py"),
    "msal-python-partner": (PYTHON, "python", "msal", "test_partner.py"),
    "azure-cli": (replace(PYTHON, manifest="azure-cli.txt"), "python", "azure-cli", "test_azure_cli.py"),
    "python3-saml": (PYTHON, "python", "python3-saml", "test_python3_saml.py"),
    "pysaml2": (PYTHON, "python", "pysaml2", "test_pysaml2.py"),
    "pysaml2-idp": (PYTHON, "python", "pysaml2", "test_pysaml2_idp.py"),
    "mod-auth-mellon": (APACHE, "python", "libapache2-mod-auth-mellon", "test_mod_auth_mellon.py"),
    "adal-node": (NODE, "node", "adal-node", "adal-node.test.js"),
    "msal-node": (NODE, "node", "@azure/msal-node", "msal-node.test.js"),
    "msal-browser": (BROWSER, "node", "@azure/msal-browser", "msal-browser.test.js"),
    "playwright": (BROWSER, "node", "playwright-core", "second-factor.test.js"),
    "partner-center": (BROWSER, "node", "playwright-core", "partner-center.test.js"),
    "azure-identity-node": (NODE, "node", "@azure/identity", "azure-identity.test.js"),
    "openid-client": (NODE, "node", "openid-client", "openid-client.test.js"),
    "node-saml": (NODE, "node", "@node-saml/node-saml", "node-saml.test.js"),
    "samlify": (NODE, "node", "samlify", "samlify.test.js"),
    "passport-wsfed-saml2": (NODE, "node", "passport-wsfed-saml2", "passport-wsfed-saml2.test.js"),
    "samlp": (NODE, "node", "samlp", "samlp.test.js"),
    "wsfed": (NODE, "node", "wsfed", "wsfed.test.js"),
    "oidc-provider": (NODE, "node", "oidc-provider", "oidc-provider.test.js"),
    "msal-go": (GO, "go", "github.com/AzureAD/microsoft-authentication-library-for-go", "./msal"),
    "azidentity-go": (GO, "go", "github.com/Azure/azure-sdk-for-go/sdk/azidentity", "./azidentity"),
    "msal4j": (JAVA, "java", "msal4j", "Msal4jTest"),
}


# A tenant whose people's passwords only their provider knows; Gail's tenant asks for a second factor, which the provider never proves.
FEDERATED_PASSWORD = "At the <provider> & nowhere else"
FEDERATED = {
    "tenants": {"federated": {
        "domains": ["federated.test"],
        "federation": {"federated.test": {"provider": "federated", "federated_idp_mfa_behavior": "enforceMfaByFederatedIdp"}},
    }},
    "users": {"fred@federated.test": {"immutable_id": "ZnJlZA=="}, "gail@federated.test": {"immutable_id": "Z2FpbA==", "per_user_mfa": "enforced"}},
    "providers": {"federated": {"users": {
        "fred@federated.test": {"password": FEDERATED_PASSWORD, "immutable_id": "ZnJlZA=="},
        "gail@federated.test": {"password": FEDERATED_PASSWORD, "immutable_id": "Z2FpbA=="},
    }}},
}


@contextlib.contextmanager
def server(folder):
    """A server on free ports with a fresh local CA; gives its addresses, and a certificate that Example Daemon knows."""
    command = [TARGET / "release/standin", "serve", "--http", "127.0.0.1:0", "--https", "127.0.0.1:0", "--world", "partner"]
    realm_on_443 = can_listen_on_443()
    if realm_on_443:
        command += ["--https", "127.0.0.1:443"]
    settings = {name: value for name, value in os.environ.items() if not name.startswith("STANDIN_")}
    with open(folder / "server.log", "w+") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=settings | {"XDG_DATA_HOME": str(folder), "NO_COLOR": "1"}
        )
        try:
            http, https = addresses(process, folder / "server.log")
            ca = folder / "ca.pem"
            ca.write_bytes(control(http, "GET", "ca.pem"))
            yield http, https, ca, realm_on_443
        finally:
            process.terminate()
            process.wait(timeout=20)


def can_listen_on_443():
    """MSAL for Python and Azure Identity ask for the user realm on port 443, whatever the authority's port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", 443))
            return True
        except OSError:
            return False


def addresses(process, log):
    """Reads the chosen ports from what the server prints as it starts, and waits until it is healthy."""
    for _ in range(200):
        said = log.read_text()
        http, https = re.search(r"http://[^\s/]+:(\d+)", said), re.search(r"https://[^\s/]+:(?!443\b)(\d+)", said)
        if http and https:
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                control(f"http://127.0.0.1:{http[1]}", "GET", "health")
                return f"http://127.0.0.1:{http[1]}", f"https://localhost:{https[1]}"
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise NotRun(f"the server did not start:\n{log.read_text()}")


def control(http, method, path, body=None):
    request = urllib.request.Request(f"{http}/_standin/{path}", body and json.dumps(body).encode(), method=method)
    request.add_header("Content-Type", "application/json")
    try:
        return urllib.request.urlopen(request, timeout=20).read()
    except urllib.error.HTTPError as refusal:
        raise NotRun(f"{method} {path}: {refusal.code} {refusal.read().decode()}") from refusal


def certificate(folder):
    key, cert = folder / "client.key", folder / "client.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=Example Daemon", "-days", "2", "-keyout", key, "-out", cert],
        check=True, capture_output=True,
    )
    return key, cert


def run(client):
    language, folder, name, given = CLIENTS[client]
    manifest = (HERE / folder / language.manifest).read_text()
    pinned = re.search(language.pinned.format(re.escape(name)), manifest, re.MULTILINE)
    if not pinned:
        raise NotRun(f"{language.manifest} has no {name}")
    log = LOGS / f"{client}.log"
    with tempfile.TemporaryDirectory() as place, server(Path(place)) as (http, https, ca, realm_on_443):
        key, cert = certificate(Path(place))
        control(http, "PATCH", "world", FEDERATED)
        control(http, "PATCH", "world", {"apps": {"example-daemon": {"certificates": {"test": {"pem": cert.read_text()}}}}})
        person = sign_in.serve(ca, f"{http}/_standin")
        threading.Thread(target=person.serve_forever, daemon=True).start()
        browser = Path(place) / "bin/xdg-open"
        browser.parent.mkdir()
        browser.symlink_to(HERE / "sign_in.py")
        surroundings = {
            "BROWSER": browser, "PATH": f"{browser.parent}{os.pathsep}{os.environ['PATH']}",
            "TEST_ORIGIN": https, "TEST_CONTROL": f"{http}/_standin", "TEST_SIGN_IN": f"http://127.0.0.1:{person.server_port}",
            "TEST_KEY": key, "TEST_CERTIFICATE": cert, "TEST_REALM_ON_443": "yes" if realm_on_443 else "",
            "TEST_CA": ca, "REQUESTS_CA_BUNDLE": ca, "SSL_CERT_FILE": ca, "NODE_EXTRA_CA_CERTS": ca,
        }
        command = [str(word).format(given) for word in language.command]
        code = captured(command, HERE / folder, surroundings, log)
        person.shutdown()
        shutil.copy(Path(place) / "server.log", LOGS / f"{client}.server.log")
    return report(client, pinned[1], language, log.read_text(), code)


def captured(command, folder, surroundings, log):
    environment = os.environ | {name: str(value) for name, value in surroundings.items()}
    with open(log, "w") as output:
        try:
            return subprocess.call(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output, timeout=600, env=environment)
        except subprocess.TimeoutExpired:
            output.write("gave up after ten minutes\n")
            return 1


def report(client, version, language, said, code):
    def total(pattern):
        return sum(int(match[1]) if match.re.groups else 1 for match in re.finditer(pattern, said, re.MULTILINE))

    skipped = re.findall(language.skipped, said, re.MULTILINE)
    passed, failed = total(language.passed), total(language.failed)
    if language is JAVA:  # its runner counts every test that it ran
        passed -= failed + len(skipped)
    if (code != 0 or passed == 0 or (skipped and IN_CI)) and failed == 0:
        failed = 1
    print(f"{client} {version}: {passed} passed, {failed} failed" + (f", {len(skipped)} skipped" if skipped else ""), flush=True)
    for reason in skipped:
        print(f"  {reason}", flush=True)
    if failed:
        print("    " + "\n    ".join(said.splitlines()[-120:]), flush=True)
    return failed == 0


def outcome(client):
    """Whether all is well with a client, having printed its line."""
    missing = [program for program in CLIENTS[client][0].needs if not shutil.which(program)]
    if missing:
        print(f"{client}: " + ("0 passed, 1 failed, " if IN_CI else "skipped, ") + f"there is no {missing[0]} here", flush=True)
        return not IN_CI
    try:
        return run(client)
    except NotRun as reason:
        print(f"{client}: 0 passed, 1 failed, {reason}", flush=True)
        return False


def main(names):
    LOGS.mkdir(parents=True, exist_ok=True)
    return 0 if all([outcome(client) for client in names or CLIENTS]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
