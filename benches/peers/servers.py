"""Which servers are compared, how is each installed and started, and where are its addresses?

Versions are pinned here and nothing of theirs is kept in the repository: all of it goes below target/bench.
"""

import json
import os
import shutil
import subprocess
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[2]
PEERS = ROOT / "benches" / "peers"
PLACE = ROOT / "target" / "bench"
NODE = PLACE / "node" / "node_modules" / "node" / "bin" / "node"
REDIRECT = "http://localhost:3000/auth/callback"
LOAD_TOOL = PLACE / "cargo" / "release" / "flows"
KEY = PLACE / "ceiling-key.der"


@dataclass
class Server:
    """One server: the words that start it (with {port}), its addresses and the forms posted to them."""

    name: str
    label: str
    command: list
    discovery: str
    keys: str
    token: str
    token_form: dict
    authorize: str
    redeem: str
    redeem_form: dict
    files: list
    install: callable
    runtime: str = ""
    requests: int = 100_000
    fixed_port: int = 0
    register: callable = None
    environment: dict = field(default_factory=dict)

    def size(self):
        """Bytes on disk of what has to be installed, without its runtime."""
        return sum(weigh(Path(path)) for path in self.files)

    def authorize_path(self, client_id):
        query = {"client_id": client_id, "response_type": "code", "scope": "openid", "state": "s", "nonce": "n"}
        return f"{self.authorize}?{urlencode(query | {'redirect_uri': REDIRECT})}"

    def redeem_body(self):
        form = {"grant_type": "authorization_code", "redirect_uri": REDIRECT, **self.redeem_form}
        return urlencode(form) + "&code={code}"

    def token_body(self):
        return urlencode({"grant_type": "client_credentials", **self.token_form})


def weigh(path):
    if path.is_file():
        return path.stat().st_size
    return sum(file.lstat().st_size for file in path.rglob("*") if not file.is_dir())


def run(*words, **more):
    subprocess.run([str(word) for word in words], check=True, **more)


def cargo_build(*words):
    run("cargo", "build", "--release", "--quiet", *words, cwd=ROOT)


def build_own():
    cargo_build("--manifest-path", PEERS / "ceiling" / "Cargo.toml", "--locked", "--target-dir", PLACE / "cargo")
    if not KEY.exists():
        run(PLACE / "cargo" / "release" / "ceiling", "make-key", KEY)


def npm(folder, *packages):
    place = PLACE / folder
    place.mkdir(parents=True, exist_ok=True)
    marker = place / "package.json"
    wanted = json.dumps({"private": True, "dependencies": dict(package.rsplit("@", 1) for package in packages)})
    if marker.exists() and marker.read_text() == wanted and (place / "node_modules").exists():
        return
    marker.write_text(wanted)
    run("npm", "install", "--no-audit", "--no-fund", "--loglevel=error", cwd=place)


def install_node():
    """Node 22 from npm: oauth2-mock-server asks for it, and it makes both peers run on the same engine."""
    npm("node", "node@22.23.3")


def install_mock_server():
    install_node()
    npm("oauth2-mock-server", "oauth2-mock-server@9.3.0")


def install_oidc_provider():
    install_node()
    npm("oidc-provider", "oidc-provider@9.13.3")
    shutil.copy(PEERS / "oidc-provider" / "server.mjs", PLACE / "oidc-provider" / "server.mjs")


def install_test_server():
    if not (PLACE / "oauth2-test-server" / "bin").exists():
        run("cargo", "install", "--quiet", "--locked", "--root", PLACE / "oauth2-test-server",
            "--target-dir", PLACE / "cargo-peers", "oauth2-test-server@0.2.3")


def register_client(server, port):
    """oauth2-test-server starts without clients: one is registered (RFC 7591) and its id put into the forms."""
    wish = {"redirect_uris": [REDIRECT], "scope": "openid profile", "client_name": "comparison",
            "grant_types": ["authorization_code", "client_credentials"]}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/register", json.dumps(wish).encode(),
                                     {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        client = json.load(answer)["client_id"]
    server.token_form["client_id"] = server.redeem_form["client_id"] = client


def all_servers(document_sizes):
    """Every server of the comparison. The ceiling's two documents are made as long as Standin's."""
    tenant = "/example.test"
    web = {"client_id": "dbcb6c58-cb5f-489c-a508-b7d6c183835d", "client_secret": "web-secret"}
    daemon = {"client_id": "1844fd18-0821-4dd0-9c73-af2e2def8706", "client_secret": "daemon-secret",
              "scope": "api://example-api/.default"}
    standin, ceiling = ROOT / "target" / "release" / "standin", PLACE / "cargo" / "release" / "ceiling"
    mock, provider = PLACE / "oauth2-mock-server", PLACE / "oidc-provider"
    tester = PLACE / "oauth2-test-server" / "bin" / "oauth2-test-server"
    well_known = "/.well-known/openid-configuration"
    return [
        Server("ceiling", "ceiling: bare actix, held key",
               [ceiling, "127.0.0.1:{port}", KEY, *map(str, document_sizes)],
               "/discovery", "/keys", "/token", {}, "/authorize", "/redeem", {"client_id": "web"},
               [ceiling], build_own, requests=1_000_000),
        Server("standin", "**Standin**",
               [standin, "serve", "--http", "127.0.0.1:{port}", "--https", "127.0.0.1:{tls_port}",
                "--auto-sign-in", "alice@example.test"],
               f"{tenant}/v2.0{well_known}", f"{tenant}/discovery/v2.0/keys", f"{tenant}/oauth2/v2.0/token", daemon,
               f"{tenant}/oauth2/v2.0/authorize", f"{tenant}/oauth2/v2.0/token", web,
               [standin], cargo_build, requests=1_000_000,
               environment={"XDG_DATA_HOME": str(PLACE / "data")}),
        Server("oauth2-mock-server", "oauth2-mock-server 9.3.0 (Node)",
               [NODE, mock / "node_modules" / "oauth2-mock-server" / "dist" / "oauth2-mock-server.mjs",
                "-a", "127.0.0.1", "-p", "{port}"],
               well_known, "/jwks", "/token", {"client_id": "daemon", "scope": "read"},
               "/authorize", "/token", {"client_id": "web"},
               [mock / "node_modules"], install_mock_server, runtime="Node"),
        Server("oidc-provider", "oidc-provider 9.13.3 (Node)",
               [NODE, provider / "server.mjs", "{port}"],
               well_known, "/jwks", "/token",
               {"client_id": "daemon", "client_secret": "daemon-secret", "scope": "read"},
               "/auth", "/token", {"client_id": "web", "client_secret": "web-secret"},
               [provider / "node_modules"], install_oidc_provider, runtime="Node"),
        Server("oauth2-test-server", "oauth2-test-server 0.2.3 (Rust)",
               [tester], well_known, "/.well-known/jwks.json", "/token", {"scope": "openid"},
               "/authorize", "/token", {},
               [tester], install_test_server, fixed_port=8090, register=register_client),
    ]


def install_load_tools():
    """wrk for single requests (Debian package wrk), our own client for flows."""
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is missing: apt-get install wrk")
    cargo_build("--manifest-path", PEERS / "flows" / "Cargo.toml", "--locked", "--target-dir", PLACE / "cargo")


def node_size():
    return NODE.stat().st_size if NODE.exists() else 0


def with_environment(server):
    return {**os.environ, **server.environment}
