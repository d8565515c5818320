/** samlify, which reads metadata itself: a tenant and a third-party provider as SAML identity providers. */

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, test } from "node:test";
import * as samlify from "samlify";
import { acs, certificate, changeWorld, entity, federations, key, metadata, signIn, slo } from "./surroundings.js";

// Schemas are judged by xmllint elsewhere; the library insists on somebody who says so.
samlify.setSchemaValidator({ validate: () => Promise.resolve("xmllint judges") });
const post = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
const redirect = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
const persistent = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
const serviceProvider = (more = {}) =>
  samlify.ServiceProvider({
    entityID: entity, wantAssertionsSigned: true, nameIDFormat: [persistent],
    assertionConsumerService: [{ Binding: post, Location: acs }],
    singleLogoutService: [{ Binding: redirect, Location: slo }], ...more,
  });

for (const [place, { metadata: url, app, alice }] of Object.entries(federations)) {
  describe(`at ${place}`, () => {
    const provider = async (more = {}) => samlify.IdentityProvider({ metadata: (await metadata(url)).text, ...more });

    for (const binding of ["redirect", "post"]) {
      test(`a person signs in by ${binding}`, async () => {
        const [idp, sp] = [await provider(), serviceProvider()];
        const request = sp.createLoginRequest(idp, binding);
        const wish = binding === "post" ? { url: request.entityEndpoint, post: { SAMLRequest: request.context } } : { url: request.context };
        const { url: to, fields } = await signIn(wish.url, { user: alice, ...wish });
        assert.equal(to, acs);
        const { extract } = await sp.parseLoginResponse(idp, "post", { body: fields });
        assert.equal(extract.response.inResponseTo, request.id);
        assert.equal(extract.audience, entity);
        assert.ok(extract.attributes["http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name"]);
      });
    }

    test("an answer that was changed is not believed", async () => {
      const [idp, sp] = [await provider(), serviceProvider()];
      const { fields } = await signIn(sp.createLoginRequest(idp, "redirect").context, { user: alice });
      const text = Buffer.from(fields.SAMLResponse, "base64").toString().replaceAll(alice, "greta@fabrikam.test");
      const body = { SAMLResponse: Buffer.from(text).toString("base64") };
      await assert.rejects(sp.parseLoginResponse(idp, "post", { body }));
    });

    test("signed requests are believed", async () => {
      await changeWorld({ apps: { [app]: { saml: { certificate, require_signed_requests: true } } } });
      const idp = await provider({ wantAuthnRequestsSigned: true });
      const sp = serviceProvider({ authnRequestsSigned: true, privateKey: key, signingCert: certificate, requestSignatureAlgorithm: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256" });
      const signed = samlify.IdentityProvider({ metadata: (await metadata(url)).text.replace("<md:IDPSSODescriptor ", '<md:IDPSSODescriptor WantAuthnRequestsSigned="true" ') });
      const { fields } = await signIn(sp.createLoginRequest(signed, "redirect").context, { user: alice });
      assert.ok((await sp.parseLoginResponse(idp, "post", { body: fields })).extract.nameID);
      await changeWorld({ apps: { [app]: { saml: { certificate: null, require_signed_requests: false } } } });
    });

    test("signing out is answered", async () => {
      const [idp, sp, browser] = [await provider(), serviceProvider(), randomUUID()];
      const { fields } = await signIn(sp.createLoginRequest(idp, "redirect").context, { user: alice, browser });
      const { extract } = await sp.parseLoginResponse(idp, "post", { body: fields });
      const user = { logoutNameID: extract.nameID, sessionIndex: extract.sessionIndex.sessionIndex };
      const { context } = sp.createLogoutRequest(idp, "redirect", user);
      const out = await signIn(context, { browser });
      assert.ok(out.url.startsWith(slo), JSON.stringify(out));
      const answer = await sp.parseLogoutResponse(idp, "redirect", { query: out.fields });
      assert.match(answer.samlContent, /status:Success/);
    });
  });
}
