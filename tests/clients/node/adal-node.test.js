/** ADAL for Node, which scripts for older administration tools still use: names and passwords at the v1 endpoints. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import adal from "adal-node";
import { alice, azureCli, cli, daemon, federatedPassword, fred, gail, origin, password, claims } from "./surroundings.js";

const api = "api://example-api";
const arm = "https://management.core.windows.net/";

/** What a call gives, of those that take a callback. */
function asked(call) {
  return new Promise((resolve, reject) => call((error, answer) => (error ? reject(error) : resolve(answer))));
}

/** Each call with a cache of its own: the shared one would answer for the server. */
const context = (tenant) => new adal.AuthenticationContext(`${origin}/${tenant}`, false, new adal.MemoryCache());

function withPassword(tenant, resource, user, typed, client) {
  return asked((done) => context(tenant).acquireTokenWithUsernamePassword(resource, user, typed, client, done));
}

describe("applications", () => {
  const withSecret = (secret) =>
    asked((done) => context("example.test").acquireTokenWithClientCredentials(api, daemon, secret, done));

  test("a secret brings a token for the resource", async () => {
    assert.equal((await withSecret("daemon-secret")).resource, api);
  });

  test("a wrong secret is an invalid client", async () => {
    await assert.rejects(withSecret("guess"), /AADSTS7000215/);
  });
});

describe("accounts whose password the tenant knows", () => {
  test("a name and a password are enough", async () => {
    assert.equal((await withPassword("example.test", api, alice, password, cli)).userId, alice);
  });

  test("a wrong password is refused with its reason", async () => {
    await assert.rejects(withPassword("example.test", api, alice, "guess", cli), /AADSTS50126/);
  });
});

describe("accounts whose password a provider knows", () => {
  test("it goes to the provider, and what that says to the tenant", async () => {
    const answer = await withPassword("common", arm, fred, federatedPassword, azureCli);
    assert.equal(answer.userId, fred);
    assert.deepEqual((await claims(answer.accessToken)).amr, ["fed"]);
  });

  test("a wrong password is the provider's fault", async () => {
    await assert.rejects(withPassword("common", arm, fred, "guess", azureCli), /500.*FailedAuthentication/s);
  });

  test("a tenant that needs more says that somebody has to be asked", async () => {
    await assert.rejects(withPassword("common", arm, gail, federatedPassword, azureCli), /interaction_required.*AADSTS50079/s);
  });
});
