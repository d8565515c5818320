/** openid-client, which follows the standards to the letter: a tenant, and a third-party provider that offers more. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as client from "openid-client";
import { alice, aliceId, callback, cli, daemon, everything, origin, read, signIn, tenant, web } from "./surroundings.js";

const scope = "openid profile email offline_access";
const atTheTenant = (id = web, secret = "web-secret", name = tenant) =>
  client.discovery(new URL(`${origin}/${name}/v2.0`), id, secret ?? undefined, secret ? undefined : client.None());
const atTheProvider = (auth = client.ClientSecretBasic("local-secret")) =>
  client.discovery(new URL(`${origin}/idp/local`), "local-web", "local-secret", auth);

/** Sends a person through the pages; gives what is needed to redeem the address that came back. */
async function begin(config, user, more = {}) {
  const checks = { pkceCodeVerifier: client.randomPKCECodeVerifier(), expectedNonce: client.randomNonce(), expectedState: client.randomState() };
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: callback, scope, nonce: checks.expectedNonce, state: checks.expectedState, code_challenge_method: "S256",
    code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier), ...more,
  });
  return { returned: new URL((await signIn(url, { user })).url), checks };
}
async function signedIn(config, user) {
  const { returned, checks } = await begin(config, user);
  return client.authorizationCodeGrant(config, returned, checks);
}
const refused = (error) => (refusal) => {
  assert.equal(refusal.error, error, String(refusal.cause?.error_description ?? refusal));
  return true;
};

for (const [place, discover, user] of [["the tenant", atTheTenant, alice], ["the third-party provider", atTheProvider, "alice@local.test"]]) {
  describe(`at ${place}`, () => {
    test("a person signs in and userinfo is about the same one", async () => {
      const config = await discover();
      const tokens = await signedIn(config, user);
      const { sub, preferred_username } = tokens.claims();
      assert.equal(preferred_username, user);
      assert.equal((await client.fetchUserInfo(config, tokens.access_token, sub)).sub, sub);
    });

    test("the refresh token brings a new access token", async () => {
      const config = await discover();
      const first = await signedIn(config, user);
      const second = await client.refreshTokenGrant(config, first.refresh_token);
      assert.notEqual(second.access_token, first.access_token);
    });

    test("a wrong proof key is refused", async () => {
      const config = await discover();
      const { returned, checks } = await begin(config, user);
      const wrong = { ...checks, pkceCodeVerifier: client.randomPKCECodeVerifier() };
      await assert.rejects(client.authorizationCodeGrant(config, returned, wrong), refused("invalid_grant"));
    });

    test("a code is good for one redemption", async () => {
      const config = await discover();
      const { returned, checks } = await begin(config, user);
      await client.authorizationCodeGrant(config, returned, checks);
      await assert.rejects(client.authorizationCodeGrant(config, returned, checks), refused("invalid_grant"));
    });

    test("nobody is signed in silently", async () => {
      const config = await discover();
      const { returned, checks } = await begin(config, user, { prompt: "none" });
      await assert.rejects(client.authorizationCodeGrant(config, returned, checks), refused("login_required"));
    });

    test("a person is sent back after signing out", async () => {
      const config = await discover();
      const { id_token } = await signedIn(config, user);
      const url = client.buildEndSessionUrl(config, { post_logout_redirect_uri: callback, id_token_hint: id_token, state: "bye" });
      const end = await signIn(url);
      assert.equal(end.url, `${callback}?state=bye`);
    });
  });
}

describe("at the tenant", () => {
  test("its name finds it, and its id is the issuer", async () => {
    await assert.rejects(atTheTenant(web, "web-secret", "example.test"));
    assert.equal((await atTheTenant()).serverMetadata().issuer, `${origin}/${tenant}/v2.0`);
  });

  test("a secret brings an application its token, in the body or in the header", async () => {
    for (const auth of [client.ClientSecretPost("daemon-secret"), client.ClientSecretBasic("daemon-secret")]) {
      const config = await client.discovery(new URL(`${origin}/${tenant}/v2.0`), daemon, undefined, auth);
      assert.ok((await client.clientCredentialsGrant(config, { scope: everything })).access_token);
    }
  });

  test("a wrong secret is an invalid client", async () => {
    const config = await atTheTenant(daemon, "guess");
    await assert.rejects(client.clientCredentialsGrant(config, { scope: everything }), refused("invalid_client"));
  });

  test("a hybrid answer carries an identity whose hash fits its code", async () => {
    const config = await atTheTenant();
    client.useCodeIdTokenResponseType(config);
    const { returned, checks } = await begin(config, alice, { response_type: "code id_token" });
    const tokens = await client.authorizationCodeGrant(config, returned, checks);
    assert.equal(tokens.claims().oid, aliceId);
  });

  test("a person types the device code elsewhere", async () => {
    const config = await atTheTenant(cli, null);
    const device = await client.initiateDeviceAuthorization(config, { scope: `${read} openid` });
    await signIn(device.verification_uri, { code: device.user_code });
    assert.equal((await client.pollDeviceAuthorizationGrant(config, device)).claims().oid, aliceId);
  });
});

describe("at the third-party provider", () => {
  test("a secret brings an application its token, in the body or in the header", async () => {
    for (const auth of [client.ClientSecretPost("local-secret"), client.ClientSecretBasic("local-secret")]) {
      assert.ok((await client.clientCredentialsGrant(await atTheProvider(auth))).access_token);
    }
  });

  test("a wrong secret is an invalid client", async () => {
    const inTheBody = await atTheProvider(client.ClientSecretPost("guess"));
    await assert.rejects(client.clientCredentialsGrant(inTheBody), refused("invalid_client"));
    // In the header it is answered with a challenge for the header (RFC 6749, 5.2), and the library reports that instead.
    const inTheHeader = await atTheProvider(client.ClientSecretBasic("guess"));
    await assert.rejects(client.clientCredentialsGrant(inTheHeader), { name: "WWWAuthenticateChallengeError", status: 401 });
  });

  test("a token is active until it is revoked", async () => {
    const config = await atTheProvider();
    const { access_token } = await signedIn(config, "alice@local.test");
    assert.equal((await client.tokenIntrospection(config, access_token)).active, true);
    await client.tokenRevocation(config, access_token);
    assert.equal((await client.tokenIntrospection(config, access_token)).active, false);
  });
});
