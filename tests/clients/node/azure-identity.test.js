/** Azure Identity for JavaScript: every credential that speaks to the provider itself. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  AuthorizationCodeCredential, ClientCertificateCredential, ClientSecretCredential, DeviceCodeCredential, InteractiveBrowserCredential,
  OnBehalfOfCredential, UsernamePasswordCredential,
} from "@azure/identity";
import {
  alice, aliceId, api, bob, callback, certificate, claims, cli, daemon, everything, graph, key, origin, password, read, signIn, tenant,
  web,
} from "./surroundings.js";

const here = { authorityHost: origin, disableInstanceDiscovery: true };
const pem = { certificate: `${key}\n${certificate}` };

async function authorizationCode(scope = read) {
  const asked = { client_id: web, response_type: "code", redirect_uri: callback, scope: `${scope} openid offline_access` };
  return (await signIn(`${origin}/${tenant}/oauth2/v2.0/authorize?${new URLSearchParams(asked)}`)).fields.code;
}
const redeeming = (code) => new AuthorizationCodeCredential(tenant, web, "web-secret", code, callback, here);
const userToken = async (scope = read) => (await redeeming(await authorizationCode(scope)).getToken(scope)).token;
const token = async (credential, scope) => claims((await credential.getToken(scope)).token);
const refused = (credential, scope, number) => assert.rejects(credential.getToken(scope), new RegExp(`AADSTS${number}: `));

describe("applications", () => {
  test("a secret brings the application roles", async () => {
    assert.deepEqual((await token(new ClientSecretCredential(tenant, daemon, "daemon-secret", here), everything)).roles, ["Tasks.Read.All"]);
  });

  test("a wrong secret is refused", () => refused(new ClientSecretCredential(tenant, daemon, "guess", here), everything, 7000215));

  for (const sendCertificateChain of [false, true]) {
    test(`a certificate proves the application ${sendCertificateChain ? "with" : "without"} its chain`, async () => {
      const credential = new ClientCertificateCredential(tenant, daemon, pem, { ...here, sendCertificateChain });
      assert.equal((await token(credential, everything)).azpacr, "2");
    });
  }

  test("a certificate of another application is refused", () =>
    refused(new ClientCertificateCredential(tenant, web, pem, here), everything, 700027));

  test("a domain names the tenant as well", async () => {
    assert.equal((await token(new ClientSecretCredential("example.test", daemon, "daemon-secret", here), everything)).tid, tenant);
  });
});

describe("people", () => {
  test("a code from the sign-in page is redeemed", async () => {
    assert.equal((await token(redeeming(await authorizationCode()), read)).oid, aliceId);
  });

  test("a code is good for one redemption", async () => {
    const code = await authorizationCode();
    await redeeming(code).getToken(read);
    await refused(redeeming(code), read, 54005);
  });

  const device = (more) => new DeviceCodeCredential({
    ...here, tenantId: tenant, clientId: cli, userPromptCallback: (told) => void signIn(told.verificationUri, { code: told.userCode, ...more }),
  });

  test("a person types the device code elsewhere", async () => {
    assert.equal((await device().authenticate(read)).username, alice);
  });

  test("a person who declines the device code ends it", () =>
    assert.rejects(device({ decline: true }).getToken(read), /authorization_declined|declined/));

  test("the system browser signs a person in", async () => {
    const credential = new InteractiveBrowserCredential({ ...here, tenantId: tenant, clientId: cli });
    assert.equal((await credential.authenticate(read)).homeAccountId, `${aliceId}.${tenant}`);
  });

  test("a name and a password are enough", async () => {
    const credential = new UsernamePasswordCredential(tenant, cli, alice, password, here);
    assert.equal((await token(credential, read)).oid, aliceId);
  });

  test("a wrong password is refused", () => refused(new UsernamePasswordCredential(tenant, cli, bob, "guess", here), read, 50126));

  const onBehalfOf = (userAssertionToken) =>
    new OnBehalfOfCredential({ ...here, tenantId: tenant, clientId: api, clientSecret: "api-secret", userAssertionToken });

  test("an api calls the next one for the person", async () => {
    assert.equal((await token(onBehalfOf(await userToken()), graph)).oid, aliceId);
  });

  test("a token for another api is refused", async () => refused(onBehalfOf(await userToken(graph)), graph, 50013));
});
