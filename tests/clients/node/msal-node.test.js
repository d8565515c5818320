/** MSAL for Node: every flow it has, and how it classifies the refusals. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  AuthError, ConfidentialClientApplication, CryptoProvider, InteractionRequiredAuthError, PublicClientApplication, ServerError,
} from "@azure/msal-node";
import {
  alice, aliceId, api, authority, bob, callback, certificate, claims, cli, daemon, everything, fabrikam, graph, guard, host, john, key,
  mia, newcomer, origin, partnerApp, password, read, secret, signIn, tenant, thumbprint, thumbprintSha1, web, write,
} from "./surroundings.js";

const confidential = (clientId, credential, at = authority) =>
  new ConfidentialClientApplication({ auth: { clientId, authority: at, knownAuthorities: [host], ...credential } });
const webApp = () => confidential(web, { clientSecret: "web-secret" });
const cliApp = () => new PublicClientApplication({ auth: { clientId: cli, authority, knownAuthorities: [host] } });
const apiApp = () => confidential(api, { clientSecret: "api-secret" });
const daemonToken = (credential) =>
  confidential(daemon, credential).acquireTokenByClientCredential({ scopes: [everything], skipCache: true });

/** Sends a person through the pages; gives the request that redeems what came back. */
async function codeRequest(app, scopes = [read], more = {}, user = alice, method = undefined) {
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
  const asked = { scopes, redirectUri: callback, codeChallenge: challenge, codeChallengeMethod: "S256", ...more };
  const { fields } = await signIn(await app.getAuthCodeUrl(asked), { user, method });
  return { scopes, redirectUri: callback, codeVerifier: verifier, code: fields.code, fields };
}
const signedIn = async (app, ...how) => app.acquireTokenByCode(await codeRequest(app, ...how));
const userToken = async (scope = read) => (await signedIn(webApp(), [scope])).accessToken;

const refused = (kind, errorCode, number) => (error) => {
  assert.ok(error instanceof kind, `${error.constructor.name}: ${error}`);
  assert.equal(error.errorCode, errorCode);
  assert.match(error.message, new RegExp(`AADSTS${number}: `));
  return true;
};
const needsThePerson = (number, suberror) => (error) => {
  refused(InteractionRequiredAuthError, "invalid_grant", number)(error);
  assert.deepEqual([error.errorNo, error.subError], [number, suberror]);
  return true;
};

describe("authorization code", () => {
  test("a person signs in and the application learns who", async () => {
    const result = await signedIn(webApp());
    assert.equal(result.account.username, alice);
    assert.equal(result.account.homeAccountId, `${aliceId}.${tenant}`);
    assert.equal((await claims(result.accessToken)).scp, "read");
  });

  test("the answer can be posted as a form", async () => {
    assert.equal((await signedIn(webApp(), [read], { responseMode: "form_post" })).account.username, alice);
  });

  test("the nonce comes back in the id token", async () => {
    const { fields, ...request } = await codeRequest(webApp(), [read], { nonce: "a-nonce" });
    const { idTokenClaims } = await webApp().acquireTokenByCode({ ...request, nonce: "a-nonce" }, fields);
    assert.equal(idTokenClaims.nonce, "a-nonce");
  });

  test("a shared authority learns the tenant from the account", async () => {
    const app = confidential(partnerApp, { clientSecret: "partner-secret" }, `${origin}/organizations`);
    assert.equal((await signedIn(app, [graph], {}, john)).tenantId, fabrikam);
  });

  test("a code is good for one redemption", async () => {
    const request = await codeRequest(webApp());
    await webApp().acquireTokenByCode(request);
    await assert.rejects(webApp().acquireTokenByCode(request), refused(ServerError, "invalid_grant", 54005));
  });

  test("a wrong proof key is refused", async () => {
    const request = { ...(await codeRequest(webApp())), codeVerifier: "x".repeat(43) };
    await assert.rejects(webApp().acquireTokenByCode(request), refused(ServerError, "invalid_grant", 501481));
  });

  test("nobody is signed in silently", async () => {
    assert.equal((await codeRequest(webApp(), [read], { prompt: "none" })).fields.error, "login_required");
  });

  test("a native program signs in through the system browser", async () => {
    const openBrowser = async (url) => void signIn(url).then(({ url, method, fields }) =>
      fetch(url, method === "POST" ? { method, body: new URLSearchParams(fields) } : {}));
    const result = await cliApp().acquireTokenInteractive({ scopes: [read], openBrowser });
    assert.equal(result.account.username, alice);
  });
});

