"""Azure's command line, told of this server as a cloud of its own: it signs people and applications in and lists what they reach."""

import json
import os
import re
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from surroundings import DAEMON, ORIGIN, PASSWORD, TENANT, asks_for_the_realm, change_world, sign_in

AZ = Path(sys.prefix).parent / "azure-cli/bin/az"
ADATUM = "6054110b-58f7-4fe8-b31b-aa33c9c7d173"
ARM = "https://management.azure.com/"


@pytest.fixture
def az(tmp_path):
    """The command line with nothing remembered, and the cloud registered."""
    known = tmp_path / "known.pem"
    known.write_text(Path(os.environ["TEST_CA"]).read_text())
    surroundings = os.environ | {
        "AZURE_CONFIG_DIR": str(tmp_path), "AZURE_CORE_INSTANCE_DISCOVERY": "false", "AZURE_CORE_COLLECT_TELEMETRY": "false",
        "AZURE_CORE_LOGIN_EXPERIENCE_V2": "false", "REQUESTS_CA_BUNDLE": str(known),
    }

    def run(*words, fails=False):
        done = subprocess.run([AZ, *words, "--only-show-errors", "-o", "json"], env=surroundings, capture_output=True, text=True, timeout=120)
        assert (done.returncode != 0) == fails, done.stderr
        return done.stderr if fails else json.loads(done.stdout or "null")

    run.surroundings = surroundings
    run(
        "cloud", "register", "--name", "standin", "--endpoint-active-directory", ORIGIN, "--endpoint-resource-manager", f"{ORIGIN}/arm/",
        "--endpoint-active-directory-resource-id", ARM, "--endpoint-active-directory-graph-resource-id", "https://graph.windows.net/",
    )
    run("cloud", "set", "--name", "standin")
    return run


def test_an_application_signs_in_with_its_secret_and_not_with_another(az):
    words = ["login", "--service-principal", "--username", DAEMON, "--tenant", TENANT, "--allow-no-subscriptions", "--password"]
    assert "AADSTS7000215" in az(*words, "guess", fails=True)
    assert [one["tenantId"] for one in az(*words, "daemon-secret")] == [TENANT]


@asks_for_the_realm
def test_an_administrator_signs_in_with_a_password_and_sees_the_subscription(az):
    found = az("login", "--username", "ada@adatum.test", "--password", PASSWORD, "--tenant", ADATUM)
    assert [(one["name"], one["tenantId"]) for one in found] == [("Adatum Azure plan", ADATUM)]
    assert [group["name"] for group in az("group", "list")] == ["production"]
    assert az("account", "get-access-token")["tenant"] == ADATUM


@asks_for_the_realm
def test_a_partners_agent_is_told_that_a_password_is_not_enough_at_a_customer(az):
    said = az("login", "--username", "jane@contoso.test", "--password", PASSWORD, "--tenant", ADATUM, fails=True)
    assert "AADSTS50076" in said


def test_a_partners_agent_signs_in_at_a_customer_with_a_second_factor_and_sees_its_subscription(az):
    user = f"{uuid.uuid4().hex[:12]}@contoso.test"
    change_world({"users": {user: {"password": PASSWORD, "roles": ["admin_agent"], "methods": {"totp": "JANEJANEJANEJANEJANEJANEJANEJANE"}}}})
    words = [AZ, "login", "--use-device-code", "--tenant", ADATUM, "-o", "json"]
    waiting = subprocess.Popen(words, env=az.surroundings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        code = next(found[1] for found in (re.search(r"enter the code (\w+)", line) for line in waiting.stderr) if found)
        sign_in(f"{ORIGIN}/device", user, code=code, method="PhoneAppOTP")
        found, said = waiting.communicate(timeout=120)
        assert [one["tenantId"] for one in json.loads(found)] == [ADATUM], said
        assert az("account", "show")["user"]["name"] == user
    finally:
        waiting.kill()
