/** passport-wsfed-saml2: a tenant and a third-party provider as WS-Federation providers, with tokens of both versions. */

import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { describe, test } from "node:test";
import { Strategy } from "passport-wsfed-saml2";
import { changeWorld, federations, metadata, multipleAuthn, newcomer, secret, signIn } from "./surroundings.js";

const realm = "urn:example:wsfed";
const reply = "http://localhost:3000/wsfed";
const thumbprint = (certificate) => new X509Certificate(Buffer.from(certificate, "base64")).fingerprint.replaceAll(":", "");

/** What the strategy makes of a request: whom it lets in, where it sends them, or why not. */
function outcome(strategy, req, options = {}) {
  return new Promise((resolve, reject) => {
    const acting = Object.assign(Object.create(strategy), {
      success: (user) => resolve({ user }), redirect: (to) => resolve({ to }), fail: (why) => resolve({ failed: String(why) }), error: reject,
    });
    const express = { protocol: "http", originalUrl: "/wsfed", get: () => "localhost:3000", query: {} };
    acting.authenticate({ ...express, ...req }, options);
  });
}

for (const [place, { metadata: url, app, alice }] of Object.entries(federations)) {
  describe(`at ${place}`, () => {
    const application = app.replace("saml", "wsfed");
    async function strategy(more = {}) {
      const idp = await metadata(url);
      const options = { realm, identityProviderUrl: idp.passive, thumbprints: idp.certificates.map(thumbprint), ...more };
      return new Strategy(options, (profile, done) => done(null, profile));
    }
    async function signedIn(acting, options = {}, user = alice) {
      const { to } = await outcome(acting, {}, options);
      const end = await signIn(to, { user });
      assert.equal(end.url, reply, JSON.stringify(end));
      return outcome(acting, { body: end.fields, method: "POST" });
    }

    for (const saml of ["2.0", "1.1"]) {
      test(`a person signs in with a SAML ${saml} token`, async () => {
        await changeWorld({ apps: { [application]: { wsfed: { saml } } } });
        const { user } = await signedIn(await strategy());
        assert.equal(user["http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name"] !== undefined, true);
        assert.ok(JSON.stringify(user).includes(alice), JSON.stringify(user));
      });
    }

    test("whoever trusts another key does not believe it", async () => {
      await assert.rejects(signedIn(await strategy({ thumbprints: ["00".repeat(20)] })), /thumbprint/i);
    });

    test("a second factor is asked for and told", async () => {
      const user = app === "example-saml" ? await newcomer({ methods: { totp: secret } }) : "mia@local.test";
      const told = await signedIn(await strategy(), { wauth: multipleAuthn }, user);
      assert.ok(told.user["http://schemas.microsoft.com/claims/authnmethodsreferences"].includes(multipleAuthn), JSON.stringify(told));
    });
  });
}
