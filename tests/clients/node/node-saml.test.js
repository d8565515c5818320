/** node-saml, which passport and many frameworks stand on: a tenant and a third-party provider as SAML identity providers. */

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, test } from "node:test";
import { SAML, ValidateInResponseTo } from "@node-saml/node-saml";
import { acs, certificate, changeWorld, entity, federations, key, metadata, multipleAuthn, newcomer, secret, signIn, slo } from "./surroundings.js";

const persistent = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";

for (const [place, { metadata: url, app, alice }] of Object.entries(federations)) {
  describe(`at ${place}`, () => {
    async function serviceProvider(more = {}) {
      const idp = await metadata(url);
      return new SAML({
        entryPoint: idp.signOn, logoutUrl: idp.signOut, idpCert: idp.certificates, idpIssuer: idp.issuer,
        issuer: entity, callbackUrl: acs, logoutCallbackUrl: slo, audience: entity, wantAuthnResponseSigned: false,
        validateInResponseTo: ValidateInResponseTo.always, disableRequestedAuthnContext: true, ...more,
      });
    }
    async function signedIn(sp, more = {}) {
      const end = await signIn(await sp.getAuthorizeUrlAsync("the-state", "localhost", {}), { user: alice, ...more });
      const { url: to, fields } = end;
      assert.equal(to, acs, JSON.stringify(end));
      assert.equal(fields.RelayState, "the-state");
      return sp.validatePostResponseAsync(fields);
    }

    test("a person signs in by redirect, and by a form", async () => {
      const sp = await serviceProvider();
      const { profile } = await signedIn(sp);
      assert.equal(profile.nameID, alice);
      assert.equal(profile["http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name"].length > 0, true);
      // The POST binding knows no compression; the library has to be told.
      const posting = await serviceProvider({ authnRequestBinding: "HTTP-POST", skipRequestCompression: true });
      const form = await posting.getAuthorizeFormAsync("again", "localhost");
      const post = Object.fromEntries([...form.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value.replaceAll("&#x3D;", "=").replaceAll("&#x2F;", "/").replaceAll("&#x2B;", "+")]));
      const { fields } = await signIn(form.match(/action="([^"]+)"/)[1], { user: alice, post });
      assert.equal((await posting.validatePostResponseAsync(fields)).profile.nameID, alice);
    });

    test("an answer counts for one request only", async () => {
      const sp = await serviceProvider();
      const { fields } = await signIn(await sp.getAuthorizeUrlAsync("", "localhost", {}), { user: alice });
      await sp.validatePostResponseAsync({ ...fields });
      await assert.rejects(sp.validatePostResponseAsync({ ...fields }), /InResponseTo/);
    });

    test("whoever trusts another key does not believe it", async () => {
      const sp = await serviceProvider({ idpCert: certificate });
      await assert.rejects(signedIn(sp), /[Ss]ignature/);
    });

    test("the whole response can be signed too", async () => {
      await changeWorld({ apps: { [app]: { saml: { signs: "both" } } } });
      const { profile } = await signedIn(await serviceProvider({ wantAuthnResponseSigned: true, wantAssertionsSigned: true }));
      assert.equal(profile.nameID, alice);
      await changeWorld({ apps: { [app]: { saml: { signs: "assertion" } } } });
    });

    test("nobody is signed in silently", async () => {
      const sp = await serviceProvider({ passive: true });
      const { fields } = await signIn(await sp.getAuthorizeUrlAsync("", "localhost", {}), { user: alice });
      const { profile } = await sp.validatePostResponseAsync(fields);
      assert.equal(profile, null);
    });

    test("a second factor is asked for by its context, and told", async () => {
      const sp = await serviceProvider({ disableRequestedAuthnContext: false, authnContext: [multipleAuthn], racComparison: "exact" });
      const user = app === "example-saml" ? await newcomer({ methods: { totp: secret } }) : "mia@local.test";
      const { profile } = await signedIn(sp, { user });
      assert.match(profile.getAssertionXml(), /AuthnContextClassRef>http:\/\/schemas.microsoft.com\/claims\/multipleauthn</);
      assert.ok(profile["http://schemas.microsoft.com/claims/authnmethodsreferences"].includes(multipleAuthn));
    });

    test("signed requests are believed, and required where the application says so", async () => {
      await changeWorld({ apps: { [app]: { saml: { certificate, require_signed_requests: true } } } });
      const signs = { privateKey: key, signatureAlgorithm: "sha256", digestAlgorithm: "sha256" };
      assert.equal((await signedIn(await serviceProvider(signs))).profile.nameID, alice);
      const unsigned = await signIn(await (await serviceProvider()).getAuthorizeUrlAsync("", "localhost", {}), { user: alice });
      assert.match(unsigned.error, app === "example-saml" ? /76021/ : /invalid_request/);
      await changeWorld({ apps: { [app]: { saml: { certificate: null, require_signed_requests: false } } } });
    });

    test("signing out ends the session and is answered with a signature", async () => {
      const sp = await serviceProvider({ identifierFormat: persistent });
      const browser = randomUUID();
      const { profile } = await signedIn(sp, { browser });
      assert.equal(profile.nameIDFormat, persistent);
      const out = await signIn(await sp.getLogoutUrlAsync(profile, "bye", {}), { browser });
      assert.ok(out.url.startsWith(`${slo}?SAMLResponse=`), out.url);
      const { loggedOut } = await sp.validateRedirectAsync(out.fields, new URL(out.url).search.slice(1));
      assert.equal(loggedOut, true);
      const passive = await serviceProvider({ passive: true });
      const { fields } = await signIn(await passive.getAuthorizeUrlAsync("", "localhost", {}), { browser });
      assert.equal((await passive.validatePostResponseAsync(fields)).profile, null);
    });
  });
}
