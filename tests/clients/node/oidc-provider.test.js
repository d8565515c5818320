/** oidc-provider, a certified OpenID provider: a tenant's domain is federated with it by its discovery document. */

import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { after, before, describe, test } from "node:test";
import express from "express";
import { decodeJwt, decodeProtectedHeader, generateKeyPair, SignJWT } from "jose";
import OpenIdProvider from "oidc-provider";
import { Journey, page, Provider } from "./providers.js";
import { federatedPassword, origin, secret } from "./surroundings.js";

// It registers no client of the implicit flow whose address is on "localhost".
const tenantAt = origin.replace("//localhost:", "//127.0.0.1:");
const clientId = "a-tenant";

let provider, signing;

before(async () => {
  signing = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  provider = await Provider.open((app, { origin: issuer, people, asked }) => {
    const openId = new OpenIdProvider(issuer, {
      clients: [{ client_id: clientId, redirect_uris: [`${tenantAt}/login.srf`], response_types: ["id_token"], grant_types: ["implicit"], token_endpoint_auth_method: "none" }],
      responseTypes: ["id_token"], acrValues: ["mfa"], claims: { openid: ["sub", "amr", "auth_time"] },
      features: { devInteractions: { enabled: false } },
      jwks: { keys: [{ ...signing.export({ format: "jwk" }), use: "sig", alg: "RS256" }] },
      cookies: { keys: ["for a test"] },
      interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
      findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
      loadExistingGrant: (context) => {
        const grant = new context.oidc.provider.Grant({ clientId: context.oidc.client.clientId, accountId: context.oidc.session.accountId });
        grant.addOIDCScope("openid profile email");
        return grant.save().then(() => grant);
      },
    });
    app.all("/interaction/:uid", express.urlencoded({ extended: false }), async (request, response) => {
      const { params } = await openId.interactionDetails(request, response);
      const { UserName: name, Password: word } = request.body ?? {};
      if (name === undefined) return response.send(page(request.originalUrl));
      if (word !== federatedPassword || !people.has(name)) return response.send(page(request.originalUrl, {}, "The name or the password is wrong."));
      asked.push(params);
      const { immutableId, proves } = people.get(name);
      await openId.interactionFinished(request, response, { login: { accountId: immutableId, amr: proves ?? ["pwd"] } });
    });
    app.use(openId.callback());
  });
  provider.tenantAt = tenantAt;
});
after(() => provider.close());

const begin = (behavior, facts) =>
  Journey.begin(provider, {
    metadata: `${provider.origin}/.well-known/openid-configuration`, protocol: "oidc", client_id: clientId, ...(behavior && { federated_idp_mfa_behavior: behavior }),
  }, facts);

describe("a person of a federated domain", () => {
  test("signs in at an application", async () => {
    const journey = await begin();
    const told = await journey.token(await journey.whole());
    assert.deepEqual([told.upn, told.amr], [journey.user, ["fed"]]);
    const { response_type, response_mode, redirect_uri, login_hint, acr_values } = provider.asked.at(-1);
    assert.deepEqual([response_type, response_mode, redirect_uri], ["id_token", "form_post", `${tenantAt}/login.srf`]);
    assert.deepEqual([login_hint, acr_values], [journey.user, undefined]);
  });

  test("is told by the provider that the password is wrong", async () => {
    const journey = await begin();
    assert.equal((await journey.there({ password: "guess" })).error, "The name or the password is wrong.");
  });

  test("is nobody whom the tenant does not know", async () => {
    const journey = await begin(undefined, { knownAs: "somebody else" });
    assert.equal((await journey.whole()).error, "AADSTS51004");
  });
});

describe("a second factor", () => {
  test("is proven by amr", async () => {
    for (const behavior of ["acceptIfMfaDoneByFederatedIdp", "enforceMfaByFederatedIdp"]) {
      const journey = await begin(behavior, { per_user_mfa: "enforced", proves: ["pwd", "otp", "mfa"] });
      assert.deepEqual((await journey.token(await journey.whole())).amr, ["fed", "mfa"]);
    }
    assert.equal(provider.asked.at(-1).acr_values, "mfa");
  });

  test("is missing where the provider has to prove it and does not", async () => {
    const journey = await begin("enforceMfaByFederatedIdp", { per_user_mfa: "enforced" });
    assert.equal((await journey.whole()).error, "AADSTS50079");
  });

  test("is asked for by the tenant where the provider's does not count", async () => {
    for (const [behavior, proves] of [["acceptIfMfaDoneByFederatedIdp", ["pwd"]], ["rejectMfaByFederatedIdp", ["pwd", "mfa"]]]) {
      const journey = await begin(behavior, { per_user_mfa: "enforced", proves, methods: { totp: secret } });
      assert.deepEqual((await journey.token(await journey.whole())).amr, ["fed", "otp", "mfa"]);
    }
  });
});

describe("an answer is refused", () => {
  /** The same id token with other claims, signed again by this key. */
  async function said({ url, fields }, claims, key = signing) {
    const token = new SignJWT({ ...decodeJwt(fields.id_token), ...claims }).setProtectedHeader(decodeProtectedHeader(fields.id_token));
    return { url, fields: { ...fields, id_token: await token.sign(key) } };
  }

  const hour = 3600;
  const faults = {
    "that is for somebody else": { aud: "another" },
    "that is for somebody else too": { aud: [clientId, "another"] },
    "that comes from somebody else": { iss: "https://another.test" },
    "that is over": { iat: Math.floor(Date.now() / 1000) - 2 * hour, exp: Math.floor(Date.now() / 1000) - hour },
    "to another request": { nonce: "another" },
  };
  for (const [name, fault] of Object.entries(faults)) {
    test(name, async () => {
      const journey = await begin();
      const end = await journey.back(await said(await journey.there(), fault));
      assert.match(end.error, fault.iss ? /AADSTS50107/ : /AADSTS50008/);
    });
  }

  test("that another key signed", async () => {
    const journey = await begin();
    const { privateKey } = await generateKeyPair("RS256");
    assert.equal((await journey.back(await said(await journey.there(), {}, privateKey))).error, "AADSTS50008");
  });

  test("that came before", async () => {
    const journey = await begin();
    const answer = await journey.there();
    assert.equal((await journey.token(await journey.back(answer))).upn, journey.user);
    assert.equal((await journey.back(answer)).error, "AADSTS50008");
  });

  test("that says no", async () => {
    const journey = await begin();
    const { fields, ...answer } = await journey.there();
    const end = await journey.back({ ...answer, fields: { state: fields.state, error: "access_denied" } });
    assert.equal(end.error, "AADSTS50008");
  });
});
