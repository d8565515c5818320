/** wsfed, a WS-Federation provider with SAML 1.1 tokens: a tenant's domain is federated with it by its metadata. */

import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { after, before, describe, test } from "node:test";
import wsfed from "wsfed";
import { Journey, Provider } from "./providers.js";
import { certificate, key, multipleAuthn, origin, secret } from "./surroundings.js";

const upn = "http://schemas.xmlsoap.org/claims/UPN";
const immutableId = "http://schemas.microsoft.com/LiveID/Federation/2008/05/ImmutableID";
const methods = "http://schemas.microsoft.com/claims/authnmethodsreferences";

/** What wsfed says of a person, as a tenant wants to have it. */
function Profile(user) {
  return {
    getClaims: () => ({ [upn]: user.name, [immutableId]: user.immutableId, ...(user.proves && { [methods]: user.proves }) }),
    getNameIdentifier: () => ({ nameIdentifier: user.immutableId }),
  };
}
Profile.prototype.metadata = [];

let provider, wrong;

before(async () => {
  provider = await Provider.open((app, { origin: issuer, asks, asked }) => {
    app.get("/FederationMetadata/2007-06/FederationMetadata.xml", wsfed.metadata({ issuer, cert: certificate, profileMapper: Profile, endpointPath: "/wsfed" }));
    app.all("/wsfed", ...asks, (request, response, next) => {
      asked.push(request.query);
      const getPostURL = (_realm, reply, _request, done) => done(null, reply === `${origin}/login.srf` ? reply : null);
      wsfed.auth({ issuer, cert: certificate, key, profileMapper: Profile, getPostURL, ...wrong })(request, response, next);
    });
  });
});
after(() => provider.close());

const begin = (behavior, facts) =>
  Journey.begin(provider, { metadata: `${provider.origin}/FederationMetadata/2007-06/FederationMetadata.xml`, protocol: "wsfed", ...(behavior && { federated_idp_mfa_behavior: behavior }) }, facts);

describe("a person of a federated domain", () => {
  test("signs in at an application", async () => {
    const journey = await begin();
    const told = await journey.token(await journey.whole());
    assert.deepEqual([told.upn, told.amr], [journey.user, ["fed"]]);
    const { wa, wtrealm, wauth, username } = provider.asked.at(-1);
    assert.deepEqual([wa, wtrealm, wauth, username], ["wsignin1.0", "urn:federation:MicrosoftOnline", undefined, journey.user]);
  });

  test("is nobody whom the tenant does not know", async () => {
    const journey = await begin(undefined, { knownAs: "somebody else" });
    assert.equal((await journey.whole()).error, "AADSTS51004");
  });
});

describe("a second factor", () => {
  test("is proven by the claim", async () => {
    for (const behavior of ["acceptIfMfaDoneByFederatedIdp", "enforceMfaByFederatedIdp"]) {
      const journey = await begin(behavior, { per_user_mfa: "enforced", proves: multipleAuthn });
      assert.deepEqual((await journey.token(await journey.whole())).amr, ["fed", "mfa"]);
    }
    assert.equal(provider.asked.at(-1).wauth, multipleAuthn);
  });

  test("is missing where the provider has to prove it and does not", async () => {
    const journey = await begin("enforceMfaByFederatedIdp", { per_user_mfa: "enforced" });
    assert.equal((await journey.whole()).error, "AADSTS50079");
  });

  test("is asked for by the tenant where the provider's does not count", async () => {
    for (const [behavior, proves] of [["acceptIfMfaDoneByFederatedIdp", undefined], ["rejectMfaByFederatedIdp", multipleAuthn]]) {
      const journey = await begin(behavior, { per_user_mfa: "enforced", proves, methods: { totp: secret } });
      assert.deepEqual((await journey.token(await journey.whole())).amr, ["fed", "otp", "mfa"]);
    }
  });
});

describe("an answer is refused", () => {
  const another = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs8", format: "pem" });
  const faults = {
    "that another key signed": { key: another },
    "that is for somebody else": { audience: "urn:federation:somebody-else" },
    "that comes from somebody else": { issuer: "urn:another:provider" },
    "that is over": { lifetimeInSeconds: -1800 },
  };
  for (const [name, fault] of Object.entries(faults)) {
    test(name, async () => {
      const journey = await begin();
      wrong = fault;
      const end = await journey.whole().finally(() => (wrong = undefined));
      assert.match(end.error, fault.issuer ? /AADSTS50107/ : /AADSTS50008/);
    });
  }

  test("that was changed on the way", async () => {
    const [journey, other] = [await begin(), await begin()];
    const answer = await journey.there();
    const wresult = answer.fields.wresult.replaceAll(journey.immutableId, other.immutableId);
    assert.notEqual(wresult, answer.fields.wresult);
    assert.equal((await journey.back({ ...answer, fields: { ...answer.fields, wresult } })).error, "AADSTS50008");
  });

  test("that came before, for this sign-in or for the next", async () => {
    const journey = await begin();
    const answer = await journey.there();
    assert.equal((await journey.token(await journey.back(answer))).upn, journey.user);
    assert.equal((await journey.back(answer)).error, "AADSTS50008");
    journey.browser = crypto.randomUUID();
    const next = await journey.there();
    const fields = { ...answer.fields, wctx: next.fields.wctx };
    assert.equal((await journey.back({ ...next, fields })).error, "AADSTS50008");
  });
});