describe("later tokens", () => {
  test("the cache answers first and the refresh token when asked to", async () => {
    const app = webApp();
    const { account } = await signedIn(app);
    assert.equal((await app.acquireTokenSilent({ account, scopes: [read] })).fromCache, true);
    assert.equal((await app.acquireTokenSilent({ account, scopes: [read], forceRefresh: true })).fromCache, false);
  });

  test("a refresh token fetches a token for another resource", async () => {
    const app = webApp();
    const { account } = await signedIn(app);
    const { accessToken } = await app.acquireTokenSilent({ account, scopes: [graph] });
    assert.equal((await claims(accessToken)).ver, "1.0");
  });

  test("a scope without consent needs the person", async () => {
    const app = webApp();
    const { account } = await signedIn(app);
    await assert.rejects(app.acquireTokenSilent({ account, scopes: [write] }), needsThePerson(65001, "consent_required"));
  });

  test("a refresh token that was never issued is refused", async () => {
    const request = { refreshToken: "made-up", scopes: [read] };
    await assert.rejects(webApp().acquireTokenByRefreshToken(request), refused(ServerError, "invalid_grant", 70000));
  });
});

describe("client credentials", () => {
  test("a secret brings the application roles", async () => {
    const { accessToken } = await daemonToken({ clientSecret: "daemon-secret" });
    assert.deepEqual((await claims(accessToken)).roles, ["Tasks.Read.All"]);
  });

  test("a wrong secret is an invalid client", async () => {
    await assert.rejects(daemonToken({ clientSecret: "guess" }), refused(ServerError, "invalid_client", 7000215));
  });

  for (const [name, print] of [["thumbprintSha256", thumbprint], ["thumbprint", thumbprintSha1]]) {
    test(`a certificate proves the application by its ${name}`, async () => {
      const { accessToken } = await daemonToken({ clientCertificate: { privateKey: key, [name]: print() } });
      assert.equal((await claims(accessToken)).azpacr, "2");
    });
  }

  test("a certificate may bring its chain", async () => {
    const clientCertificate = { privateKey: key, thumbprintSha256: thumbprint(), x5c: certificate };
    assert.ok((await daemonToken({ clientCertificate })).accessToken);
  });

  test("a certificate that is not registered is an invalid client", async () => {
    const clientCertificate = { privateKey: key, thumbprintSha256: "A1".repeat(32) };
    await assert.rejects(daemonToken({ clientCertificate }), refused(ServerError, "invalid_client", 700027));
  });
});

describe("device code", () => {
  const elsewhere = (more) => (device) => void signIn(device.verificationUri, { code: device.userCode, ...more });
  const ask = (more) => cliApp().acquireTokenByDeviceCode({ scopes: [read], deviceCodeCallback: elsewhere(more) });

  test("a person types the code elsewhere", async () => {
    assert.equal((await ask()).account.username, alice);
  });

  test("a person who declines ends it", async () => {
    await assert.rejects(ask({ decline: true }), (error) => error instanceof AuthError && /authorization_declined/.test(error.message));
  });
});

describe("password", () => {
  const ask = (username, secret, scope = read) =>
    cliApp().acquireTokenByUsernamePassword({ username, password: secret, scopes: [scope] });

  test("a name and a password are enough", async () => {
    assert.equal((await ask(alice, password)).account.homeAccountId, `${aliceId}.${tenant}`);
  });

  test("a wrong password is nothing that a page can mend", async () => {
    await assert.rejects(ask(bob, "guess"), refused(ServerError, "invalid_grant", 50126));
  });

  test("a scope without consent needs the person", async () => {
    await assert.rejects(ask(alice, password, write), needsThePerson(65001, "consent_required"));
  });
});

