/** samlp, the SAML provider that many services are made of: a tenant's domain is federated with it by its metadata. */

import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { after, before, describe, test } from "node:test";
import samlp from "samlp";
import { changed, Journey, Provider } from "./providers.js";
import { certificate, key, multipleAuthn, origin, secret } from "./surroundings.js";

const persistent = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";

/** What samlp says of a person, as a tenant wants to have it. */
function Profile(user) {
  return {
    getClaims: () => ({ IDPEmail: user.name }),
    getNameIdentifier: () => ({ nameIdentifier: user.immutableId, nameIdentifierFormat: persistent }),
  };
}
Profile.prototype.metadata = [];

let provider, wrong;

before(async () => {
  provider = await Provider.open((app, { origin: issuer, asks, asked }) => {
    app.get("/metadata", samlp.metadata({ issuer, cert: certificate, profileMapper: Profile, redirectEndpointPath: "/saml", postEndpointPath: "/saml" }));
    app.all("/saml", ...asks, (request, response, next) => {
      samlp.parseRequest(request, (error, data) => {
        if (error) return next(error);
        asked.push(data);
        const getPostURL = (_audience, _document, _request, done) => done(null, data.assertionConsumerServiceURL);
        const said = { issuer, cert: certificate, key, profileMapper: Profile, getPostURL, recipient: data.assertionConsumerServiceURL, destination: data.assertionConsumerServiceURL };
        const authnContextClassRef = request.user.proves ?? "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";
        samlp.auth({ ...said, authnContextClassRef, ...wrong })(request, response, next);
      });
    });
  });
});
after(() => provider.close());

const begin = (behavior, facts) => Journey.begin(provider, { metadata: `${provider.origin}/metadata`, protocol: "saml", ...(behavior && { federated_idp_mfa_behavior: behavior }) }, facts);

describe("a person of a federated domain", () => {
  test("signs in at an application", async () => {
    const journey = await begin();
    const told = await journey.token(await journey.whole());
    assert.deepEqual([told.upn, told.amr], [journey.user, ["fed"]]);
    const { issuer, assertionConsumerServiceURL, requestedAuthnContext } = provider.asked.at(-1);
    assert.deepEqual([issuer, assertionConsumerServiceURL, requestedAuthnContext], ["urn:federation:MicrosoftOnline", `${origin}/login.srf`, undefined]);
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
  test("is proven by the context of authentication", async () => {
    for (const behavior of ["acceptIfMfaDoneByFederatedIdp", "enforceMfaByFederatedIdp"]) {
      const journey = await begin(behavior, { per_user_mfa: "enforced", proves: multipleAuthn });
      assert.deepEqual((await journey.token(await journey.whole())).amr, ["fed", "mfa"]);
    }
    assert.deepEqual(provider.asked.at(-1).requestedAuthnContext, { authnContextClassRef: multipleAuthn });
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
    "that nobody signed": { signAssertion: false },
    "that is for somebody else": { audience: "urn:federation:somebody-else" },
    "that comes from somebody else": { issuer: "urn:another:provider" },
    "that is over": { lifetimeInSeconds: -1800 },
    "to another request": { inResponseTo: "_another" },
    "that is to be delivered elsewhere": { recipient: "https://elsewhere.test/login.srf" },
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
    const answer = changed(await journey.there(), "SAMLResponse", (text) => text.replace(journey.immutableId, other.immutableId));
    assert.equal((await journey.back(answer)).error, "AADSTS50008");
  });

  test("that came before", async () => {
    const journey = await begin();
    const answer = await journey.there();
    assert.equal((await journey.token(await journey.back(answer))).upn, journey.user);
    assert.equal((await journey.back(answer)).error, "AADSTS50008");
  });
});
