"""Fixtures that more than one client uses."""

import pytest
from surroundings import Workload, change_world


@pytest.fixture(scope="session")
def workload():
    """A workload of another issuer that Example Daemon trusts for the subject `nightly-job`."""
    workload = Workload()
    trust = {"issuer": workload.issuer, "subject": "nightly-job", "audience": "api://AzureADTokenExchange"}
    change_world({"apps": {"example-daemon": {"federated_credentials": {"nightly": trust}}}})
    yield workload
    workload.server.shutdown()
