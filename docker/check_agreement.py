"""Do browser and back end agree on the issuer? Reads the compose file as its reference library normalises it (JSON)."""

import json
import sys
from urllib.parse import urlsplit

with open(sys.argv[1], encoding="utf-8") as file:
    services = json.load(file)["services"]

standin, app = services["standin"], services["app"]
authority = urlsplit(app["environment"]["AUTHORITY"])
problems = []


def expect(fact: bool, problem: str) -> None:
    if not fact:
        problems.append(problem)


public = standin["environment"]["STANDIN_PUBLIC_URL"]
expect(public == f"{authority.scheme}://{authority.netloc}", "the authority is not at the public URL")
expect(authority.hostname in standin["networks"]["default"]["aliases"], "the application's container does not know that name")
expect(authority.hostname.endswith(".localhost"), "the browser does not know that name")

published = {int(port["published"]): port["target"] for port in standin["ports"]}
expect(published.get(authority.port) == authority.port, "the port is not the same inside and outside")

redirect = urlsplit(app["environment"]["REDIRECT_URI"])
expect(redirect.port in [int(port["published"]) for port in app["ports"]], "the browser cannot come back to the application")

for name, service in services.items():
    for port in service["ports"]:
        expect(port.get("host_ip") == "127.0.0.1", f"{name} is published to everyone")

for problem in problems:
    print(f"compose.yaml: {problem}", file=sys.stderr)
sys.exit(bool(problems))