describe("a second factor", () => {
  const ask = (username) => cliApp().acquireTokenByUsernamePassword({ username, password, scopes: [graph] });
  /** What a policy that refuses wants to be asked for. */
  const challenged = async (asking) => {
    let challenge;
    await assert.rejects(asking, (error) => {
      challenge = error.claims;
      return needsThePerson(50076, "basic_action")(error);
    });
    return challenge;
  };

  test("a password alone is refused to whoever must prove more, and signing in brings the token", async () => {
    assert.equal(await challenged(ask(mia)), "");
    const { accessToken } = await signedIn(webApp(), [graph], {}, mia, "OneWaySMS");
    assert.deepEqual((await claims(accessToken)).amr, ["pwd", "sms", "mfa"]);
  });

  test("a password alone is refused otherwise to whoever must register first", async () => {
    const user = await newcomer({ per_user_mfa: "enforced" });
    await assert.rejects(ask(user), needsThePerson(50079, "basic_action"));
    const { accessToken } = await signedIn(webApp(), [graph], {}, user, "OneWaySMS");
    assert.deepEqual((await claims(accessToken)).amr, ["pwd", "sms", "mfa"]);
    await assert.rejects(ask(user), needsThePerson(50076, "basic_action"));
  });

  test("a policy that refuses sends its challenge, and answering that is enough", async () => {
    const user = await newcomer({ methods: { totp: secret } });
    await guard(user);
    const challenge = await challenged(ask(user));
    assert.equal(JSON.parse(challenge).access_token.capolids.essential, true);
    const { accessToken } = await signedIn(webApp(), [graph], { claims: challenge }, user);
    assert.deepEqual((await claims(accessToken)).amr, ["pwd", "otp", "mfa"]);
  });

  test("nobody proves anything silently", async () => {
    const user = await newcomer({ methods: { totp: secret } });
    const app = webApp();
    const { account } = await signedIn(app, [read], {}, user);
    await guard(user);
    await assert.rejects(app.acquireTokenSilent({ account, scopes: [read], forceRefresh: true }), needsThePerson(50076, "basic_action"));
  });

  test("an api sends its caller back for what is not proven, and takes the token that is", async () => {
    const user = await newcomer({ methods: { totp: secret } });
    await guard(user, { auth_context: "c1" });
    const call = (token) => fetch(`${origin}/sample-api/needs/c1`, { headers: { Authorization: `Bearer ${token}` } });
    const app = webApp();
    const first = await signedIn(app, [read], {}, user);
    const refusal = await call(first.accessToken);
    assert.equal(refusal.status, 401);
    const [, error, challenge] = /error="(\w+)", claims="([^"]+)"/.exec(refusal.headers.get("www-authenticate"));
    assert.equal(error, "insufficient_claims");
    const asked = Buffer.from(challenge, "base64").toString();
    await challenged(app.acquireTokenSilent({ account: first.account, scopes: [read], claims: asked }));

    const request = await codeRequest(app, [read], { claims: asked }, user);
    const { accessToken, account } = await app.acquireTokenByCode({ ...request, claims: asked });
    assert.deepEqual((await (await call(accessToken)).json()).acrs, ["c1"]);
    const later = await app.acquireTokenSilent({ account, scopes: [read], claims: asked });
    assert.equal((await call(later.accessToken)).status, 200);
  });
});

describe("on behalf of", () => {
  const ask = (oboAssertion, scope = graph) => apiApp().acquireTokenOnBehalfOf({ oboAssertion, scopes: [scope] });

  test("an api calls the next one for the person", async () => {
    const { accessToken } = await ask(await userToken());
    assert.equal((await claims(accessToken)).oid, aliceId);
  });

  test("a token for another api is refused", async () => {
    await assert.rejects(ask(await userToken(graph)), refused(ServerError, "invalid_grant", 50013));
  });

  test("a token without a person is refused", async () => {
    const { accessToken } = await daemonToken({ clientSecret: "daemon-secret" });
    await assert.rejects(ask(accessToken), refused(ServerError, "unauthorized_client", 7000114));
  });

  test("an api that does not exist is refused", async () => {
    await assert.rejects(ask(await userToken(), "api://nobody/read"), refused(ServerError, "invalid_resource", 500011));
  });
});
